// Percentiles, deciles and clusters.

#include "host/statistics.h"

#include <gtest/gtest.h>

#include <vector>

namespace dscore {
namespace {

Percentiles percentiles_of(const std::vector<double>& d, int type = 7) {
  return percentiles(*make_cpu_backend(1), d, type);
}

TEST(Percentiles, ComeFromTheQuantilesOfTheTypeAskedFor) {
  std::vector<double> d;
  for (int i = 100; i >= 0; --i) d.push_back(i);
  const Percentiles own = percentiles_of(d);
  EXPECT_EQ(own.mean, 50);
  EXPECT_EQ(own.max, 100);
  EXPECT_EQ(own.median(), 50);
  EXPECT_DOUBLE_EQ(own.bounds[0], 90);
  EXPECT_DOUBLE_EQ(own.bounds[1], 95);
  for (std::size_t k = 0; k < 9; ++k) EXPECT_DOUBLE_EQ(own.deciles[k], 10 * static_cast<double>(k + 1));
  EXPECT_DOUBLE_EQ(percentiles_of(d, 6).bounds[0], 90.8);  // at 0.9 * 102, counted from 1
}

TEST(Percentiles, AreMissingWithoutScores) {
  for (const std::vector<double>& d : {std::vector<double>{}, std::vector<double>{kMissing}}) {
    const Percentiles own = percentiles_of(d);
    EXPECT_TRUE(is_missing(own.mean));
    EXPECT_TRUE(is_missing(own.max));
    EXPECT_TRUE(is_missing(own.median()));
    EXPECT_TRUE(is_missing(own.bounds[0]));
    EXPECT_TRUE(is_missing(own.bounds[1]));
  }
}

TEST(Deciles, CountTheBoundsThatAScoreExceeds) {
  std::vector<double> d;
  for (int i = 1; i <= 1000; ++i) d.push_back(i);
  const std::vector<std::uint8_t> decile = decile_of(d, percentiles_of(d));
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(decile[static_cast<std::size_t>(i)], i / 100 + 1);
}

TEST(Deciles, LeaveTiesTogetherInTheLowerDecile) {
  const std::vector<double> all_equal(50, 0.1 + 0.2);
  for (int type = 1; type <= 9; ++type) {
    for (const std::uint8_t decile : decile_of(all_equal, percentiles_of(all_equal, type))) ASSERT_EQ(decile, 1);
  }
  // Ninety ones and ten twos: P90 is 1.1 by type 7, 1 by type 1; a bound of 1 is not exceeded by 1.
  std::vector<double> d(90, 1.0);
  d.insert(d.end(), 10, 2.0);
  const std::vector<std::uint8_t> decile = decile_of(d, percentiles_of(d, 1));
  EXPECT_EQ(decile.front(), 1);
  EXPECT_EQ(decile.back(), 10);
}

TEST(Deciles, AreZeroWithoutAScore) {
  const std::vector<double> one{kMissing};
  EXPECT_EQ(decile_of(one, percentiles_of(one)), std::vector<std::uint8_t>{0});
}

TEST(Clusters, AreStrictlyAboveTheBounds) {
  const std::vector<double> d{0.9, 1.0, 1.1, 2.0, 2.1};
  EXPECT_EQ(cluster_of(d, 1, 2), (std::vector<Cluster>{Cluster::none, Cluster::none, Cluster::strong, Cluster::strong,
                                                       Cluster::very_strong}));
  EXPECT_DOUBLE_EQ(share_above(d, 1), 0.6);
  EXPECT_DOUBLE_EQ(share_above(d, 2), 0.2);
}

TEST(Clusters, DoNotExistWithoutBoundsOrScores) {
  const std::vector<double> d{1, 2, 3};
  EXPECT_EQ(cluster_of(d, kMissing, kMissing), std::vector<Cluster>(3, Cluster::none));
  EXPECT_TRUE(is_missing(share_above(d, kMissing)));
  EXPECT_TRUE(is_missing(share_above({}, 1)));
  const std::vector<double> one{kMissing};
  EXPECT_TRUE(is_missing(share_above(one, 1)));
  EXPECT_EQ(cluster_of(one, 1, 2), std::vector<Cluster>{Cluster::none});
}

}  // namespace
}  // namespace dscore
