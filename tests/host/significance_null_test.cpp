// What p-values do under the null hypothesis, and what they find where there is something to find.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "tests/host/significance_samples.h"

namespace dscore::test {
namespace {

constexpr std::size_t kSectors = 63;   // of one register
constexpr std::size_t kRegisters = 8;  // 504 repetitions
constexpr std::uint32_t kDraws = 99;   // so that p is one of 0.01, 0.02, ..., 1

/// p-values of 504 sectors, in ten bins: chi-squared with 9 degrees of freedom. 33.72 is exceeded with a chance of 1e-4
/// where they are uniform, and by the eight statistics below with 8e-4 at most. Seeds are fixed, so the outcome is.
constexpr double kLimit = 33.72;

class Uniformity {
 public:
  void add(double p) {
    ASSERT_FALSE(is_missing(p));
    ++bins_.at(std::min<std::size_t>(9, static_cast<std::size_t>(std::ceil(10 * p - 1e-9)) - 1));
    ++count_;
  }
  double chi_squared() const {
    double sum = 0;
    for (const double bin : bins_) sum += (bin - count_ / 10) * (bin - count_ / 10) / (count_ / 10);
    return sum;
  }
  double count() const { return count_; }

 private:
  std::array<double, 10> bins_{};
  double count_ = 0;
};

TEST(SignificanceNull, PValuesAreUniform) {
  Uniformity mean, median, superiority, kolmogorov_smirnov, region, cross, stratified, lower;
  for (std::size_t k = 0; k < kRegisters; ++k) {
    Register input = register_of(towns(400 + 10 * k));
    Random random(1000 + k);
    for (std::size_t s = 0; s < kSectors; ++s) add_sector(input, some_rows(input, 40, random));
    SignificanceSettings settings;
    settings.draws = kDraws;
    settings.seed = k + 1;
    const Significance found = significance_of(input, settings);
    for (std::size_t p = 1; p <= kSectors; ++p) {
      const auto& statistics = found.populations[p].statistics;
      mean.add(statistics[kMeanD].p_upper);
      lower.add(statistics[kMeanD].p_lower);
      median.add(statistics[kMedianD].p_upper);
      superiority.add(statistics[kSuperiority].p_upper);
      kolmogorov_smirnov.add(statistics[kKolmogorovSmirnov].p_upper);
      region.add(found.regions[p][1].mean_d.p_upper);
    }
    for (std::size_t p = 1; p < kSectors; ++p) {  // how near each is to the next: one test of each labelling
      const auto next = std::find_if(found.cross.begin(), found.cross.end(),
                                     [&](const CrossTest& pair) { return pair.of == p && pair.to == p + 1; });
      cross.add(next->proximity.p_upper);
    }
    settings.strata = Strata::region;
    settings.cross = false;
    // Under the null of strata as well: sectors drawn from the whole have the numbers of their own strata.
    const Significance by_region = significance_of(input, settings);
    for (std::size_t p = 1; p <= kSectors; ++p) stratified.add(by_region.populations[p].statistics[kMeanD].p_upper);
  }
  const std::vector<std::pair<const char*, const Uniformity*>> all = {
      {"mean", &mean},     {"mean, lower", &lower},          {"median", &median},
      {"region", &region}, {"superiority", &superiority},    {"kolmogorov_smirnov", &kolmogorov_smirnov},
      {"cross", &cross},   {"mean, stratified", &stratified}};
  for (const auto& [name, uniformity] : all) {
    std::printf("%-20s %4.0f p-values, chi-squared %.1f (limit %.1f)\n", name, uniformity->count(),
                uniformity->chi_squared(), kLimit);
    EXPECT_LT(uniformity->chi_squared(), kLimit) << name;
  }
}

// Each establishment's z has mean 0 and variance 1 under the null, over sectors that are drawn at random.
TEST(SignificanceNull, EstablishmentsHaveStandardScores) {
  double n = 0;
  double sum = 0;
  double squares = 0;
  double discoveries = 0;
  for (std::size_t k = 0; k < kRegisters; ++k) {
    Register input = register_of(towns(400));
    Random random(50 + k);
    for (std::size_t s = 0; s < kSectors; ++s) add_sector(input, some_rows(input, 40, random));
    SignificanceSettings settings;
    settings.draws = 1;
    settings.cross = false;
    const Significance found = significance_of(input, settings);
    for (std::size_t p = 1; p <= kSectors; ++p) {
      bool any = false;
      for (std::size_t i = 0; i < found.members[p].z.size(); ++i) {
        const double z = found.members[p].z[i];
        ++n;
        sum += z;
        squares += z * z;
        any = any || found.members[p].q_upper[i] <= 0.05;
      }
      discoveries += any ? 1 : 0;
    }
  }
  std::printf("z of %.0f establishments: mean %.4f, variance %.4f; a discovery at 5 %% in %.1f %% of sectors\n", n,
              sum / n, squares / n, 100 * discoveries / (kRegisters * kSectors));
  // Members of a sector depend on each other: the mean of a sector's 40 has a standard deviation of up to 1, that of
  // all 504 sectors of up to 0.045, of which these are four.
  EXPECT_NEAR(sum / n, 0, 0.18);
  EXPECT_NEAR(squares / n, 1, 0.12);
}

// Sectors of 40, a share of which are the nearest to one place, in a benchmark that is spread evenly.
TEST(SignificanceNull, PlantedClustersAreFound) {
  const auto power = [](double share) {
    double found_at_5_percent = 0;
    double regions = 0;
    Register input = register_of(uniform(3000));
    Random random(7);
    for (std::size_t s = 0; s < kSectors; ++s) {
      const std::size_t centre = static_cast<std::size_t>(random() * 3000);
      std::vector<std::size_t> near;  // by distance from the centre
      for (std::size_t i = 0; i < 3000; ++i) near.push_back(i);
      const auto distance = [&](std::size_t i) {
        return std::hypot(input.x_m[i] - input.x_m[centre], input.y_m[i] - input.y_m[centre]);
      };
      std::sort(near.begin(), near.end(), [&](std::size_t a, std::size_t b) { return distance(a) < distance(b); });
      const auto planted = static_cast<std::size_t>(40 * share);
      std::vector<std::size_t> rows(near.begin(), near.begin() + static_cast<std::ptrdiff_t>(planted));
      for (const std::size_t row : some_rows(input, 40, random)) {
        if (rows.size() < 40 && std::find(rows.begin(), rows.end(), row) == rows.end()) rows.push_back(row);
      }
      add_sector(input, rows);
    }
    SignificanceSettings settings;
    settings.draws = 199;
    settings.cross = false;
    const Significance found = significance_of(input, settings);
    for (std::size_t p = 1; p <= kSectors; ++p) {
      found_at_5_percent += found.populations[p].statistics[kMeanD].p_upper <= 0.05 ? 1 : 0;
      for (const RegionTest& region : found.regions[p]) regions += region.mean_d.q_upper <= 0.05 ? 1 : 0;
    }
    std::printf("%3.0f %% of a sector planted: power %.2f at p <= 5 %%, %.2f regions of 3 at q <= 5 %%\n", 100 * share,
                found_at_5_percent / kSectors, regions / kSectors);
    return found_at_5_percent / kSectors;
  };
  const double none = power(0);
  const double few = power(0.05);
  const double some = power(0.1);
  const double quarter = power(0.25);
  EXPECT_LT(none, 0.2);  // 63 tests at 5 %: more than 12 of them has a chance below 1e-5
  EXPECT_GT(few, none);
  EXPECT_GE(some, few);
  EXPECT_EQ(quarter, 1);
}

}  // namespace
}  // namespace dscore::test
