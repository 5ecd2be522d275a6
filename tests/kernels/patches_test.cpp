// Near pairs by patches: which squares become patches, what their series are off by, and that sums are those of pairs.

#include "kernels/p3m/patches.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "kernels/exact_sums.h"
#include "kernels/p3m/p3m.h"
#include "kernels/p3m/polynomial.h"
#include "kernels/p3m/split.h"
#include "kernels/series_simd.h"
#include "tests/clouds.h"
#include "tests/kernels/sum_cases.h"
#include "tests/reference.h"

namespace dscore::test {
namespace {

using namespace p3m;

constexpr double kTolerances[] = {1e-3, 1e-6, 1e-7, 1e-10};

PairSettings cap(double threshold_m = 1000, const Decay& decay = {}) {
  return {ThresholdRule::cap, threshold_m, Precision::double_, decay};
}

/// So dense that there are patches: a city with empty quarters, its suburbs, and villages far away.
Cloud city(std::size_t n, bool whole_metres = false, bool villages = true) {
  Random random(41);
  Cloud cloud;
  while (cloud.size() < n) {
    const double kind = random();
    const double spread = kind < 0.7 ? 700 : kind < 0.95 || !villages ? 2'500 : 3e4;
    double x = 1.3e5 + spread * random.normal();
    double y = 4.5e5 + spread * random.normal();
    if (whole_metres) {
      x = std::floor(x);
      y = std::floor(y);
    }
    const bool park = std::fmod(std::floor(x / 400) + std::floor(y / 300), 5) == 0;
    if (!park) cloud.add(x, y);
  }
  return cloud;
}

Plan plan_by_patches(const MergedPoints& points, const PairSettings& settings, double tolerance) {
  const p3m::Cloud measured = measure(points);
  const double recipe = RecipeTolerance(measured, settings, tolerance, false)(settings.threshold_m);
  Plan plan = plan_with(measured, measured.extent, settings, tolerance, recipes(recipe).front(), settings.threshold_m);
  plan.by_patches = true;
  return plan;
}

TEST(Patches, AreFullSquaresOfStrips) {
  const MergedPoints points = merge(city(6'000));
  for (const std::size_t aligned : {8, 16}) {
    Strips strips;
    make_strips(points, 1000, 6, {20, aligned}, 2, strips);
    ASSERT_GT(strips.patches.size(), 50U);
    ASSERT_EQ(strips.first_patch.size(), strips.strips() + 1);
    EXPECT_EQ(strips.first_patch.back(), strips.patches.size());
    std::set<std::uint32_t> seen;
    for (std::size_t s = 0; s < strips.strips(); ++s) {
      EXPECT_EQ(strips.begin[s] % kSlotsAligned, 0U);
      for (std::size_t slot = strips.begin[s]; slot < strips.end[s]; ++slot) {
        if (slot > strips.begin[s]) {
          EXPECT_GE(strips.x_m[slot], strips.x_m[slot - 1]) << slot;
        }
        const std::uint32_t p = strips.location[slot];
        if (p == kNoLocation) {  // near its neighbours, so that no value is out of range
          EXPECT_EQ(strips.x_m[slot], strips.x_m[slot - 1]);
          EXPECT_EQ(strips.y_m[slot], strips.y_m[slot - 1]);
          continue;
        }
        EXPECT_TRUE(seen.insert(p).second) << p;
        EXPECT_EQ(strips.x_m[slot], points.x_m[p] - strips.x_origin_m);
        EXPECT_EQ(strips.y_m[slot], points.y_m[p] - strips.y_origin_m);
      }
      for (std::size_t n = strips.first_patch[s]; n < strips.first_patch[s + 1]; ++n) {
        const Patch& patch = strips.patches[n];
        EXPECT_EQ(patch.strip, s);
        EXPECT_EQ(patch.begin % aligned, 0U);
        EXPECT_EQ(patch.end % aligned, 0U);
        EXPECT_GE(patch.locations, 20U);
        EXPECT_LE(patch.end, strips.begin[s + 1]);
        if (n > strips.first_patch[s]) {
          EXPECT_GT(patch.column, strips.patches[n - 1].column);
          EXPECT_GE(patch.begin, strips.patches[n - 1].end);
        }
        std::size_t locations = 0;
        const double left = static_cast<double>(patch.column) * strips.patch_width_m;
        for (std::size_t slot = patch.begin; slot < patch.end; ++slot) {
          locations += strips.location[slot] == kNoLocation ? 0U : 1U;
          EXPECT_GE(strips.x_m[slot], left - 1e-4);
          EXPECT_LE(strips.x_m[slot], left + strips.patch_width_m + 1e-4);
        }
        EXPECT_EQ(locations, patch.locations);
      }
    }
    EXPECT_EQ(seen.size(), points.size());
  }
}

/// The kernel of cap with R = t = 1 km, and its near part at a squared distance.
class Kernel {
 public:
  explicit Kernel(double reach) : polynomial_(near_polynomial(cap(), 1000, reach, 0)) {}
  operator NearKernel() const { return {cap(), 1000, polynomial_.data(), static_cast<int>(polynomial_.size()) - 1}; }
  double operator()(double square) const { return kInside * (1 - evaluate(polynomial_, 2 * square / 1e6 - 1)); }

  static constexpr double kInside = 1e-3;  ///< f within t

 private:
  std::vector<double> polynomial_;
};

TEST(Patches, SeriesAreThePairsWithinTheirError) {
  // A location in either of two patches at every displacement, many of them in corners.
  const Kernel kernel(19);
  int last_order = 0;
  for (const double error : {1e-4, 1e-7, 1e-10}) {
    PatchTranslations translations;
    ASSERT_TRUE(translations.set(kernel, 166, 166.5, 6, error * Kernel::kInside));
    EXPECT_GT(translations.order(), last_order);
    last_order = translations.order();
    EXPECT_EQ(translations.columns()[0], 4);
    EXPECT_EQ(translations.columns()[3], 3);  // (3 + 1)^2 + (3 + 1)^2 < 36
    EXPECT_EQ(translations.columns()[6], -1);
    EXPECT_NEAR(translations.near_zero(), kernel(0), 1e-15);
    Random random(3);
    double worst = 0;
    for (int up = 0; up <= 4; ++up) {
      for (int right = 0; right <= translations.columns()[static_cast<std::size_t>(up)]; ++right) {
        const series::Translation& translation = translations.find(right, up);
        for (int trial = 0; trial < 20; ++trial) {
          const auto coordinate = [&] { return trial < 4 ? (random() < 0.5 ? -1.0 : 1.0) : 2 * random() - 1; };
          const double u = coordinate();
          const double v = coordinate();
          const double other_u = coordinate();
          const double other_v = coordinate();
          const auto size = static_cast<std::size_t>(series::padded_terms(translation.order));
          LargeArray<double> moments(size, 0.0);
          LargeArray<double> values(size, 0.0);
          for (int i = 0; i < translation.order; ++i) {
            for (int j = 0; i + j < translation.order; ++j) {
              moments[series::term(i, j)] = std::cos(i * std::acos(other_u)) * std::cos(j * std::acos(other_v));
            }
          }
          const double* const from = moments.data();
          double* const to = values.data();
          const int columns = series::padded_terms(translation.order);
          series::apply(translation.matrix, columns, columns, series::mirror_signs(0), &from, &to, 1);
          double sum = 0;
          for (int i = 0; i < translation.order; ++i) {
            for (int j = 0; i + j < translation.order; ++j) {
              sum += values[series::term(i, j)] * std::cos(i * std::acos(u)) * std::cos(j * std::acos(v));
            }
          }
          const double dx = 166 * right + 166.5 / 2 * (u - other_u);
          const double dy = 166.5 * (up + (v - other_v) / 2);
          worst = std::max(worst, std::fabs(sum - kernel(dx * dx + dy * dy)));
        }
      }
    }
    EXPECT_LE(worst, error * Kernel::kInside);
    EXPECT_GT(worst, 1e-6 * error * Kernel::kInside);  // or the bound says nothing
  }
}

TEST(Patches, AreLeftOutWhereSeriesWouldBeTooLong) {
  const Kernel kernel(25);
  PatchTranslations translations;
  EXPECT_FALSE(translations.set(kernel, 167, 167, 6, 1e-20));
  EXPECT_FALSE(translations.set(kernel, 600, 600, 6, 1e-6));  // two side by side may be farther apart than t
  EXPECT_TRUE(translations.set(kernel, 166, 166, 6, 1e-12));

  EXPECT_TRUE(patches_serve(cap(), 1000, 1e4, true));
  EXPECT_FALSE(patches_serve(cap(), 1000, 100, false));
  EXPECT_FALSE(patches_serve(cap(), 1100, 1e4, false));
  for (const ThresholdRule rule : {ThresholdRule::exclude, ThresholdRule::shift, ThresholdRule::none}) {
    EXPECT_FALSE(patches_serve({rule, 1000, Precision::double_}, 1000, 1e4, false));
  }
}

TEST(Patches, TakeMostOfTheirPairs) {
  const MergedPoints points = merge(city(5'000));
  const Kernel kernel(19);
  Strips strips;
  make_strips(points, 1000, kPatchStrips, patch_rule(false), 2, strips);
  set_masses(points.multiplicity, 2, strips);
  PatchSums patches;
  patches.set(kernel, strips, 1e-9);
  const PatchPairs* const pairs = patches.take(strips, 2);
  ASSERT_NE(pairs, nullptr);
  for (std::size_t n = 0; n < strips.patches.size(); ++n) EXPECT_EQ(pairs->taken[n], 1);
  std::vector<double> sums(strips.slots(), 0.0);
  const std::uint64_t within = make_cpu_backend(2)->sum_pairs(points, cap(), {}).ordered_pairs_within;
  const std::uint64_t by_patches = patches.add(strips, true, 2, sums.data());
  EXPECT_GT(by_patches, within / 5);
  EXPECT_LT(by_patches, within);

  // A location that has most of a patch's mass keeps it out.
  std::vector<std::uint32_t> counts(points.multiplicity.begin(), points.multiplicity.end());
  const std::uint32_t heavy = strips.location[strips.patches[3].begin];
  counts[heavy] = 1'000'000;
  set_masses(std::span<const std::uint32_t>(counts), 2, strips);
  ASSERT_EQ(patches.take(strips, 2), pairs);
  for (std::size_t n = 0; n < strips.patches.size(); ++n) EXPECT_EQ(pairs->taken[n], n == 3 ? 0 : 1);
  EXPECT_LT(patches.add(strips, true, 2, sums.data()), by_patches);

  patches.set(
      {{ThresholdRule::exclude, 1000, Precision::double_}, 1000, NearKernel(kernel).powers, NearKernel(kernel).degree},
      strips, 1e-9);
  EXPECT_EQ(patches.take(strips, 2), nullptr);
}

TEST(Patches, SumAsPairsDoAtEveryTolerance) {
  for (const bool whole_metres : {false, true}) {
    const Cloud cloud = city(4'000, whole_metres);
    const MergedPoints points = merge(cloud);
    const Reference expected = reference(cloud.points(), ThresholdRule::cap, 1000);
    P3m engine(2);
    for (const double tolerance : kTolerances) {
      SCOPED_TRACE(tolerance);
      Plan plan = plan_by_patches(points, cap(), tolerance);
      engine.set_points(points, cap(), plan);
      const PairSums by_patches = engine.execute({}, {});
      plan.by_patches = false;
      engine.set_points(points, cap(), plan);
      const PairSums by_pairs = engine.execute({}, {});
      EXPECT_LE(worst_error(by_patches.sum_per_m, by_pairs.sum_per_m), tolerance >= 1e-6 ? tolerance : 0.1 * tolerance);
      EXPECT_EQ(by_patches.ordered_pairs_within, by_pairs.ordered_pairs_within);
      EXPECT_LE(worst_score_error(cloud, points, by_patches, ThresholdRule::cap, expected), tolerance);
      EXPECT_EQ(by_patches.ordered_pairs_within + expected.coincident_pairs, expected.pairs_within);
    }
  }
}

TEST(Patches, KeepTheToleranceOnEveryCloud) {
  // All shapes, drawn together until they are dense, and then some far away.
  int tried = 0;
  for (const NamedCloud& named : all_clouds()) {
    Cloud cloud = named.make(1'600);
    const auto [left, right] = std::minmax_element(cloud.x.begin(), cloud.x.end());
    const auto [bottom, top] = std::minmax_element(cloud.y.begin(), cloud.y.end());
    const double extent = std::max(*right - *left, *top - *bottom);
    const double x = *left;
    const double y = *bottom;
    for (std::size_t i = 0; i < cloud.size() && extent > 0; ++i) {
      cloud.x[i] = 1e5 + (cloud.x[i] - x) * 1'300 / extent;
      cloud.y[i] = 4e5 + (cloud.y[i] - y) * 1'300 / extent;
    }
    if (cloud.multiplicity.empty()) cloud.add(1.2e5, 4.2e5);
    const MergedPoints points = merge(cloud);
    if (points.size() < 100) continue;
    ++tried;
    const Reference expected = reference(cloud.points(), ThresholdRule::cap, 1000);
    P3m engine(2);
    for (const double tolerance : kTolerances) {
      engine.set_points(points, cap(), plan_by_patches(points, cap(), tolerance));
      const PairSums sums = engine.execute({}, {});
      EXPECT_LE(worst_score_error(cloud, points, sums, ThresholdRule::cap, expected), tolerance)
          << named.name << ", " << tolerance;
      EXPECT_EQ(sums.ordered_pairs_within + expected.coincident_pairs, expected.pairs_within) << named.name;
    }
  }
  EXPECT_GE(tried, 5);
}

TEST(Patches, TakeOtherThresholdsAndDecays) {
  const Cloud cloud = city(3'000, false, false);
  const MergedPoints points = merge(cloud);
  P3m engine(2);
  for (const double threshold : {1'000.0, 3'000.0}) {
    const Reference expected = reference(cloud.points(), ThresholdRule::cap, threshold);
    for (const Decay& decay : {Decay{}, kDecays[0], kDecays[1], kDecays[5]}) {
      const PairSettings settings = cap(threshold, decay);
      ASSERT_GT(RecipeTolerance(measure(points), settings, 1e-9, false)(threshold), 0) << name_of(settings);
      engine.set_points(points, settings, plan_by_patches(points, settings, 1e-9));
      const PairSums sums = engine.execute({}, {});
      const std::vector<std::uint32_t> targets = every(6, points);
      std::vector<double> found;
      found.reserve(targets.size());
      for (const std::uint32_t p : targets) found.push_back(sums.sum_per_m[p]);
      EXPECT_LE(worst_error(found, exact_sums(points, settings, targets, 2)), 1e-9)
          << threshold << ", " << name_of(settings);
      EXPECT_EQ(sums.ordered_pairs_within + expected.coincident_pairs, expected.pairs_within) << threshold;
    }
  }
}

TEST(Patches, TakeCountsAndWeights) {
  // Some of them 0, and one that is most of its patch: what series leave out must not be of itself.
  const MergedPoints points = merge(city(4'000));
  std::vector<std::uint32_t> counts(points.size());
  std::vector<double> weights(points.size());
  Random random(6);
  for (std::size_t p = 0; p < points.size(); ++p) {
    counts[p] = static_cast<std::uint32_t>(p % 5);
    weights[p] = random() < 0.1 ? 0 : 1 / (0.02 + random());
  }
  counts[7] = 400;
  weights[7] = 2e3;
  MergedPoints counted = points;
  counted.multiplicity.assign(counts.begin(), counts.end());
  const std::vector<std::uint32_t> all = every(1, points);
  P3m engine(2);
  for (const double tolerance : {1e-5, 1e-6, 1e-9}) {
    const Plan plan = plan_by_patches(points, cap(), tolerance);
    engine.set_points(points, cap(), plan);
    EXPECT_LE(worst_error(engine.execute(counts, {}).sum_per_m, exact_sums(counted, cap(), all, 2)), tolerance);
    const PairSums weighted = engine.execute_weighted(weights, {});
    EXPECT_LE(worst_error(weighted.sum_per_m, exact_sums(points, cap(), all, 2, {}, weights)), tolerance);
    EXPECT_EQ(weighted.ordered_pairs_within, 0U);
    Plan by_pairs = plan;
    by_pairs.by_patches = false;
    engine.set_points(points, cap(), by_pairs);
    const std::uint64_t within = engine.execute(counts, {}).ordered_pairs_within;
    engine.set_points(points, cap(), plan);
    EXPECT_EQ(engine.execute(counts, {}).ordered_pairs_within, within);
  }
}

TEST(Patches, GiveTheSameBitsForAnyNumberOfThreads) {
  const MergedPoints points = merge(city(8'000));
  for (const double tolerance : {1e-6, 1e-9}) {
    std::vector<double> one;
    for (const int threads : {1, 2, 3, 7}) {
      P3m engine(threads);
      engine.set_points(points, cap(), plan_by_patches(points, cap(), tolerance));
      const std::vector<double> sums = engine.execute({}, {}).sum_per_m;
      if (threads == 1) one = sums;
      EXPECT_EQ(sums, one) << threads << " threads";
    }
  }
}

TEST(Patches, ArePlannedWhereThereAreManyPairs) {
  Cloud dense;
  Random random(9);
  for (int i = 0; i < 40'000; ++i) dense.add(6e3 * random(), 6e3 * random());
  const p3m::Cloud measured = measure(merge(dense), 2);
  const auto plan = make_plan(measured, cap(), 1e-9);
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->by_patches);
  EXPECT_FALSE(make_plan(measured, {ThresholdRule::exclude, 1000, Precision::double_}, 1e-9)->by_patches);
  EXPECT_FALSE(make_plan(measured, cap(), 1e-9, false, kGpuCosts)->by_patches);
  EXPECT_FALSE(make_plan(measured, cap(200), 1e-9)->by_patches);
}

}  // namespace
}  // namespace dscore::test
