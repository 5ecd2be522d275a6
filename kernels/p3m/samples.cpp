#include "kernels/p3m/samples.h"

#include <algorithm>
#include <cmath>

namespace dscore::p3m {

std::vector<double> fade_weights(const StepDown& step, double fade_from_m, double step_m, std::size_t period) {
  const double over_m = static_cast<double>(period) * step_m - 2 * fade_from_m;
  std::vector<double> weights;
  for (std::size_t k = 0; k < period; ++k) {
    const double weight = step((static_cast<double>(k) * step_m - fade_from_m) / over_m);
    if (weight == 0) break;
    weights.push_back(weight);
  }
  return weights;
}

Samples::Samples(const MeshShape& shape, const Smooth& smooth, double fade_shape) : shape_(shape), smooth_(smooth) {
  const StepDown step(fade_shape);
  weight_x_ = fade_weights(step, shape.fade_from_x_m, shape.step_m, shape.period_x);
  weight_y_ = fade_weights(step, shape.fade_from_y_m, shape.step_m, shape.period_y);
}

void Samples::row(std::size_t row, double* to) const {
  std::fill_n(to, length(), 0.0);
  for (const std::size_t rows : {row, shape_.period_y - row}) {
    if (rows < weight_y_.size()) add(rows, weight_y_[rows], to);
  }
  const std::size_t half = shape_.period_x / 2;
  const std::size_t has_image = std::min(half + 1, shape_.period_x - weight_x_.size() + 1);
  for (std::size_t column = 0; column < has_image; ++column) to[column] *= weight_x_[column];
  for (std::size_t column = has_image; column <= half; ++column) {
    const std::size_t image = shape_.period_x - column;
    to[column] = to[column] * weight_x_[column] + to[image] * weight_x_[image];
  }
}

/// to[column] += weight times the smooth part at (column, rows), columns as far as they have a weight.
void Samples::add(std::size_t rows, double weight, double* to) const {
  const double y_m = static_cast<double>(rows) * shape_.step_m;
  const double near_m = smooth_.cutoff_m() * (1 + 1e-9);  // beyond, it is f itself
  std::size_t column = 0;
  for (; column < weight_x_.size(); ++column) {
    const double x_m = static_cast<double>(column) * shape_.step_m;
    const double square = x_m * x_m + y_m * y_m;
    if (square > near_m * near_m) break;
    to[column] += weight * smooth_(std::sqrt(square));
  }
  add_far_row(smooth_.settings(), y_m, shape_.step_m, column, weight_x_.size(), weight, to);
}

}  // namespace dscore::p3m
