#pragma once
// Great-circle distances on a sphere, from longitude and latitude in degrees, by the haversine:
//   h = sin^2(dlat/2) + cos(lat_i) cos(lat_j) sin^2(dlon/2),   d = 2 R asin(sqrt(h)).
// h is a quarter of the squared chord. Differences of degrees are rounded once, and all terms are positive, so near
// pairs keep their digits, which differences of unit vectors lose: those are off by 1e-16 R, a nanometre, or 1e-9 of a
// metre.

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "kernels/tiles.h"

namespace dscore {

/// The mean radius of the earth, (2a + b)/3 of GRS 80 (Moritz 2000, "Geodetic Reference System 1980", for IUGG).
inline constexpr double kEarthRadiusM = 6'371'008.8;

inline constexpr double kRadiansPerDegree = std::numbers::pi / 180;

/// cos(latitude), to a few units of 2^-53 of itself at the poles too.
inline double cosine_of_latitude(double degrees) {
  const double size = std::fabs(degrees);
  return size > 45 ? std::sin((90 - size) * kRadiansPerDegree) : std::cos(size * kRadiansPerDegree);
}

/// Whether two positions are strictly nearer than `distance_m`: their haversines compared in long double, so on x86
/// right but for distances equal to within 1e-18 of themselves. The functions are transcendental: there is no exact
/// decision.
inline bool nearer_on_sphere(double longitude_i, double latitude_i, double longitude_j, double latitude_j,
                             double distance_m) {
  constexpr long double kRadians = std::numbers::pi_v<long double> / 180;
  constexpr long double kRadius = kEarthRadiusM;
  if (distance_m > std::numbers::pi_v<long double> * kRadius) return true;
  const auto squared_sine = [](long double angle) { return std::sin(angle) * std::sin(angle); };
  const auto half = [&](double a, double b) { return (static_cast<long double>(a) - b) * (kRadians / 2); };
  const long double h = squared_sine(half(latitude_i, latitude_j)) + std::cos(latitude_i * kRadians) *
                                                                         std::cos(latitude_j * kRadians) *
                                                                         squared_sine(half(longitude_i, longitude_j));
  return h < squared_sine(distance_m / (2 * kRadius));
}

/// The distance in metres.
inline double distance_on_sphere(double longitude_i, double latitude_i, double longitude_j, double latitude_j) {
  const double half_x = std::sin((longitude_i - longitude_j) * (kRadiansPerDegree / 2));
  const double half_y = std::sin((latitude_i - latitude_j) * (kRadiansPerDegree / 2));
  const double h = half_y * half_y + cosine_of_latitude(latitude_i) * cosine_of_latitude(latitude_j) * half_x * half_x;
  return 2 * kEarthRadiusM * std::asin(std::sqrt(std::min(1.0, h)));
}

/// The cosines of a tile's latitudes.
struct CosineRange {
  double least = 1, most = 0;
};

/// Tiles whose longitudes and latitudes all lie within so many degrees of each other have distances from series.
inline constexpr double kSeriesDegrees = 9;

inline bool within_series(const Tile& a, const Tile& b) {
  return std::max(a.x_max, b.x_max) - std::min(a.x_min, b.x_min) <= kSeriesDegrees &&
         std::max(a.y_max, b.y_max) - std::min(a.y_min, b.y_min) <= kSeriesDegrees;
}

/// As distance_bounds, for tiles of longitudes (x, in -180 to 180) and latitudes (y).
inline DistanceBounds distance_bounds_on_sphere(const Tile& a, const Tile& b, CosineRange cosine_a,
                                                CosineRange cosine_b) {
  const auto squared_sine = [](double degrees) {
    const double sine = std::sin(degrees * (kRadiansPerDegree / 2));
    return sine * sine;
  };
  const auto distance = [](double h) { return 2 * kEarthRadiusM * std::asin(std::sqrt(std::min(1.0, h))); };
  const double gap_x = std::max({a.x_min - b.x_max, b.x_min - a.x_max, 0.0});
  const double gap_y = std::max({a.y_min - b.y_max, b.y_min - a.y_max, 0.0});
  const double span_x = std::max(a.x_max, b.x_max) - std::min(a.x_min, b.x_min);
  const double span_y = std::max(a.y_max, b.y_max) - std::min(a.y_min, b.y_min);
  // Longitudes meet again at 360 degrees: the sine rises up to 180 degrees and falls beyond.
  const double near_x = squared_sine(gap_x);
  const double far_x = squared_sine(span_x);
  const double highest_x = gap_x <= 180 && span_x >= 180 ? 1.0 : std::max(near_x, far_x);
  constexpr double slack = 1e-12;
  const double least = squared_sine(gap_y) + cosine_a.least * cosine_b.least * std::min(near_x, far_x);
  const double most = squared_sine(span_y) + cosine_a.most * cosine_b.most * highest_x;
  return {distance(least * (1 - slack)) * (1 - slack), distance(most * (1 + slack)) * (1 + slack)};
}

}  // namespace dscore
