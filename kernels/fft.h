#pragma once
// Fourier transforms in one dimension, behind which any library of them may stand. fft_fftw.cpp uses FFTW.

#include <complex>
#include <cstddef>

namespace dscore {

/// Plans for one length, made once in the life of the program. Arrays must be aligned to kFftAlignment bytes. Calls may
/// come from any number of threads.
class Fft {
 public:
  /// n >= 2, even; quick where it has no prime factor above 7.
  explicit Fft(std::size_t n);

  /// out[k] = sum over j of in[j] exp(-2 pi i j k / n), k = 0..n/2, of n real numbers.
  void real_forward(const double* in, std::complex<double>* out) const;
  /// out[j] = sum over k = 0..n-1 of in[k] exp(+2 pi i j k / n), where in has k = 0..n/2 (the rest are conjugates).
  /// Overwrites in.
  void real_backward(std::complex<double>* in, double* out) const;
  /// In place, n complex numbers, exponent -2 pi i j k / n. Not divided by n.
  void complex_forward(std::complex<double>* data) const;

 private:
  std::size_t n_;
  const void* real_forward_;
  const void* real_backward_;
  const void* complex_forward_;
};

inline constexpr std::size_t kFftAlignment = 64;

/// The shortest length from n on that transforms are quick for: even, without prime factors above 7.
std::size_t quick_length(std::size_t n);

/// For `dscore info`: name and version of the library.
const char* fft_library();

}  // namespace dscore
