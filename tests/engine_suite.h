#pragma once
// One suite for every backend: scores against the reference, and the properties that any d-score has. A test program
// instantiates it with the backends it has (tests/host/engine_test.cpp, tests/cuda/engine_gpu_test.cpp).

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "host/results.h"
#include "host/score.h"
#include "kernels/error.h"
#include "tests/clouds.h"
#include "tests/reference.h"

namespace dscore::test {

using EngineCase = std::tuple<std::string /*backend*/, Precision, ThresholdRule>;

inline std::unique_ptr<Backend> make_backend(const std::string& name) {
  return name == "cuda" ? make_cuda_backend() : make_cpu_backend(2);
}

inline std::string engine_case_name(const testing::TestParamInfo<EngineCase>& info) {
  const char* const rules[] = {"cap", "exclude", "shift", "none"};
  return std::get<0>(info.param) + (std::get<1>(info.param) == Precision::mixed ? "_mixed_" : "_double_") +
         rules[static_cast<int>(std::get<2>(info.param))];
}

class Engine : public testing::TestWithParam<EngineCase> {
 protected:
  void SetUp() override {
    if (std::get<0>(GetParam()) == "cuda" && !cuda_unusable_because().empty()) {
      GTEST_SKIP() << "no CUDA device: " << cuda_unusable_because();
    }
    backend_ = make_backend(std::get<0>(GetParam()));
  }
  PairSettings settings(double threshold_m = 1000) const {
    return {std::get<2>(GetParam()), threshold_m, std::get<1>(GetParam())};
  }
  double tolerance() const { return std::get<1>(GetParam()) == Precision::mixed ? 1e-6 : 1e-12; }
  Scores scores(const Cloud& cloud, double threshold_m = 1000) const {
    return score(*backend_, cloud.points(), settings(threshold_m));
  }

  std::unique_ptr<Backend> backend_;
};

TEST_P(Engine, AgreesWithTheReferenceOnEveryCloudAndSize) {
  for (const NamedCloud& named : all_clouds()) {
    for (const std::size_t n : {2, 3, 255, 256, 257, 509, 1031}) {
      SCOPED_TRACE(named.name + " of " + std::to_string(n));
      const Cloud cloud = named.make(n);
      const Reference expected = reference(cloud.points(), settings().rule, 1000);
      const Scores actual = scores(cloud);
      EXPECT_LE(worst_error(actual.d, expected.d), tolerance());
      EXPECT_EQ(actual.pairs_within_threshold, expected.pairs_within);
      EXPECT_EQ(actual.coincident_pairs, expected.coincident_pairs);
    }
  }
}

TEST_P(Engine, AgreesWithTheReferenceOnManyTiles) {
  for (const NamedCloud& named : all_clouds()) {
    SCOPED_TRACE(named.name);
    const Cloud cloud = named.make(2'609);
    const Reference expected = reference(cloud.points(), settings().rule, 1000);
    const Scores actual = scores(cloud);
    EXPECT_LE(worst_error(actual.d, expected.d), tolerance());
    EXPECT_EQ(actual.pairs_within_threshold, expected.pairs_within);
  }
}

TEST_P(Engine, AgreesForSmallAndLargeThresholds) {
  for (const double t : {1e-3, 50.0, 200.0, 3'701.7, 12'345.678, 1e6}) {
    SCOPED_TRACE(t);
    for (const Cloud& cloud : {towns(1'000), lattice(700), tight_islands(512), dense_town(600)}) {
      const Reference expected = reference(cloud.points(), settings().rule, t);
      const Scores actual = scores(cloud, t);
      EXPECT_LE(worst_error(actual.d, expected.d), tolerance());
      EXPECT_EQ(actual.pairs_within_threshold, expected.pairs_within);
    }
  }
}

TEST_P(Engine, SettlesNoOneAndTwoPoints) {
  EXPECT_EQ(scores(Cloud{}).d.size(), 0U);

  const Scores one = scores(uniform(1));
  ASSERT_EQ(one.d.size(), 1U);
  EXPECT_TRUE(is_missing(one.d[0]));
  EXPECT_EQ(one.establishments, 1U);

  Cloud two;
  two.add(100'000, 400'000);
  two.add(103'000, 404'000);
  const double d = settings().rule == ThresholdRule::shift ? 1.0 / 6 : 1.0 / 5;  // 5 km apart
  for (const double value : scores(two).d) EXPECT_NEAR(value, d, d * tolerance());
}

TEST_P(Engine, GivesCoincidentEstablishmentsTheValueAtZero) {
  const Scores all = scores(coincident(600));
  const double value = 1000 * coincident_value(settings().rule, 1000);
  for (const double d : all.d) EXPECT_NEAR(d, value, 1e-15);
  EXPECT_EQ(all.locations, 1U);
  EXPECT_EQ(all.coincident_pairs, 600U * 599U);
}

TEST_P(Engine, GivesTheSameBitsEachTime) {
  const Cloud cloud = towns(3'000);
  EXPECT_EQ(scores(cloud).d, scores(cloud).d);
}

TEST_P(Engine, SumsSeveralSetsAsOneByOne) {
  std::vector<MergedPoints> merged;
  for (const Cloud& cloud : {towns(1'500), lattice(600), Cloud{}, uniform(1), dense_town(700)}) {
    merged.push_back(backend_->merge(cloud.points()));
  }
  std::vector<const MergedPoints*> sets;
  for (const MergedPoints& points : merged) sets.push_back(&points);
  double last = 0;
  const std::vector<PairSums> sums = backend_->sum_pairs_each(sets, settings(), [&](double fraction) {
    EXPECT_GE(fraction, last);
    last = fraction;
  });
  EXPECT_EQ(last, 1);
  ASSERT_EQ(sums.size(), sets.size());
  for (std::size_t k = 0; k < sets.size(); ++k) {
    const PairSums alone = backend_->sum_pairs(merged[k], settings(), {});
    EXPECT_EQ(sums[k].sum_per_m, alone.sum_per_m);
    EXPECT_EQ(sums[k].ordered_pairs_within, alone.ordered_pairs_within);
  }
}

TEST_P(Engine, DoesEachPieceOfWorkOnce) {
  std::vector<std::atomic<int>> done(100);
  backend_->for_each(done.size(), [&](std::size_t k) { ++done[k]; });
  for (const std::atomic<int>& times : done) EXPECT_EQ(times, 1);
  const auto stop = [&](std::size_t k) {
    ++done[k];
    if (k == 3) throw Interrupted();
  };
  EXPECT_THROW(backend_->for_each(done.size(), stop), Interrupted);
  for (const std::atomic<int>& times : done) EXPECT_LE(times, 2);
}

TEST_P(Engine, DoesNotMindTheOrderOfRows) {
  const Cloud cloud = towns(2'000);
  Cloud turned;
  for (std::size_t i = cloud.size(); i-- > 0;) turned.add(cloud.x[i], cloud.y[i]);
  std::vector<double> d = scores(turned).d;
  std::reverse(d.begin(), d.end());
  EXPECT_EQ(d, scores(cloud).d);
}

TEST_P(Engine, DoesNotMindWholeMetreTranslation) {
  const Cloud cloud = towns(2'000);
  Cloud moved;
  for (std::size_t i = 0; i < cloud.size(); ++i) moved.add(cloud.x[i] + 131'072, cloud.y[i] - 65'536);
  const Scores a = scores(cloud);
  const Scores b = scores(moved);
  EXPECT_LE(worst_error(b.d, a.d), 2 * tolerance());
  EXPECT_EQ(a.pairs_within_threshold, b.pairs_within_threshold);
}

TEST_P(Engine, DoesNotMindAQuarterTurnOrReflection) {
  const Cloud cloud = towns(2'000);
  Cloud turned;
  for (std::size_t i = 0; i < cloud.size(); ++i) turned.add(-cloud.y[i], cloud.x[i]);
  const Scores a = scores(cloud);
  const Scores b = scores(turned);
  EXPECT_LE(worst_error(b.d, a.d), 2 * tolerance());
  EXPECT_EQ(a.pairs_within_threshold, b.pairs_within_threshold);
}

TEST_P(Engine, ScalesWithTheThreshold) {
  const Cloud cloud = towns(2'000);
  Cloud scaled;
  for (std::size_t i = 0; i < cloud.size(); ++i) scaled.add(4 * cloud.x[i], 4 * cloud.y[i]);
  const Scores a = scores(cloud, 1'000);
  Scores b = scores(scaled, 4'000);
  for (double& d : b.d) d *= 4;
  EXPECT_LE(worst_error(b.d, a.d), 2 * tolerance());
  EXPECT_EQ(a.pairs_within_threshold, b.pairs_within_threshold);
}

TEST_P(Engine, CountsARowForManyAsManyRows) {
  Cloud merged = towns(800);
  merged.multiplicity.assign(merged.size(), 1);
  Cloud rows;
  std::vector<std::size_t> first_row;
  for (std::size_t i = 0; i < merged.size(); ++i) {
    merged.multiplicity[i] = 1 + static_cast<std::uint32_t>(i % 3);
    first_row.push_back(rows.size());
    for (std::uint32_t k = 0; k < merged.multiplicity[i]; ++k) rows.add(merged.x[i], merged.y[i]);
  }
  const Scores a = scores(merged);
  const Scores b = scores(rows);
  EXPECT_EQ(a.establishments, rows.size());
  EXPECT_EQ(a.pairs_within_threshold, b.pairs_within_threshold);
  EXPECT_EQ(a.coincident_pairs, b.coincident_pairs);
  for (std::size_t i = 0; i < merged.size(); ++i) EXPECT_EQ(a.d[i], b.d[first_row[i]]);
}

TEST_P(Engine, AddsAFarPointAsItsDistanceSays) {
  const Cloud cloud = lattice(900);
  Cloud joined = cloud;
  joined.add(3e5 + 3'000, 6e5 - 4e6);  // 4,000 km south: 1/d of it is all but the same for everyone
  const Scores a = scores(cloud);
  const Scores b = scores(joined);
  const double shift = settings().rule == ThresholdRule::shift ? 1'000 : 0;
  for (std::size_t i = 0; i < cloud.size(); ++i) {
    const double distance = std::hypot(cloud.x[i] - joined.x.back(), cloud.y[i] - joined.y.back()) + shift;
    const double expected = (a.d[i] * 899 + 1000 / distance) / 900;
    EXPECT_NEAR(b.d[i], expected, 2 * tolerance() * expected);
  }
  EXPECT_EQ(a.pairs_within_threshold, b.pairs_within_threshold);
}

inline auto all_cases(const std::string& backend) {
  return testing::Combine(
      testing::Values(backend), testing::Values(Precision::double_, Precision::mixed),
      testing::Values(ThresholdRule::cap, ThresholdRule::exclude, ThresholdRule::shift, ThresholdRule::none));
}

}  // namespace dscore::test
