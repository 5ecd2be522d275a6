#pragma once
// How far one company dominates: what disclosure control asks of every published cell (host/disclosure.h).

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "host/results.h"

namespace dscore {

/// The companies behind a set of establishments.
struct CompanyShare {
  std::uint64_t companies = 0;
  double largest_jobs_share = kMissing;  ///< of the company with most jobs, in the set's jobs; missing without jobs
};

/// The companies of a population in every region, and, last, in the nation: R + 1 values. The columns are those of its
/// members, of equal length; region < regions.
std::vector<CompanyShare> company_shares(std::span<const std::int64_t> company, std::span<const double> jobs,
                                         std::span<const std::uint16_t> region, std::size_t regions);

}  // namespace dscore
