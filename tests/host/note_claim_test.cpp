// The note's claim on sensitivity: read off a sweep.

#include "host/note_claim.h"

#include <gtest/gtest.h>

namespace dscore::test {
namespace {

/// One population, two regions with mean scores 0.5 and 2 around a mean of 1; the first moved to half and a quarter of
/// its distance. Bands to 10 km and beyond.
SweepResults sweep(double at_half, double at_quarter) {
  SweepResults results;
  results.populations = {{"p", "", {}}};
  results.regions = {{"R1", "", ""}, {"R2", "", ""}};
  results.factor = {"baseline", "move", "move", "move", "threshold_km"};
  results.value = {"", "R1 x 0.5", "R1 x 0.25", "R1 x 2", "0.1"};
  for (const double mean_d : {0.5, at_half, at_quarter, 0.4, 0.1}) {
    SettingResult setting;
    setting.populations.resize(1);
    setting.populations[0].mean_d = 1;
    setting.regions.resize(1);
    setting.regions[0].resize(2);
    setting.regions[0][0].mean_d = mean_d;
    setting.regions[0][1].mean_d = 2;
    results.settings.push_back(setting);
  }
  results.band_edges_m = {1000, 10'000};
  results.bands.push_back({{0.1, 0.1, 0.8}, {0.25, 0.25, 0.5}, {}});
  results.top_mean_d = {3};
  return results;
}

TEST(NoteClaim, CountsLowRegionsThatStayLowAtTheNearestMove) {
  const std::vector<NoteClaim> stays = note_claims(sweep(1.5, 0.75));
  ASSERT_EQ(stays.size(), 1U);
  EXPECT_EQ(stays[0].below, 1U);
  EXPECT_EQ(stays[0].still_below, 1U);
  EXPECT_EQ(note_claims(sweep(0.75, 1.5))[0].still_below, 0U);
}

TEST(NoteClaim, SplitsTheLeadOfHighScores) {
  // 3 x 0.5 - 1 x 0.2 of a lead of 2.
  EXPECT_DOUBLE_EQ(note_claims(sweep(1, 0.75))[0].lead_from_near, 0.65);
}

TEST(NoteClaim, HoldsWhereBothDo) {
  EXPECT_TRUE(note_claims(sweep(1, 0.75))[0].holds());
  EXPECT_FALSE(note_claims(sweep(1, 1.25))[0].holds());
  SweepResults far = sweep(1, 0.75);
  far.bands[0].top = {0.1, 0.1, 0.8};
  EXPECT_FALSE(note_claims(far)[0].holds());
}

TEST(NoteClaim, IsNotTestedWhereNoMovedRegionIsLow) {
  SweepResults high = sweep(1, 0.75);
  high.settings[0].regions[0][0].mean_d = 1.5;
  EXPECT_FALSE(note_claims(high)[0].is_tested());
  EXPECT_FALSE(note_claims(high)[0].holds());
}

TEST(NoteClaim, SaysNothingWithoutMovesOrBands) {
  SweepResults results = sweep(1, 1);
  results.band_edges_m = {1000, 20'000};
  EXPECT_TRUE(note_claims(results).empty());
  results = sweep(1, 1);
  results.bands.clear();
  EXPECT_TRUE(note_claims(results).empty());
  results = sweep(1, 1);
  results.value = {"", "R1 by 10 0 km", "R1 by 20 0 km", "R1 x 2", "0.1"};
  EXPECT_TRUE(note_claims(results).empty());
}

}  // namespace
}  // namespace dscore::test
