// The CUDA backend against the plain double loop and against its peer on the CPU, call by call. Tests whose name begins
// with Small are what scripts/gpu_check.sh runs under compute-sanitizer.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/backend.h"
#include "kernels/error.h"
#include "tests/clouds.h"
#include "tests/cuda/gpu_fixture.h"
#include "tests/cuda/naive.h"

namespace dscore {
namespace {

constexpr ThresholdRule kRules[] = {ThresholdRule::cap, ThresholdRule::exclude, ThresholdRule::shift,
                                    ThresholdRule::none};

class CudaBackendTest : public test::OnCudaDevice {
 protected:
  void expect_like_reference(const std::string& name, std::size_t n) const {
    const MergedPoints points = test::cloud(name, n);
    for (const ThresholdRule rule : kRules) {
      for (const Precision precision : {Precision::double_, Precision::mixed}) {
        SCOPED_TRACE(testing::Message() << name << " of " << n << ", rule " << static_cast<int>(rule)
                                        << (precision == Precision::mixed ? ", mixed" : ", double"));
        const PairSettings settings{rule, 1000, precision};
        const PairSums sums = cuda_->sum_pairs(points, settings, {});
        const PairSums expected = test::naive_sums(points, settings);
        EXPECT_LE(test::worst_difference(sums.sum_per_m, expected.sum_per_m),
                  precision == Precision::mixed ? 1e-6 : 1e-12);
        EXPECT_EQ(sums.ordered_pairs_within, expected.ordered_pairs_within);
        const PairSums again = cuda_->sum_pairs(points, settings, {});
        EXPECT_EQ(again.sum_per_m, sums.sum_per_m);  // the same bits
      }
    }
  }
};

TEST_F(CudaBackendTest, SmallSums) {
  for (const std::size_t n : {1, 2, 255, 256, 257, 600}) expect_like_reference("spread", n);
  expect_like_reference("lattice", 512);
  expect_like_reference("towns", 600);
}

TEST_F(CudaBackendTest, SumsOfEveryCloud) {
  for (const char* name : {"spread", "lattice", "dense", "towns", "collinear"}) expect_like_reference(name, 3001);
}

TEST_F(CudaBackendTest, SumsLikeTheCpuOnManyTiles) {
  const MergedPoints points = cpu_->merge(test::towns(60'000).points());
  for (const ThresholdRule rule : kRules) {
    const PairSettings exact{rule, 1000, Precision::double_};
    const PairSettings mixed{rule, 1000, Precision::mixed};
    const PairSums expected = cpu_->sum_pairs(points, exact, {});
    const PairSums sums = cuda_->sum_pairs(points, exact, {});
    EXPECT_LE(test::worst_difference(sums.sum_per_m, expected.sum_per_m), 1e-12);
    EXPECT_EQ(sums.ordered_pairs_within, expected.ordered_pairs_within);
    const PairSums mixed_sums = cuda_->sum_pairs(points, mixed, {});
    EXPECT_LE(test::worst_difference(mixed_sums.sum_per_m, expected.sum_per_m), 1e-6);
    EXPECT_EQ(mixed_sums.ordered_pairs_within, expected.ordered_pairs_within);
  }
}

TEST_F(CudaBackendTest, StopsWhenProgressThrowsAndGoesOnAfterwards) {
  const MergedPoints points = cpu_->merge(test::uniform(100'000).points());
  int calls = 0;
  const Progress stop = [&](double fraction) {
    EXPECT_GT(fraction, 0);
    EXPECT_LE(fraction, 1);
    if (++calls == 2) throw Interrupted();
  };
  EXPECT_THROW(cuda_->sum_pairs(points, {ThresholdRule::cap, 1000, Precision::mixed}, stop), Interrupted);
  EXPECT_EQ(calls, 2);
  expect_like_reference("spread", 700);
}

TEST_F(CudaBackendTest, SmallMerge) {
  for (const test::NamedCloud& named : test::all_clouds()) {
    for (const std::size_t n : {0, 1, 2, 300, 5000}) {
      SCOPED_TRACE(named.name + " of " + std::to_string(n));
      const test::Cloud cloud = named.make(n);
      const MergedPoints a = cuda_->merge(cloud.points());
      const MergedPoints b = cpu_->merge(cloud.points());
      EXPECT_EQ(a.x_m, b.x_m);
      EXPECT_EQ(a.y_m, b.y_m);
      EXPECT_EQ(a.multiplicity, b.multiplicity);
      EXPECT_EQ(a.location, b.location);
    }
  }
}

TEST_F(CudaBackendTest, MergesAMillionPoints) {
  const test::Cloud cloud = test::towns(1'000'000);
  const MergedPoints a = cuda_->merge(cloud.points());
  const MergedPoints b = cpu_->merge(cloud.points());
  EXPECT_EQ(a.x_m, b.x_m);
  EXPECT_EQ(a.y_m, b.y_m);
  EXPECT_EQ(a.multiplicity, b.multiplicity);
  EXPECT_EQ(a.location, b.location);
}

TEST_F(CudaBackendTest, SmallSummaries) {
  const double probabilities[] = {0, 0.1, 0.5, 0.9, 0.95, 1};
  for (const std::size_t n : {1, 2, 1023, 1024, 1025, 20'000}) {
    test::Random random(n);
    std::vector<double> d(n);
    for (double& value : d) value = std::floor(40 * random()) / 1000 + (random() < 0.5 ? random() : 0);  // with ties
    for (int type = 1; type <= 9; ++type) {
      const ScoreSummary a = cuda_->summarise(d, type, probabilities);
      const ScoreSummary b = cpu_->summarise(d, type, probabilities);
      EXPECT_EQ(a.mean, b.mean);
      EXPECT_EQ(a.max, b.max);
      EXPECT_EQ(a.quantiles, b.quantiles);
    }
  }
}

TEST_F(CudaBackendTest, SmallSumsByRegion) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  for (const std::size_t n : {0, 1, 40, 5000}) {
    test::Random random(n);
    std::vector<double> d(n), jobs(n);
    std::vector<std::uint16_t> region(n);
    for (std::size_t k = 0; k < n; ++k) {
      d[k] = random();
      jobs[k] = std::floor(1 / (1e-3 + random()));
      region[k] = static_cast<std::uint16_t>(38 * random());  // two of forty stay empty
    }
    for (const double p90 : {0.9, nan}) {
      const RegionSums a = cuda_->sum_by_region(d, jobs, region, 40, p90, 0.95);
      const RegionSums b = cpu_->sum_by_region(d, jobs, region, 40, p90, 0.95);
      EXPECT_EQ(a.establishments, b.establishments);
      EXPECT_EQ(a.jobs, b.jobs);
      EXPECT_EQ(a.d_score, b.d_score);
      EXPECT_EQ(a.above_p90, b.above_p90);
      EXPECT_EQ(a.above_p95, b.above_p95);
    }
  }
}

TEST_F(CudaBackendTest, SmallCallsFromSeveralThreads) {
  constexpr std::size_t kClouds = 24;
  std::vector<test::Cloud> clouds;
  for (std::size_t k = 0; k < kClouds; ++k) clouds.push_back(test::towns(500 + 300 * k));
  std::vector<MergedPoints> merged(kClouds);
  std::vector<ScoreSummary> summaries(kClouds);
  const double probabilities[] = {0.1, 0.5, 0.9};
  cuda_->for_each(kClouds, [&](std::size_t k) {
    merged[k] = cuda_->merge(clouds[k].points());
    summaries[k] = cuda_->summarise(clouds[k].x, 7, probabilities);
  });
  for (std::size_t k = 0; k < kClouds; ++k) {
    const MergedPoints expected = cpu_->merge(clouds[k].points());
    EXPECT_EQ(merged[k].x_m, expected.x_m);
    EXPECT_EQ(merged[k].y_m, expected.y_m);
    EXPECT_EQ(merged[k].location, expected.location);
    EXPECT_EQ(summaries[k].quantiles, cpu_->summarise(clouds[k].x, 7, probabilities).quantiles);
  }
}

TEST_F(CudaBackendTest, NamesItsDevice) {
  EXPECT_EQ(cuda_->description().rfind("cuda (", 0), 0U) << cuda_->description();
  EXPECT_FALSE(cuda_devices().empty());
}

}  // namespace
}  // namespace dscore
