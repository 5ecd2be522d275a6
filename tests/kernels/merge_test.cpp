// Merging coincident points and ordering them in space: kernels/curve.h, and Backend::merge on the CPU.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>

#include "kernels/backend.h"
#include "kernels/curve.h"
#include "tests/clouds.h"

namespace dscore::test {
namespace {

using Cell = std::pair<std::uint32_t, std::uint32_t>;

/// Expects that the curve passes side x side cells, `step` apart, one after the other, each a neighbour of the last.
void expect_curve(std::uint32_t x0, std::uint32_t y0, std::uint32_t side, std::uint32_t step) {
  std::vector<std::pair<std::uint32_t, Cell>> visits;
  for (std::uint32_t x = 0; x < side; ++x) {
    for (std::uint32_t y = 0; y < side; ++y) {
      visits.push_back({curve_key(x0 + x * step, y0 + y * step) / (step * step), {x, y}});
    }
  }
  std::sort(visits.begin(), visits.end());
  for (std::size_t k = 1; k < visits.size(); ++k) {
    ASSERT_EQ(visits[k].first, visits[k - 1].first + 1);
    const auto [x, y] = visits[k].second;
    const auto [x_before, y_before] = visits[k - 1].second;
    ASSERT_EQ(std::abs(int(x) - int(x_before)) + std::abs(int(y) - int(y_before)), 1) << "visit " << k;
  }
}

TEST(Curve, VisitsEveryCellOnceAndStepsToANeighbour) {
  expect_curve(0, 0, 256, 256);  // the upper eight levels
  Random random(11);
  for (int k = 0; k < 20; ++k) {  // the lower eight levels, here and there
    expect_curve(static_cast<std::uint32_t>(random() * 256) * 256, static_cast<std::uint32_t>(random() * 256) * 256,
                 256, 1);
  }
}

TEST(Curve, TableAgreesWithTheCurveLevelByLevel) {
  Random random(12);
  for (int k = 0; k < 100'000; ++k) {
    const auto x = static_cast<std::uint32_t>(random() * 65536);
    const auto y = static_cast<std::uint32_t>(random() * 65536);
    ASSERT_EQ(curve_key(x, y), curve_key_by_level(x, y)) << x << ", " << y;
  }
  EXPECT_EQ(curve_key(0, 0), 0U);
  EXPECT_EQ(curve_key(65535, 0), 0xffffffffU);
}

MergedPoints merge(const Cloud& cloud, int threads = 2) { return make_cpu_backend(threads)->merge(cloud.points()); }

/// Expects M distinct locations, each row's own coordinates at its location, and the right multiplicities.
void expect_merged(const Cloud& cloud, const MergedPoints& merged) {
  ASSERT_EQ(merged.location.size(), cloud.size());
  ASSERT_EQ(merged.y_m.size(), merged.size());
  ASSERT_EQ(merged.multiplicity.size(), merged.size());
  std::set<std::pair<double, double>> distinct;
  for (std::size_t p = 0; p < merged.size(); ++p) distinct.insert({merged.x_m[p], merged.y_m[p]});
  EXPECT_EQ(distinct.size(), merged.size());

  std::vector<std::uint64_t> multiplicity(merged.size(), 0);
  for (std::size_t i = 0; i < cloud.size(); ++i) {
    const std::uint32_t p = merged.location[i];
    ASSERT_LT(p, merged.size());
    ASSERT_EQ(merged.x_m[p], cloud.x[i]);
    ASSERT_EQ(merged.y_m[p], cloud.y[i]);
    multiplicity[p] += cloud.multiplicity.empty() ? 1 : cloud.multiplicity[i];
  }
  for (std::size_t p = 0; p < merged.size(); ++p) ASSERT_EQ(merged.multiplicity[p], multiplicity[p]);
  // No location without a row: multiplicities are 1 at least.
  EXPECT_TRUE(std::all_of(multiplicity.begin(), multiplicity.end(), [](std::uint64_t m) { return m > 0; }));
}

void expect_same(const MergedPoints& a, const MergedPoints& b) {
  EXPECT_EQ(a.x_m, b.x_m);
  EXPECT_EQ(a.y_m, b.y_m);
  EXPECT_EQ(a.multiplicity, b.multiplicity);
  EXPECT_EQ(a.location, b.location);
}

/// Length of the way from location to location, without its longest steps.
double way_without_jumps(const MergedPoints& merged, std::size_t jumps) {
  std::vector<double> steps;
  for (std::size_t p = 1; p < merged.size(); ++p) {
    steps.push_back(std::hypot(merged.x_m[p] - merged.x_m[p - 1], merged.y_m[p] - merged.y_m[p - 1]));
  }
  std::sort(steps.begin(), steps.end());
  return std::accumulate(steps.begin(), steps.end() - static_cast<std::ptrdiff_t>(jumps), 0.0);
}

TEST(Merge, KeepsEveryPointOfEveryCloud) {
  for (const NamedCloud& named : all_clouds()) {
    for (const std::size_t n : {0, 1, 2, 3, 255, 256, 257, 1'031, 40'009}) {
      SCOPED_TRACE(named.name + " of " + std::to_string(n));
      const Cloud cloud = named.make(n);
      expect_merged(cloud, merge(cloud));
    }
  }
}

TEST(Merge, GivesTheSameForAnyNumberOfThreads) {
  for (const NamedCloud& named : all_clouds()) {
    SCOPED_TRACE(named.name);
    const Cloud cloud = named.make(40'009);
    const MergedPoints one = merge(cloud, 1);
    for (const int threads : {2, 3, 7}) expect_same(one, merge(cloud, threads));
  }
}

TEST(Merge, DoesNotMindTheOrderOfRows) {
  const Cloud cloud = towns(30'000);
  Cloud turned;
  for (std::size_t i = cloud.size(); i-- > 0;) turned.add(cloud.x[i], cloud.y[i]);
  const MergedPoints a = merge(cloud);
  const MergedPoints b = merge(turned);
  EXPECT_EQ(a.x_m, b.x_m);
  EXPECT_EQ(a.y_m, b.y_m);
  EXPECT_EQ(a.multiplicity, b.multiplicity);
}

TEST(Merge, FindsAsManyLocationsAsThereAre) {
  EXPECT_EQ(merge(coincident(5'000)).size(), 1U);
  EXPECT_EQ(merge(lattice(5'000)).size(), 5'000U);
  Cloud twice = uniform(5'000);
  for (std::size_t i = 0; i < 5'000; ++i) twice.add(twice.x[i], twice.y[i]);
  const MergedPoints merged = merge(twice);
  EXPECT_EQ(merged.size(), 5'000U);
  EXPECT_TRUE(std::all_of(merged.multiplicity.begin(), merged.multiplicity.end(), [](auto m) { return m == 2; }));
}

TEST(Merge, TakesMinusZeroForZero) {
  Cloud cloud;
  for (const double x : {0.0, -0.0}) {
    for (const double y : {0.0, -0.0}) cloud.add(x, y);
  }
  cloud.add(-5, 3);
  cloud.add(5, -0.0);
  const MergedPoints merged = merge(cloud);
  EXPECT_EQ(merged.size(), 3U);
  EXPECT_EQ(merged.multiplicity[merged.location[0]], 4U);
  for (std::size_t p = 0; p < merged.size(); ++p) {
    EXPECT_FALSE(merged.x_m[p] == 0 && std::signbit(merged.x_m[p]));
    EXPECT_FALSE(merged.y_m[p] == 0 && std::signbit(merged.y_m[p]));
  }
}

TEST(Merge, OrdersInSpace) {
  // A way along the curve through n random points of a square of side s is about 0.9 s sqrt(n) long.
  Random random(13);
  Cloud cloud;
  const std::size_t n = 30'000;
  for (std::size_t i = 0; i < n; ++i) cloud.add(1e5 + 5e3 * random(), 5e5 + 5e3 * random());
  EXPECT_LT(way_without_jumps(merge(cloud), 0), 1.2 * 5e3 * std::sqrt(n));
}

TEST(Merge, OrdersInSpaceInspiteOfAnOutlier) {
  Random random(14);
  Cloud cloud;
  const std::size_t n = 30'000;
  for (std::size_t i = 0; i < n; ++i) cloud.add(1e5 + 500 * random(), 5e5 + 500 * random());
  cloud.add(1e8, -1e8);  // cells of the square are now 3 km wide: all the others share one
  const MergedPoints merged = merge(cloud);
  expect_merged(cloud, merged);
  EXPECT_LT(way_without_jumps(merged, 1), 1.2 * 500 * std::sqrt(n));
  expect_same(merged, merge(cloud, 1));
}

TEST(Merge, ManagesScaleWithinScale) {
  Random random(15);
  Cloud cloud;
  double scale = 1e8;
  for (int level = 0; level < 40; ++level, scale *= 1e-8) {  // from 1e8 m down to subnormal numbers, and 0
    for (int i = 0; i < 1'500; ++i) cloud.add(scale * random(), scale * random());
  }
  expect_merged(cloud, merge(cloud));
  expect_same(merge(cloud, 1), merge(cloud, 3));
}

TEST(Merge, OrdersRunsOfAnyLength) {
  // Busy spots narrower than a cell: short runs, runs at the limit, and long ones; each has distinct points and ties.
  for (const std::size_t run : {2, 3, 17, 700, 1'023, 1'024, 1'025, 3'000}) {
    SCOPED_TRACE(run);
    Random random(16);
    Cloud cloud;
    cloud.add(0, 0);
    cloud.add(3e5, 6e5);
    for (const double x : {1e4, 2e4, 2.5e5}) {
      for (std::size_t i = 0; i < run; ++i) {
        cloud.add(x + 1e-3 * std::floor(50 * random()), 4e5 + 1e-3 * std::floor(50 * random()));
      }
    }
    expect_merged(cloud, merge(cloud));
  }
}

TEST(Merge, AddsUpMultiplicities) {
  Cloud cloud = towns(20'000);
  for (std::size_t i = 0; i < cloud.size(); ++i)
    cloud.multiplicity.push_back(1 + static_cast<std::uint32_t>(i % 1'000));
  expect_merged(cloud, merge(cloud));
  Cloud all_here = coincident(2'000);
  all_here.multiplicity.assign(2'000, 2'000'000);  // 4e9 in all, the most there may be
  EXPECT_EQ(merge(all_here).multiplicity.at(0), 4'000'000'000U);
}

}  // namespace
}  // namespace dscore::test
