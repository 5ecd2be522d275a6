#pragma once
// The reference that every backend is held against: a plain double loop over establishments, compensated (Neumaier).

#include <cmath>
#include <vector>

#include "kernels/backend.h"
#include "kernels/within.h"

namespace dscore::test {

struct Reference {
  std::vector<double> d;  ///< 1/km, one per row
  std::uint64_t pairs_within = 0;
  std::uint64_t coincident_pairs = 0;
};

/// A sum that keeps what rounding drops.
struct CompensatedSum {
  double sum = 0;
  double lost = 0;
  void add(double value) {
    const double next = sum + value;
    lost += std::fabs(sum) >= std::fabs(value) ? (sum - next) + value : (value - next) + sum;
    sum = next;
  }
  double value() const { return sum + lost; }
};

/// D_i = 1000/(J-1) * sum over j != i of f(d_ij) for the rows `targets` (all if empty); counts are over these rows.
/// Decays other than 1/d have the same factor 1000.
inline Reference reference(const PointSet& points, ThresholdRule rule, double t, std::vector<std::size_t> targets = {},
                           const Decay& decay = {}) {
  if (targets.empty()) {
    for (std::size_t i = 0; i < points.size(); ++i) targets.push_back(i);
  }
  const auto weight = [&](std::size_t i) { return points.multiplicity.empty() ? 1U : points.multiplicity[i]; };
  double establishments = 0;
  for (std::size_t i = 0; i < points.size(); ++i) establishments += weight(i);

  Reference result;
  const Threshold<double> threshold{t, decay_value(decay, t)};
  const auto sum_all = [&](auto rule_constant, auto g) {
    for (const std::size_t i : targets) {
      CompensatedSum sum;
      for (std::size_t j = 0; j < points.size(); ++j) {
        const std::uint32_t others = i == j ? weight(j) - 1 : weight(j);  // rows stand for coincident establishments
        const double dx = points.x_m[i] - points.x_m[j];
        const double dy = points.y_m[i] - points.y_m[j];
        const bool within = within_threshold(points.x_m[i], points.y_m[i], points.x_m[j], points.y_m[j], t);
        if (others == 0) continue;
        sum.add(others * pair_value<rule_constant()>(dx * dx + dy * dy, within, threshold, g));
        if (within) result.pairs_within += std::uint64_t{weight(i)} * others;
        if (dx == 0 && dy == 0) result.coincident_pairs += std::uint64_t{weight(i)} * others;
      }
      result.d.push_back(1000 * sum.value() / (establishments - 1));
    }
  };
  with_rule(rule, [&](auto constant) { with_decay<double>(decay, [&](auto g) { sum_all(constant, g); }); });
  return result;
}

/// The largest relative difference of two lists of scores.
inline double worst_error(const std::vector<double>& d, const std::vector<double>& expected) {
  double worst = d.size() == expected.size() ? 0 : INFINITY;
  for (std::size_t i = 0; i < d.size() && i < expected.size(); ++i) {
    const double error = d[i] == expected[i] ? 0 : std::fabs(d[i] - expected[i]) / std::fabs(expected[i]);
    if (!(error <= worst)) worst = error;
  }
  return worst;
}

}  // namespace dscore::test
