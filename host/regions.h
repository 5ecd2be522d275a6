#pragma once
// What scores say by region (docs/measures.md).

#include <cstdint>
#include <span>
#include <vector>

#include "host/results.h"
#include "kernels/backend.h"

namespace dscore {

/// LQ = (n_rs / n_r) / (n_s / n), on establishments: n_rs of the population in the region, n_r of the register in the
/// region, n_s of the population, n of the register. Missing where n_r = 0 or n_s = 0.
double location_quotient(std::uint64_t n_rs, std::uint64_t n_r, std::uint64_t n_s, std::uint64_t n);

/// The note's Table 1 from its three questions: 1 = clustering, specialisation and large; 2 = clustering and
/// specialisation, not large; 3 = clustering and large, no specialisation; 0 = none of these.
int region_type(bool clustering, bool specialisation, bool large);

/// What a population's regions are compared with.
struct RegionContext {
  std::vector<std::uint64_t> register_establishments;  ///< R: n_r, over all establishments of the register
  double benchmark_mean = kMissing;  ///< all three missing without a benchmark: then there are no shares, no types
  double benchmark_p90 = kMissing;
  double benchmark_p95 = kMissing;
  double large_share = 0.05;  ///< a region is large with at least this share of the population's jobs, and some jobs
};

/// n_r: the establishments of each region.
std::vector<std::uint64_t> count_by_region(std::span<const std::uint16_t> region, std::size_t regions);

/// R results of one population, from its members' scores (1/km; all missing in a population of one), jobs and regions.
std::vector<RegionResult> region_results(const Backend& backend, std::span<const double> d,
                                         std::span<const double> jobs, std::span<const std::uint16_t> region,
                                         const RegionContext& context);

}  // namespace dscore
