// The synthetic Netherlands scored and held against the published figures, which lie beside the repository (../shared).
// Skipped where they are not there.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "host/run.h"
#include "host/synth.h"
#include "host/synth_tables.h"
#include "tests/host/shared_tables.h"

namespace dscore {
namespace {

using test::table;

/// The bounds of the fit, times what real places may cost.
struct Bounds {
  double times = 1;
  double mean() const { return 0.03 * times; }
  double median() const { return 0.05 * times; }
  double max() const { return 0.15 * times; }
  double percentile() const { return 0.10 * times; }
  double rank() const { return 1 - 0.03 * times; }
  double deviation(const std::string& sector) const {
    return (sector.starts_with("creative") ? 0.0020 : 0.0010) * times;
  }
};

/// Ranks from 0, ties sharing their mean rank.
std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<double> rank;
  for (const double value : values) {
    double below = 0, alike = 0;
    for (const double other : values) {
      below += other < value ? 1 : 0;
      alike += other == value ? 1 : 0;
    }
    rank.push_back(below + (alike - 1) / 2);
  }
  return rank;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<double>(a.size());
  const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / n;
  const double mean_b = std::accumulate(b.begin(), b.end(), 0.0) / n;
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    ab += (a[k] - mean_a) * (b[k] - mean_b);
    aa += (a[k] - mean_a) * (a[k] - mean_a);
    bb += (b[k] - mean_b) * (b[k] - mean_b);
  }
  return ab / std::sqrt(aa * bb);
}

double number(const std::vector<std::string>& row, std::size_t column) {
  return column < row.size() && !row[column].empty() ? std::strtod(row[column].c_str(), nullptr) : 0;
}

/// `published` 0: a figure that was left out.
void expect_within(double ours, double published, double bound, const std::string& what) {
  if (published > 0) {
    EXPECT_LE(std::fabs(ours / published - 1), bound) << what << ": " << ours << ", published " << published;
  }
}

void expect_national_fit(const Results& results, const Bounds& bounds) {
  const auto national = table("reference/national_published.csv");  // population, name, N, mean, median, max, P90, P95
  ASSERT_EQ(national.size(), results.populations.size());
  for (std::size_t p = 0; p < national.size(); ++p) {
    const PopulationResult& ours = results.populations[p];
    const std::string& name = national[p][0];
    ASSERT_EQ(name, results.input.populations[p].name);
    expect_within(ours.mean_d, number(national[p], 3), bounds.mean(), name + " mean");
    expect_within(ours.median_d, number(national[p], 4), bounds.median(), name + " median");
    expect_within(ours.max_d, number(national[p], 5), bounds.max(), name + " max");
    // The published P90 of industry fits neither its P95 nor its median.
    if (name != "benchmark_industry") {
      expect_within(ours.p90, number(national[p], 6), bounds.percentile(), name + " P90");
    }
    expect_within(ours.p95, number(national[p], 7), bounds.percentile(), name + " P95");
  }
}

void expect_regional_fit(const Results& results, const Bounds& bounds) {
  std::map<std::string, std::vector<double>> published;
  for (const auto& row : table("reference/corop_published.csv")) {  // sector, code, name, jobs, LQ, mean
    if (const double mean = number(row, 5); mean > 0) published[row[0]].push_back(mean);
  }
  EXPECT_GE(published.size(), 11U);
  for (std::size_t p = synth::kBenchmarks; p < synth::kPopulations; ++p) {
    const std::string& name = results.input.populations[p].name;
    const auto found = published.find(name);
    if (found == published.end()) continue;
    const std::vector<double>& theirs = found->second;
    ASSERT_EQ(theirs.size(), synth::kRegions) << name;
    std::vector<double> ours;
    double deviation = 0;
    for (std::size_t r = 0; r < synth::kRegions; ++r) {
      ours.push_back(results.regions[p][r].mean_d);
      deviation += std::fabs(ours[r] - theirs[r]) / static_cast<double>(synth::kRegions);
    }
    EXPECT_GE(correlation(ranks(ours), ranks(theirs)), bounds.rank()) << name;
    EXPECT_LE(deviation, bounds.deviation(name)) << name;
  }
}

Results scored(Register input) {
  Settings settings;
  settings.precision = Precision::mixed;
  return run(*make_cpu_backend(0), std::move(input), settings);
}

TEST(SynthFit, IsWithinTheBounds) {
  if (table("reference/national_published.csv").empty()) GTEST_SKIP() << "no " DSCORE_SHARED "/reference";
  const Results results = scored(synthesise({}));
  expect_national_fit(results, {});
  expect_regional_fit(results, {});
}

TEST(SynthFit, IsWithinTwiceTheBoundsOnRealPostcodes) {
  const auto postcodes = table("geodata/pc4_nl.csv");  // pc4, x, y, municipality, region
  if (postcodes.empty()) GTEST_SKIP() << "no " DSCORE_SHARED "/geodata";
  GivenPlaces places;
  for (const auto& row : postcodes) {
    places.x_m.push_back(number(row, 1));
    places.y_m.push_back(number(row, 2));
    places.weight.push_back(1);
    const auto code = std::find_if(synth::kPublishedRegions.begin(), synth::kPublishedRegions.end(),
                                   [&](const synth::PublishedRegion& region) { return region.code == row.at(4); });
    ASSERT_NE(code, synth::kPublishedRegions.end()) << row.at(4);
    places.region.push_back(static_cast<std::uint16_t>(code - synth::kPublishedRegions.begin()));
  }
  const Results results = scored(synthesise({}, places));
  expect_national_fit(results, {2});
  expect_regional_fit(results, {2});
}

}  // namespace
}  // namespace dscore
