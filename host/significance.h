#pragma once
// Is a sector nearer together than chance would have it? What `dscore significance` computes (docs/significance.md), as
// it stands in its result file (io/schema.md).
//
// Random labelling: the null hypothesis is that the sector's n establishments are any n of its pool, the pool being its
// benchmark and, where the sector has members outside it, those too. A draw labels n of the pool, scores them among
// themselves, and takes the same statistics of them as of the sector.

#include <array>
#include <cstdint>
#include <vector>

#include "host/register.h"
#include "host/results.h"
#include "host/settings.h"

namespace dscore {

/// Draws have as many establishments of each stratum as the sector has.
enum class Strata {
  none,    ///< the pool is one stratum
  region,  ///< the regions of the register
  size     ///< classes of jobs: below 2, below 10, below 50, below 250, and from 250 on
};

struct SignificanceSettings {
  Settings scores;            ///< of the observed scores, and of the closed forms
  std::uint32_t draws = 999;  ///< m, for each population
  std::uint64_t seed = 1;
  Strata strata = Strata::none;
  double draw_tolerance = 1e-6;  ///< largest relative error of a score in a draw
  bool cross = true;             ///< test how near sectors are to each other
  std::uint32_t stop_early = 0;  ///< h of Besag & Clifford (1991); 0: all draws are made
};

inline constexpr std::uint32_t kMostDraws = 1'000'000;
/// Draws whose values are kept, for envelopes and for the table of draws: the first ones.
inline constexpr std::uint32_t kKeptDraws = 9'999;

const char* name_of(Strata strata);
/// Throws UsageError naming the first setting out of its range.
void check(const SignificanceSettings& settings);

/// One statistic against its distribution under random labelling. Missing throughout where there is no statistic.
struct TestResult {
  double observed = kMissing;  ///< by the method of the draws, so that equal labellings have equal values
  double null_mean = kMissing;
  double null_sd = kMissing;
  double z = kMissing;            ///< (observed - null_mean) / null_sd; missing where the draws do not differ
  double p_upper = kMissing;      ///< of a value as large or larger
  double p_lower = kMissing;      ///< of a value as small or smaller
  double p_two_sided = kMissing;  ///< twice the smaller, at most 1
  double q_upper = kMissing;      ///< p adjusted for the number of tests (Benjamini & Hochberg 1995): regions and pairs
  double q_lower = kMissing;
  double q_two_sided = kMissing;
  double low = kMissing, high = kMissing;  ///< pointwise envelope: 2.5 % and 97.5 % of the draws that were kept
  double min = kMissing, max = kMissing;   ///< of all draws
  std::uint64_t draws = 0;                 ///< that have the statistic
};

/// Statistics of a population as a whole, in the order of PopulationTests::statistics.
inline constexpr std::array<const char*, 6> kStatistics = {"mean_d",          "median_d",    "share_above_p90",
                                                           "share_above_p95", "superiority", "kolmogorov_smirnov"};
enum Statistic : std::size_t { kMeanD, kMedianD, kShareAboveP90, kShareAboveP95, kSuperiority, kKolmogorovSmirnov };

/// Two samples that are taken for independent ones: the scores of a sector and of its benchmark.
struct TwoSamples {
  double kolmogorov_smirnov = kMissing;  ///< largest distance between the distribution functions
  double kolmogorov_smirnov_p = kMissing;
  double mann_whitney_u = kMissing;  ///< pairs in which the sector's score is larger, equal ones as halves
  double mann_whitney_z = kMissing;
  double mann_whitney_p = kMissing;  ///< two-sided
  double superiority = kMissing;     ///< U over the number of pairs
};

/// One population. Without a benchmark, or with fewer than two members, it has no tests.
struct PopulationTests {
  std::uint64_t establishments = 0;                       ///< n
  std::uint64_t benchmark_establishments = 0;             ///< 0 without a benchmark
  std::uint64_t outside_benchmark = 0;                    ///< members of the population that are not the benchmark's
  std::uint64_t pool = 0;                                 ///< that draws are made from
  std::uint64_t draws = 0;                                ///< made, and counted
  double mean_d = kMissing, benchmark_mean_d = kMissing;  ///< as of `dscore run`
  std::array<TestResult, kStatistics.size()> statistics;
  TwoSamples distributions;
  Method method = Method::exact;    ///< of the draws
  double check_largest = kMissing;  ///< largest relative error of checked scores; missing where draws are exact
};

struct RegionTest {
  std::uint64_t establishments = 0;  ///< of the population in the region
  TestResult mean_d;                 ///< of the mean score there
};

/// Mean over the establishments i of sector `of` of the mean of f to those of sector `to`, i excepted. Mean and
/// variance under the null are closed forms.
struct CrossTest {
  std::size_t of = 0, to = 0;  ///< populations
  TestResult proximity;
};

/// The members of one population, in the order of the register.
struct MemberTests {
  std::vector<std::uint32_t> row;
  std::vector<double> d_score;
  std::vector<double> null_mean, null_sd;   ///< exact
  std::vector<double> z, p_upper, q_upper;  ///< p by the normal distribution; q among the members
};

/// The first kKeptDraws draws of one population.
struct KeptDraws {
  std::array<std::vector<double>, kStatistics.size()> statistics;  ///< by draw
};

struct Significance {
  Register input;                                ///< its `membership` and `company` are not kept in a file
  std::vector<PopulationTests> populations;      ///< P
  std::vector<std::vector<RegionTest>> regions;  ///< P x R
  std::vector<CrossTest> cross;                  ///< all ordered pairs of tested sectors
  std::vector<MemberTests> members;              ///< P; empty where there are no tests
  std::vector<KeptDraws> draws;                  ///< P
  Provenance provenance;
};

}  // namespace dscore
