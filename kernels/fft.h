#pragma once
// Fourier transforms in one dimension, behind which any library of them may stand. fft_fftw.cpp uses FFTW.

#include <complex>
#include <cstddef>

namespace dscore {

/// The complex transform of one length, planned once in the life of the program, in FP64 or FP32. Real data go in
/// pairs, one as the imaginary part of the other: a plan for real data takes longer to make than a whole mesh to
/// transform.
template <class Real>
class Fft {
 public:
  /// n >= 2; quick where it has no prime factor above 7.
  explicit Fft(std::size_t n);

  /// out[k] = sum over j of in[j] exp(-2 pi i j k / n). The arrays must not overlap (in place takes longer, and longer
  /// to plan), and be aligned to kFftAlignment bytes. Calls may come from any number of threads.
  void forward(const std::complex<Real>* in, std::complex<Real>* out) const;

 private:
  const void* plan_;
};

inline constexpr std::size_t kFftAlignment = 64;

/// The shortest length from n on that transforms are quick for: a multiple of 8 without prime factors above 7, and not
/// of 9. (Of lengths that differ little, FFTW takes up to twice as long for those that have fewer twos, or more
/// threes.)
std::size_t quick_length(std::size_t n);

/// Whether transforms take about half as long for a length as for others of its size: powers of two up to 2048, and
/// five times those. (Measured with FFTW, whose plans for them are the simplest.)
bool is_quickest_length(std::size_t n);
/// The shortest of these from n on; 0: there is none.
std::size_t quickest_length(std::size_t n);

/// For `dscore info`: name and version of the library.
const char* fft_library();

}  // namespace dscore
