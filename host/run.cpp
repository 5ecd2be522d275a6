#include "host/run.h"

#include <bit>
#include <cmath>
#include <utility>

#include "host/companies.h"
#include "host/regions.h"
#include "host/score.h"
#include "host/statistics.h"
#include "kernels/error.h"
#include "kernels/stopwatch.h"
#include "kernels/work_done.h"

namespace dscore {
namespace {

struct Times {
  double merge_s = 0, pairs_s = 0, statistics_s = 0;
};

/// What a run relies on. Files are checked more closely when they are read (io/), with their places.
void check(const Register& input) {
  const std::size_t n = input.size();
  for (const std::size_t rows :
       {input.x_m.size(), input.y_m.size(), input.region.size(), input.jobs.size(), input.membership.size()}) {
    if (rows != n) {
      throw Error("register: a column has " + std::to_string(rows) + " rows and column id " + std::to_string(n) +
                  ". Give all columns the same length.");
    }
  }
  if (!input.company.empty() && input.company.size() != n) {
    throw Error("register: column company has " + std::to_string(input.company.size()) + " rows and column id " +
                std::to_string(n) + ". Give all columns the same length, or leave companies out.");
  }
  check_points({input.x_m, input.y_m, {}});
  for (std::size_t i = 0; i < n; ++i) {
    if (input.region[i] >= input.regions.size()) {
      throw Error("register, row " + std::to_string(i + 1) + ": region " + std::to_string(input.region[i]) +
                  " does not exist. There are " + std::to_string(input.regions.size()) + ", counted from 0.");
    }
    if (!(input.jobs[i] >= 0 && std::isfinite(input.jobs[i]))) {
      throw Error("register, row " + std::to_string(i + 1) + ": " + std::to_string(input.jobs[i]) +
                  " is not a number of jobs. Give 0 or more.");
    }
  }
  if (input.populations.size() > kMaxPopulations) {
    throw Error("register: " + std::to_string(input.populations.size()) + " populations are more than " +
                std::to_string(kMaxPopulations) + ". Split the register in two.");
  }
  for (const Population& population : input.populations) {
    if (population.benchmark && *population.benchmark >= input.populations.size()) {
      throw Error("register, population " + population.name + ": its benchmark, population " +
                  std::to_string(*population.benchmark) + " counted from 0, does not exist.");
    }
  }
}

/// The rows of every population, in the order of the register.
std::vector<std::vector<std::uint32_t>> members_of(const Register& input) {
  std::vector<std::vector<std::uint32_t>> rows(input.populations.size());
  const std::uint64_t known = rows.size() == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << rows.size()) - 1;
  std::vector<std::size_t> sizes(rows.size(), 0);
  for (const std::uint64_t mask : input.membership) {
    for (std::uint64_t left = mask & known; left != 0; left &= left - 1) ++sizes[std::countr_zero(left)];
  }
  for (std::size_t p = 0; p < rows.size(); ++p) rows[p].reserve(sizes[p]);
  for (std::uint32_t i = 0; i < input.membership.size(); ++i) {
    for (std::uint64_t left = input.membership[i] & known; left != 0; left &= left - 1) {
      rows[std::countr_zero(left)].push_back(i);
    }
  }
  return rows;
}

template <class T>
std::vector<T> gather(const std::vector<T>& column, const std::vector<std::uint32_t>& rows) {
  std::vector<T> values(rows.size());
  for (std::size_t k = 0; k < rows.size(); ++k) values[k] = column[rows[k]];
  return values;
}

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

Results run(const Backend& backend, Register input, const Settings& settings, const RunProgress& progress) {
  Stopwatch total;
  check(settings);
  check(input);
  const std::string description = backend.description();
  const std::string device = description.substr(0, description.find(' '));
  Summation summation(backend, sum_settings(settings));

  Results results;
  results.input = std::move(input);
  const Register& all = results.input;
  const std::size_t populations = all.populations.size();
  Times times;
  Stopwatch watch;
  double ordered_pairs = 0;
  std::vector<Scores> counts;  // of each population; the scores themselves go to its members

  std::vector<std::size_t> sizes;
  for (std::vector<std::uint32_t>& rows : members_of(all)) {
    results.members.emplace_back();
    results.members.back().row = std::move(rows);
    sizes.push_back(results.members.back().row.size());
  }
  WorkDone work(sizes);
  times.statistics_s += watch.lap();

  Scoring scoring(summation);
  for (std::size_t p = 0; p < populations; ++p) {
    if (progress) progress("merging " + all.populations[p].name, 0);
    const std::vector<double> x_m = gather(all.x_m, results.members[p].row);
    const std::vector<double> y_m = gather(all.y_m, results.members[p].row);
    scoring.add({x_m, y_m, {}});
  }
  if (const std::vector<std::size_t> several = scoring.several(); !several.empty()) {
    scoring.sum(several, [&](double fraction) {
      if (progress) progress("scoring", work.with(several, fraction));
    });
    for (const std::size_t p : several) work.finish(p);
  }
  for (std::size_t p = 0; p < populations; ++p) {
    MemberScores& members = results.members[p];
    const auto report = [&](double fraction) {
      if (progress) progress("scoring " + all.populations[p].name, work.with({&p, 1}, fraction));
    };
    report(0);
    Scores scores = scoring.score(p, report);
    times.merge_s += scores.merge_s;
    times.pairs_s += scores.pairs_s;
    ordered_pairs += static_cast<double>(scores.locations) * (static_cast<double>(scores.locations) - 1);

    results.sums.push_back(scores.sums);
    members.d_score = std::move(scores.d);
    counts.push_back(std::move(scores));
    work.finish(p);
  }

  watch.lap();
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
  times.statistics_s += watch.lap();

  record(results.provenance, settings, device);
  record(results.provenance, results.sums);
  results.provenance.set("large_share", settings.large_share);
  results.provenance.set("device_description", description);
  results.provenance.set("merge_s", times.merge_s);
  results.provenance.set("pairs_s", times.pairs_s);
  results.provenance.set("statistics_s", times.statistics_s);
  results.provenance.set("total_s", total.lap());
  results.provenance.set("ordered_pairs", ordered_pairs);
  if (times.pairs_s > 0) results.provenance.set("ordered_pairs_per_s", ordered_pairs / times.pairs_s);
  if (progress) progress("done", 1);
  return results;
}

}  // namespace dscore
