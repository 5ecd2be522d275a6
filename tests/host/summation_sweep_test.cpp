// The fast methods as users get them, checked and with a second attempt and falling back: every tolerance, rule and
// shape of data.

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "host/score.h"
#include "kernels/error.h"
#include "kernels/exact_sums.h"
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

std::vector<std::uint32_t> all_of(const MergedPoints& points) {
  std::vector<std::uint32_t> all(points.size());
  std::iota(all.begin(), all.end(), 0U);
  return all;
}

/// The largest relative error of scores, which the others at the same place are a part of.
double worst_score_error(const MergedPoints& points, const PairSettings& settings, const std::vector<double>& sums,
                         const std::vector<double>& exact) {
  const double at_zero = coincident_value(settings.rule, settings.threshold_m, settings.decay);
  std::vector<double> score(sums);
  std::vector<double> expected(exact);
  for (std::size_t p = 0; p < points.size(); ++p) {
    score[p] += (points.multiplicity[p] - 1.0) * at_zero;
    expected[p] += (points.multiplicity[p] - 1.0) * at_zero;
  }
  return worst_error(score, expected);
}

TEST(Summation, KeepsEveryToleranceOfEveryDecay) {
  const auto backend = make_cpu_backend(2);
  for (const NamedCloud& named : all_clouds()) {
    const MergedPoints points = backend->merge(named.make(1'100).points());
    const PairSums pairs = backend->sum_pairs(points, {}, {});
    for (const Decay& decay : {Decay{DecayShape::power, 0.5}, Decay{DecayShape::power, 2}, Decay{DecayShape::power, 3},
                               Decay{DecayShape::exponential, 1 / 2e3}, Decay{DecayShape::exponential, 1 / 5e4}}) {
      for (const ThresholdRule rule : kRules) {
        const PairSettings settings{rule, 1000, Precision::double_, decay};
        const std::vector<double> exact = exact_sums(points, settings, all_of(points), 2);
        for (const double tolerance : {1e-3, 1e-6, 1e-9, 1e-11}) {
          SCOPED_TRACE(named.name + ", decay " + std::to_string(decay.parameter) + ", rule " +
                       std::to_string(static_cast<int>(rule)) + ", tolerance 1e" +
                       std::to_string(static_cast<int>(std::floor(std::log10(tolerance)))));
          Summation summation(*backend, {settings, Method::p3m, tolerance, true});
          const MergedPoints* const set = &points;
          SumReport report;
          const PairSums sums = summation.sum(points, summation.plan({&set, 1}).front(), {}, report);
          EXPECT_LE(worst_score_error(points, settings, sums.sum_per_m, exact), tolerance);
          EXPECT_EQ(sums.ordered_pairs_within, pairs.ordered_pairs_within);
          if (report.method == Method::p3m) {
            EXPECT_LE(report.check.largest, tolerance);
          }
          // Where many share a score, the mesh must do.
          const bool far_counts = decay == Decay{DecayShape::power, 0.5} || decay.parameter == 1 / 5e4;
          if (far_counts && rule == ThresholdRule::cap && (named.name == "uniform" || named.name == "towns")) {
            EXPECT_EQ(report.method, Method::p3m) << report.why;
          }
        }
      }
    }
  }
}

TEST(Summation, KeepsTheToleranceOfWeights) {
  const auto backend = make_cpu_backend(2);
  const MergedPoints points = backend->merge(towns(4'000).points());
  std::vector<double> weights;
  Random random(3);
  for (std::size_t p = 0; p < points.size(); ++p) weights.push_back(1 / (1e-3 + random()));
  const MergedPoints* const set = &points;
  for (const ThresholdRule rule : kRules) {
    const PairSettings settings{rule, 1000, Precision::double_};
    const std::vector<double> exact = exact_sums(points, settings, all_of(points), 2, {}, weights);
    const std::uint64_t within = backend->sum_pairs(points, settings, {}).ordered_pairs_within;
    for (const Method method : {Method::exact, Method::p3m, Method::automatic}) {
      Summation summation(*backend, {settings, method, 1e-8, true, true});
      SumReport report;
      const PairSums sums = summation.sum(points, summation.plan({&set, 1}).front(), {}, report, weights);
      EXPECT_LE(worst_error(sums.sum_per_m, exact), 1e-8);
      EXPECT_EQ(sums.ordered_pairs_within, within);  // of establishments, whatever they count as
      EXPECT_NE(report.method, Method::tree);
      EXPECT_TRUE(method == Method::automatic || report.method == method);
    }
  }
}

TEST(Summation, RefusesWeightsByATree) {
  const auto backend = make_cpu_backend(1);
  EXPECT_THROW(Summation(*backend, {{}, Method::tree, 1e-6, true, true}), UsageError);
}

TEST(Summation, RefusesOtherDecaysByATree) {
  const auto backend = make_cpu_backend(2);
  const PairSettings settings{ThresholdRule::cap, 1000, Precision::double_, {DecayShape::power, 2}};
  EXPECT_THROW(Summation(*backend, {settings, Method::tree, 1e-6, true}), UsageError);
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
