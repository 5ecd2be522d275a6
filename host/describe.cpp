#include "host/describe.h"

#include <optional>

#include "host/companies.h"
#include "host/regions.h"
#include "host/statistics.h"

namespace dscore {
namespace {

/// Adds to the results of one population how far a company dominates it: `shares` by region, and last as a whole.
void add_companies(const std::vector<CompanyShare>& shares, PopulationResult& population,
                   std::vector<RegionResult>& regions) {
  for (std::size_t r = 0; r < regions.size(); ++r) {
    regions[r].companies = shares[r].companies;
    regions[r].largest_company_jobs_share = shares[r].largest_jobs_share;
  }
  population.companies = shares.back().companies;
  population.largest_company_jobs_share = shares.back().largest_jobs_share;
}

PopulationResult population_result(const Scores& scores, const Percentiles& own) {
  PopulationResult result;
  result.establishments = scores.establishments;
  result.locations = scores.locations;
  result.mean_d = own.mean;
  result.median_d = own.median();
  result.max_d = own.max;
  result.p90 = own.p90();
  result.p95 = own.p95;
  result.pairs_within_threshold = scores.pairs_within_threshold;
  result.coincident_pairs = scores.coincident_pairs;
  return result;
}

}  // namespace

void describe(const Backend& backend, const Settings& settings, const std::vector<Scores>& counts, Results& results) {
  const Register& all = results.input;
  const std::size_t populations = all.populations.size();
  results.populations.resize(populations);
  backend.for_each(populations, [&](std::size_t p) {
    MemberScores& members = results.members[p];
    const Percentiles own = percentiles(backend, members.d_score, settings.quantile_type);
    members.decile = decile_of(members.d_score, own);
    results.populations[p] = population_result(counts[p], own);
  });

  const std::vector<std::uint64_t> register_establishments = count_by_region(all.region, all.regions.size());
  results.regions.resize(populations);
  backend.for_each(populations, [&](std::size_t p) {
    MemberScores& members = results.members[p];
    const std::optional<std::size_t> benchmark = all.populations[p].benchmark;
    RegionContext context;
    context.register_establishments = register_establishments;
    context.large_share = settings.large_share;
    if (benchmark) {
      const PopulationResult& compared = results.populations[*benchmark];
      context.benchmark_mean = compared.mean_d;
      context.benchmark_p90 = compared.p90;
      context.benchmark_p95 = compared.p95;
    }

    members.cluster = cluster_of(members.d_score, context.benchmark_p90, context.benchmark_p95);
    results.populations[p].share_above_p90 = share_above(members.d_score, context.benchmark_p90);
    results.populations[p].share_above_p95 = share_above(members.d_score, context.benchmark_p95);
    const std::vector<double> jobs = gather(all.jobs, members.row);
    const std::vector<std::uint16_t> region = gather(all.region, members.row);
    results.regions[p] = region_results(backend, members.d_score, jobs, region, context);
    if (!all.company.empty()) {
      add_companies(company_shares(gather(all.company, members.row), jobs, region, all.regions.size()),
                    results.populations[p], results.regions[p]);
    }
  });
}

}  // namespace dscore
