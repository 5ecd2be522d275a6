#pragma once
// How far two lists of numbers put the same things in the same order.

#include <cstdint>
#include <span>
#include <vector>

namespace dscore {

/// Rank correlations. Missing (kMissing) where fewer than two things are compared, or one list ties them all.
struct Agreement {
  std::uint64_t compared = 0;
  double spearman;  ///< the correlation of mid-ranks
  double kendall;   ///< tau-b, which allows for ties (Kendall 1945)
};

/// Of things whose values a[i] and b[i] are both there. In O(n log n): Knight (1966), "A computer method for
/// calculating Kendall's tau with ungrouped data", JASA 61, 436-439.
Agreement agreement(std::span<const double> a, std::span<const double> b);

/// The ranks of a list without missing values: equal values have equal ranks, 0, 1, 2, ... without gaps; and how many
/// have each. To compare one list with many.
struct Ranks {
  std::vector<std::uint32_t> rank;
  std::vector<std::uint32_t> count;
};
Ranks ranks_of(std::span<const double> values);
Agreement agreement(const Ranks& a, const Ranks& b);

}  // namespace dscore
