#pragma once
// Jobs are known per company and municipality, and are distributed over the company's establishments there.

#include <cstdint>
#include <span>
#include <vector>

#include "host/import_report.h"

namespace dscore {

inline constexpr std::uint32_t kNoMunicipality = 0xFFFF'FFFF;

struct JobsSettings {
  double unmatched = 1;  ///< jobs of an establishment whose company has none in its municipality; 0 to 1e12
  bool round = false;  ///< whole jobs by largest remainder: the sum of a company in a municipality is rounded, and kept
};

/// One row of the table of jobs.
struct JobsRow {
  std::int64_t company = 0;
  std::uint32_t municipality = kNoMunicipality;
  std::uint64_t row = 0;  ///< for the report
  double jobs = 0;        ///< >= 0
};

/// Establishments, as columns of equal length.
struct JobsTargets {
  std::span<const std::int64_t> company;        ///< negative: not known
  std::span<const std::uint32_t> municipality;  ///< kNoMunicipality: not known
  std::span<const double> key;                  ///< distribution key, >= 0; NaN: missing; empty: no key, equal shares
  std::span<const std::uint64_t> row;           ///< for the report
};

/// Jobs of every establishment. Rows of the same company and municipality add up; the sum is distributed over the
/// establishments of that company there in proportion to their keys, or equally where there is no key column, a key is
/// missing or all are 0 (the last two are noted in `targets_report` as missing_key). Establishments without jobs get
/// `settings.unmatched` (noted as unmatched_jobs). `rows` are put in order of company, municipality and row; those that
/// meet no establishment are dropped in `jobs_report` as jobs_without_establishment, the others are kept.
std::vector<double> distribute_jobs(std::vector<JobsRow>& rows, const JobsTargets& targets,
                                    const JobsSettings& settings, TableReport& jobs_report,
                                    TableReport& targets_report);

/// Makes shares of `total` whole numbers whose sum is the total, rounded to the nearest whole number: all are rounded
/// down, and what is left goes to the largest remainders, the first of equal ones.
void round_by_largest_remainder(std::span<double> shares, double total);

}  // namespace dscore
