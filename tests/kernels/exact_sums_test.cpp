#include "kernels/exact_sums.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "kernels/pair.h"
#include "kernels/within.h"
#include "tests/clouds.h"
#include "tests/kernels/sum_cases.h"
#include "tests/reference.h"

namespace dscore::test {
namespace {

TEST(ExactSums, AreThoseOfThePairFormula) {
  const MergedPoints points = merge(lattice(900));
  const std::vector<double> weights = weights_of(points.size());
  const std::vector<std::uint32_t> targets = {0, 17, 444, 899};
  for (const Decay& decay : kDecays) {
    for (const ThresholdRule rule : kRules) {
      const PairSettings settings{rule, 1000, Precision::double_, decay};
      const std::vector<double> sums = exact_sums(points, settings, targets, 2, {}, weights);
      for (std::size_t k = 0; k < targets.size(); ++k) {
        CompensatedSum expected;
        const std::uint32_t p = targets[k];
        for (std::size_t q = 0; q < points.size(); ++q) {
          if (q == p) continue;
          const double dx = points.x_m[p] - points.x_m[q];
          const double dy = points.y_m[p] - points.y_m[q];
          const bool within = within_threshold(points.x_m[p], points.y_m[p], points.x_m[q], points.y_m[q], 1000);
          expected.add(weights[q] * with_rule(rule, [&](auto constant) {
                         return with_decay<double>(decay, [&](auto g) {
                           const Threshold<double> threshold{1000, decay_value(decay, 1000)};
                           return pair_value<constant()>(dx * dx + dy * dy, within, threshold, g);
                         });
                       }));
        }
        EXPECT_NEAR(sums[k], expected.value(), 1e-13 * expected.value()) << name_of(settings);
      }
    }
  }
}

TEST(ExactSums, AreThoseOfAllPairs) {
  for (const ThresholdRule rule : kRules) {
    const Cloud cloud = towns(1'200);
    const MergedPoints points = merge(cloud);
    const PairSettings settings{rule, 1000, Precision::double_};
    const PairSums all = make_cpu_backend(2)->sum_pairs(points, settings, {});
    std::vector<std::uint32_t> targets;
    std::vector<double> expected;
    for (std::uint32_t p = 0; p < points.size(); p += 7) {
      targets.push_back(p);
      expected.push_back(all.sum_per_m[p]);
    }
    EXPECT_LE(worst_error(exact_sums(points, settings, targets, 2), expected), 1e-13);
  }
}

}  // namespace
}  // namespace dscore::test
