// The fast methods as users get them, checked and with a second attempt and falling back: every tolerance, rule and
// shape of data.

#include <gtest/gtest.h>

#include <cmath>

#include "host/score.h"
#include "tests/clouds.h"
#include "tests/reference.h"

namespace dscore::test {
namespace {

constexpr ThresholdRule kRules[] = {ThresholdRule::cap, ThresholdRule::exclude, ThresholdRule::shift,
                                    ThresholdRule::none};

/// A lattice of 1 km: pairs exactly on the kink.
Cloud kilometre_lattice(std::size_t n) {
  Cloud cloud = lattice(n);
  for (double& x : cloud.x) x = 3e5 + 5 * (x - 3e5);
  for (double& y : cloud.y) y = 6e5 + 5 * (y - 6e5);
  return cloud;
}

TEST(Summation, KeepsEveryToleranceForEveryRuleOnEveryCloud) {
  std::vector<NamedCloud> clouds = all_clouds();
  clouds.push_back({"kilometre_lattice", kilometre_lattice});
  const auto backend = make_cpu_backend(2);
  for (const NamedCloud& named : clouds) {
    const Cloud cloud = named.make(1'100);
    for (const ThresholdRule rule : kRules) {
      const Reference expected = reference(cloud.points(), rule, 1000);
      for (const double tolerance : {1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11}) {
        SCOPED_TRACE(named.name + ", rule " + std::to_string(static_cast<int>(rule)) + ", tolerance 1e" +
                     std::to_string(static_cast<int>(std::floor(std::log10(tolerance)))));
        for (const Method method : {Method::p3m, Method::tree}) {
          Summation summation(*backend, {{rule, 1000, Precision::double_}, method, tolerance, true});
          const Scores scores = score(summation, cloud.points());
          EXPECT_LE(worst_error(scores.d, expected.d), tolerance);
          EXPECT_EQ(scores.pairs_within_threshold, expected.pairs_within);
          const SelfCheck& check = scores.sums.check;
          if (scores.sums.method == method) {
            EXPECT_LE(check.largest, tolerance);
            EXPECT_GE(check.targets, 500U);
          }
          // Where the near matters, the mesh alone must do, and exact sums must not hide that it does not. The tree
          // must do everywhere.
          const bool ordinary = named.name != "dense_town" && named.name != "tight_islands" &&
                                (rule == ThresholdRule::cap || rule == ThresholdRule::shift);
          if (named.name != "coincident" && (ordinary || method == Method::tree)) {
            EXPECT_EQ(scores.sums.method, method) << scores.sums.why;
          }
        }
      }
    }
  }
}

/// The check looks at some locations; the others must be as good.
TEST(Summation, KeepsTheToleranceAtLocationsThatAreNotChecked) {
  const auto backend = make_cpu_backend(2);
  for (const std::size_t n : {2'500, 9'000, 16'000}) {
    for (const Cloud& cloud : {towns(n), uniform(n)}) {
      for (const ThresholdRule rule : kRules) {
        const Scores exact = score(*backend, cloud.points(), {rule, 1000, Precision::double_});
        for (const double tolerance : {1e-4, 1e-6, 1e-9}) {
          Summation summation(*backend, {{rule, 1000, Precision::double_}, Method::p3m, tolerance, false});
          const Scores scores = score(summation, cloud.points());
          EXPECT_EQ(scores.sums.method, Method::p3m);
          EXPECT_LE(worst_error(scores.d, exact.d), tolerance) << n << ", rule " << static_cast<int>(rule);
        }
      }
    }
  }
}

}  // namespace
}  // namespace dscore::test
