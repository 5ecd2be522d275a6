// General exact sums: kernels/general_sums.h against the reference, and the properties that any such sum has.

#include "kernels/general_sums.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "kernels/error.h"
#include "kernels/general_costs.h"
#include "kernels/sphere.h"
#include "tests/clouds.h"
#include "tests/reference.h"

namespace dscore::test {
namespace {

constexpr double kFar = std::numeric_limits<double>::infinity();
constexpr double kTolerance = 1e-12;
const ThresholdRule kRules[] = {ThresholdRule::cap, ThresholdRule::exclude, ThresholdRule::shift, ThresholdRule::none};

const Decay kDecays[] = {{DecayShape::power, 0.5},       {DecayShape::power, 1.5}, {DecayShape::power, 2},
                         {DecayShape::power, 3},         {DecayShape::power, 1.2}, {DecayShape::exponential, 1e-4},
                         {DecayShape::exponential, 5e-6}};

/// A cloud's locations with weights, and positions on the globe that are about as far apart.
struct Case {
  MergedPoints points;
  std::vector<double> weight, longitude, latitude;

  explicit Case(const Cloud& cloud) : points(make_cpu_backend(1)->merge(cloud.points())) {
    Random random(11);
    for (std::size_t p = 0; p < points.size(); ++p) {
      weight.push_back(p % 7 == 0 ? 0 : 40 * random() * random());
      longitude.push_back(5.387 + (points.x_m[p] - 155'000) / 68'400);
      latitude.push_back(52.155 + (points.y_m[p] - 463'000) / 111'250);
    }
  }
  GeneralPoints in_plane(bool weighted = false) const {
    return {points, weighted ? std::span<const double>(weight) : std::span<const double>()};
  }
  GeneralPoints on_sphere(bool weighted = false) const {
    return {points, in_plane(weighted).weight, longitude, latitude};
  }
};

/// Some of the locations, spread evenly.
std::vector<std::size_t> sample(std::size_t size, std::size_t count = 23) {
  std::vector<std::size_t> targets;
  for (std::size_t k = 0; k < std::min(size, count); ++k) targets.push_back(k * size / std::min(size, count));
  return targets;
}

std::string name_of(const PairSettings& settings, bool sphere, bool weighted) {
  return "rule " + std::to_string(static_cast<int>(settings.rule)) +
         (settings.decay.shape == DecayShape::power ? ", power " : ", exponential ") +
         std::to_string(settings.decay.parameter) + ", t " + std::to_string(settings.threshold_m) + ", cut-off " +
         std::to_string(settings.cutoff_m) + (sphere ? ", sphere" : ", plane") + (weighted ? ", weights" : "");
}

/// The bands of some locations against the reference.
void expect_bands(const GeneralPoints& points, const PairSettings& settings, const std::vector<double>& edges_m) {
  const BandSums actual = band_sums(points, settings, edges_m, 1);
  ASSERT_EQ(actual.bands, edges_m.size() - 1);
  ASSERT_EQ(actual.sum_per_m.size(), points.points.size() * actual.bands);
  for (const std::size_t p : sample(points.points.size())) {
    const std::vector<double> expected = reference_sums(points, settings, edges_m, p);
    const auto begin = actual.sum_per_m.begin() + static_cast<std::ptrdiff_t>(p * actual.bands);
    const std::vector<double> sums(begin, begin + static_cast<std::ptrdiff_t>(actual.bands));
    ASSERT_LE(worst_error(sums, expected), kTolerance) << "location " << p;
  }
}

void expect_sums(const GeneralPoints& points, const PairSettings& settings) {
  const PairSums actual = general_sums(points, settings, 1);
  ASSERT_EQ(actual.sum_per_m.size(), points.points.size());
  for (const std::size_t p : sample(points.points.size())) {
    const std::vector<double> expected = reference_sums(points, settings, {}, p);
    ASSERT_LE(worst_error({actual.sum_per_m[p]}, expected), kTolerance) << "location " << p;
  }
}

const std::vector<double> kEdges{0, 200, 1'000, 2'000, 5'000, 10'000, 25'000, 50'000, 100'000, kFar};

TEST(GeneralSums, AgreeWithTheReference) {
  for (const NamedCloud& named : all_clouds()) {
    for (const std::size_t n : {2, 127, 128, 129, 1'031}) {
      const Case cloud(named.make(n));
      for (const ThresholdRule rule : kRules) {
        for (const double cutoff_m : {kFar, 600.0, 1'000.0, 30'000.0}) {
          for (const int kind : {0, 1, 2, 3}) {
            const PairSettings settings{.rule = rule, .cutoff_m = cutoff_m};
            const bool sphere = kind % 2 == 1;
            const bool weighted = kind / 2 == 1;
            SCOPED_TRACE(named.name + " of " + std::to_string(n) + ", " + name_of(settings, sphere, weighted));
            expect_sums(sphere ? cloud.on_sphere(weighted) : cloud.in_plane(weighted), settings);
            if (HasFatalFailure()) return;
          }
        }
      }
    }
  }
}

TEST(GeneralSums, AgreeWithTheReferenceByBand) {
  for (const NamedCloud& named : all_clouds()) {
    const Case cloud(named.make(1'031));
    for (const ThresholdRule rule : kRules) {
      for (const double cutoff_m : {kFar, 7'000.0}) {
        for (const bool sphere : {false, true}) {
          const PairSettings settings{.rule = rule, .cutoff_m = cutoff_m};
          SCOPED_TRACE(named.name + ", " + name_of(settings, sphere, sphere));
          const GeneralPoints points = sphere ? cloud.on_sphere(true) : cloud.in_plane();
          expect_bands(points, settings, kEdges);
          expect_bands(points, settings, {400, 6'000, 1e5});
          if (HasFatalFailure()) return;
        }
      }
    }
  }
}

TEST(GeneralSums, AgreeForSmallAndLargeThresholds) {
  for (const double t : {1e-3, 200.0, 12'345.678, 1e6}) {
    for (const ThresholdRule rule : kRules) {
      for (const Cloud& shape : {towns(700), lattice(700), tight_islands(512), dense_town(600)}) {
        const Case cloud(shape);
        const PairSettings settings{.rule = rule, .threshold_m = t};
        SCOPED_TRACE(name_of(settings, false, false));
        expect_sums(cloud.in_plane(), settings);
        expect_bands(cloud.in_plane(), settings, kEdges);
        expect_sums(cloud.on_sphere(), settings);
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(GeneralSums, CountPairsWithinTheThreshold) {
  // In the plane as the tuned sums do, with and without a cut-off below t; on the sphere as the reference.
  for (const NamedCloud& named : all_clouds()) {
    SCOPED_TRACE(named.name);
    const Case cloud(named.make(509));
    const std::uint64_t expected = make_cpu_backend(1)->sum_pairs(cloud.points, {}, {}).ordered_pairs_within;
    for (const ThresholdRule rule : kRules) {
      EXPECT_EQ(general_sums(cloud.in_plane(true), {.rule = rule}, 1).ordered_pairs_within, expected);
      EXPECT_EQ(general_sums(cloud.in_plane(), {.rule = rule, .cutoff_m = 600}, 1).ordered_pairs_within, expected);
      EXPECT_EQ(band_sums(cloud.in_plane(), {.rule = rule}, kEdges, 1).ordered_pairs_within, expected);
      EXPECT_EQ(band_sums(cloud.in_plane(), {.rule = rule}, std::array{2e5, 3e5}, 1).ordered_pairs_within, expected);
    }
    std::uint64_t on_sphere = 0;
    for (std::size_t p = 0; p < cloud.points.size(); ++p) {
      for (std::size_t q = 0; q < cloud.points.size(); ++q) {
        const long double d = haversine_m(cloud.longitude[p], cloud.latitude[p], cloud.longitude[q], cloud.latitude[q]);
        if (p != q && d < 1000) on_sphere += std::uint64_t{cloud.points.multiplicity[p]} * cloud.points.multiplicity[q];
      }
    }
    EXPECT_EQ(general_sums(cloud.on_sphere(), {}, 1).ordered_pairs_within, on_sphere);
  }
}

TEST(GeneralSums, BandsAddUpToTheWhole) {
  for (const NamedCloud& named : all_clouds()) {
    for (const ThresholdRule rule : kRules) {
      const Case cloud(named.make(1'500));
      for (const GeneralPoints& points : {cloud.in_plane(true), cloud.on_sphere()}) {
        const PairSettings settings{.rule = rule};
        const std::vector<double> whole = general_sums(points, settings, 1).sum_per_m;
        const BandSums parts = band_sums(points, settings, kEdges, 1);
        std::vector<double> sums(whole.size());
        for (std::size_t p = 0; p < whole.size(); ++p) {
          const auto begin = parts.sum_per_m.begin() + static_cast<std::ptrdiff_t>(p * parts.bands);
          sums[p] = std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(parts.bands), 0.0);
        }
        EXPECT_LE(worst_error(sums, whole), 1e-13) << named.name;
      }
    }
  }
}

TEST(GeneralSums, DoNotNoticeACutOffBeyondAllPairs) {
  for (const NamedCloud& named : all_clouds()) {
    const Case cloud(named.make(1'031));
    for (const GeneralPoints& points : {cloud.in_plane(), cloud.on_sphere()}) {
      EXPECT_EQ(general_sums(points, {.cutoff_m = 3e6}, 1).sum_per_m, general_sums(points, {}, 1).sum_per_m)
          << named.name;
    }
  }
}

TEST(GeneralSums, AreThoseOfTheTunedSums) {
  for (const NamedCloud& named : all_clouds()) {
    const Case cloud(named.make(1'031));
    for (const ThresholdRule rule : kRules) {
      const PairSettings settings{.rule = rule};
      EXPECT_LE(worst_error(general_sums(cloud.in_plane(), settings, 1).sum_per_m,
                            make_cpu_backend(1)->sum_pairs(cloud.points, settings, {}).sum_per_m),
                kTolerance)
          << named.name;
    }
  }
}

TEST(GeneralSums, GiveTheSameBitsForAnyNumberOfThreads) {
  const Case cloud(towns(4'000));
  for (const GeneralPoints& points : {cloud.in_plane(true), cloud.on_sphere()}) {
    for (const double cutoff_m : {kFar, 12'000.0}) {
      const PairSettings settings{.cutoff_m = cutoff_m};
      const BandSums one = band_sums(points, settings, kEdges, 1);
      for (const int threads : {2, 3}) {
        const BandSums several = band_sums(points, settings, kEdges, threads);
        EXPECT_EQ(several.sum_per_m, one.sum_per_m);
        EXPECT_EQ(several.ordered_pairs_within, one.ordered_pairs_within);
      }
    }
  }
}

TEST(GeneralSums, HaveNeighboursOfNoWeight) {
  Cloud two;
  two.add(0, 0);
  two.add(3'000, 4'000);
  const MergedPoints points = make_cpu_backend(1)->merge(two.points());
  const std::vector<double> weight{0, 2.5};
  const std::vector<double> sums = general_sums({points, weight}, {}, 1).sum_per_m;
  EXPECT_NEAR(sums[0], 2.5 / 5'000, 1e-15);
  EXPECT_EQ(sums[1], 0);
}

TEST(GeneralSums, AreNoneOfNoneAndZeroOfOne) {
  EXPECT_TRUE(general_sums({MergedPoints{}}, {}, 1).sum_per_m.empty());
  const Case one(uniform(1));
  EXPECT_EQ(general_sums(one.in_plane(), {}, 1).sum_per_m, std::vector<double>{0.0});
  EXPECT_EQ(general_sums(one.on_sphere(), {}, 1).ordered_pairs_within, 0U);
}

TEST(GeneralSums, ReportProgressUpToTheEnd) {
  std::vector<double> fractions;
  general_sums(Case(uniform(20'000)).in_plane(), {}, 2, [&](double fraction) { fractions.push_back(fraction); });
  ASSERT_FALSE(fractions.empty());
  EXPECT_TRUE(std::is_sorted(fractions.begin(), fractions.end()));
  EXPECT_EQ(fractions.back(), 1.0);
}

TEST(GeneralSums, RefuseWhatIsNotInRange) {
  const Case cloud(uniform(3));
  const auto refused = [&](const GeneralPoints& points, const PairSettings& settings,
                           const std::vector<double>& edges) {
    try {
      band_sums(points, settings, edges, 1);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const std::vector<double> edges{0, kFar};
  const std::vector<double> bad{1, -0.5, 2};
  EXPECT_NE(refused({cloud.points, bad}, {}, edges).find("location 2, weight"), std::string::npos);
  const std::vector<double> infinite{1, kFar, 2};
  EXPECT_NE(refused({cloud.points, infinite}, {}, edges).find("location 2, weight"), std::string::npos);
  const std::vector<double> two{1, 2};
  EXPECT_NE(refused({cloud.points, two}, {}, edges).find("2 values of weight for 3"), std::string::npos);
  const std::vector<double> beyond{5, 5, 190};
  EXPECT_NE(refused({cloud.points, {}, beyond, cloud.latitude}, {}, edges).find("location 3, longitude"),
            std::string::npos);
  const std::vector<double> missing{std::nan(""), 5, 6};
  EXPECT_NE(refused({cloud.points, {}, cloud.longitude, missing}, {}, edges).find("location 1, latitude"),
            std::string::npos);
  EXPECT_NE(refused({cloud.points, {}, cloud.longitude, {}}, {}, edges).find("latitude"), std::string::npos);
  EXPECT_NE(refused({cloud.points, {}, {}, cloud.latitude}, {}, edges).find("longitude"), std::string::npos);
  EXPECT_NE(refused(cloud.in_plane(), {.cutoff_m = 0}, edges).find("cutoff_m"), std::string::npos);
  EXPECT_NE(refused(cloud.in_plane(), {}, {0}).find("1 edges"), std::string::npos);
  EXPECT_NE(refused(cloud.in_plane(), {}, {0, 5, 5}).find("edge 3"), std::string::npos);
  EXPECT_NE(refused(cloud.in_plane(), {}, {-1, 5}).find("edge 1"), std::string::npos);
  EXPECT_NE(refused(cloud.in_plane(), {}, {0, std::nan("")}).find("edge 2"), std::string::npos);
  EXPECT_NE(refused(cloud.in_plane(), {}, std::vector<double>(40, 1)).find("40 edges"), std::string::npos);
  EXPECT_EQ(refused(cloud.in_plane(), {}, edges), "");
}

TEST(GeneralSums, AgreeForAllDecays) {
  for (const NamedCloud& named : all_clouds()) {
    const Case cloud(named.make(709));
    for (const Decay decay : kDecays) {
      for (const ThresholdRule rule : kRules) {
        for (const double cutoff_m : {kFar, 15'000.0}) {
          const PairSettings settings{.rule = rule, .decay = decay, .cutoff_m = cutoff_m};
          SCOPED_TRACE(named.name + ", " + name_of(settings, false, false));
          expect_sums(cloud.in_plane(), settings);
          expect_bands(cloud.on_sphere(true), settings, kEdges);
          if (HasFatalFailure()) return;
        }
      }
    }
  }
}

TEST(GeneralSums, AreTheBackendsWhereItsTunedSumsAreNot) {
  const Case cloud(towns(900));
  for (const PairSettings& settings :
       {PairSettings{.decay = {DecayShape::power, 2}}, PairSettings{.cutoff_m = 5'000}}) {
    const PairSums sums = make_cpu_backend(2)->sum_pairs(cloud.points, settings, {});
    EXPECT_EQ(sums.sum_per_m, general_sums(cloud.in_plane(), settings, 1).sum_per_m);
    EXPECT_NE(sums.sum_per_m, make_cpu_backend(2)->sum_pairs(cloud.points, {}, {}).sum_per_m);
  }
}

// What they take, predicted.

TEST(GeneralCosts, AreThoseOfTheWorkThereIs) {
  EXPECT_EQ(predicted_general_s(MergedPoints{}, {}), 0);
  const Case cloud(uniform(30'000));
  const double whole = predicted_general_s(cloud.points, {});
  const double pairs = 0.5 * 30'000.0 * 30'000.0;
  EXPECT_GT(whole, 0.4e-9 * pairs);  // of pairs far from each other, and a little
  EXPECT_LT(whole, 0.6e-9 * pairs);
  EXPECT_EQ(predicted_general_s(cloud.points, {.cutoff_m = 1e6}), whole);
  EXPECT_GT(predicted_general_s(cloud.points, {}, true), 1.5 * whole);
  EXPECT_GT(predicted_general_s(cloud.points, {.decay = {DecayShape::power, 1.2}}), 3 * whole);
  EXPECT_GT(predicted_general_s(cloud.points, {}, false, kEdges), 1.1 * whole);
  // Disks of radius r in a country of 200 x 300 km, with a rim of tiles of 16 km; pairs at the rim take 1.7 times as
  // long.
  double last = 0;
  for (const double cutoff_m : {5e3, 10e3, 20e3, 50e3}) {
    const double predicted = predicted_general_s(cloud.points, {.cutoff_m = cutoff_m});
    EXPECT_GT(predicted, last);
    EXPECT_LT(predicted, 1.7 * whole * M_PI * (cutoff_m + 4e4) * (cutoff_m + 4e4) / 6e10);
    last = predicted;
  }
  EXPECT_LT(last, whole / 2);
}

TEST(GeneralCosts, OfASampleAreAsOfAllTiles) {
  // Four towns, far apart, of 30 tiles each: the sample has half of them.
  Cloud one, four;
  Random random(12);
  for (int k = 0; k < 4 * 30 * 128; ++k) {
    const double x = 2e3 * random();
    const double y = 2e3 * random();
    four.add(x + 1e5 * (k % 4), y);
    if (k % 4 == 0) one.add(x, y);
  }
  const double of_one = predicted_general_s(Case(one).points, {.cutoff_m = 1e4});
  const double of_four = predicted_general_s(Case(four).points, {.cutoff_m = 1e4});
  EXPECT_GT(of_four, 3.5 * of_one);
  EXPECT_LT(of_four, 4.5 * of_one);
}

// Great circles.

/// The distance of two positions as the sums have it: with the rule `none`, f = 1/d.
double distance_m(double longitude_i, double latitude_i, double longitude_j, double latitude_j) {
  Cloud two;
  two.add(0, 0);
  two.add(1, 0);
  const MergedPoints points = make_cpu_backend(1)->merge(two.points());
  const std::vector<double> longitude{longitude_i, longitude_j};
  const std::vector<double> latitude{latitude_i, latitude_j};
  const PairSums sums =
      general_sums({points, {}, longitude, latitude}, {.rule = ThresholdRule::none, .threshold_m = 1e-6}, 1);
  return 1 / sums.sum_per_m[0];
}

TEST(GreatCircle, HasTheDigitsOfTheHaversineFromMillimetresToTheAntipode) {
  Random random(21);
  double worst_series = 0;
  double worst_beyond = 0;
  for (int k = 0; k < 4'000; ++k) {
    const double longitude = -180 + 360 * random();
    const double latitude = -89 + 178 * random();
    // Steps from 1e-8 degrees (a millimetre) to 30.
    const double step = std::pow(10.0, -8 + 9.5 * random());
    const double angle = 2 * M_PI * random();
    const double longitude_j = std::clamp(longitude + step * std::cos(angle), -180.0, 180.0);
    const double latitude_j = std::clamp(latitude + step * std::sin(angle), -90.0, 90.0);
    const long double expected = haversine_m(longitude, latitude, longitude_j, latitude_j);
    if (expected == 0) continue;
    const double d = distance_m(longitude, latitude, longitude_j, latitude_j);
    double& worst = step <= kSeriesDegrees ? worst_series : worst_beyond;
    worst = std::max(worst, std::fabs(static_cast<double>((d - expected) / expected)));
  }
  EXPECT_LT(worst_series, 2e-15 + 1.4e-14);  // of the distance, and of a reciprocal root
  EXPECT_LT(worst_beyond, 3e-14);
  EXPECT_GT(worst_series, 0);
}

TEST(GreatCircle, GoesRoundTheGlobe) {
  const double quarter = kEarthRadiusM * M_PI / 2;
  EXPECT_NEAR(distance_m(0, 0, 90, 0), quarter, 1e-6);
  EXPECT_NEAR(distance_m(-13, 0, 77, 90), quarter, 1e-6);
  EXPECT_NEAR(distance_m(0, 0, 180, 0), 2 * quarter, 0.1);
  EXPECT_NEAR(distance_m(-90, 30, 90, -30), 2 * quarter, 0.1);
  EXPECT_NEAR(distance_m(0, 90, 120, -90), 2 * quarter, 0.1);
  EXPECT_NEAR(distance_m(-179.5, 0, 179.5, 0), quarter / 90, 1e-6);  // across the date line
  EXPECT_NEAR(distance_m(0, 89.5, 180, 89.5), quarter / 90, 1e-6);   // across the pole
  EXPECT_EQ(distance_m(5, 52, 5, 52.1), distance_m(5, 52.1, 5, 52));
}

TEST(GreatCircle, SumsOverTheWholeGlobe) {
  Random random(22);
  Cloud cloud;
  for (int k = 0; k < 900; ++k) {
    const bool in_town = k % 2 == 0;  // on the date line, and at the pole
    const double longitude = in_town ? (k % 4 == 0 ? 179.8 : -180) + 0.2 * random() : -180 + 360 * random();
    const double latitude =
        in_town ? (k % 8 == 0 ? 89.9 + 0.1 * random() : random()) : std::asin(2 * random() - 1) * 180 / M_PI;
    cloud.add(longitude, latitude);
  }
  const MergedPoints points = make_cpu_backend(1)->merge(cloud.points());
  const GeneralPoints globe{points, {}, points.x_m, points.y_m};
  for (const ThresholdRule rule : kRules) {
    for (const double cutoff_m : {kFar, 2e6, 2e4}) {
      const PairSettings settings{.rule = rule, .cutoff_m = cutoff_m};
      SCOPED_TRACE(name_of(settings, true, false));
      expect_sums(globe, settings);
      expect_bands(globe, settings, {0, 1e3, 1e4, 1e5, 1e6, 5e6, 1.5e7, 2.1e7});
    }
  }
}

TEST(GreatCircle, BoundsHoldForAllPairsOfBoxes) {
  Random random(23);
  for (int k = 0; k < 3'000; ++k) {
    Tile tiles[2];
    CosineRange cosines[2];
    const double size = std::pow(10.0, -3 + 5 * random());
    for (int t = 0; t < 2; ++t) {
      tiles[t].x_min = -180 + 360 * random();
      tiles[t].x_max = std::min(180.0, tiles[t].x_min + size * random());
      tiles[t].y_min = -90 + 180 * random();
      tiles[t].y_max = std::min(90.0, tiles[t].y_min + size * random());
      const double least = cosine_of_latitude(tiles[t].y_min);
      const double most = cosine_of_latitude(tiles[t].y_max);
      cosines[t] = {std::min(least, most), tiles[t].y_min <= 0 && tiles[t].y_max >= 0 ? 1 : std::max(least, most)};
    }
    const DistanceBounds bounds = distance_bounds_on_sphere(tiles[0], tiles[1], cosines[0], cosines[1]);
    for (int pair = 0; pair < 20; ++pair) {
      // Corners and what lies between.
      const auto between = [&](double least, double most) {
        const double where = random();
        return where < 0.3 ? least : where > 0.7 ? most : least + (most - least) * (where - 0.3) / 0.4;
      };
      const auto d = static_cast<double>(
          haversine_m(between(tiles[0].x_min, tiles[0].x_max), between(tiles[0].y_min, tiles[0].y_max),
                      between(tiles[1].x_min, tiles[1].x_max), between(tiles[1].y_min, tiles[1].y_max)));
      ASSERT_LE(bounds.nearest, d);
      ASSERT_GE(bounds.farthest, d);
    }
  }
}

TEST(GreatCircle, DecidesPairsOneRoundingAround) {
  // Thresholds around the distance of a pair: long double decides what FP64 cannot.
  Random random(24);
  int within = 0;
  int missed_by_rounding = 0;
  for (int k = 0; k < 2'000; ++k) {
    const double longitude[] = {4 + random(), 4 + random()};
    const double latitude[] = {52 + random(), 52 + random()};
    const long double d = haversine_m(longitude[0], latitude[0], longitude[1], latitude[1]);
    for (double t = static_cast<double>(d) * (1 - 0x1p-52); t <= d * (1 + 0x1p-51); t = std::nextafter(t, kFar)) {
      if (std::fabs(d - t) < 1e-18L * d) continue;  // long double cannot tell either
      Cloud two;
      two.add(0, 0);
      two.add(1, 0);
      const MergedPoints points = make_cpu_backend(1)->merge(two.points());
      const PairSums sums =
          general_sums({points, {}, longitude, latitude}, {.rule = ThresholdRule::exclude, .threshold_m = t}, 1);
      ASSERT_EQ(sums.ordered_pairs_within == 2, d < t);
      ASSERT_EQ(sums.sum_per_m[0] == 0, d < t);
      within += d < t ? 1 : 0;
      if ((1 / general_sums({points, {}, longitude, latitude}, {.rule = ThresholdRule::none}, 1).sum_per_m[0] < t) !=
          (d < t)) {
        ++missed_by_rounding;
      }
    }
  }
  EXPECT_GT(within, 1'000);
  EXPECT_GT(missed_by_rounding, 100) << "these pairs are too easy: FP64 decides them all";
}

}  // namespace
}  // namespace dscore::test
