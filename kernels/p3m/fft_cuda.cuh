#pragma once
// Fourier transforms on a CUDA device: Stockham's, pass by pass through device memory. Each pass does a transform of
// radix 2 to 10 on all of the data, reads from one array and writes to another, and leaves the result in order. A pass
// is limited by the memory's bandwidth, so that few passes matter and multiplications do not.
//
// Source: Govindaraju, Lloyd, Dotsenko, Smith & Manferdelli 2008 (High performance discrete Fourier transforms on
// graphics processors).

#include <utility>
#include <vector>

#include "kernels/simt.h"

namespace dscore::p3m {

struct alignas(16) DeviceComplex {
  double re, im;
};

/// One pass over `batch` transforms of length n. Element e of transform b stands at e element_step + b transform_step.
struct FftPass {
  std::uint32_t n;
  std::uint32_t done;  ///< product of the radices of the passes before
  std::uint32_t batch;
  std::uint32_t element_step, transform_step;
};

inline constexpr int kFftBlock = 128;
inline constexpr int kLargestRadix = 10;

/// cos(2 pi k / n), 0 <= k < n, at compile time; exact where it is 0, 1 or -1.
constexpr double cosine_of_turn(int k, int n) {
  if (2 * k > n) return cosine_of_turn(n - k, n);
  if (4 * k > n) return -cosine_of_turn(n - 2 * k, 2 * n);
  const bool sine = 8 * k > n;  // of the angle that is left to a right one
  const double x = 2 * 3.14159265358979323846 * (sine ? n - 4 * k : k) / (sine ? 4.0 * n : 1.0 * n);
  double sum = 0;
  for (int term = sine ? 21 : 20; term >= 2; term -= 2) sum = -(1 + sum) * x * x / (term * (term - 1));
  return (1 + sum) * (sine ? x : 1);
}

/// sin(2 pi k / n), 0 <= k < n.
constexpr double sine_of_turn(int k, int n) {
  const int quarter = n - 4 * k;  // cos(pi/2 - angle), of 4 n
  return cosine_of_turn(quarter < 0 ? -quarter : quarter, 4 * n);
}

template <int radix>
struct Turn {
  double cosine[radix] = {}, sine[radix] = {};
  constexpr Turn() {
    for (int k = 0; k < radix; ++k) {
      cosine[k] = cosine_of_turn(k, radix);
      sine[k] = sine_of_turn(k, radix);
    }
  }
};

/// The factors 0, 1 and -1 cost nothing where they are known to the compiler.
DSCORE_DEVICE double add_product(double sum, double factor, double value) {
  if (factor == 0) return sum;
  if (factor == 1) return sum + value;
  if (factor == -1) return sum - value;
  return fma(factor, value, sum);
}

/// to[j step] = sum over k of from[k] exp(-2 pi i j k / radix) times root[j p] of the roots of unity that
/// Stockham's pass asks for. The inputs k and radix - k share their products.
template <int radix>
DSCORE_DEVICE void small_transform(const DeviceComplex (&from)[radix], const DeviceComplex* root, std::size_t root_step,
                                   DeviceComplex* to, std::size_t step) {
  constexpr Turn<radix> turn;
  constexpr int half = (radix - 1) / 2;
  constexpr bool even = radix % 2 == 0;
  DeviceComplex plus[half + 1], minus[half + 1];  // [0] is not used
  DSCORE_UNROLL
  for (int k = 1; k <= half; ++k) {
    plus[k] = {from[k].re + from[radix - k].re, from[k].im + from[radix - k].im};
    minus[k] = {from[k].re - from[radix - k].re, from[k].im - from[radix - k].im};
  }
  const auto put = [&](int j, double re, double im) {
    if (j == 0) {
      to[0] = {re, im};
      return;
    }
    const DeviceComplex w = root[static_cast<std::size_t>(j) * root_step];
    to[static_cast<std::size_t>(j) * step] = {fma(re, w.re, -(im * w.im)), fma(re, w.im, im * w.re)};
  };
  DSCORE_UNROLL
  for (int j = 0; j <= radix / 2; ++j) {
    double re = from[0].re;
    double im = from[0].im;
    double across_re = 0;
    double across_im = 0;
    DSCORE_UNROLL
    for (int k = 1; k <= half; ++k) {
      const double c = turn.cosine[j * k % radix];
      const double s = turn.sine[j * k % radix];
      re = add_product(re, c, plus[k].re);
      im = add_product(im, c, plus[k].im);
      across_re = add_product(across_re, s, minus[k].re);
      across_im = add_product(across_im, s, minus[k].im);
    }
    if constexpr (even) {
      re = add_product(re, j % 2 == 0 ? 1 : -1, from[radix / 2].re);
      im = add_product(im, j % 2 == 0 ? 1 : -1, from[radix / 2].im);
    }
    put(j, re + across_im, im - across_re);
    if (j > 0 && j < radix - j) put(radix - j, re - across_im, im + across_re);
  }
}

/// One thread per radix elements. along_elements: consecutive threads are of one transform (whose elements are
/// neighbours in memory), else of one element of many (likewise).
template <int radix, bool along_elements>
DSCORE_KERNEL(kFftBlock, 4)
fft_pass(const DeviceComplex* in, DeviceComplex* out, const DeviceComplex* roots, FftPass pass) {
  const auto thread = static_cast<std::uint32_t>(simt::thread());
  const std::uint32_t apart = pass.n / radix;
  const std::uint32_t t = along_elements ? thread % apart : thread / pass.batch;
  const std::uint32_t transform = along_elements ? thread / apart : thread % pass.batch;
  if (t >= apart || transform >= pass.batch) return;
  const std::uint32_t p = t / pass.done;
  const std::uint32_t q = t % pass.done;
  in += std::size_t(transform) * pass.transform_step;
  out += std::size_t(transform) * pass.transform_step;
  DeviceComplex from[radix];
  DSCORE_UNROLL
  for (int k = 0; k < radix; ++k) from[k] = in[(t + k * std::size_t(apart)) * pass.element_step];
  const std::size_t first = std::size_t(p) * pass.done * radix + q;
  small_transform(from, roots, std::size_t(p) * pass.done, out + first * pass.element_step,
                  std::size_t(pass.done) * pass.element_step);
}

/// The radices of the fewest passes that make a length without prime factors above 7.
inline std::vector<int> fft_radices(std::size_t n) {
  std::vector<int> best;
  for (int radix = kLargestRadix; radix >= 2; --radix) {
    if (n % radix != 0) continue;
    std::vector<int> rest;
    if (n > static_cast<std::size_t>(radix)) {
      // No number of smaller radices is better than as many of the largest.
      std::size_t reach = radix;
      std::size_t passes = 1;
      for (; reach < n; reach *= kLargestRadix) ++passes;
      if (!best.empty() && passes >= best.size()) continue;
      rest = fft_radices(n / radix);
      if (rest.empty()) continue;
    }
    rest.insert(rest.begin(), radix);
    if (best.empty() || rest.size() < best.size()) best = rest;
  }
  return best;
}

/// exp(-2 pi i k / n), k = 0 .. n - 1.
inline std::vector<DeviceComplex> roots_of_unity(std::size_t n) {
  std::vector<DeviceComplex> roots(n);
  for (std::size_t k = 0; 2 * k <= n; ++k) {
    const auto turn = static_cast<int>(k);
    const auto whole = static_cast<int>(n);
    roots[k] = {cosine_of_turn(turn, whole), -sine_of_turn(turn, whole)};
    if (k > 0) roots[n - k] = {roots[k].re, -roots[k].im};
  }
  return roots;
}

/// Starts the passes of `batch` transforms on machine.launch(kernel, threads, block, arguments...). The data are in
/// `data`, and in the end again: data and spare trade places where they must.
template <bool along_elements, class Machine>
void run_fft(Machine& machine, DeviceComplex*& data, DeviceComplex*& spare, const DeviceComplex* roots,
             const std::vector<int>& radices, FftPass pass) {
  pass.done = 1;
  for (const int radix : radices) {
    const std::size_t threads = std::size_t(pass.n) / radix * pass.batch;
    const auto start = [&]<int... r>(std::integer_sequence<int, r...>) {
      ((radix == r + 2 ? machine.launch(fft_pass<r + 2, along_elements>, threads, kFftBlock, data, spare, roots, pass)
                       : void()),
       ...);
    };
    start(std::make_integer_sequence<int, kLargestRadix - 1>{});
    pass.done *= static_cast<std::uint32_t>(radix);
    std::swap(data, spare);
  }
}

}  // namespace dscore::p3m
