#pragma once
// What the tests of the fast methods and of exact sums try: rules, decays, weights, sets of points.

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "kernels/backend.h"
#include "kernels/p3m/cloud.h"
#include "tests/clouds.h"
#include "tests/reference.h"

namespace dscore::test {

inline constexpr ThresholdRule kRules[] = {ThresholdRule::cap, ThresholdRule::exclude, ThresholdRule::shift,
                                           ThresholdRule::none};

/// Decays other than 1/d: near and far make up the scores, or the near, or the far.
inline constexpr Decay kDecays[] = {{DecayShape::power, 0.5},           {DecayShape::power, 2},
                                    {DecayShape::power, 2.6},           {DecayShape::power, 3},
                                    {DecayShape::exponential, 1 / 2e3}, {DecayShape::exponential, 1 / 5e4}};

inline std::string name_of(const PairSettings& settings) {
  return std::string(settings.decay.shape == DecayShape::power ? "power " : "exponential ") +
         std::to_string(settings.decay.parameter) + ", rule " + std::to_string(static_cast<int>(settings.rule));
}

inline MergedPoints merge(const Cloud& cloud) { return make_cpu_backend(2)->merge(cloud.points()); }

/// The largest relative error of the scores that sums make, against the compensated reference.
inline double worst_score_error(const Cloud& cloud, const MergedPoints& points, const PairSums& sums,
                                ThresholdRule rule, const Reference& expected, const Decay& decay = {}) {
  double establishments = 0;
  for (const double m : points.multiplicity) establishments += m;
  std::vector<double> d(cloud.size());
  for (std::size_t i = 0; i < cloud.size(); ++i) {
    const std::uint32_t p = points.location[i];
    const double own = (points.multiplicity[p] - 1.0) * coincident_value(rule, 1000, decay);
    d[i] = 1000 * (sums.sum_per_m[p] + own) / (establishments - 1);
  }
  return worst_error(d, expected.d);
}

/// Real weights, some of them 0 and one that has half of all.
inline std::vector<double> weights_of(std::size_t locations) {
  Random random(8);
  std::vector<double> weights(locations);
  double all = 0;
  for (double& w : weights) all += w = random() < 0.1 ? 0 : 1 / (1e-2 + random());
  weights[locations / 3] = all;
  return weights;
}

/// Sets that a run could have: a country, a part of its establishments, few of them, and one town.
inline std::vector<MergedPoints> overlapping_sets(std::size_t n) {
  const Cloud all = towns(n);
  std::vector<Cloud> sets(4);
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t s = 0; s < sets.size(); ++s) {
      constexpr std::size_t kOneIn[] = {1, 2, 12};
      const bool in_town = std::hypot(all.x[i] - all.x[0], all.y[i] - all.y[0]) < 3'000;
      if (s < 3 ? i % kOneIn[s] == 0 : in_town) sets[s].add(all.x[i], all.y[i]);
    }
  }
  std::vector<MergedPoints> merged;
  merged.reserve(sets.size());
  for (const Cloud& set : sets) merged.push_back(merge(set));
  return merged;
}

inline p3m::Clouds measure_all(const std::vector<MergedPoints>& sets) {
  std::vector<const MergedPoints*> pointers;
  pointers.reserve(sets.size());
  for (const MergedPoints& set : sets) pointers.push_back(&set);
  return p3m::measure(pointers, 2);
}

/// One location in so many.
inline std::vector<std::uint32_t> every(std::size_t step, const MergedPoints& points) {
  std::vector<std::uint32_t> targets;
  for (std::size_t p = 0; p < points.size(); p += step) targets.push_back(static_cast<std::uint32_t>(p));
  return targets;
}

}  // namespace dscore::test
