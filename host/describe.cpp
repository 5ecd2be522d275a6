#include "host/describe.h"

#include <optional>

#include "host/companies.h"
#include "host/regions.h"
#include "host/statistics.h"

namespace dscore {
namespace {

PopulationResult population_result(const Scores& scores, const Percentiles& own) {
  PopulationResult result;
  result.establishments = scores.establishments;
  result.locations = scores.locations;
  result.mean_d = own.mean;
  result.median_d = own.median();
  result.max_d = own.max;
  result.p90 = own.bounds[0];
  result.p95 = own.bounds[1];
  result.pairs_within_threshold = scores.pairs_within_threshold;
  result.coincident_pairs = scores.coincident_pairs;
  return result;
}

}  // namespace

Tables describe(const Backend& backend, const Settings& settings, const Register& input,
                const std::vector<Scores>& counts, std::vector<MemberScores>& members) {
  const std::size_t populations = input.populations.size();
  Tables tables;
  tables.populations.resize(populations);
  backend.for_each(populations, [&](std::size_t p) {
    const Percentiles own = percentiles(backend, members[p].d_score, settings.quantile_type, settings.cluster_levels);
    members[p].decile = decile_of(members[p].d_score, own);
    tables.populations[p] = population_result(counts[p], own);
  });

  const std::vector<std::uint64_t> register_establishments = count_by_region(input.region, input.regions.size());
  tables.regions.resize(populations);
  backend.for_each(populations, [&](std::size_t p) {
    MemberScores& of = members[p];
    RegionContext context;
    context.register_establishments = register_establishments;
    context.large_share = settings.large_share;
    if (const std::optional<std::size_t> benchmark = input.populations[p].benchmark) {
      const PopulationResult& compared = tables.populations[*benchmark];
      context.benchmark_mean = compared.mean_d;
      context.benchmark_p90 = compared.p90;
      context.benchmark_p95 = compared.p95;
    }
    of.cluster = cluster_of(of.d_score, context.benchmark_p90, context.benchmark_p95);
    tables.populations[p].share_above_p90 = share_above(of.d_score, context.benchmark_p90);
    tables.populations[p].share_above_p95 = share_above(of.d_score, context.benchmark_p95);
    tables.regions[p] =
        region_results(backend, of.d_score, gather(input.jobs, of.row), gather(input.region, of.row), context);
  });
  return tables;
}

void add_companies(const Backend& backend, const Register& input, const std::vector<MemberScores>& members,
                   Tables& tables) {
  if (input.company.empty()) return;
  backend.for_each(members.size(), [&](std::size_t p) {
    const std::vector<std::uint32_t>& rows = members[p].row;
    const std::vector<CompanyShare> shares = company_shares(gather(input.company, rows), gather(input.jobs, rows),
                                                            gather(input.region, rows), input.regions.size());
    std::vector<RegionResult>& regions = tables.regions[p];
    for (std::size_t r = 0; r < regions.size(); ++r) {
      regions[r].companies = shares[r].companies;
      regions[r].largest_company_jobs_share = shares[r].largest_jobs_share;
    }
    tables.populations[p].companies = shares.back().companies;
    tables.populations[p].largest_company_jobs_share = shares.back().largest_jobs_share;
  });
}

}  // namespace dscore
