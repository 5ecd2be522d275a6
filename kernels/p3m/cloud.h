#pragma once
// What a plan needs to know of the locations: their extent, and about how many pairs are nearer than a distance.

#include <cstddef>
#include <vector>

#include "kernels/points.h"

namespace dscore::p3m {

struct Cloud {
  std::size_t locations = 0;
  double width_m = 0, height_m = 0;
  double diameter_m = 0;  ///< no two locations are farther apart

  /// Unordered pairs of locations nearer than d, estimated from counts in square cells of doubling size.
  double pairs_nearer(double d_m) const;

  double cell_m = 0;              ///< side of the smallest cells
  std::vector<double> same_cell;  ///< pairs in one cell, by level (side cell_m 2^level)
};

Cloud measure(const MergedPoints& points);

}  // namespace dscore::p3m
