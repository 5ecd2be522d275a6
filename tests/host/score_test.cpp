// Scores of a set of points: small populations, multiplicities, counts, and what is refused. The formula itself is
// held against the reference in engine_test.cpp.

#include "host/score.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "host/results.h"
#include "kernels/error.h"
#include "tests/clouds.h"
#include "tests/reference.h"

namespace dscore::test {
namespace {

Scores score_of(const Cloud& cloud, const PairSettings& settings = {}) {
  return score(*make_cpu_backend(2), cloud.points(), settings);
}

std::string complaint(const Cloud& cloud) {
  try {
    score_of(cloud);
  } catch (const UsageError&) {
    return "a usage error";
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

TEST(Score, SettlesNobodyAndOne) {
  const Scores none = score_of({});
  EXPECT_TRUE(none.d.empty());
  EXPECT_EQ(none.establishments, 0U);
  EXPECT_EQ(none.locations, 0U);
  EXPECT_EQ(none.pairs_within_threshold, 0U);

  const Scores one = score_of(uniform(1));
  ASSERT_EQ(one.d.size(), 1U);
  EXPECT_TRUE(is_missing(one.d[0]));
  EXPECT_EQ(one.locations, 1U);
  EXPECT_EQ(one.pairs_within_threshold, 0U);
}

TEST(Score, ScoresOneRowThatStandsForMany) {
  Cloud cloud = coincident(1);
  cloud.multiplicity = {3};
  const Scores scores = score_of(cloud);
  EXPECT_EQ(scores.d, std::vector<double>{1});  // two others at 0 km, 1/max(0, 1 km) each, over two
  EXPECT_EQ(scores.establishments, 3U);
  EXPECT_EQ(scores.coincident_pairs, 6U);
  EXPECT_EQ(scores.pairs_within_threshold, 6U);
}

TEST(Score, ScoresThreeByHand) {
  Cloud cloud;  // two on one spot, a third 2 km east
  cloud.add(100'000, 400'000);
  cloud.add(102'000, 400'000);
  cloud.add(100'000, 400'000);
  const auto expect_scores = [&](ThresholdRule rule, double t, const std::vector<double>& expected) {
    EXPECT_LE(worst_error(score_of(cloud, {rule, t, {}}).d, expected), 1e-14);
  };
  expect_scores(ThresholdRule::cap, 1000, {0.75, 0.5, 0.75});
  expect_scores(ThresholdRule::exclude, 1000, {0.25, 0.5, 0.25});
  expect_scores(ThresholdRule::none, 1000, {0.25, 0.5, 0.25});
  expect_scores(ThresholdRule::shift, 2000, {0.375, 0.25, 0.375});
  const Scores scores = score_of(cloud);
  EXPECT_EQ(scores.locations, 2U);
  EXPECT_EQ(scores.coincident_pairs, 2U);
  EXPECT_EQ(scores.pairs_within_threshold, 2U);
  EXPECT_EQ(score_of(cloud, {ThresholdRule::cap, 2000, {}}).pairs_within_threshold, 2U);  // 2 km is not within 2 km
  EXPECT_EQ(score_of(cloud, {ThresholdRule::cap, 2001, {}}).pairs_within_threshold, 6U);
}

TEST(Score, IsAtMostOneOverTheThreshold) {
  Cloud near;  // 1,500 places within 400 m, some of them twice
  for (int i = 0; i < 1'500; ++i) near.add(100'000 + 0.37 * (i % 700), 400'000 + (i * i) % 211);
  for (const Precision precision : {Precision::double_, Precision::mixed}) {
    for (const double t : {700.0, 1000.0, 3000.0}) {
      const Scores scores = score_of(near, {ThresholdRule::cap, t, precision});
      EXPECT_EQ(scores.d, std::vector<double>(near.x.size(), 1000 / t)) << t;
    }
    for (const ThresholdRule rule : {ThresholdRule::cap, ThresholdRule::shift}) {
      EXPECT_EQ(score_of(coincident(7), {rule, 1000, precision}).d, std::vector<double>(7, 1)) << "all in one place";
    }
  }
  Cloud pair;  // exactly at the threshold: the largest value that exclude has
  pair.add(100'000, 400'000);
  pair.add(100'600, 400'800);
  EXPECT_EQ(score_of(pair, {ThresholdRule::exclude, 1000, {}}).d, std::vector<double>(2, 1));
  EXPECT_GT(score_of(pair, {ThresholdRule::none, 2000, {}}).d[0], 0.99) << "no bound without a threshold";
}

TEST(Score, KeepsScoresBelowTheBoundApart) {
  Cloud cloud;  // one of 1,000 others lies just beyond t
  for (int i = 0; i < 1'000; ++i) cloud.add(100'000, 400'000);
  cloud.add(101'001, 400'000);
  const Scores scores = score_of(cloud);
  EXPECT_NEAR(scores.d[0], 1 - (1 - 1 / 1.001) / 1000, 1e-14);
  EXPECT_LT(scores.d[0], 1);
}

TEST(Score, IsTheSameForAllInOnePlace) {
  Cloud cloud = uniform(400);
  const Cloud once = cloud;
  for (std::size_t i = once.x.size(); i-- > 0;) cloud.add(once.x[i], once.y[i]);
  const Scores scores = score_of(cloud);
  for (std::size_t i = 0; i < 400; ++i) EXPECT_EQ(scores.d[i], scores.d[799 - i]);
}

TEST(Score, TimesItsStages) {
  const Scores scores = score_of(uniform(2'000));
  EXPECT_GT(scores.merge_s, 0);
  EXPECT_GT(scores.pairs_s, 0);
}

TEST(Score, RefusesBadPointsWithTheirRow) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double inf = std::numeric_limits<double>::infinity();
  for (const double bad : {nan, inf, -inf, 1.1e8, -1.1e8}) {
    Cloud x = uniform(5);
    x.x[3] = bad;
    EXPECT_EQ(complaint(x).rfind("row 4, column x: ", 0), 0U) << complaint(x);
    Cloud y = uniform(5);
    y.y[0] = bad;
    EXPECT_EQ(complaint(y).rfind("row 1, column y: ", 0), 0U) << complaint(y);
  }
  Cloud limit = uniform(3);
  limit.x = {1e8, -1e8, 0};
  EXPECT_EQ(complaint(limit), "");

  Cloud zero = uniform(3);
  zero.multiplicity = {1, 0, 1};
  EXPECT_EQ(complaint(zero).rfind("row 2, multiplicity: ", 0), 0U) << complaint(zero);

  Cloud shorter = uniform(3);
  shorter.y.pop_back();
  EXPECT_EQ(complaint(shorter).rfind("points: 3 x, 2 y", 0), 0U) << complaint(shorter);
  shorter = uniform(3);
  shorter.multiplicity = {1, 1};
  EXPECT_EQ(complaint(shorter).rfind("points: 3 x, 3 y and 2 ", 0), 0U) << complaint(shorter);

  Cloud many = uniform(2);
  many.multiplicity = {4'000'000'000U, 1};
  EXPECT_EQ(complaint(many).rfind("points: 4000000001 establishments", 0), 0U) << complaint(many);
}

TEST(Score, CountsPairsOfTheLargestPopulationThereMayBe) {
  Cloud cloud = uniform(2);
  cloud.multiplicity = {3'999'999'999U, 1};
  const Scores scores = score_of(cloud);
  EXPECT_EQ(scores.establishments, kMaxEstablishments);
  EXPECT_EQ(scores.coincident_pairs, 3'999'999'999U * std::uint64_t{3'999'999'998U});
}

}  // namespace
}  // namespace dscore::test
