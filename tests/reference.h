#pragma once
// The reference that every backend is held against: a plain double loop over establishments, compensated (Neumaier).

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/backend.h"
#include "kernels/general_sums.h"
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

/// The great-circle distance in metres by the haversine in long double, from degrees.
inline long double haversine_m(double longitude_i, double latitude_i, double longitude_j, double latitude_j) {
  constexpr long double kRadians = 3.14159265358979323846264338327950288L / 180;
  const long double sine_x = std::sin((static_cast<long double>(longitude_i) - longitude_j) * kRadians / 2);
  const long double sine_y = std::sin((static_cast<long double>(latitude_i) - latitude_j) * kRadians / 2);
  const long double h =
      sine_y * sine_y + std::cos(latitude_i * kRadians) * std::cos(latitude_j * kRadians) * sine_x * sine_x;
  return 2 * static_cast<long double>(6'371'008.8) * std::asin(std::min(1.0L, std::sqrt(h)));
}

/// The sums over q != p of w_q f(d_pq) at the location `p`, 1/m, by band: one for all where `edges_m` is empty.
inline std::vector<double> reference_sums(const GeneralPoints& points, const PairSettings& settings,
                                          const std::vector<double>& edges_m, std::size_t p) {
  std::vector<CompensatedSum> sums(edges_m.empty() ? 1 : edges_m.size() - 1);
  const double at_t = decay_value(settings.decay, settings.threshold_m);
  const auto with_formula = [&](auto visit) {
    with_rule(settings.rule, [&](auto rule) { with_decay<double>(settings.decay, [&](auto g) { visit(rule, g); }); });
  };
  const LargeArray<double>& x = points.points.x_m;
  const LargeArray<double>& y = points.points.y_m;
  with_formula([&](auto rule_constant, auto g) {
    for (std::size_t q = 0; q < points.points.size(); ++q) {
      if (q == p) continue;
      const long double d_on_sphere = points.on_sphere() ? haversine_m(points.longitude_deg[p], points.latitude_deg[p],
                                                                       points.longitude_deg[q], points.latitude_deg[q])
                                                         : 0;
      const auto nearer = [&](double edge_m) {
        return points.on_sphere() ? d_on_sphere < edge_m : within_threshold(x[p], y[p], x[q], y[q], edge_m);
      };
      if (!nearer(settings.cutoff_m)) continue;
      const double dx = x[p] - x[q];
      const double dy = y[p] - y[q];
      const double square = points.on_sphere() ? static_cast<double>(d_on_sphere * d_on_sphere) : dx * dx + dy * dy;
      const double weight = points.weight.empty() ? points.points.multiplicity[q] : points.weight[q];
      const double f = pair_value<rule_constant()>(square, nearer(settings.threshold_m),
                                                   Threshold<double>{settings.threshold_m, at_t}, g);
      if (edges_m.empty()) sums[0].add(weight * f);
      for (std::size_t band = 0; band + 1 < edges_m.size(); ++band) {
        if (!nearer(edges_m[band]) && nearer(edges_m[band + 1])) sums[band].add(weight * f);
      }
    }
  });
  std::vector<double> values;
  values.reserve(sums.size());
  for (const CompensatedSum& sum : sums) values.push_back(sum.value());
  return values;
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
