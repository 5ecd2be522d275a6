// The fast method by itself: no check, no falling back.

#include "kernels/p3m/p3m.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/exact_sums.h"
#include "kernels/fft.h"
#include "kernels/p3m/recipe.h"
#include "tests/clouds.h"
#include "tests/kernels/sum_cases.h"
#include "tests/reference.h"

namespace dscore::test {
namespace {

using namespace p3m;

TEST(P3m, FadesWithoutAnError) {
  // A fade four times as wide gives the same sums, of points at all distances up to the extent, and of narrow strips.
  Cloud corners;
  Random random(5);
  for (int i = 0; i < 1'000; ++i) {
    const double x = 4e3 * random() + (random() < 0.5 ? 0 : 9.6e4);
    corners.add(x, 4e3 * random() + (random() < 0.5 ? 0 : 6.6e4));
  }
  Cloud strip = corners;
  for (double& y : strip.y) y *= 0.02;
  Cloud column = strip;
  std::swap(column.x, column.y);
  for (const Cloud& cloud : {corners, strip, column, collinear(1'000)}) {
    const MergedPoints points = merge(cloud);
    const p3m::Cloud measured = measure(points);
    for (const ThresholdRule rule : {ThresholdRule::cap, ThresholdRule::shift}) {
      for (const double tolerance : {1e-3, 1e-6, 1e-9, 1e-12}) {
        const PairSettings settings{rule, 1000, Precision::double_};
        Plan plan = make_plan(measured, settings, tolerance).value();
        plan.mesh_in_float = false;  // whose roundings are larger than what a fade may add
        Plan wide = plan;
        for (std::size_t* period : {&wide.shape.period_x, &wide.shape.period_y}) {
          *period = quick_length(*period + static_cast<std::size_t>(7.2 * plan.cutoff_m / plan.shape.step_m));
        }
        P3m engine(2);
        engine.set_points(points, settings, plan);
        const std::vector<double> sums = engine.execute({}, {}).sum_per_m;
        engine.set_points(points, settings, wide);
        EXPECT_LE(worst_error(sums, engine.execute({}, {}).sum_per_m), 0.1 * tolerance)
            << "rule " << static_cast<int>(rule) << ", tolerance " << tolerance << ", " << plan.shape.period_x << " x "
            << plan.shape.period_y;
      }
    }
  }
}

TEST(P3m, DecidesWholeMetresAtTheThreshold) {
  // Pairs at t, and a metre from there; and a pair whose square is t^2 - 1, where FP32 has no value for either.
  struct Offset {
    int dx, dy, t;
  };
  for (const Offset at : {Offset{600, 800, 1'000}, {1'008, 3'969, 4'095}, {1'892, 3'652, 4'113}}) {
    Cloud cloud;
    Random random(17);
    for (int i = 0; i < 300; ++i) {
      const double x = std::floor(1e5 * random()) + 7;
      const double y = std::floor(1e5 * random()) + 3e5;
      cloud.add(x, y);
      cloud.add(x + at.dx + i % 3 - 1, y + at.dy);
      cloud.add(x + at.t, y + (i % 2));
    }
    const MergedPoints points = merge(cloud);
    const p3m::Cloud measured = measure(points);
    for (const ThresholdRule rule : {ThresholdRule::cap, ThresholdRule::exclude}) {
      const Reference expected = reference(cloud.points(), rule, at.t);
      for (const double tolerance : {1e-6, 1e-9}) {
        const PairSettings settings{rule, static_cast<double>(at.t), Precision::double_};
        P3m engine(2);
        engine.set_points(points, settings, make_plan(measured, settings, tolerance).value());
        const PairSums sums = engine.execute({}, {});
        EXPECT_EQ(sums.ordered_pairs_within + expected.coincident_pairs, expected.pairs_within) << at.t;
        EXPECT_LE(worst_score_error(cloud, points, sums, rule, expected), tolerance) << at.t;
      }
    }
  }
}

TEST(P3m, LonelyPlacesInTheRowsOfATownKeepTheTolerance) {
  // Roundings of FP32 along a row are of its root mean square, which a town makes large.
  const PairSettings settings{ThresholdRule::cap, 1000, Precision::double_};
  P3m engine(2);
  for (const double town_m : {1e3, 4e3, 2e4}) {
    for (const double far_m : {1e5, 1e6}) {
      Cloud cloud;
      Random random(23);
      for (int i = 0; i < 3'000; ++i) cloud.add(town_m * random(), town_m * random());
      for (int i = 1; i <= 40; ++i) cloud.add(far_m * i / 40, 0.5 * town_m * (1 + 0.01 * random()));
      const MergedPoints points = merge(cloud);
      const p3m::Cloud measured = measure(points);
      const Reference expected = reference(cloud.points(), settings.rule, settings.threshold_m);
      const double recipe = RecipeTolerance(measured, settings, 1e-6, false)(1000);
      engine.set_points(points, settings,
                        plan_with(measured, measured.extent, settings, 1e-6, recipes(recipe).front(), 1000));
      EXPECT_LE(worst_score_error(cloud, points, engine.execute({}, {}), settings.rule, expected), 1e-6)
          << town_m << ", " << far_m;
    }
  }
}

TEST(P3m, WeightsOfAnySizeKeepTheTolerance) {
  // Also where FP32 has no room for them.
  const Cloud cloud = towns(1'500);
  const MergedPoints points = merge(cloud);
  const PairSettings settings{ThresholdRule::cap, 1000, Precision::double_};
  const p3m::Cloud measured = measure(points);
  P3m engine(2);
  engine.set_points(points, settings, make_plan(measured, settings, 1e-6).value());
  std::vector<double> ones(points.size());
  for (std::size_t p = 0; p < ones.size(); ++p) ones[p] = 1 + static_cast<double>(p % 7);
  const std::vector<double> usual = engine.execute_weighted(ones, {}).sum_per_m;
  for (const double scale : {0x1p-130, 0x1p-60, 0x1p60, 0x1p130}) {
    std::vector<double> weights = ones;
    for (double& weight : weights) weight *= scale;
    std::vector<double> sums = engine.execute_weighted(weights, {}).sum_per_m;
    for (double& sum : sums) sum /= scale;
    EXPECT_LE(worst_error(sums, usual), 1e-6) << scale;
  }
}

TEST(P3m, AMeshInFloatAddsLittle) {
  const PairSettings settings{ThresholdRule::cap, 1000, Precision::double_};
  P3m engine(2);
  std::size_t different = 0;
  for (const NamedCloud& named : all_clouds()) {
    const MergedPoints points = merge(named.make(2'000));
    if (points.size() < 2) continue;
    const p3m::Cloud measured = measure(points);
    for (const double cutoffs : {60, 12}) {
      const double cutoff = std::max(settings.threshold_m, measured.extent.diameter_m / cutoffs);
      for (const Recipe& recipe : recipes(RecipeTolerance(measured, settings, 1e-6, false)(cutoff))) {
        Plan plan = plan_with(measured, measured.extent, settings, 1e-6, recipe, cutoff);
        ASSERT_TRUE(plan.mesh_in_float);
        engine.set_points(points, settings, plan);
        const std::vector<double> in_float = engine.execute({}, {}).sum_per_m;
        for (const double sum : in_float) ASSERT_TRUE(std::isfinite(sum)) << named.name;
        plan.mesh_in_float = false;
        engine.set_points(points, settings, plan);
        const std::vector<double> in_double = engine.execute({}, {}).sum_per_m;
        EXPECT_LE(worst_error(in_float, in_double), 6e-7) << named.name << ", " << cutoff << ", " << recipe.width;
        for (std::size_t p = 0; p < points.size(); ++p) different += in_float[p] != in_double[p] ? 1U : 0U;
      }
    }
  }
  EXPECT_GT(different, 100U);  // or FP32 is not taken
  const p3m::Cloud some = measure(merge(towns(2'000)));
  EXPECT_FALSE(plan_with(some, some.extent, settings, 1e-7, recipes(1e-7).front(), 1e4).mesh_in_float);
}

TEST(P3m, KeepsToleranceWithTheShortestCutOff) {
  Cloud compact = uniform(1'500);  // many cut-offs wide, but not so many that the mesh takes long
  for (double& x : compact.x) x *= 0.1;
  for (double& y : compact.y) y *= 0.1;
  for (const Cloud& cloud : {compact, lattice(1'444)}) {
    const MergedPoints points = merge(cloud);
    const p3m::Cloud measured = measure(points);
    for (const ThresholdRule rule : {ThresholdRule::cap, ThresholdRule::shift}) {
      const Reference expected = reference(cloud.points(), rule, 1000);
      for (const double tolerance : {1e-3, 1e-5, 1e-6, 1e-8}) {
        const PairSettings settings{rule, 1000, Precision::double_};
        const double cutoff = rule == ThresholdRule::cap ? 1000 : 1000.1;
        for (const Recipe& recipe : recipes(RecipeTolerance(measured, settings, tolerance, true)(cutoff))) {
          P3m engine(2);
          engine.set_points(points, settings,
                            plan_with(measured, measured.extent, settings, tolerance, recipe, cutoff));
          const PairSums sums = engine.execute({}, {});
          EXPECT_LE(worst_score_error(cloud, points, sums, rule, expected), tolerance)
              << tolerance << ", oversampling " << recipe.oversampling << ", rule " << static_cast<int>(rule);
          EXPECT_EQ(sums.ordered_pairs_within + expected.coincident_pairs, expected.pairs_within);
        }
      }
    }
  }
}

TEST(P3m, KeepsEveryToleranceAndRuleOnTowns) {
  const Cloud cloud = towns(2'000);
  const MergedPoints points = merge(cloud);
  const p3m::Cloud measured = measure(points);
  P3m engine(2);  // one for all: memory and meshes of one case must not show in the next
  for (const ThresholdRule rule : kRules) {
    const Reference expected = reference(cloud.points(), rule, 1000);
    for (const double tolerance : {1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11}) {
      SCOPED_TRACE("rule " + std::to_string(static_cast<int>(rule)) + ", tolerance " + std::to_string(tolerance));
      const PairSettings settings{rule, 1000, Precision::double_};
      for (const bool second : {false, true}) {
        const auto plan = make_plan(measured, settings, tolerance, second);
        ASSERT_TRUE(plan);
        engine.set_points(points, settings, *plan);
        const PairSums sums = engine.execute({}, {});
        EXPECT_LE(worst_score_error(cloud, points, sums, rule, expected), tolerance);
        EXPECT_EQ(sums.ordered_pairs_within + expected.coincident_pairs, expected.pairs_within);
      }
    }
  }
}

TEST(P3m, KeepsEveryToleranceOfOtherDecaysOrSaysThatItCannot) {
  const Cloud cloud = towns(2'000);
  const MergedPoints points = merge(cloud);
  const p3m::Cloud measured = measure(points);
  P3m engine(2);
  for (const Decay& decay : kDecays) {
    for (const ThresholdRule rule : kRules) {
      const PairSettings settings{rule, 1000, Precision::double_, decay};
      const Reference expected = reference(cloud.points(), rule, 1000, {}, decay);
      int planned = 0;
      for (const double tolerance : {1e-3, 1e-5, 1e-6, 1e-9, 1e-11}) {
        SCOPED_TRACE(name_of(settings) + ", tolerance " + std::to_string(std::log10(tolerance)));
        const auto plan = make_plan(measured, settings, tolerance);
        if (!plan) continue;  // a location of the countryside is 20 km, ten ranges, from its next
        ++planned;
        engine.set_points(points, settings, *plan);
        const PairSums sums = engine.execute({}, {});
        EXPECT_LE(worst_score_error(cloud, points, sums, rule, expected, decay), tolerance);
        EXPECT_EQ(sums.ordered_pairs_within + expected.coincident_pairs, expected.pairs_within);
      }
      const bool short_range = decay.shape == DecayShape::exponential && decay.parameter > 1e-4;
      EXPECT_GE(planned, short_range ? 0 : decay.parameter > 2.5 ? 3 : 4) << name_of(settings);
    }
  }
}

TEST(P3m, TakesRealWeights) {
  const MergedPoints points = merge(towns(2'500));
  const p3m::Cloud measured = measure(points);
  const std::vector<double> weights = weights_of(points.size());
  std::vector<std::uint32_t> all(points.size());
  for (std::size_t p = 0; p < all.size(); ++p) all[p] = static_cast<std::uint32_t>(p);
  for (const Decay& decay : {Decay{}, Decay{DecayShape::power, 2}, Decay{DecayShape::exponential, 1 / 5e4}}) {
    for (const ThresholdRule rule : kRules) {
      for (const double tolerance : {1e-6, 1e-9}) {
        const PairSettings settings{rule, 1000, Precision::double_, decay};
        SCOPED_TRACE(name_of(settings) + ", tolerance " + std::to_string(std::log10(tolerance)));
        const auto plan = make_plan(measured, settings, tolerance);
        ASSERT_TRUE(plan);
        std::vector<double> first;
        for (const int threads : {1, 2, 5}) {
          P3m engine(threads);
          engine.set_points(points, settings, *plan);
          const PairSums sums = engine.execute_weighted(weights, {});
          EXPECT_EQ(sums.ordered_pairs_within, 0U);
          if (first.empty()) first = sums.sum_per_m;
          EXPECT_EQ(sums.sum_per_m, first) << threads << " threads";
        }
        EXPECT_LE(worst_error(first, exact_sums(points, settings, all, 2, {}, weights)), tolerance);
      }
    }
  }
}

TEST(P3m, GivesTheSameBitsForAnyNumberOfThreads) {
  for (const double tolerance : {1e-6, 1e-9}) {
    const MergedPoints points = merge(towns(6'000));
    const PairSettings settings{ThresholdRule::cap, 1000, Precision::double_};
    const p3m::Cloud measured = measure(points);
    const Recipe recipe = recipes(tolerance).front();
    std::vector<double> one;
    for (const int threads : {1, 2, 3, 7}) {
      P3m engine(threads);
      engine.set_points(points, settings, plan_with(measured, measured.extent, settings, tolerance, recipe, 1500));
      const PairSums sums = engine.execute({}, {});
      if (threads == 1) one = sums.sum_per_m;
      EXPECT_EQ(sums.sum_per_m, one) << threads << " threads";
    }
  }
}

TEST(P3m, TakesOtherMassesOnTheSamePoints) {
  const Cloud cloud = towns(1'500);
  MergedPoints points = merge(cloud);
  const PairSettings settings{ThresholdRule::exclude, 1000, Precision::double_};
  P3m engine(2);
  const auto plan = make_plan(measure(points), settings, 1e-9);
  ASSERT_TRUE(plan);
  engine.set_points(points, settings, *plan);
  engine.execute({}, {});
  std::vector<std::uint32_t> masses(points.size());
  for (std::size_t p = 0; p < masses.size(); ++p) masses[p] = static_cast<std::uint32_t>(p % 4);  // some have none
  const PairSums sums = engine.execute(masses, {});

  points.multiplicity.assign(masses.begin(), masses.end());
  std::vector<std::uint32_t> all(points.size());
  for (std::size_t p = 0; p < all.size(); ++p) all[p] = static_cast<std::uint32_t>(p);
  EXPECT_LE(worst_error(sums.sum_per_m, exact_sums(points, settings, all, 2)), 1e-9);
}

TEST(P3m, KeepsToleranceOnAMeshMadeForMore) {
  const std::vector<MergedPoints> sets = overlapping_sets(12'000);
  const Clouds clouds = measure_all(sets);
  for (const ThresholdRule rule : kRules) {
    for (const double tolerance : {1e-4, 1e-9}) {
      const PairSettings settings{rule, 1000, Precision::double_};
      const std::vector<double> nothing_else(sets.size(), kNothingElse);
      const auto plans = make_plans(clouds, settings, tolerance, nothing_else);
      P3m engine(2);
      for (std::size_t s = 0; s < sets.size(); ++s) {
        ASSERT_TRUE(plans[s]);
        engine.set_points(sets[s], settings, *plans[s]);
        const PairSums sums = engine.execute({}, {});
        P3m fresh(2);  // what was kept from other sets does not show
        fresh.set_points(sets[s], settings, *plans[s]);
        EXPECT_EQ(fresh.execute({}, {}).sum_per_m, sums.sum_per_m);

        std::vector<std::uint32_t> targets;
        std::vector<double> found;
        for (std::size_t p = 0; p < sets[s].size(); p += 1 + sets[s].size() / 200) {
          targets.push_back(static_cast<std::uint32_t>(p));
          found.push_back(sums.sum_per_m[p]);
        }
        EXPECT_LE(worst_error(found, exact_sums(sets[s], settings, targets, 2)), tolerance)
            << "set " << s << ", rule " << static_cast<int>(rule);
      }
    }
  }
}

TEST(P3m, TakesALargeMeshAfterSmallOnes) {
  // More nodes than are kept beside each other: memory of the small ones serves again, and then they of its.
  const PairSettings settings{ThresholdRule::cap, 1000, Precision::double_};
  Cloud wide;
  Random random(12);
  for (int i = 0; i < 3'000; ++i) wide.add(5e5 * random(), 5e5 * random());
  const MergedPoints large = merge(wide);
  const MergedPoints small = merge(towns(1'500));
  const p3m::Cloud measured = measure(large);
  const Plan mesh = plan_with(measured, measured.extent, settings, 1e-9, recipes(1e-9).front(), 1000);
  ASSERT_GT(static_cast<double>(mesh.shape.period_x) * static_cast<double>(mesh.shape.period_y), 4e7);
  P3m engine(2);
  std::vector<double> first;
  for (const double threshold : {900.0, 800.0}) {
    const PairSettings other{ThresholdRule::cap, threshold, Precision::double_};
    engine.set_points(small, other, *make_plan(measure(small), other, 1e-6));
    first = engine.execute({}, {}).sum_per_m;
  }
  engine.set_points(large, settings, mesh);
  std::vector<std::uint32_t> targets;
  std::vector<double> found;
  const std::vector<double> sums = engine.execute({}, {}).sum_per_m;
  for (std::uint32_t p = 0; p < large.size(); p += 10) {
    targets.push_back(p);
    found.push_back(sums[p]);
  }
  EXPECT_LE(worst_error(found, exact_sums(large, settings, targets, 2)), 1e-9);
  const PairSettings other{ThresholdRule::cap, 800, Precision::double_};
  engine.set_points(small, other, *make_plan(measure(small), other, 1e-6));
  EXPECT_EQ(engine.execute({}, {}).sum_per_m, first);
}

TEST(P3m, KeepsMeshesApart) {
  const MergedPoints points = merge(towns(3'000));
  const Cloud other = uniform(2'000);
  const MergedPoints others = merge(other);
  P3m engine(2);
  std::vector<std::vector<double>> first;
  for (const int turn : {0, 1}) {
    std::size_t k = 0;
    for (const ThresholdRule rule : kRules) {
      for (const double threshold : {1000.0, 700.0}) {
        for (const MergedPoints* set : {&points, &others}) {
          const PairSettings settings{rule, threshold, Precision::double_};
          engine.set_points(*set, settings, *make_plan(measure(*set), settings, 1e-7));
          const std::vector<double> sums = engine.execute({}, {}).sum_per_m;
          if (turn == 0) first.push_back(sums);
          EXPECT_EQ(sums, first[k++]);
        }
      }
    }
  }
}

}  // namespace
}  // namespace dscore::test
