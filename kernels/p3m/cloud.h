#pragma once
// What a plan needs to know of locations: their extent, about how many pairs are nearer than a distance, and about how
// small a sum can be.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/backend.h"

namespace dscore::p3m {

struct Extent {
  double width_m = 0, height_m = 0;
  double diameter_m = 0;  ///< no two locations are farther apart
};

struct Cloud {
  std::size_t locations = 0;
  Extent extent;

  /// Unordered pairs of locations nearer than d, estimated from counts in square cells of doubling size.
  double pairs_nearer(double d_m) const;

  /// An estimate, rather too small, of the smallest sum that a location has over the others, in the unit of f.
  double least_sum(const PairSettings& settings) const;

  double cell_m = 0;                   ///< side of the smallest cells
  std::size_t columns = 0;             ///< of them
  std::vector<std::uint32_t> in_cell;  ///< locations in each of them, row by row
  std::vector<double> same_cell;       ///< pairs in one cell, by level (side cell_m 2^level)
};

struct Clouds {
  std::vector<Cloud> of_set;
  Extent all;  ///< of all sets together
};

/// Several sets of locations, on the same cells.
Clouds measure(std::span<const MergedPoints* const> sets, int threads);

Cloud measure(const MergedPoints& points, int threads = 1);

}  // namespace dscore::p3m
