// p-values from draws, false discovery rates, and the comparison of two samples.

#include "host/p_values.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "host/two_samples.h"
#include "tests/clouds.h"

namespace dscore::test {
namespace {

TEST(PValues, NormalTail) {  // scipy.stats.norm.sf
  EXPECT_DOUBLE_EQ(normal_upper_tail(0), 0.5);
  EXPECT_NEAR(normal_upper_tail(1), 0.158655254, 1e-9);
  EXPECT_NEAR(normal_upper_tail(-2), 0.977249868, 1e-9);
  EXPECT_NEAR(normal_upper_tail(5) / 2.86651572e-07, 1, 1e-8);
}

// The example of Benjamini & Hochberg (1995), section 3.2: at 5 % the first four of fifteen are significant.
TEST(PValues, FalseDiscoveryRateOfThePaper) {
  const std::vector<double> p = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                                 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
  const std::vector<double> q = benjamini_hochberg(p);
  EXPECT_EQ(std::count_if(q.begin(), q.end(), [](double value) { return value <= 0.05; }), 4);
  EXPECT_DOUBLE_EQ(q[0], 0.0015);
  EXPECT_DOUBLE_EQ(q[14], 1);
}

TEST(PValues, FalseDiscoveryRateLeavesOutWhatIsMissing) {
  const std::vector<double> q = benjamini_hochberg(std::vector<double>{0.04, kMissing, 0.01, 0.03});
  EXPECT_DOUBLE_EQ(q[0], 0.04);
  EXPECT_TRUE(is_missing(q[1]));
  EXPECT_DOUBLE_EQ(q[2], 0.03);
  EXPECT_DOUBLE_EQ(q[3], 0.04);
  EXPECT_TRUE(benjamini_hochberg({}).empty());
}

std::vector<double> some_draws(std::size_t n) {
  Random random(5);
  std::vector<double> draws(n);
  for (double& value : draws) value = 0.02 + 0.001 * random.normal();
  return draws;
}

TEST(Tally, CountsAndMoments) {
  const std::vector<double> draws = some_draws(999);
  const double observed = 0.0205;
  Tally tally(observed, observed, 0);
  for (const double value : draws) tally.add(value);
  const TestResult test = tally.test(draws);
  const double mean = std::accumulate(draws.begin(), draws.end(), 0.0) / 999;
  double squares = 0;
  for (const double value : draws) squares += (value - mean) * (value - mean);
  EXPECT_EQ(test.draws, 999U);
  EXPECT_NEAR(test.null_mean / mean, 1, 1e-10);
  EXPECT_NEAR(test.null_sd / std::sqrt(squares / 998), 1, 1e-9);
  const auto above = std::count_if(draws.begin(), draws.end(), [&](double value) { return value >= observed; });
  EXPECT_DOUBLE_EQ(test.p_upper, (static_cast<double>(above) + 1) / 1000);
  EXPECT_DOUBLE_EQ(test.p_lower, (999 - static_cast<double>(above) + 1) / 1000);
  EXPECT_DOUBLE_EQ(test.p_two_sided, 2 * test.p_upper);
  EXPECT_EQ(test.min, *std::min_element(draws.begin(), draws.end()));
  EXPECT_EQ(test.max, *std::max_element(draws.begin(), draws.end()));
  std::vector<double> sorted = draws;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_NEAR(test.low, 0.05 * sorted[24] + 0.95 * sorted[25 - 1], 1e-4);
  EXPECT_GT(test.high, sorted[972]);
  EXPECT_LT(test.high, sorted[975]);
}

TEST(Tally, AnyOrderGivesTheSameBits) {
  std::vector<double> draws = some_draws(500);
  const auto test_of = [&] {
    Tally tally(0.02, 0.02, 0);
    for (const double value : draws) tally.add(value);
    return tally.test({});
  };
  const TestResult forwards = test_of();
  std::reverse(draws.begin(), draws.end());
  const TestResult backwards = test_of();
  EXPECT_EQ(forwards.null_mean, backwards.null_mean);
  EXPECT_EQ(forwards.null_sd, backwards.null_sd);
}

TEST(Tally, DrawsThatAreAllTheSame) {
  Tally tally(0.3, 0.3, 0);
  for (int k = 0; k < 99; ++k) tally.add(0.3);
  const TestResult test = tally.test({});
  EXPECT_EQ(test.p_upper, 1);
  EXPECT_EQ(test.p_lower, 1);
  EXPECT_EQ(test.null_mean, 0.3);
  EXPECT_EQ(test.null_sd, 0);
}

TEST(Tally, DrawsWithoutTheStatisticDoNotCount) {
  Tally tally(1, 1, 0);
  for (const double value : {2.0, kMissing, 0.5, kMissing}) tally.add(value);
  const TestResult test = tally.test({});
  EXPECT_EQ(test.draws, 2U);
  EXPECT_DOUBLE_EQ(test.p_upper, 2.0 / 3);
  Tally nothing(kMissing, 1, 0);
  nothing.add(2);
  EXPECT_TRUE(is_missing(nothing.test({}).p_upper));
  EXPECT_TRUE(nothing.settled());
}

// Besag & Clifford (1991): h exceedances after l draws give h / l; else (r + 1) / (m + 1).
TEST(Tally, StopsEarly) {
  Tally tally(1, 1, 3);
  for (const double value : {2.0, 0.5, 2.0, 0.5, 0.5, 2.0}) {
    EXPECT_FALSE(tally.settled());
    tally.add(value);
  }
  EXPECT_TRUE(tally.settled());
  EXPECT_DOUBLE_EQ(tally.test({}).p_upper, 3.0 / 6);
  EXPECT_DOUBLE_EQ(tally.test({}).p_lower, 3.0 / 5);
  Tally open(1, 1, 3);
  for (const double value : {2.0, 0.5, 0.5}) open.add(value);
  EXPECT_FALSE(open.settled());
  EXPECT_DOUBLE_EQ(open.test({}).p_upper, 2.0 / 4);
}

TEST(TwoSamples, KolmogorovsDistribution) {  // scipy.stats.kstwobign.sf, on both sides of the change of series
  const std::vector<std::pair<double, double>> known = {{0.3, 0.9999906941986655},   {0.5, 0.9639452436648751},
                                                        {0.8, 0.5441424115741981},   {1.0, 0.26999967200167735},
                                                        {1.17, 0.12939004218561884}, {1.19, 0.11774229287977166},
                                                        {1.5, 0.022217962616525127}, {2.0, 0.0006709252557796953}};
  for (const auto& [x, p] : known) EXPECT_NEAR(kolmogorov_upper_tail(x), p, 1e-8) << x;
  EXPECT_EQ(kolmogorov_upper_tail(0), 1);
}

TEST(TwoSamples, SmallExampleWithTies) {  // scipy.stats.mannwhitneyu (asymptotic, no continuity), ks_2samp, kstwobign
  const std::vector<double> a = {1, 2, 2, 3, 5, 8, 8};
  const std::vector<double> b = {0, 2, 4, 4, 6, 7, 8, 9, 9};
  const TwoSamples found = compare(a, b);
  EXPECT_DOUBLE_EQ(found.mann_whitney_u, 23);
  EXPECT_NEAR(found.mann_whitney_p, 0.3647109530180639, 1e-12);
  EXPECT_NEAR(found.kolmogorov_smirnov, 0.3492063492063492, 1e-15);
  EXPECT_NEAR(found.kolmogorov_smirnov_p, 0.7229623933910558, 1e-8);
  EXPECT_NEAR(found.superiority, 23.0 / 63, 1e-15);
}

TEST(TwoSamples, AgainstAllPairsOnSamplesFullOfTies) {
  Random random(9);
  for (const double steps : {3.0, 40.0, 1e9}) {
    std::vector<double> a(57);
    std::vector<double> b(333);
    for (double& value : a) value = std::floor(steps * random()) / steps;
    for (double& value : b) value = std::floor(steps * random() * random()) / steps;
    double u = 0;
    for (const double x : a) {
      for (const double y : b) u += x > y ? 1 : x == y ? 0.5 : 0;
    }
    double farthest = 0;
    std::vector<double> all = a;
    all.insert(all.end(), b.begin(), b.end());
    for (const double at : all) {
      const auto share = [&](const std::vector<double>& values) {
        const auto n = std::count_if(values.begin(), values.end(), [&](double value) { return value <= at; });
        return static_cast<double>(n) / static_cast<double>(values.size());
      };
      farthest = std::max(farthest, std::fabs(share(a) - share(b)));
    }
    const TwoSamples found = compare(a, b);
    EXPECT_NEAR(found.mann_whitney_u, u, 1e-9 * u);
    EXPECT_NEAR(found.kolmogorov_smirnov, farthest, 1e-12);
  }
}

TEST(TwoSamples, WhatIsMissingOrAllTheSame) {
  const std::vector<double> some = {1, 2};
  EXPECT_TRUE(is_missing(compare({}, some).superiority));
  EXPECT_TRUE(is_missing(compare(some, std::vector<double>{kMissing}).superiority));
  const std::vector<double> same = {0.5, 0.5, 0.5};
  const TwoSamples found = compare(same, same);
  EXPECT_EQ(found.superiority, 0.5);
  EXPECT_EQ(found.kolmogorov_smirnov, 0);
  EXPECT_TRUE(is_missing(found.mann_whitney_z));
}

}  // namespace
}  // namespace dscore::test
