#pragma once
// What a run computes, as it stands in a result file (io/schema.md).

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "host/provenance.h"
#include "host/register.h"
#include "host/summation.h"

namespace dscore {

/// A value that does not exist (the score of a population of one, the quotient of an empty region). Stored as NaN in
/// HDF5, written as an empty field in tables; arithmetic of ours never makes a NaN by another way.
inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
inline bool is_missing(double value) { return std::isnan(value); }

/// The quantiles of the benchmark above which an establishment is strongly, and very strongly, concentrated.
inline constexpr std::array<double, 2> kClusterLevels{0.90, 0.95};

/// Concentration of an establishment against its population's benchmark.
enum class Cluster : std::uint8_t { none = 0, strong = 1, very_strong = 2 };  // D > P90, D > P95

/// One population as a whole. Scores in 1/km; shares are fractions of the population's establishments.
struct PopulationResult {
  std::uint64_t establishments = 0;
  std::uint64_t locations = 0;  ///< distinct points
  double mean_d = kMissing;
  double median_d = kMissing;
  double max_d = kMissing;
  double p90 = kMissing;  ///< of the population itself
  double p95 = kMissing;
  double share_above_p90 = kMissing;  ///< above the benchmark's P90; missing without a benchmark
  double share_above_p95 = kMissing;
  std::uint64_t pairs_within_threshold = 0;      ///< ordered pairs i != j with d < t, coincident ones included
  std::uint64_t coincident_pairs = 0;            ///< ordered pairs i != j with d = 0
  std::uint64_t companies = 0;                   ///< 0 where the register does not know companies
  double largest_company_jobs_share = kMissing;  ///< missing too without jobs
};

/// One population in one region.
struct RegionResult {
  std::uint64_t establishments = 0;
  double jobs = 0;
  double lq = kMissing;      ///< location quotient, on establishments
  double mean_d = kMissing;  ///< unweighted mean of the national scores
  double share_above_p90 = kMissing;
  double share_above_p95 = kMissing;
  int type = 0;                                  ///< 1, 2, 3 (the note's Table 1), or 0 for none
  std::uint64_t companies = 0;                   ///< 0 where the register does not know companies
  double largest_company_jobs_share = kMissing;  ///< missing too without jobs
};

/// The members of one population, in the order of the register.
struct MemberScores {
  std::vector<std::uint32_t> row;    ///< row in the register
  std::vector<double> d_score;       ///< 1/km; kMissing in a population of one
  std::vector<std::uint8_t> decile;  ///< 1..10 within the population; 0 where there is no score
  std::vector<Cluster> cluster;
};

/// Everything `dscore run` computes. `input` keeps the register so that tables need no second file; its
/// `membership` and `company` columns are not kept in a result file.
struct Results {
  Register input;
  std::vector<PopulationResult> populations;       ///< P
  std::vector<std::vector<RegionResult>> regions;  ///< P x R
  std::vector<MemberScores> members;               ///< P
  std::vector<SumReport> sums;                     ///< P: how they were summed; not kept in a result file
  Provenance provenance;
};

/// Whether the register behind the results knew companies: then every population with members has some.
inline bool knows_companies(const Results& results) {
  for (const PopulationResult& population : results.populations) {
    if (population.companies > 0) return true;
  }
  return false;
}

}  // namespace dscore
