#pragma once
// Points as the kernels see them: plain arrays that the CPU and the device share.

#include <cstdint>
#include <span>

#include "kernels/large_array.h"

namespace dscore {

/// A population's points, borrowed. Coordinates in metres, finite, at most 1e8 in size.
struct PointSet {
  std::span<const double> x_m;
  std::span<const double> y_m;
  std::span<const std::uint32_t> multiplicity;  ///< establishments a row stands for, >= 1; empty: 1 each

  std::size_t size() const { return x_m.size(); }
};

/// Coincident points merged: M distinct locations in the order of a space-filling curve, so that any run of
/// consecutive locations is compact. Exact: coordinates are those of the input, bit for bit (-0.0 is taken as 0.0).
struct MergedPoints {
  LargeArray<double> x_m;                  ///< M
  LargeArray<double> y_m;                  ///< M
  LargeArray<std::uint32_t> multiplicity;  ///< M: establishments at the location
  LargeArray<std::uint32_t> location;      ///< N: the location of each input row

  std::size_t size() const { return x_m.size(); }
};

}  // namespace dscore
