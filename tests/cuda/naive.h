#pragma once
// The reference of the CUDA tests: two plain loops in extended precision, and the clouds they are run on.

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "kernels/backend.h"
#include "kernels/within.h"

namespace dscore::test {

/// Sums over pairs as the method's text has them, straight from the definition.
inline PairSums naive_sums(const MergedPoints& points, const PairSettings& settings) {
  PairSums sums;
  const long double t = settings.threshold_m;
  for (std::size_t p = 0; p < points.size(); ++p) {
    long double sum = 0;
    for (std::size_t q = 0; q < points.size(); ++q) {
      if (q == p) continue;
      const long double dx = static_cast<long double>(points.x_m[p]) - points.x_m[q];
      const long double dy = static_cast<long double>(points.y_m[p]) - points.y_m[q];
      const long double d = std::sqrt(dx * dx + dy * dy);
      const bool within =
          within_threshold_exact(points.x_m[p], points.y_m[p], points.x_m[q], points.y_m[q], settings.threshold_m);
      if (within) sums.ordered_pairs_within += std::uint64_t{points.multiplicity[p]} * points.multiplicity[q];
      long double f = 1 / d;
      if (settings.rule == ThresholdRule::cap && within) f = 1 / t;
      if (settings.rule == ThresholdRule::exclude && within) f = 0;
      if (settings.rule == ThresholdRule::shift) f = 1 / (t + d);
      sum += points.multiplicity[q] * f;
    }
    sums.sum_per_m.push_back(static_cast<double>(sum));
  }
  return sums;
}

/// Largest relative difference; infinite where the sizes differ or a value is not a number.
inline double worst_difference(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return INFINITY;
  double worst = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (a[k] == b[k]) continue;
    const double difference = std::fabs(a[k] - b[k]) / std::fabs(b[k]);
    worst = difference <= INFINITY ? std::fmax(worst, difference) : INFINITY;
  }
  return worst;
}

inline constexpr std::size_t kTownSize = 256;

/// Distinct locations in some order in space, with multiplicities; what merging would give.
inline MergedPoints cloud(const std::string& name, std::size_t n) {
  std::mt19937_64 random(n + name.size());
  const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  MergedPoints points;
  for (std::size_t k = 0; k < n; ++k) {
    const auto part = static_cast<double>(k);
    double x = 0;
    double y = 0;
    if (name == "spread") {  // strips 20 km wide: tiles near one another and tiles far apart
      x = 150'000 + 60'000 * part / static_cast<double>(n) + 3000 * uniform();
      y = 450'000 + 20'000 * uniform();
    } else if (name == "lattice") {  // 250 m apart, row by row: very many pairs at exactly 1,000 m
      x = 200'000 + 250.0 * static_cast<double>(k % 32);
      const std::size_t row = k / 32;
      y = 500'000 + 250.0 * static_cast<double>(row);
    } else if (name == "dense") {  // most tile pairs wholly within the threshold
      x = 1e5 + 600 * uniform();
      y = 4e5 + 600 * uniform();
    } else if (name == "towns") {  // tight towns far apart: within, far and near tile pairs in one cloud
      const std::size_t town = k / kTownSize;
      const std::size_t pair = town / 2;
      x = 3e5 + 40'000.0 * static_cast<double>(pair) + 900.0 * static_cast<double>(town % 2) + 300 * uniform();
      y = 6e5 + 300 * uniform();
    } else {  // collinear
      x = -5e7 + 37.0 * part;
      y = 8e7;
    }
    points.x_m.push_back(x);
    points.y_m.push_back(y);
    points.multiplicity.push_back(1 + static_cast<std::uint32_t>(random() % 40));
  }
  return points;
}

}  // namespace dscore::test
