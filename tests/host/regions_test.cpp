// Location quotients, results by region, and the types of the note's Table 1.

#include "host/regions.h"

#include <gtest/gtest.h>

#include <vector>

namespace dscore {
namespace {

TEST(LocationQuotient, ComparesShares) {
  EXPECT_EQ(location_quotient(10, 100, 100, 1'000), 1);
  EXPECT_EQ(location_quotient(20, 100, 100, 1'000), 2);
  EXPECT_EQ(location_quotient(0, 100, 100, 1'000), 0);
  EXPECT_TRUE(is_missing(location_quotient(0, 0, 100, 1'000)));
  EXPECT_TRUE(is_missing(location_quotient(0, 100, 0, 1'000)));
  for (std::uint64_t k = 1; k <= 1'000; ++k) {  // the nation's own proportions: exactly 1, never nearby
    ASSERT_EQ(location_quotient(3 * k, 7 * k, 3 * 1'013, 7 * 1'013), 1);
  }
}

TEST(RegionType, FollowsTableOne) {
  EXPECT_EQ(region_type(true, true, true), 1);
  EXPECT_EQ(region_type(true, true, false), 2);
  EXPECT_EQ(region_type(true, false, true), 3);
  EXPECT_EQ(region_type(true, false, false), 0);
  for (const bool specialisation : {false, true}) {
    for (const bool large : {false, true}) EXPECT_EQ(region_type(false, specialisation, large), 0);
  }
}

/// Ten members in regions 0 to 3; region 4 has establishments but no members, region 5 has none at all.
struct Example {
  std::vector<double> d{0.05, 0.07, 0.03, 0.04, 0.01, 0.02, 0.01, 0.01, 0.06, 0.06};
  std::vector<double> jobs{50, 20, 1, 1, 10, 10, 1, 2, 4, 1};
  std::vector<std::uint16_t> region{0, 0, 1, 1, 2, 2, 2, 2, 3, 3};
  RegionContext context{{10, 20, 30, 30, 10, 0}, 0.03, 0.05, 0.06, 0.05};

  std::vector<RegionResult> results() const { return region_results(*make_cpu_backend(1), d, jobs, region, context); }
};

TEST(RegionResults, AreSumsMeansSharesAndTypes) {
  const std::vector<RegionResult> r = Example().results();
  ASSERT_EQ(r.size(), 6U);

  EXPECT_EQ(r[0].establishments, 2U);
  EXPECT_EQ(r[0].jobs, 70);
  EXPECT_DOUBLE_EQ(r[0].lq, (2.0 / 10) / (10.0 / 100));
  EXPECT_DOUBLE_EQ(r[0].mean_d, 0.06);
  EXPECT_DOUBLE_EQ(r[0].share_above_p90, 0.5);  // 0.05 is at the bound, not above it
  EXPECT_DOUBLE_EQ(r[0].share_above_p95, 0.5);
  EXPECT_EQ(r[0].type, 1);

  EXPECT_DOUBLE_EQ(r[1].lq, 1);  // clustering alone: no type
  EXPECT_DOUBLE_EQ(r[1].mean_d, 0.035);
  EXPECT_EQ(r[1].type, 0);

  EXPECT_GT(r[2].lq, 1);  // specialised and large, but spread out
  EXPECT_EQ(r[2].jobs, 23);
  EXPECT_EQ(r[2].type, 0);

  EXPECT_LT(r[3].lq, 1);
  EXPECT_EQ(r[3].jobs, 5);  // 5 of 100 jobs are 5 %: large
  EXPECT_EQ(r[3].type, 3);
  EXPECT_DOUBLE_EQ(r[3].share_above_p90, 1);
  EXPECT_DOUBLE_EQ(r[3].share_above_p95, 0);
}

TEST(RegionResults, KnowTypeTwo) {
  Example example;
  example.context.large_share = 0.71;
  EXPECT_EQ(example.results()[0].type, 2);
  example.context.large_share = 0.7;  // 70 of 100 jobs
  EXPECT_EQ(example.results()[0].type, 1);
}

TEST(RegionResults, DoNotCallARegionWithoutJobsLarge) {
  Example example;
  example.jobs.assign(10, 0);
  example.context.large_share = 0;
  EXPECT_EQ(example.results()[0].type, 2);
  EXPECT_EQ(example.results()[3].type, 0);
}

TEST(RegionResults, SettleEmptyRegions) {
  const std::vector<RegionResult> r = Example().results();
  EXPECT_EQ(r[4].establishments, 0U);
  EXPECT_EQ(r[4].jobs, 0);
  EXPECT_EQ(r[4].lq, 0);  // establishments, none of them of this sector
  EXPECT_TRUE(is_missing(r[5].lq));
  for (const std::size_t k : {4, 5}) {
    EXPECT_TRUE(is_missing(r[k].mean_d));
    EXPECT_TRUE(is_missing(r[k].share_above_p90));
    EXPECT_EQ(r[k].type, 0);
  }
}

TEST(RegionResults, SettleAPopulationWithoutBenchmark) {
  Example example;
  example.context.benchmark_mean = example.context.benchmark_p90 = example.context.benchmark_p95 = kMissing;
  for (const RegionResult& result : example.results()) {
    EXPECT_TRUE(is_missing(result.share_above_p90));
    EXPECT_TRUE(is_missing(result.share_above_p95));
    EXPECT_EQ(result.type, 0);
  }
  EXPECT_DOUBLE_EQ(example.results()[0].mean_d, 0.06);
}

TEST(RegionResults, SettleAPopulationOfOneAndOfNone) {
  Example one;
  one.d = {kMissing};
  one.jobs = {9};
  one.region = {1};
  const std::vector<RegionResult> r = one.results();
  EXPECT_EQ(r[1].establishments, 1U);
  EXPECT_EQ(r[1].jobs, 9);
  EXPECT_DOUBLE_EQ(r[1].lq, 5);
  EXPECT_TRUE(is_missing(r[1].mean_d));
  EXPECT_EQ(r[1].type, 0);

  Example none;
  none.d.clear();
  none.jobs.clear();
  none.region.clear();
  for (const RegionResult& result : none.results()) {
    EXPECT_EQ(result.establishments, 0U);
    EXPECT_TRUE(is_missing(result.lq));
    EXPECT_TRUE(is_missing(result.mean_d));
  }
}

TEST(CountByRegion, CountsTheRegister) {
  const std::vector<std::uint16_t> region{2, 0, 2, 2};
  EXPECT_EQ(count_by_region(region, 4), (std::vector<std::uint64_t>{1, 0, 3, 0}));
}

}  // namespace
}  // namespace dscore
