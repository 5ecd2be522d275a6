#pragma once
// Sample quantiles by Hyndman & Fan (1996), "Sample quantiles in statistical packages", types 1 to 9 as in R.

#include <cmath>
#include <cstddef>

#include "kernels/pair.h"  // DSCORE_HD

namespace dscore {

/// Where a quantile lies in a sorted sample: (1 - weight) * x[low] + weight * x[high], indices from 0.
struct QuantilePosition {
  std::size_t low = 0;
  std::size_t high = 0;
  double weight = 0;
};

/// (1 - weight) * low + weight * high, never outside [low, high]: a tie at the percentile is not moved by rounding.
inline double interpolate(double low, double high, double weight) {
  return weight <= 0 || low == high ? low : std::fmax(low, std::fmin(high, (1 - weight) * low + weight * high));
}

/// Position of the quantile of type 1..9 at probability p in [0, 1] of n >= 1 sorted values.
QuantilePosition quantile_position(std::size_t n, double p, int type);

}  // namespace dscore
