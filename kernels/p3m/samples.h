#pragma once
// The smooth part at the nodes of a mesh, faded out, with the images that a period makes.

#include "kernels/p3m/mesh.h"
#include "kernels/p3m/split.h"

namespace dscore::p3m {

class Samples {
 public:
  Samples(const MeshShape& shape, const Smooth& smooth, double fade_shape);

  /// to[column], column = 0 .. period_x / 2: the value `column` columns and `row` rows away.
  void row(std::size_t row, double* to) const;

 private:
  void add(double rows, std::size_t first, std::size_t last, double* to, std::ptrdiff_t direction) const;

  const MeshShape& shape_;
  const Smooth& smooth_;
  StepDown fade_;
  double end_;  ///< steps from which on nothing is left
};

}  // namespace dscore::p3m
