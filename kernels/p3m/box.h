#pragma once
// Bounds of locations.

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "kernels/points.h"

namespace dscore::p3m {

struct Box {
  double x_min = INFINITY, x_max = -INFINITY, y_min = INFINITY, y_max = -INFINITY;

  void add(const Box& other) {
    x_min = std::min(x_min, other.x_min);
    x_max = std::max(x_max, other.x_max);
    y_min = std::min(y_min, other.y_min);
    y_max = std::max(y_max, other.y_max);
  }
  double width() const { return std::max(0.0, x_max - x_min); }
  double height() const { return std::max(0.0, y_max - y_min); }
};

/// Of no locations: a box that adds nothing to others.
inline Box box_of(const MergedPoints& points, int threads) {
  double x_min = INFINITY;
  double x_max = -INFINITY;
  double y_min = INFINITY;
  double y_max = -INFINITY;
#pragma omp parallel for num_threads(threads) reduction(min : x_min, y_min) reduction(max : x_max, y_max)
  for (std::size_t p = 0; p < points.size(); ++p) {
    x_min = std::min(x_min, points.x_m[p]);
    x_max = std::max(x_max, points.x_m[p]);
    y_min = std::min(y_min, points.y_m[p]);
    y_max = std::max(y_max, points.y_m[p]);
  }
  return {x_min, x_max, y_min, y_max};
}

}  // namespace dscore::p3m
