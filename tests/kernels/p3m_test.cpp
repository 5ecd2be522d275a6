// The fast method by itself: no check, no falling back.

#include "kernels/p3m/p3m.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <vector>

#include "kernels/exact_sums.h"
#include "kernels/fft.h"
#include "kernels/p3m/polynomial.h"
#include "kernels/p3m/recipe.h"
#include "kernels/p3m/samples.h"
#include "kernels/p3m/split.h"
#include "kernels/p3m/strips.h"
#include "kernels/p3m/window.h"
#include "tests/clouds.h"
#include "tests/reference.h"

namespace dscore::test {
namespace {

using namespace p3m;

constexpr ThresholdRule kRules[] = {ThresholdRule::cap, ThresholdRule::exclude, ThresholdRule::shift,
                                    ThresholdRule::none};

MergedPoints merge(const Cloud& cloud) { return make_cpu_backend(2)->merge(cloud.points()); }

/// Decays other than 1/d: near and far make up the scores, or the near, or the far.
constexpr Decay kDecays[] = {{DecayShape::power, 0.5},           {DecayShape::power, 2},
                             {DecayShape::power, 2.6},           {DecayShape::power, 3},
                             {DecayShape::exponential, 1 / 2e3}, {DecayShape::exponential, 1 / 5e4}};

std::string name_of(const PairSettings& settings) {
  return std::string(settings.decay.shape == DecayShape::power ? "power " : "exponential ") +
         std::to_string(settings.decay.parameter) + ", rule " + std::to_string(static_cast<int>(settings.rule));
}

/// The largest relative error of the scores that sums make, against the compensated reference.
double worst_score_error(const Cloud& cloud, const MergedPoints& points, const PairSums& sums, ThresholdRule rule,
                         const Reference& expected, const Decay& decay = {}) {
  double establishments = 0;
  for (const double m : points.multiplicity) establishments += m;
  std::vector<double> d(cloud.size());
  for (std::size_t i = 0; i < cloud.size(); ++i) {
    const std::uint32_t p = points.location[i];
    const double own = (points.multiplicity[p] - 1.0) * coincident_value(rule, 1000, decay);
    d[i] = 1000 * (sums.sum_per_m[p] + own) / (establishments - 1);
  }
  return worst_error(d, expected.d);
}

TEST(P3mWindow, HasTheBesselFunctionOfAbramowitzAndStegun) {
  // Table 9.8: e^-x I0(x).
  EXPECT_NEAR(bessel_i0_scaled(0), 1, 1e-15);
  EXPECT_NEAR(bessel_i0_scaled(1), 0.46575960759, 1e-11);
  EXPECT_NEAR(bessel_i0_scaled(5), 0.1835408126, 5e-11);
  EXPECT_NEAR(bessel_i0_scaled(10), 0.1278333372, 5e-11);
  EXPECT_NEAR(bessel_i0_scaled(50) * std::sqrt(2 * std::numbers::pi * 50), 1.0025297, 1e-6);  // 1 + 1/(8x) + ...
}

TEST(P3mWindow, HasTheTransformThatQuadratureFinds) {
  const double shape = 12;
  for (const double frequency : {0.0, 3.0, 11.0, 12.0, 17.0, 40.0}) {
    const int steps = 20'000;
    double at = 0;
    double all = 0;
    for (int k = 0; k < steps; ++k) {
      const double x = (k + 0.5) / steps;
      at += kaiser_bessel(shape, x) * std::cos(frequency * x);
      all += kaiser_bessel(shape, x);
    }
    EXPECT_NEAR(kaiser_bessel_transform(shape, frequency), at / all, 1e-7) << frequency;
  }
}

TEST(P3mWindow, WeighsNodesAsTheWindowDoes) {
  for (const int width : {3, 8, 13, 16, 24}) {
    const double shape = 2.3 * width;
    const MeshWindow window(width, shape, 1e-13);
    for (int j = 0; j < width; ++j) {
      for (const double z : {-1.0, -0.63, 0.0, 0.4, 0.999}) {
        double weight = 0;
        for (int k = 0; k <= window.degree(); ++k) weight = weight * z + window.powers()[k * MeshWindow::kMaxWidth + j];
        EXPECT_NEAR(weight, kaiser_bessel(shape, (0.5 * (z + 1) + j) * 2 / width - 1), 3e-13);
      }
    }
  }
}

TEST(P3mRecipe, ComesFinerWithTheTolerance) {
  int narrower = 0;
  double shorter = 0;
  for (const double tolerance : {1e-3, 1e-5, 1e-7, 1e-9, 1e-11, 1e-12}) {
    const std::vector<Recipe> found = recipes(tolerance);
    ASSERT_FALSE(found.empty()) << tolerance;
    EXPECT_GT(found.front().reach, shorter);
    EXPECT_GT(found.front().width, narrower);
    shorter = found.front().reach;
    narrower = found.front().width;
    for (std::size_t k = 1; k < found.size(); ++k) EXPECT_LE(found[k].width, found[k - 1].width);
  }
}

TEST(P3mSplit, LeavesNothingBeyondTheCutOff) {
  for (const ThresholdRule rule : kRules) {
    const double reach = 18;
    const PairSettings settings{rule, 1000, Precision::double_};
    const std::vector<double> powers = near_polynomial(settings, 2500, reach, 1e-12);
    const Smooth smooth(settings, 2500, powers);
    for (const double d : {2500.0, 2500.1, 7000.0, 3e5}) {
      const double f = rule == ThresholdRule::shift ? 1 / (1000 + d) : 1 / d;
      EXPECT_DOUBLE_EQ(smooth(d), f);
    }
    // Continuous there, and level at 0: no edge and no cusp.
    EXPECT_NEAR(smooth(2499.999) / smooth(2500), 1, 1e-6);
    EXPECT_NEAR(smooth(1e-3), smooth(0), 1e-9 * smooth(2500) + 1e-7 * std::fabs(smooth(0)));
  }
}

TEST(P3mSplit, JoinsEveryDecayAtTheCutOff) {
  for (const Decay& decay : kDecays) {
    for (const ThresholdRule rule : kRules) {
      const PairSettings settings{rule, 1000, Precision::double_, decay};
      SCOPED_TRACE(name_of(settings));
      const std::vector<double> powers = near_polynomial(settings, 2500, 22, 1e-13);
      const Smooth smooth(settings, 2500, powers);
      const double shift = rule == ThresholdRule::shift ? 1000 : 0;
      for (const double d : {2500.0, 7000.0, 3e4}) {
        EXPECT_NEAR(smooth(d), decay_value(decay, d + shift), 1e-13 * smooth(d));
      }
      EXPECT_NEAR(smooth(2499.999) / smooth(2500), 1, 1e-5);
      EXPECT_NEAR(smooth(1e-3), smooth(0), 1e-6 * smooth(2500));
    }
  }
}

TEST(P3mSplit, ObeysTheEquationsOfItsDecays) {
  // By differences: (x d/dx + a) smooth = C window, and (d^2/dx^2 - l^2) smooth = -2 l C window, for a cut-off of 1.
  const double reach = 14;
  const double h = 1e-3;
  for (const Decay& decay :
       {Decay{DecayShape::power, 0.5}, Decay{DecayShape::power, 2.6}, Decay{DecayShape::exponential, 1.5}}) {
    const PairSettings settings{ThresholdRule::cap, 0.5, Precision::double_, decay};
    const std::vector<double> powers = near_polynomial(settings, 1, reach, 1e-14);
    const Smooth smooth(settings, 1, powers);
    const auto side = [&](double x) {
      const double slope = (smooth(x + h) - smooth(x - h)) / (2 * h);
      const double bend = (smooth(x + h) - 2 * smooth(x) + smooth(x - h)) / (h * h);
      const double a = decay.parameter;
      return decay.shape == DecayShape::power ? x * slope + a * smooth(x) : a * a * smooth(x) - bend;
    };
    const double at_zero = side(0.01) / kaiser_bessel(reach, 0.01);
    for (const double x : {0.1, 0.3, 0.5, 0.8}) {
      EXPECT_NEAR(side(x) / at_zero, kaiser_bessel(reach, x), 2e-5) << decay.parameter << " at " << x;
    }
  }
}

TEST(P3mSplit, HasNoHighFrequencies) {
  // The plane's transform by Simpson's rule, of the part below the cut-off where it differs from 1/d.
  const double reach = 14;
  const PairSettings settings{ThresholdRule::cap, 0.5, Precision::double_};
  const std::vector<double> powers = near_polynomial(settings, 1, reach, 1e-13);
  const Smooth smooth(settings, 1, powers);
  for (const double k : {0.3 * reach, 0.7 * reach, 1.0 * reach, 1.3 * reach}) {
    // 1/d has 1/k; the smooth part smooth_part(k)/k: the integral of (1/d - smooth) d J0(k d) is the rest.
    const int steps = 20'000;
    double rest = 0;
    for (int s = 0; s < steps; ++s) {
      const double d = (s + 0.5) / steps;
      rest += (1 / d - smooth(d)) * d * std::cyl_bessel_j(0.0, k * d) / steps;
    }
    EXPECT_NEAR(k * rest, 1 - smooth_part(reach, k), 1e-6) << k;
  }
}

TEST(P3mSamples, AreTheSmoothPartWithinTheExtentAndTurnIntoTheirImages) {
  MeshShape shape;
  shape.step_m = 300;
  shape.period_x = 96;
  shape.period_y = 64;
  shape.fade_from_x_m = 9000;
  shape.fade_from_y_m = 2500;
  for (const ThresholdRule rule : {ThresholdRule::cap, ThresholdRule::shift}) {
    for (const Decay& decay : {Decay{}, kDecays[0], kDecays[2], kDecays[4]}) {
      const PairSettings settings{rule, 1000, Precision::double_, decay};
      const std::vector<double> powers = near_polynomial(settings, 2500, 14, 1e-12);
      const Smooth smooth(settings, 2500, powers);
      const Samples samples(shape, smooth, 14);
      const StepDown step(14);
      const auto weight = [&](double x, double from, double period) { return step((x - from) / (period - 2 * from)); };
      std::vector<double> row(samples.length());
      for (std::size_t r = 0; r <= shape.period_y / 2; ++r) {
        samples.row(r, row.data());
        for (std::size_t c = 0; c <= shape.period_x / 2; ++c) {
          double expected = 0;
          for (const std::size_t across : {c, shape.period_x - c}) {
            for (const std::size_t up : {r, shape.period_y - r}) {
              const double x = 300 * static_cast<double>(across);
              const double y = 300 * static_cast<double>(up);
              expected += weight(x, 9000, 96 * 300) * weight(y, 2500, 64 * 300) * smooth(std::hypot(x, y));
            }
          }
          if (c <= 30 && r <= 8) {
            EXPECT_EQ(expected, smooth(std::hypot(300.0 * static_cast<double>(c), 300.0 * static_cast<double>(r))));
          }
          EXPECT_NEAR(row[c], expected, 1e-12 * expected) << name_of(settings) << " at " << c << ", " << r;
        }
      }
    }
  }
}

TEST(P3mFft, KnowsTheQuickestLengths) {
  for (std::size_t n = 1, last = 0; n <= 2'048; ++n) {
    const std::size_t length = quickest_length(n);
    EXPECT_GE(length, n);
    EXPECT_LE(length, std::max<std::size_t>(8, 2 * n));
    EXPECT_TRUE(is_quickest_length(length)) << length;
    EXPECT_EQ(quick_length(length), length);
    EXPECT_TRUE(std::has_single_bit(length) || (length % 5 == 0 && std::has_single_bit(length / 5))) << length;
    EXPECT_GE(length, last);
    last = length;
  }
  EXPECT_EQ(quickest_length(600), 640U);
  EXPECT_EQ(quickest_length(2'049), 0U);
  EXPECT_FALSE(is_quickest_length(1'000));
  EXPECT_FALSE(is_quickest_length(4'096));
}

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

/// Real weights, some of them 0 and one that has half of all.
std::vector<double> weights_of(std::size_t locations) {
  Random random(8);
  std::vector<double> weights(locations);
  double all = 0;
  for (double& w : weights) all += w = random() < 0.1 ? 0 : 1 / (1e-2 + random());
  weights[locations / 3] = all;
  return weights;
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

TEST(ExactSums, AreThoseOfThePairFormula) {
  const MergedPoints points = merge(lattice(900));
  const std::vector<double> weights = weights_of(points.size());
  const std::vector<std::uint32_t> targets = {0, 17, 444, 899};
  for (const Decay& decay : kDecays) {
    for (const ThresholdRule rule : kRules) {
      const PairSettings settings{rule, 1000, Precision::double_, decay};
      const std::vector<double> sums = exact_sums(points, settings, targets, 2, {}, weights);
      for (std::size_t k = 0; k < targets.size(); ++k) {
        CompensatedSum expected;
        const std::uint32_t p = targets[k];
        for (std::size_t q = 0; q < points.size(); ++q) {
          if (q == p) continue;
          const double dx = points.x_m[p] - points.x_m[q];
          const double dy = points.y_m[p] - points.y_m[q];
          const bool within = within_threshold(points.x_m[p], points.y_m[p], points.x_m[q], points.y_m[q], 1000);
          expected.add(weights[q] * with_rule(rule, [&](auto constant) {
                         return with_decay<double>(decay, [&](auto g) {
                           const Threshold<double> threshold{1000, decay_value(decay, 1000)};
                           return pair_value<constant()>(dx * dx + dy * dy, within, threshold, g);
                         });
                       }));
        }
        EXPECT_NEAR(sums[k], expected.value(), 1e-13 * expected.value()) << name_of(settings);
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

/// Sets that a run could have: a country, a part of its establishments, few of them, and one town.
std::vector<MergedPoints> overlapping_sets(std::size_t n) {
  const Cloud all = towns(n);
  std::vector<Cloud> sets(4);
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t s = 0; s < sets.size(); ++s) {
      constexpr std::size_t kOneIn[] = {1, 2, 12};
      const bool in_town = std::hypot(all.x[i] - all.x[0], all.y[i] - all.y[0]) < 3'000;
      if (s < 3 ? i % kOneIn[s] == 0 : in_town) sets[s].add(all.x[i], all.y[i]);
    }
  }
  std::vector<MergedPoints> merged;
  for (const Cloud& set : sets) merged.push_back(merge(set));
  return merged;
}

TEST(P3mCloud, IsNoSmallerThanItsLocations) {
  for (const NamedCloud& named : all_clouds()) {
    for (const std::size_t n : {2, 3, 250, 700}) {
      const MergedPoints points = merge(named.make(n));
      const p3m::Cloud measured = measure(points);
      double farthest = 0;
      for (std::size_t a = 0; a < points.size(); ++a) {
        for (std::size_t b = 0; b < a; ++b) {
          farthest = std::max(farthest, std::hypot(points.x_m[a] - points.x_m[b], points.y_m[a] - points.y_m[b]));
        }
      }
      EXPECT_GE(measured.extent.diameter_m, farthest) << named.name << ", " << n;
      EXPECT_LE(measured.extent.diameter_m, 1.1 * farthest + 1e-5) << named.name << ", " << n;
    }
  }
}

TEST(P3mPlans, ShareAMeshWhereThatIsCheaper) {
  const std::vector<MergedPoints> sets = overlapping_sets(40'000);
  std::vector<const MergedPoints*> pointers;
  for (const MergedPoints& set : sets) pointers.push_back(&set);
  const Clouds clouds = measure(pointers, 2);
  const PairSettings settings{ThresholdRule::cap, 1000, Precision::double_};
  const std::vector<double> nothing_else(sets.size(), kNothingElse);
  const auto plans = make_plans(clouds, settings, 1e-9, nothing_else);
  double together = 0;
  double apart = 0;
  for (std::size_t s = 0; s < sets.size(); ++s) {
    ASSERT_TRUE(plans[s]) << s;
    apart += make_plan(clouds.of_set[s], settings, 1e-9)->predicted_s;
    together += plans[s]->predicted_s;
    EXPECT_GE(plans[s]->shape.fade_from_x_m, clouds.of_set[s].extent.width_m) << s;
    EXPECT_GE(plans[s]->shape.fade_from_y_m, clouds.of_set[s].extent.height_m) << s;
  }
  EXPECT_TRUE(plans[0]->same_mesh(*plans[1]) || plans[1]->same_mesh(*plans[2]));
  EXPECT_LE(together, apart * 1.01);             // a set's own mesh may be shorter, by what there are lengths for
  EXPECT_FALSE(plans[3]->same_mesh(*plans[0]));  // a town does not pay for a country

  // What is cheaper otherwise has no plan.
  std::vector<double> instead = nothing_else;
  instead[2] = 0;
  const auto without = make_plans(clouds, settings, 1e-9, instead);
  EXPECT_FALSE(without[2]);
  EXPECT_TRUE(without[0] && without[1] && without[3]);
}

TEST(P3m, KeepsToleranceOnAMeshMadeForMore) {
  const std::vector<MergedPoints> sets = overlapping_sets(12'000);
  std::vector<const MergedPoints*> pointers;
  for (const MergedPoints& set : sets) pointers.push_back(&set);
  const Clouds clouds = measure(pointers, 2);
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

TEST(ExactSums, AreThoseOfAllPairs) {
  for (const ThresholdRule rule : kRules) {
    const Cloud cloud = towns(1'200);
    const MergedPoints points = merge(cloud);
    const PairSettings settings{rule, 1000, Precision::double_};
    const PairSums all = make_cpu_backend(2)->sum_pairs(points, settings, {});
    std::vector<std::uint32_t> targets;
    std::vector<double> expected;
    for (std::uint32_t p = 0; p < points.size(); p += 7) {
      targets.push_back(p);
      expected.push_back(all.sum_per_m[p]);
    }
    EXPECT_LE(worst_error(exact_sums(points, settings, targets, 2), expected), 1e-13);
  }
}

TEST(Strips, MovePositiveCoordinatesWithoutRounding) {
  Random random(31);
  for (const double west : {1e-3, 13'000.7, 150'000.3}) {
    Cloud cloud;
    cloud.add(west, 3e5 + 0.1);
    for (int k = 0; k < 1'000; ++k) cloud.add(west + 3e5 * random() * random(), 3e5 + 0.1 + 2e5 * random());
    const MergedPoints points = make_cpu_backend(1)->merge(cloud.points());
    p3m::Strips strips;
    p3m::make_strips(points, 1500, 3, 1, strips);
    EXPECT_TRUE(strips.moved_exactly) << west;
    for (std::size_t slot = 0; slot < strips.slots(); ++slot) {
      const std::uint32_t p = strips.location[slot];
      if (p == p3m::kNoLocation) continue;
      EXPECT_GE(strips.x_m[slot], 0);
      EXPECT_EQ(strips.x_m[slot] - strips.x_m[strips.begin[0]],
                points.x_m[p] - points.x_m[strips.location[strips.begin[0]]]);
    }
  }
}

}  // namespace
}  // namespace dscore::test
