// The parts of the fast method: window, recipe, split, samples, lengths of transforms, strips, clouds, plans.

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <vector>

#include "kernels/fft.h"
#include "kernels/p3m/plan.h"
#include "kernels/p3m/polynomial.h"
#include "kernels/p3m/recipe.h"
#include "kernels/p3m/samples.h"
#include "kernels/p3m/split.h"
#include "kernels/p3m/strips.h"
#include "kernels/p3m/window.h"
#include "tests/clouds.h"
#include "tests/kernels/sum_cases.h"
#include "tests/reference.h"

namespace dscore::test {
namespace {

using namespace p3m;

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
  const Clouds clouds = measure_all(sets);
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

TEST(Strips, MovePositiveCoordinatesWithoutRounding) {
  Random random(31);
  for (const double west : {1e-3, 13'000.7, 150'000.3}) {
    Cloud cloud;
    cloud.add(west, 3e5 + 0.1);
    for (int k = 0; k < 1'000; ++k) cloud.add(west + 3e5 * random() * random(), 3e5 + 0.1 + 2e5 * random());
    const MergedPoints points = make_cpu_backend(1)->merge(cloud.points());
    p3m::Strips strips;
    p3m::make_strips(points, 1500, 3, {}, 1, strips);
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
