#pragma once
// From values of a statistic under the null to p-values, and from many p-values to false discovery rates.

#include <cstdint>
#include <span>
#include <vector>

#include "host/significance.h"

namespace dscore {

/// P(Z >= z) of a standard normal Z.
double normal_upper_tail(double z);

/// Adjusted p-values (Benjamini & Hochberg 1995): the smallest false discovery rate at which each is still significant.
/// Missing p-values stay missing and do not count.
std::vector<double> benjamini_hochberg(std::span<const double> p);

/// What is kept of a statistic's draws, whatever their number: counts, and sums of fixed-point numbers. Draws may come
/// in any order, and give the same bits.
class Tally {
 public:
  Tally() = default;
  /// scale > 0: the size that values have. They are rounded to multiples of 2^-34 of it for mean and variance, and
  /// taken for at most 2^9 times it away from the observed one. stop_early: as in the settings; draws must come in
  /// their order then.
  Tally(double observed, double scale, std::uint32_t stop_early);

  /// A draw; missing: it has no such statistic.
  void add(double value);

  /// Whether more draws would change no p-value: by early stopping, or because there is nothing to test.
  bool settled() const;

  /// `kept`: the values of the draws that were kept, for the envelope. Without z and q.
  TestResult test(std::span<const double> kept) const;

 private:
  /// Draws on one side of the observed value.
  struct Side {
    std::uint64_t count = 0;
    std::uint64_t settled_after = 0;  ///< draws; 0: not yet
  };
  void count(Side& side) const;
  double p_value(const Side& side) const;

  double observed_ = kMissing;
  int exponent_ = 0;  ///< values are counted in units of 2^exponent_
  std::uint32_t stop_early_ = 0;
  std::uint64_t draws_ = 0;
  Side upper_, lower_;
  __extension__ __int128 sum_ = 0, squares_ = 0;  ///< of differences from the observed value
  double min_ = kMissing, max_ = kMissing;
};

}  // namespace dscore
