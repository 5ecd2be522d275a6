// Methods, their choice, and the check that every fast sum goes through.

#include "host/summation.h"

#include <gtest/gtest.h>

#include "host/score.h"
#include "host/self_check.h"
#include "kernels/error.h"
#include "tests/clouds.h"
#include "tests/reference.h"

namespace dscore::test {
namespace {

TEST(Summation, FallsBackToExactSumsWhereTheFastOnesAreOff) {
  // Everyone is within the threshold of everyone: under `exclude` all scores are 0, and no error is small beside them.
  const auto backend = make_cpu_backend(2);
  Cloud cloud;
  Random random(9);
  for (int i = 0; i < 1'500; ++i) cloud.add(1e5 + 600 * random(), 4e5 + 600 * random());
  Summation summation(*backend, {{ThresholdRule::exclude, 1000, Precision::double_}, Method::p3m, 1e-6, true});
  const Scores scores = score(summation, cloud.points());
  EXPECT_TRUE(scores.sums.fell_back);
  EXPECT_EQ(scores.sums.method, Method::exact);
  EXPECT_GT(scores.sums.check.largest, 1e-6);
  for (const double d : scores.d) EXPECT_EQ(d, 0);
}

TEST(Summation, ChoosesByPredictedCost) {
  const auto backend = make_cpu_backend(2);
  const auto method = [&](const Cloud& cloud, Method asked) {
    Summation summation(*backend, {{}, asked, 1e-6, false});
    return score(summation, cloud.points()).sums;
  };
  EXPECT_EQ(method(uniform(30'000), Method::automatic).method, Method::p3m);
  EXPECT_EQ(method(uniform(500), Method::automatic).method, Method::exact);
  EXPECT_EQ(method(uniform(500), Method::p3m).method, Method::p3m);
  EXPECT_EQ(method(uniform(30'000), Method::exact).method, Method::exact);
  EXPECT_EQ(method(coincident(30'000), Method::p3m).method, Method::exact);
  EXPECT_EQ(method(uniform(500), Method::tree).method, Method::tree);
  EXPECT_EQ(method(coincident(30'000), Method::tree).method, Method::exact);
  for (const Method asked : {Method::automatic, Method::exact, Method::p3m, Method::tree}) {
    EXPECT_FALSE(method(uniform(1'500), asked).why.empty());
  }
}

TEST(Summation, TakesTheTreeWhereAMeshWouldBeTooLarge) {
  const auto backend = make_cpu_backend(2);
  Cloud cloud;
  Random random(10);
  for (int i = 0; i < 60'000; ++i) {
    const double corner = i % 2 == 0 ? 0 : 9e7;
    cloud.add(corner + 2e4 * random(), corner + 2e4 * random());
  }
  Summation summation(*backend, {{}, Method::automatic, 1e-6, true});
  const SumReport sums = score(summation, cloud.points()).sums;
  EXPECT_EQ(sums.method, Method::tree) << sums.why;
  EXPECT_LE(sums.check.largest, 1e-6);
}

TEST(Summation, StopsWhenProgressThrows) {
  const auto backend = make_cpu_backend(2);
  const Cloud cloud = uniform(3'000);
  for (const Method method : {Method::p3m, Method::tree}) {
    Summation summation(*backend, {{}, method, 1e-6, true});
    EXPECT_THROW(score(summation, cloud.points(), [](double) { throw Interrupted(); }), Interrupted);
    EXPECT_NO_THROW(score(summation, cloud.points()));  // and is fit for use afterwards
  }
}

TEST(Summation, ReportsProgressUpToTheEnd) {
  const auto backend = make_cpu_backend(2);
  for (const Method method : {Method::p3m, Method::tree}) {
    for (const bool check : {true, false}) {
      std::vector<double> fractions;
      Summation summation(*backend, {{}, method, 1e-6, check});
      score(summation, uniform(3'000).points(), [&](double f) { fractions.push_back(f); });
      EXPECT_TRUE(std::is_sorted(fractions.begin(), fractions.end()));
      EXPECT_EQ(fractions.back(), 1);
    }
  }
}

TEST(Summation, ChecksAsManyForSeveralSetsAsForOne) {
  const auto backend = make_cpu_backend(2);
  Summation summation(*backend, {{}, Method::p3m, 1e-6, true});
  const Cloud clouds[] = {uniform(20'000), towns(9'000), uniform(1'500), coincident(2)};
  Scoring scoring(summation);
  for (const Cloud& cloud : clouds) scoring.add(cloud.points());
  std::size_t checked = 0;
  for (std::size_t k = 0; k < std::size(clouds); ++k) {
    const Scores scores = scoring.score(k);
    EXPECT_LE(worst_error(scores.d, score(*backend, clouds[k].points(), {}).d), 1e-6) << k;
    EXPECT_EQ(scores.sums.method, k < 3 ? Method::p3m : Method::exact);
    if (k < 3) {
      EXPECT_GE(scores.sums.check.targets, kLeastChecked);
    }
    checked += scores.sums.check.targets;
  }
  EXPECT_GT(checked, kCheckedTargets - std::size(clouds));
  EXPECT_LT(checked, kCheckedTargets + std::size(clouds) * kLeastChecked);
}

TEST(Summation, SumsUpToACutOffExactly) {
  const auto backend = make_cpu_backend(2);
  const MergedPoints points = backend->merge(towns(30'000).points());
  const PairSettings settings{.cutoff_m = 10'000};
  Summation summation(*backend, {settings, Method::automatic});
  const MergedPoints* const set = &points;
  const std::vector<SumPlan> plans = summation.plan({&set, 1});
  ASSERT_TRUE(plans[0].exact());
  SumReport report;
  EXPECT_EQ(summation.sum(points, plans[0], {}, report).sum_per_m, backend->sum_pairs(points, settings, {}).sum_per_m);
  EXPECT_EQ(report.method, Method::exact);
  EXPECT_THROW(Summation(*backend, {settings, Method::p3m}), UsageError);
  EXPECT_THROW(Summation(*backend, {settings, Method::tree}), UsageError);
}

TEST(SelfCheck, FindsWhatIsWrong) {
  const auto backend = make_cpu_backend(2);
  const MergedPoints points = backend->merge(towns(5'000).points());
  const PairSettings settings;
  PairSums sums = backend->sum_pairs(points, settings, {});
  EXPECT_LT(check_sums(points, settings, sums, kCheckedTargets, 2).largest, 1e-13);
  EXPECT_EQ(check_sums(points, settings, sums, kCheckedTargets, 2).targets, kCheckedTargets);
  const auto largest = std::max_element(sums.sum_per_m.begin(), sums.sum_per_m.end());
  *largest *= 1 + 1e-7;
  const SelfCheck off = check_sums(points, settings, sums, kCheckedTargets, 2);
  EXPECT_GT(off.largest, 5e-8);
  EXPECT_LT(off.largest, 2e-7);
  EXPECT_GT(off.rms, off.largest / 40);
  *largest = NAN;
  EXPECT_FALSE(check_sums(points, settings, sums, kCheckedTargets, 2).largest <= 1e-3);
}

}  // namespace
}  // namespace dscore::test
