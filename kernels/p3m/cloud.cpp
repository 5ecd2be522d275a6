#include "kernels/p3m/cloud.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace dscore::p3m {
namespace {

constexpr double kMostCells = 512;  // along the longer side

}  // namespace

Cloud measure(const MergedPoints& points) {
  Cloud cloud;
  cloud.locations = points.size();
  if (cloud.locations == 0) return cloud;
  const auto [x_min, x_max] = std::minmax_element(points.x_m.begin(), points.x_m.end());
  const auto [y_min, y_max] = std::minmax_element(points.y_m.begin(), points.y_m.end());
  cloud.width_m = *x_max - *x_min;
  cloud.height_m = *y_max - *y_min;
  cloud.cell_m = std::max(1e-6, std::max(cloud.width_m, cloud.height_m) / (kMostCells - 1));

  const double per_cell = 1 / cloud.cell_m;
  std::size_t columns = static_cast<std::size_t>(cloud.width_m * per_cell) + 1;
  std::size_t rows = static_cast<std::size_t>(cloud.height_m * per_cell) + 1;
  std::vector<std::uint32_t> count(columns * rows, 0);
  const double x0 = *x_min;
  const double y0 = *y_min;
  for (std::size_t p = 0; p < points.size(); ++p) {
    ++count[static_cast<std::size_t>((points.y_m[p] - y0) * per_cell) * columns +
            static_cast<std::size_t>((points.x_m[p] - x0) * per_cell)];
  }

  // The farthest two corners of the rows' occupied ranges are at least as far apart as any two locations.
  std::vector<double> from(rows, INFINITY);
  std::vector<double> to(rows, -INFINITY);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      if (count[r * columns + c] == 0) continue;
      from[r] = std::min(from[r], static_cast<double>(c));
      to[r] = static_cast<double>(c + 1);
    }
  }
  double farthest = 0;
  for (std::size_t a = 0; a < rows; ++a) {
    for (std::size_t b = a; b < rows; ++b) {
      const double across = std::max(to[a] - from[b], to[b] - from[a]);
      const auto up = static_cast<double>(b - a + 1);
      if (across > 0) farthest = std::max(farthest, across * across + up * up);
    }
  }
  cloud.diameter_m =
      std::min(std::sqrt(farthest) * cloud.cell_m, std::hypot(cloud.width_m, cloud.height_m)) * (1 + 1e-9);

  while (true) {
    double pairs = 0;
    for (const double n : count) pairs += 0.5 * n * (n - 1);
    cloud.same_cell.push_back(pairs);
    if (columns == 1 && rows == 1) break;
    const std::size_t next_columns = (columns + 1) / 2;
    const std::size_t next_rows = (rows + 1) / 2;
    std::vector<std::uint32_t> next(next_columns * next_rows, 0);
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < columns; ++c) next[r / 2 * next_columns + c / 2] += count[r * columns + c];
    }
    count = std::move(next);
    columns = next_columns;
    rows = next_rows;
  }
  return cloud;
}

double Cloud::pairs_nearer(double d_m) const {
  // Two places in a square of side s are on average 0.52 s apart: as many pairs as in a circle of about that radius.
  const double side = d_m / 0.52;
  const double level = std::log2(side / cell_m);
  const double all = 0.5 * static_cast<double>(locations) * static_cast<double>(locations - 1);
  if (level <= 0) return std::min(all, same_cell.front() * side * side / (cell_m * cell_m));
  const auto below = static_cast<std::size_t>(level);
  if (below + 1 >= same_cell.size()) return all;
  const double part = level - static_cast<double>(below);
  return same_cell[below] + (same_cell[below + 1] - same_cell[below]) * part;
}

}  // namespace dscore::p3m
