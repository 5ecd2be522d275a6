#include "kernels/p3m/samples.h"

#include <algorithm>
#include <cmath>

namespace dscore::p3m {
namespace {

/// The columns at which a row `rows` away is nearer than `steps`: those below the result.
std::size_t columns_within(double steps, double rows) {
  return rows >= steps ? 0 : static_cast<std::size_t>(std::sqrt(steps * steps - rows * rows)) + 1;
}

}  // namespace

Samples::Samples(const MeshShape& shape, const Smooth& smooth, double fade_shape)
    : shape_(shape), smooth_(smooth), fade_(fade_shape), end_((shape.fade_from_m + shape.fade_over_m) / shape.step_m) {}

void Samples::row(std::size_t row, double* to) const {
  const std::size_t half = shape_.period_x / 2;
  std::fill(to, to + half + 1, 0.0);
  for (const std::size_t rows : {row, shape_.period_y - row}) {
    add(static_cast<double>(rows), 0, half + 1, to, 1);
    add(static_cast<double>(rows), shape_.period_x - half, shape_.period_x + 1, to + shape_.period_x, -1);
  }
}

/// to[direction * column] += the value at (column, rows), for columns first .. last - 1 that anything is left at.
void Samples::add(double rows, std::size_t first, std::size_t last, double* to, std::ptrdiff_t direction) const {
  const auto until = [&](double steps) { return std::clamp(columns_within(steps, rows), first, last); };
  const std::size_t end = until(end_);
  const std::size_t far = std::min(end, until(smooth_.cutoff_m() / shape_.step_m + 1));
  const std::size_t fading = std::clamp(until(shape_.fade_from_m / shape_.step_m - 1), far, end);
  const auto place = [&](std::size_t column) { return direction * static_cast<std::ptrdiff_t>(column); };
  const auto distance = [&](std::size_t column) {
    return shape_.step_m * std::sqrt(static_cast<double>(column) * static_cast<double>(column) + rows * rows);
  };
  for (std::size_t column = first; column < far; ++column) to[place(column)] += smooth_(distance(column));
  smooth_.add_far(rows * shape_.step_m, shape_.step_m, far, fading, to, direction);
  for (std::size_t column = fading; column < end; ++column) {
    const double d = distance(column);
    to[place(column)] += smooth_(d) * fade_((d - shape_.fade_from_m) / shape_.fade_over_m);
  }
}

}  // namespace dscore::p3m
