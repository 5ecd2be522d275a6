#include "io/coordinates.h"

#include <cmath>

#include "io/check.h"

namespace dscore {
namespace {

/// Whether `holds` is true of every point.
template <class Condition>
bool all_of(std::span<const double> x, std::span<const double> y, Condition holds) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!holds(x[i], y[i])) return false;
  }
  return true;
}

bool one_location(std::span<const double> x, std::span<const double> y) {
  return all_of(x, y, [&](double a, double b) { return a == x[0] && b == y[0]; });
}

bool in_degrees(double longitude, double latitude) { return std::abs(longitude) <= 180 && std::abs(latitude) <= 90; }

}  // namespace

std::string mistaken_coordinates(std::span<const double> x, std::span<const double> y) {
  if (x.empty() || one_location(x, y)) return "";
  if (all_of(x, y, in_degrees)) return "degrees of longitude and latitude";
  if (all_of(x, y, [](double a, double b) { return in_degrees(b, a); })) return "degrees of latitude and longitude";
  if (all_of(x, y, [](double a, double b) { return in_box(1000 * a, 1000 * b); })) return "kilometres";
  if (all_of(x, y, [](double a, double b) { return in_box(b, a); })) return "x and y swapped";
  return "";
}

std::uint64_t outside_box(const PointSet& points) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!in_box(points.x_m[i], points.y_m[i])) count += points.multiplicity.empty() ? 1 : points.multiplicity[i];
  }
  return count;
}

}  // namespace dscore
