#pragma once
// The smooth part at the nodes of a mesh, faded along either axis, with the images that a period makes.
//
// Along an axis a node x away has the weight w(x), its image the weight w(L - x), L being the period: 1 up to the
// extent W of the points, a step down to 0 over the rest of the period, L - 2 W. So images do not reach displacements
// of points, and where they overlap, in the fade, their weights make up 1: the sum turns smoothly from the smooth part
// into its image.

#include <vector>

#include "kernels/p3m/mesh.h"
#include "kernels/p3m/samples_simd.h"
#include "kernels/p3m/split.h"

namespace dscore::p3m {

/// w at 0, 1 .. steps; the first that is not there is 0. fade_from_m: W.
std::vector<double> fade_weights(const StepDown& step, double fade_from_m, double step_m, std::size_t period);

class Samples {
 public:
  Samples(const MeshShape& shape, const Smooth& smooth, double fade_shape);

  /// What row() needs room for.
  std::size_t length() const { return weight_x_.size() + kFarRowPadding; }
  /// to[column], column = 0 .. period_x / 2: the value `column` columns and `row` rows away. row <= period_y / 2.
  void row(std::size_t row, double* to) const;

 private:
  void add(std::size_t rows, double weight, double* to) const;

  const MeshShape& shape_;
  const Smooth& smooth_;
  std::vector<double> weight_x_, weight_y_;
};

}  // namespace dscore::p3m
