#include "host/regions.h"

#include <numeric>

namespace dscore {

double location_quotient(std::uint64_t n_rs, std::uint64_t n_r, std::uint64_t n_s, std::uint64_t n) {
  if (n_r == 0 || n_s == 0) return kMissing;
  // One division of exact products: a region with the nation's proportions has a quotient of 1, not one nearby.
  return (static_cast<double>(n_rs) * static_cast<double>(n)) / (static_cast<double>(n_r) * static_cast<double>(n_s));
}

int region_type(bool clustering, bool specialisation, bool large) {
  if (!clustering) return 0;
  if (specialisation) return large ? 1 : 2;
  return large ? 3 : 0;
}

std::vector<std::uint64_t> count_by_region(std::span<const std::uint16_t> region, std::size_t regions) {
  std::vector<std::uint64_t> count(regions, 0);
  for (const std::uint16_t r : region) ++count[r];
  return count;
}

std::vector<RegionResult> region_results(const Backend& backend, std::span<const double> d,
                                         std::span<const double> jobs, std::span<const std::uint16_t> region,
                                         const RegionContext& context) {
  const std::size_t regions = context.register_establishments.size();
  const bool scored = !d.empty() && !is_missing(d.front());  // scores are missing all together
  const std::vector<double> no_scores(scored ? 0 : d.size(), 0.0);
  const RegionSums sums = backend.sum_by_region(scored ? d : std::span<const double>(no_scores), jobs, region, regions,
                                                context.benchmark_p90, context.benchmark_p95);
  const double national_jobs = std::accumulate(sums.jobs.begin(), sums.jobs.end(), 0.0);
  const std::uint64_t register_size =
      std::accumulate(context.register_establishments.begin(), context.register_establishments.end(), std::uint64_t{0});

  std::vector<RegionResult> results(regions);
  for (std::size_t r = 0; r < regions; ++r) {
    RegionResult& result = results[r];
    result.establishments = sums.establishments[r];
    result.jobs = sums.jobs[r];
    result.lq = location_quotient(result.establishments, context.register_establishments[r], d.size(), register_size);
    if (!scored || result.establishments == 0) continue;

    const auto n = static_cast<double>(result.establishments);
    result.mean_d = sums.d_score[r] / n;
    if (is_missing(context.benchmark_mean)) continue;
    result.share_above_p90 = static_cast<double>(sums.above_p90[r]) / n;
    result.share_above_p95 = static_cast<double>(sums.above_p95[r]) / n;
    // A quotient, so that 7 jobs of 100 are 7 %: 0.07 * 100 would round to more than 7.
    const bool large = result.jobs > 0 && result.jobs / national_jobs >= context.large_share;
    result.type = region_type(result.mean_d > context.benchmark_mean, result.lq > 1, large);
  }
  return results;
}

}  // namespace dscore
