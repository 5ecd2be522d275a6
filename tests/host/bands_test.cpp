// Shares by distance band: host/bands.h by hand, and against sums over rows that are not merged.

#include "host/bands.h"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>
#include <vector>

#include "host/results.h"
#include "kernels/error.h"
#include "tests/clouds.h"
#include "tests/reference.h"

namespace dscore::test {
namespace {

constexpr double kFar = std::numeric_limits<double>::infinity();
const std::vector<double> kEdges{0, 1e3, 2e3, 5e3, 1e4, 2.5e4, 5e4, 1e5, kFar};
const ThresholdRule kRules[] = {ThresholdRule::cap, ThresholdRule::exclude, ThresholdRule::shift, ThresholdRule::none};

/// Rows as locations of their own, coincident ones too.
MergedPoints unmerged(const Cloud& cloud) {
  MergedPoints points;
  for (std::size_t i = 0; i < cloud.size(); ++i) {
    points.x_m.push_back(cloud.x[i]);
    points.y_m.push_back(cloud.y[i]);
    points.multiplicity.push_back(1);
    points.location.push_back(static_cast<std::uint32_t>(i));
  }
  return points;
}

std::vector<double> degrees(const LargeArray<double>& metres, double origin_m, double origin,
                            double metres_per_degree) {
  std::vector<double> values;
  for (const double m : metres) values.push_back(origin + (m - origin_m) / metres_per_degree);
  return values;
}

TEST(Bands, ByHand) {
  // Two at one place, one 2 km from there, one 40 km farther: of 1/max(d, 1 km) in 1/km.
  Cloud cloud;
  cloud.add(0, 0);
  cloud.add(0, 0);
  cloud.add(2'000, 0);
  cloud.add(42'000, 0);
  const std::vector<std::uint16_t> region{0, 0, 0, 2};
  const std::vector<std::uint8_t> top{1, 0, 1, 0};
  const MergedPoints points = make_cpu_backend(1)->merge(cloud.points());
  const BandShares shares =
      band_shares({points}, {.region = region, .top = top}, 3, {}, std::array{0.0, 2e3, 41e3, kFar}, 1);
  const double at_42 = 1.0 / 42;
  const double first[] = {1.0, 1.0 / 2, at_42};  // of each of the two
  const double third[] = {0, 1, 1.0 / 40};       // 2 km is in the second band, and so is 40 km
  const double country[] = {2.0, 2.0 / 2 + 1 + 2.0 / 40, 4 * at_42};
  const double all = country[0] + country[1] + country[2];
  for (int k = 0; k < 3; ++k) EXPECT_NEAR(shares.all[k], country[k] / all, 1e-12) << k;
  const double of_first = 2 * (first[0] + first[1] + first[2]) + third[1] + third[2];
  EXPECT_NEAR(shares.regions[0][0], 2 / of_first, 1e-12);
  EXPECT_NEAR(shares.regions[0][1], (2 * first[1] + third[1] + third[2]) / of_first, 1e-12);
  EXPECT_NEAR(shares.regions[0][2], 2 * first[2] / of_first, 1e-12);
  for (const double share : shares.regions[1]) EXPECT_TRUE(is_missing(share));
  const double of_top[] = {1, 1.0 / 2 + 1 + 1.0 / 40, at_42};  // the first and the third
  for (int k = 0; k < 3; ++k) EXPECT_NEAR(shares.top[k], of_top[k] / (of_top[0] + of_top[1] + of_top[2]), 1e-12);
  EXPECT_EQ(shares.regions[2][0], 0);
  EXPECT_NEAR(shares.regions[2][1], 1.0 / 40 / (1.0 / 40 + 2 * at_42), 1e-12);
}

TEST(Bands, MergedAreAsUnmerged) {
  for (const NamedCloud& named : all_clouds()) {
    if (named.name == "dominant") continue;  // its rows stand for many
    const Cloud cloud = named.make(150);
    const MergedPoints merged = make_cpu_backend(1)->merge(cloud.points());
    const MergedPoints rows = unmerged(cloud);
    std::vector<std::uint16_t> region;
    std::vector<double> weight;
    for (std::size_t i = 0; i < cloud.size(); ++i) {
      region.push_back(static_cast<std::uint16_t>(i * 7 % 5));
      weight.push_back(static_cast<double>(i * 11 % 9) / 2);
    }
    for (const ThresholdRule rule : kRules) {
      for (const bool sphere : {false, true}) {
        SCOPED_TRACE(named.name + ", rule " + std::to_string(static_cast<int>(rule)) + (sphere ? ", sphere" : ""));
        const PairSettings settings{.rule = rule};
        const auto on = [&](const MergedPoints& points) {
          return std::pair(degrees(points.x_m, 155'000, 5.4, 68'400), degrees(points.y_m, 463'000, 52.2, 111'250));
        };
        const auto [longitude, latitude] = on(merged);
        const auto [row_longitude, row_latitude] = on(rows);
        const GeneralPoints points = sphere ? GeneralPoints{merged, {}, longitude, latitude} : GeneralPoints{merged};
        const GeneralPoints row_points =
            sphere ? GeneralPoints{rows, weight, row_longitude, row_latitude} : GeneralPoints{rows, weight};
        const BandShares shares = band_shares(points, {region, {}, weight}, 5, settings, kEdges, 2);

        std::vector<std::vector<CompensatedSum>> expected(5, std::vector<CompensatedSum>(kEdges.size() - 1));
        for (std::size_t i = 0; i < cloud.size(); ++i) {
          const std::vector<double> sums = reference_sums(row_points, settings, kEdges, i);
          const double others = std::accumulate(weight.begin(), weight.end(), -weight[i]);  // the divisor of D
          for (std::size_t k = 0; k < sums.size(); ++k) expected[region[i]][k].add(sums[k] / others);
        }
        for (std::size_t r = 0; r < 5; ++r) {
          double whole = 0;
          for (const CompensatedSum& sum : expected[r]) whole += sum.value();
          for (std::size_t k = 0; k < expected[r].size(); ++k) {
            if (whole == 0) {
              EXPECT_TRUE(is_missing(shares.regions[r][k]));
            } else {
              EXPECT_NEAR(shares.regions[r][k], expected[r][k].value() / whole, 1e-12);
            }
          }
        }
      }
    }
  }
}

TEST(Bands, AreWholeAndDoNotMindThreads) {
  const Cloud cloud = towns(3'000);
  const MergedPoints points = make_cpu_backend(1)->merge(cloud.points());
  const std::vector<std::uint16_t> one_region(cloud.size(), 0);
  const BandShares shares = band_shares({points}, {.region = one_region}, 1, {}, kEdges, 1);
  EXPECT_NEAR(std::accumulate(shares.all.begin(), shares.all.end(), 0.0), 1, 1e-14);
  EXPECT_EQ(shares.regions[0], shares.all);
  for (const int threads : {2, 3}) {
    EXPECT_EQ(band_shares({points}, {.region = one_region}, 1, {}, kEdges, threads).all, shares.all);
  }
  // Without regions, and with a weight of 1 each.
  const std::vector<double> ones(cloud.size(), 1.0);
  EXPECT_EQ(band_shares({points}, {.weight = ones}, 0, {}, kEdges, 1).all, shares.all);
}

TEST(Bands, OfOneEstablishmentAreMissing) {
  const MergedPoints points = make_cpu_backend(1)->merge(uniform(1).points());
  for (const double share : band_shares({points}, {}, 0, {}, kEdges, 1).all) EXPECT_TRUE(is_missing(share));
}

TEST(Bands, RefuseWhatIsNotInRange) {
  const MergedPoints points = make_cpu_backend(1)->merge(uniform(3).points());
  const std::vector<std::uint16_t> region{0, 1, 2};
  const std::vector<double> weight{1, -1, 1};
  EXPECT_THROW(band_shares({points}, {.region = region}, 2, {}, kEdges, 1), Error);
  EXPECT_THROW(band_shares({points}, {.weight = weight}, 0, {}, kEdges, 1), Error);
  EXPECT_THROW(band_shares({points}, {.weight = std::span(weight).first(2)}, 0, {}, kEdges, 1), Error);
  EXPECT_THROW(band_shares({points}, {}, 0, {}, std::array{1.0, 5.0}, 1), Error);
  EXPECT_THROW(band_shares({points}, {}, 0, {}, std::array{0.0}, 1), Error);
}

}  // namespace
}  // namespace dscore::test
