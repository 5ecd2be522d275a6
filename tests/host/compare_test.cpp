// Results beside published figures: rank correlation, matching, missing values, types.

#include "host/compare.h"

#include <gtest/gtest.h>

#include <random>

#include "kernels/error.h"

namespace dscore {
namespace {

using Names = std::vector<std::string>;

TEST(RankCorrelation, OfOrders) {
  EXPECT_EQ(rank_correlation(std::vector<double>{1, 2, 3}, std::vector<double>{10, 200, 3000}), 1);
  EXPECT_EQ(rank_correlation(std::vector<double>{1, 2, 3}, std::vector<double>{0.3, 0.2, -5}), -1);
  // 1 - 6 * sum of squared rank differences / (n (n^2 - 1)) without ties: ranks 1 2 3 4 5 and 2 1 4 3 5.
  EXPECT_DOUBLE_EQ(rank_correlation(std::vector<double>{1, 2, 3, 4, 5}, std::vector<double>{20, 10, 40, 30, 50}),
                   1 - 6.0 * 4 / (5 * 24));
}

TEST(RankCorrelation, TiesShareTheirMeanRank) {
  // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: sums of products of deviations 4.5, of squares 4.5 and 5.
  EXPECT_DOUBLE_EQ(rank_correlation(std::vector<double>{1, 2, 2, 3}, std::vector<double>{1, 2, 3, 4}),
                   4.5 / std::sqrt(4.5 * 5));
  // Tied in the same places: perfect.
  EXPECT_DOUBLE_EQ(rank_correlation(std::vector<double>{1, 1, 2, 2}, std::vector<double>{5, 5, 9, 9}), 1);
}

TEST(RankCorrelation, DoesNotDependOnOrderOrScale) {
  std::mt19937 chance(5);
  std::vector<double> a;
  std::vector<double> b;
  for (int i = 0; i < 100; ++i) {
    a.push_back(static_cast<double>(chance() % 20));
    b.push_back(a.back() + static_cast<double>(chance() % 20));
  }
  const double expected = rank_correlation(a, b);
  EXPECT_GT(expected, 0.3);
  EXPECT_LT(expected, 0.95);
  EXPECT_DOUBLE_EQ(rank_correlation(b, a), expected);
  std::vector<double> scaled = b;
  for (double& value : scaled) value = std::exp(value / 10);
  EXPECT_DOUBLE_EQ(rank_correlation(a, scaled), expected);
  std::reverse(a.begin(), a.end());
  std::reverse(b.begin(), b.end());
  EXPECT_DOUBLE_EQ(rank_correlation(a, b), expected);
}

TEST(RankCorrelation, MissingWhereThereIsNoOrder) {
  EXPECT_TRUE(is_missing(rank_correlation({}, {})));
  EXPECT_TRUE(is_missing(rank_correlation(std::vector<double>{1}, std::vector<double>{2})));
  EXPECT_TRUE(is_missing(rank_correlation(std::vector<double>{1, 2, 3}, std::vector<double>{7, 7, 7})));
}

/// A benchmark and two sectors in three regions.
Results example() {
  Results r;
  r.input.populations = {{"all", "", std::nullopt}, {"food", "", 0}, {"water", "", 0}};
  r.input.regions = {{"A", "Alpha", ""}, {"B", "Beta", ""}, {"C", "Gamma", ""}};
  PopulationResult all;
  all.establishments = 100;
  all.mean_d = 0.02;
  PopulationResult food = all;
  food.establishments = 50;
  food.mean_d = 0.03;
  food.p90 = 0.05;
  r.populations = {all, food, {}};
  const auto region = [](double jobs, double lq, double mean_d, int type) {
    RegionResult of;
    of.jobs = jobs;
    of.lq = lq;
    of.mean_d = mean_d;
    of.type = type;
    return of;
  };
  r.regions = {{{}, {}, {}},
               {region(10, 1.5, 0.01, 1), region(20, 0.5, 0.02, 0), region(30, 1.1, 0.06, 2)},
               {region(1, 2, kMissing, 0), {}, {}}};
  return r;
}

PublishedTables published() {
  PublishedTables t;
  t.national = {{"food", {40, 0.025, kMissing, 0.2, 0.05, 0}}, {"all", {100, 0.02, 0.01, 0.1, kMissing, kMissing}}};
  t.regional = {
      {"food", "C", "", {30, 1.0, 0.05}}, {"food", "A", "", {20, 1.5, 0.02}}, {"food", "B", "", {20, kMissing, 0.03}}};
  t.types = {{"food", "A", 1}, {"food", "B", 3}};
  return t;
}

TEST(Compare, NationalFiguresSideBySide) {
  const Comparison c = compare(example(), published());
  ASSERT_EQ(c.national.size(), 2U);
  EXPECT_EQ(c.national[0].population, "food");
  const auto& of = c.national[0].statistics;
  EXPECT_EQ(of[0].published, 40);
  EXPECT_EQ(of[0].computed, 50);
  EXPECT_EQ(of[0].difference(), 10);
  EXPECT_EQ(of[0].relative(), 0.25);
  EXPECT_TRUE(of[1].both());
  EXPECT_FALSE(of[2].both());  // not published
  EXPECT_TRUE(is_missing(of[2].difference()));
  EXPECT_FALSE(of[3].both());  // not computed
  EXPECT_EQ(of[4].difference(), 0);
  EXPECT_EQ(of[5].published, 0);
  EXPECT_TRUE(is_missing(of[5].relative()));  // 0 is a value, but nothing to divide by
}

TEST(Compare, RegionsByCodeWhateverTheOrder) {
  const Comparison c = compare(example(), published());
  ASSERT_EQ(c.regional.size(), 3U);
  EXPECT_EQ(c.regional[0].region, "C");
  EXPECT_EQ(c.regional[0].region_name, "Gamma");
  EXPECT_EQ(c.regional[0].quantities[2].computed, 0.06);
  ASSERT_EQ(c.sectors.size(), 1U);
  const auto& [jobs, lq, mean_d] = c.sectors[0].quantities;
  EXPECT_EQ(mean_d.regions, 3U);
  EXPECT_DOUBLE_EQ(mean_d.rank_correlation, 1);
  EXPECT_DOUBLE_EQ(mean_d.mean_absolute_deviation, 0.01);
  EXPECT_DOUBLE_EQ(mean_d.mean_deviation, -0.01 / 3);
  EXPECT_EQ(lq.regions, 2U);  // a blank is no zero
  EXPECT_NEAR(lq.mean_absolute_deviation, 0.05, 1e-15);
  EXPECT_EQ(c.regional[lq.farthest].region, "C");
  EXPECT_EQ(jobs.regions, 3U);
  EXPECT_EQ(c.regional[jobs.farthest].region, "A");
  EXPECT_DOUBLE_EQ(jobs.rank_correlation, 1.5 / std::sqrt(2 * 1.5));
}

TEST(Compare, TypesOfEitherSide) {
  const Comparison c = compare(example(), published());
  ASSERT_EQ(c.types.size(), 3U);
  const auto expect = [&](std::size_t k, const char* region, int there, int here) {
    EXPECT_EQ(c.types[k].region, region);
    EXPECT_EQ(c.types[k].published, there);
    EXPECT_EQ(c.types[k].computed, here);
  };
  expect(0, "A", 1, 1);
  expect(1, "B", 3, 0);
  expect(2, "C", 0, 2);
  EXPECT_EQ(c.sectors[0].types_published, 2U);
  EXPECT_EQ(c.sectors[0].types_matched, 1U);
  EXPECT_EQ(c.sectors[0].types_more, 1U);
}

TEST(Compare, MissingScoresAreNotCompared) {
  PublishedTables t = published();
  t.regional.push_back({"water", "A", "", {1, 2, 0.01}});
  const Comparison c = compare(example(), t);
  ASSERT_EQ(c.sectors.size(), 2U);
  EXPECT_EQ(c.sectors[1].population, "water");
  EXPECT_EQ(c.sectors[1].quantities[2].regions, 0U);
  EXPECT_TRUE(is_missing(c.sectors[1].quantities[2].mean_absolute_deviation));
  EXPECT_EQ(c.sectors[1].quantities[1].regions, 1U);
  EXPECT_TRUE(is_missing(c.sectors[1].quantities[1].rank_correlation));
}

TEST(Compare, ListsWhatDoesNotMatch) {
  PublishedTables t = published();
  t.national.push_back({"steel", {}});
  t.regional.push_back({"coal", "A", "", {}});
  t.regional.push_back({"food", "X", "", {}});
  t.regional.push_back({"coal", "X", "", {}});
  t.types.push_back({"steel", "Y", 2});
  const Unmatched u = compare(example(), t).unmatched;
  EXPECT_EQ(u.published_populations, (Names{"steel", "coal"}));
  EXPECT_EQ(u.computed_populations, Names{"water"});
  EXPECT_EQ(u.published_regions, (Names{"X", "Y"}));
  EXPECT_EQ(u.computed_regions, Names());
  t.regional.resize(1);  // only C
  t.types.clear();
  EXPECT_EQ(compare(example(), t).unmatched.computed_regions, (Names{"A", "B"}));
}

TEST(Compare, RefusesWhatHasNothingInCommon) {
  PublishedTables t = published();
  for (auto& row : t.regional) row.region += "x";
  for (auto& row : t.types) row.region += "x";
  try {
    compare(example(), t);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("none of the regions"), std::string::npos) << error.what();
  }
  t = published();
  for (auto& row : t.national) row.population += "x";
  for (auto& row : t.regional) row.population += "x";
  for (auto& row : t.types) row.population += "x";
  try {
    compare(example(), t);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("none of the populations"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace dscore
