#pragma once
// Two samples of scores: is one larger than the other (Mann & Whitney 1947), and do they differ at all (Kolmogorov &
// Smirnov)?

#include <cstdint>
#include <span>
#include <vector>

#include "host/significance.h"

namespace dscore {

/// As of two independent samples, by the limits for large ones: Kolmogorov's distribution, and the normal one with the
/// variance for ties, without a correction for continuity. `sample` is the sector's, `reference` the benchmark's. All
/// missing where one of them is empty or its scores are.
TwoSamples compare(std::span<const double> sample, std::span<const double> reference);

/// P(K >= x) of Kolmogorov's distribution, the limit of sqrt(n m / (n + m)) times the largest distance.
double kolmogorov_upper_tail(double x);

/// A sample that many others are compared with: its distinct values cut the numbers into classes, and where a score
/// lies is found once for both statistics.
class ReferenceSample {
 public:
  /// Not empty, nothing missing.
  explicit ReferenceSample(std::span<const double> values);

  /// 2 k for a score between the distinct values k - 1 and k (counted from 0), 2 k + 1 for value k itself.
  std::uint32_t class_of(double score) const;
  std::size_t classes() const { return 2 * distinct_.size() + 1; }

  /// The probability that a score of the sample is larger than one of the reference, equal ones as halves; and the
  /// largest distance between the distribution functions. `count`: scores of the sample by class; left at 0.
  struct Comparison {
    double superiority, largest_distance;
  };
  Comparison compare(std::span<std::uint32_t> count) const;

 private:
  std::vector<double> distinct_;
  std::vector<std::uint64_t> below_;   ///< values below distinct value k; and last, all of them
  std::vector<std::uint32_t> bucket_;  ///< the first distinct value of each of equal intervals of the range
  double per_width_ = 0;
};

}  // namespace dscore
