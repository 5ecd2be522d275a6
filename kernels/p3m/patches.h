#pragma once
// Near pairs of locations in patches that are wholly within the threshold of each other: not one by one, but patch by
// patch. What clouds with thousands of neighbours within t would take most of their time for.
//
// There near(d) is a polynomial of d^2: smooth, however near two patches are. So the masses of a patch become moments
// once, and moments of the patches around it a series that its locations look up (kernels/series.h).

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/large_array.h"
#include "kernels/p3m/near_simd.h"
#include "kernels/p3m/patch_pairs.h"
#include "kernels/p3m/strips.h"
#include "kernels/series.h"

namespace dscore::p3m {

/// A cut-off is so many strips with patches: most pairs of locations are in pairs of patches then that take least.
inline constexpr int kPatchStrips = 6;

/// Whether near pairs can be summed by patches: f is the same for all within t, and so large that what a series leaves
/// out is a part of it.
bool patches_can_serve(const PairSettings& settings, double cutoff_m);

/// Whether they are to be: there are enough of them. in_float: those left to pairs may be FP32's.
bool patches_serve(const PairSettings& settings, double cutoff_m, double pairs_of_location, bool in_float);

/// in_float: near pairs may be FP32's.
PatchRule patch_rule(bool in_float);

/// What turns moments of one patch into the series of another, so many columns and strips away.
class PatchTranslations {
 public:
  /// Of the kernel's near part, for patches in squares of side_m whose columns are column_m apart. error: of near(d),
  /// in the unit of f. False where a series would be too long, or no two patches can be wholly within the threshold.
  bool set(const NearKernel& kernel, double column_m, double side_m, int strips_per_cutoff, double error);

  /// Columns that patches may be apart, by strips that they are apart; -1: none may.
  const std::array<int, kMostStrips + 1>& columns() const { return columns_; }
  /// To the right and above: in mirror images some signs differ.
  const series::Translation& find(int columns, int strips) const {
    return known_[static_cast<std::size_t>(strips)][static_cast<std::size_t>(columns)];
  }
  int order() const { return order_; }        ///< the largest
  double near_zero() const { return zero_; }  ///< near(0)

 private:
  std::array<int, kMostStrips + 1> columns_{};
  std::array<std::array<series::Translation, kMostStrips + 1>, kMostStrips + 1> known_;
  int order_ = 0;
  double zero_ = 0;
};

class PatchSums {
 public:
  /// For the patches of strips, whose masses come later.
  void set(const NearKernel& kernel, const Strips& strips, double tolerance);

  /// With the masses of strips: says what is summed here. Null: nothing is.
  const PatchPairs* take(const Strips& strips, int threads);

  /// Adds to sums[slot] what take() said; returns the sum of m_p m_q over these pairs, each in both orders, where
  /// masses are counts.
  std::uint64_t add(const Strips& strips, bool counts, int threads, double* sums) const;

 private:
  bool serves_ = false;
  PatchTranslations translations_;
  PatchPairs pairs_{};
  std::vector<std::uint8_t> taken_;
  LargeArray<double> moments_;  ///< [patch][term]
};

}  // namespace dscore::p3m
