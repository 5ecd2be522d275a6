// Sorting, means, quantiles and sums by region on the CPU: the backend's calls over kernels/reduce.h.

#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "kernels/backend.h"
#include "kernels/sort_cpu.h"
#include "tests/clouds.h"

namespace dscore::test {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::vector<double> skewed(std::size_t n, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> d;
  for (std::size_t i = 0; i < n; ++i) d.push_back(0.02 * std::exp(random.normal()));
  return d;
}

void expect_sorts(std::vector<std::uint64_t> items) {
  std::vector<std::uint64_t> expected = items;
  std::sort(expected.begin(), expected.end());
  const int threads_before = omp_get_max_threads();
  for (const int threads : {1, 2, 5}) {
    omp_set_num_threads(threads);
    std::vector<std::uint64_t> sorted = items;
    sort_parallel(sorted.data(), sorted.size());
    EXPECT_EQ(sorted, expected) << items.size() << " items, " << threads << " threads";
  }
  omp_set_num_threads(threads_before);
}

TEST(SortParallel, SortsWhateverTheRangeAndOrder) {
  Random random(21);
  for (const std::size_t n : {0, 1, 2, 31, 32, 33, 257, 16'383, 16'384, 100'003}) {
    std::vector<std::uint64_t> items(n);
    for (std::uint64_t& item : items) item = random.bits();
    expect_sorts(items);
    for (std::uint64_t& item : items) item = random.bits() % 7;  // ties
    expect_sorts(items);
    for (std::uint64_t& item : items) item = ~std::uint64_t{0} - (random.bits() >> 60U);  // a narrow range, high up
    expect_sorts(items);
    for (std::uint64_t& item : items) item = std::bit_cast<std::uint64_t>(0.01 + 0.1 * random());  // as scores are
    expect_sorts(items);
    std::sort(items.begin(), items.end());
    expect_sorts(items);
    std::reverse(items.begin(), items.end());
    expect_sorts(items);
    if (n > 0) items.back() = ~std::uint64_t{0};  // an outlier leaves one bucket for all the others
    expect_sorts(items);
    std::fill(items.begin(), items.end(), 5);
    expect_sorts(items);
  }
}

TEST(Summarise, FindsMeanMaximumAndQuantiles) {
  const std::vector<double> probabilities{0, 0.1, 0.5, 0.9, 0.95, 1};
  for (const std::size_t n : {1, 2, 1'023, 1'024, 1'025, 50'021}) {
    const std::vector<double> d = skewed(n, n);
    std::vector<double> sorted = d;
    std::sort(sorted.begin(), sorted.end());
    const ScoreSummary summary = make_cpu_backend(2)->summarise(d, 7, probabilities);
    long double total = 0;
    for (const double value : d) total += value;
    EXPECT_DOUBLE_EQ(summary.mean, static_cast<double>(total / static_cast<long double>(n)));
    EXPECT_EQ(summary.max, sorted.back());
    ASSERT_EQ(summary.quantiles.size(), probabilities.size());
    for (std::size_t k = 0; k < probabilities.size(); ++k) {
      const double at = static_cast<double>(n - 1) * probabilities[k];
      const auto low = static_cast<std::size_t>(at);
      const double weight = at - static_cast<double>(low);
      EXPECT_DOUBLE_EQ(summary.quantiles[k], (1 - weight) * sorted[low] + weight * sorted[std::min(low + 1, n - 1)]);
    }
  }
}

TEST(Summarise, UsesTheTypeAskedFor) {
  const std::vector<double> d{7, 1, 4, 2.5, 7};
  const std::vector<double> quarter{0.25};
  const auto backend = make_cpu_backend(1);
  EXPECT_EQ(backend->summarise(d, 1, quarter).quantiles[0], 2.5);  // as R, see quantile_test.cpp
  EXPECT_EQ(backend->summarise(d, 3, quarter).quantiles[0], 1);
  EXPECT_EQ(backend->summarise(d, 4, quarter).quantiles[0], 1.375);
  EXPECT_EQ(backend->summarise(d, 6, quarter).quantiles[0], 1.75);
}

TEST(Summarise, OrdersNegativeNumbersAndZeros) {
  const std::vector<double> d{0.0, -3, 5, -0.0, -1e-310, 1e-310, -7};
  const std::vector<double> ends{0, 1.0 / 6, 1};
  const ScoreSummary summary = make_cpu_backend(2)->summarise(d, 7, ends);
  EXPECT_EQ(summary.quantiles, (std::vector<double>{-7, -3, 5}));
  EXPECT_EQ(summary.max, 5);
}

TEST(Summarise, KeepsSmallTermsOfASum) {
  std::vector<double> d(3'000, 1.0);
  d.front() = 1e17;
  d.back() = -1e17;
  EXPECT_EQ(make_cpu_backend(2)->summarise(d, 7, {}).mean, 2'998.0 / 3'000.0);
}

TEST(Summarise, GivesTheSameBitsForAnyNumberOfThreads) {
  const std::vector<double> d = skewed(70'001, 5);
  const std::vector<double> probabilities{0.1, 0.5, 0.9};
  const ScoreSummary one = make_cpu_backend(1)->summarise(d, 8, probabilities);
  for (const int threads : {2, 3, 7}) {
    const ScoreSummary many = make_cpu_backend(threads)->summarise(d, 8, probabilities);
    EXPECT_EQ(one.mean, many.mean);
    EXPECT_EQ(one.quantiles, many.quantiles);
  }
}

struct Rows {
  std::vector<double> d, jobs;
  std::vector<std::uint16_t> region;
};

/// Regions 0 .. regions - 1 but for every third, which stays empty; one of them has half of all rows.
Rows rows_in_regions(std::size_t n, std::size_t regions) {
  Random random(31);
  Rows rows{skewed(n, 6), {}, {}};
  for (std::size_t i = 0; i < n; ++i) {
    rows.jobs.push_back(std::floor(100 * random()) / 8);
    const auto r = static_cast<std::size_t>(random() < 0.5 ? 1 : random() * static_cast<double>(regions));
    rows.region.push_back(static_cast<std::uint16_t>(std::min(r % 3 == 0 ? 1 : r, regions - 1)));
  }
  return rows;
}

TEST(SumByRegion, AgreesWithAPlainLoop) {
  for (const std::size_t regions : {1, 4, 40, 65'536}) {
    for (const std::size_t n : {1, 1'024, 1'025, 30'011}) {
      SCOPED_TRACE(std::to_string(n) + " rows in " + std::to_string(regions) + " regions");
      const Rows rows = rows_in_regions(n, regions);
      const double p90 = 0.05;
      const double p95 = rows.d.front();  // a tie: not above
      const RegionSums sums = make_cpu_backend(2)->sum_by_region(rows.d, rows.jobs, rows.region, regions, p90, p95);
      std::vector<std::uint64_t> establishments(regions), above_p90(regions), above_p95(regions);
      std::vector<long double> jobs(regions), d(regions);
      for (std::size_t i = 0; i < n; ++i) {
        const std::uint16_t r = rows.region[i];
        ++establishments[r];
        above_p90[r] += rows.d[i] > p90 ? 1 : 0;
        above_p95[r] += rows.d[i] > p95 ? 1 : 0;
        jobs[r] += rows.jobs[i];
        d[r] += rows.d[i];
      }
      EXPECT_EQ(sums.establishments, establishments);
      EXPECT_EQ(sums.above_p90, above_p90);
      EXPECT_EQ(sums.above_p95, above_p95);
      for (std::size_t r = 0; r < regions; ++r) {
        ASSERT_EQ(sums.jobs[r], static_cast<double>(jobs[r]));  // eighths add up exactly
        ASSERT_DOUBLE_EQ(sums.d_score[r], static_cast<double>(d[r]));
      }
    }
  }
}

TEST(SumByRegion, CountsNothingAboveAMissingBoundAndTakesNoRows) {
  const Rows rows = rows_in_regions(500, 4);
  const RegionSums sums = make_cpu_backend(2)->sum_by_region(rows.d, rows.jobs, rows.region, 4, kNaN, kNaN);
  EXPECT_EQ(sums.above_p90, std::vector<std::uint64_t>(4, 0));
  EXPECT_EQ(sums.above_p95, std::vector<std::uint64_t>(4, 0));
  EXPECT_EQ(std::accumulate(sums.establishments.begin(), sums.establishments.end(), std::uint64_t{0}), 500U);

  const RegionSums none = make_cpu_backend(2)->sum_by_region({}, {}, {}, 3, 0, 0);
  EXPECT_EQ(none.establishments, std::vector<std::uint64_t>(3, 0));
  EXPECT_EQ(none.jobs, std::vector<double>(3, 0));
}

TEST(SumByRegion, GivesTheSameBitsForAnyNumberOfThreads) {
  const Rows rows = rows_in_regions(70'001, 40);
  const RegionSums one = make_cpu_backend(1)->sum_by_region(rows.d, rows.jobs, rows.region, 40, 0.03, 0.05);
  for (const int threads : {2, 3, 7}) {
    const RegionSums many = make_cpu_backend(threads)->sum_by_region(rows.d, rows.jobs, rows.region, 40, 0.03, 0.05);
    EXPECT_EQ(one.jobs, many.jobs);
    EXPECT_EQ(one.d_score, many.d_score);
    EXPECT_EQ(one.above_p90, many.above_p90);
  }
}

}  // namespace
}  // namespace dscore::test
