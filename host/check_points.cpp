// Whether points are fit to be scored.

#include <cmath>
#include <string>

#include "host/score.h"
#include "kernels/error.h"

namespace dscore {
namespace {

constexpr double kMaxCoordinate = 1e8;

void check_coordinates(std::span<const double> values, const char* column) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!(std::fabs(values[i]) <= kMaxCoordinate)) {
      throw Error(
          "row " + std::to_string(i + 1) + ", column " + column + ": " + std::to_string(values[i]) +
          " is not a coordinate. Coordinates are metres, finite and at most 1e8 in size; mend or drop the row.");
    }
  }
}

}  // namespace

std::uint64_t check_points(const PointSet& points) {
  const std::size_t rows = points.size();
  if (points.y_m.size() != rows || (!points.multiplicity.empty() && points.multiplicity.size() != rows)) {
    throw Error("points: " + std::to_string(rows) + " x, " + std::to_string(points.y_m.size()) + " y and " +
                std::to_string(points.multiplicity.size()) +
                " multiplicities. Give as many of each (or no multiplicities: then each row counts once).");
  }
  check_coordinates(points.x_m, "x");
  check_coordinates(points.y_m, "y");
  std::uint64_t establishments = points.multiplicity.empty() ? rows : 0;
  for (std::size_t i = 0; i < points.multiplicity.size(); ++i) {
    if (points.multiplicity[i] == 0) {
      throw Error("row " + std::to_string(i + 1) +
                  ", multiplicity: 0 establishments have no score. Give a whole number from 1, or drop the row.");
    }
    establishments += points.multiplicity[i];
  }
  if (establishments > kMaxEstablishments) {
    throw Error("points: " + std::to_string(establishments) + " establishments are more than " +
                std::to_string(kMaxEstablishments) +
                ", the most that pairs are counted for. Score a smaller population.");
  }
  return establishments;
}

}  // namespace dscore
