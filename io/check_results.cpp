#include <cmath>
#include <string>
#include <utility>

#include "io/check.h"
#include "io/check_parts.h"

namespace dscore {
namespace {

bool is_score(double value) { return is_missing(value) || (value >= 0 && std::isfinite(value)); }
bool is_share(double value) { return is_missing(value) || (value >= 0 && value <= 1); }

template <class Get>
void check_values(const std::string& place, std::size_t n, Get get, bool (*good)(double), const char* rule,
                  Problems& problems) {
  problems.add_rows(
      place, n, [&](std::size_t i) { return !good(get(i)); },
      [&](std::size_t i) { return detail::text_of(get(i)) + " is not " + rule + "."; });
}

constexpr const char* kScoreRule = "a finite number, 0 or more (or NaN for missing)";
constexpr const char* kShareRule = "a share between 0 and 1 (or NaN for missing)";

/// Companies are known everywhere or nowhere: `known`.
template <class Row>
void check_companies(const std::string& group, bool known, std::size_t n, Row row, Problems& problems) {
  problems.add_rows(
      group + "companies", n,
      [&](std::size_t i) {
        return row(i).companies > row(i).establishments ||
               (row(i).companies == 0) != (!known || row(i).establishments == 0);
      },
      [&](std::size_t i) {
        return std::to_string(row(i).companies) + " companies do not fit " + std::to_string(row(i).establishments) +
               " establishments.";
      });
  problems.add_rows(
      group + "largest_company_jobs_share", n,
      [&](std::size_t i) {
        const double share = row(i).largest_company_jobs_share;
        return !is_share(share) || (!is_missing(share) && row(i).companies == 0);
      },
      [&](std::size_t i) {
        return detail::text_of(row(i).largest_company_jobs_share) + " is not " + kShareRule + " of " +
               std::to_string(row(i).companies) + " companies.";
      });
}

void check_population_results(const Results& results, Problems& problems) {
  const auto& rows = results.populations;
  const std::string group = "/populations/";
  const auto column = [&](const char* name, double PopulationResult::*member, bool (*good)(double), const char* rule) {
    check_values(
        group + name, rows.size(), [&](std::size_t p) { return rows[p].*member; }, good, rule, problems);
  };
  column("mean_d", &PopulationResult::mean_d, is_score, kScoreRule);
  column("median_d", &PopulationResult::median_d, is_score, kScoreRule);
  column("max_d", &PopulationResult::max_d, is_score, kScoreRule);
  column("p90", &PopulationResult::p90, is_score, kScoreRule);
  column("p95", &PopulationResult::p95, is_score, kScoreRule);
  column("share_above_p90", &PopulationResult::share_above_p90, is_share, kShareRule);
  column("share_above_p95", &PopulationResult::share_above_p95, is_share, kShareRule);
  problems.add_rows(
      group + "locations", rows.size(),
      [&](std::size_t p) {
        return rows[p].locations > rows[p].establishments || (rows[p].locations == 0) != (rows[p].establishments == 0);
      },
      [&](std::size_t p) {
        return std::to_string(rows[p].locations) + " locations do not fit " + std::to_string(rows[p].establishments) +
               " establishments.";
      });
  problems.add_rows(
      group + "pairs_within_threshold", rows.size(),
      [&](std::size_t p) {
        const std::uint64_t j = rows[p].establishments;
        const std::uint64_t pairs = j == 0 || j > 4'000'000'000 ? 0 : j * (j - 1);
        return rows[p].pairs_within_threshold > pairs || rows[p].coincident_pairs > rows[p].pairs_within_threshold;
      },
      [&](std::size_t p) {
        return std::to_string(rows[p].pairs_within_threshold) + " pairs (" + std::to_string(rows[p].coincident_pairs) +
               " coincident) do not fit " + std::to_string(rows[p].establishments) + " establishments.";
      });
  check_companies(
      group, knows_companies(results), rows.size(), [&](std::size_t p) -> const auto& { return rows[p]; }, problems);
}

void check_region_results(const Results& results, Problems& problems) {
  const std::string group = "/region_results/";
  const std::size_t regions = results.input.regions.size();
  std::vector<const RegionResult*> rows;
  for (std::size_t p = 0; p < results.regions.size(); ++p) {
    const auto& of_population = results.regions[p];
    if (of_population.size() != regions) {
      problems.add(group + "region", "population " + std::to_string(p) + " has " +
                                         std::to_string(of_population.size()) + " rows, where there are " +
                                         std::to_string(regions) + " regions.");
    }
    std::uint64_t establishments = 0;
    for (const auto& row : of_population) {
      establishments += row.establishments;
      rows.push_back(&row);
    }
    if (p < results.populations.size() && establishments != results.populations[p].establishments) {
      problems.add(group + "establishments", "those of population " + std::to_string(p) + " add up to " +
                                                 std::to_string(establishments) + ", not to its " +
                                                 std::to_string(results.populations[p].establishments) + ".");
    }
  }
  const auto column = [&](const char* name, double RegionResult::*member, bool (*good)(double), const char* rule) {
    check_values(
        group + name, rows.size(), [&](std::size_t i) { return rows[i]->*member; }, good, rule, problems);
  };
  const auto is_jobs = [](double value) { return value >= 0 && std::isfinite(value); };
  column("jobs", &RegionResult::jobs, is_jobs, "a finite number, 0 or more");
  column("lq", &RegionResult::lq, is_score, kScoreRule);
  column("mean_d", &RegionResult::mean_d, is_score, kScoreRule);
  column("share_above_p90", &RegionResult::share_above_p90, is_share, kShareRule);
  column("share_above_p95", &RegionResult::share_above_p95, is_share, kShareRule);
  problems.add_rows(
      group + "type", rows.size(), [&](std::size_t i) { return rows[i]->type < 0 || rows[i]->type > 3; },
      [&](std::size_t i) { return std::to_string(rows[i]->type) + " is not a type: 1, 2, 3, or 0 for none."; });
  check_companies(
      group, knows_companies(results), rows.size(), [&](std::size_t i) -> const auto& { return *rows[i]; }, problems);
}

void check_members(const Results& results, Problems& problems) {
  // Indices in /members run on from population to population.
  const std::string group = "/members/";
  const std::size_t n = results.input.size();
  std::size_t next = 0;
  for (std::size_t p = 0; p < results.members.size(); ++p) {
    const auto& members = results.members[p];
    const std::size_t size = members.row.size();
    const std::size_t begin = std::exchange(next, next + size);
    // Where a problem lies: a column, and which part of it.
    const auto place = [&](const char* column) {
      std::string text = group;
      text.append(column).append(" (population ").append(std::to_string(p)).append(", which begins at index ");
      return text.append(std::to_string(begin)).append(")");
    };
    if (members.d_score.size() != size || members.decile.size() != size || members.cluster.size() != size) {
      problems.add(group + "row", "the columns of population " + std::to_string(p) + " differ in length.");
      continue;
    }
    if (p < results.populations.size() && size != results.populations[p].establishments) {
      problems.add("/populations/establishments, index " + std::to_string(p),
                   std::to_string(results.populations[p].establishments) + ", but /members has " +
                       std::to_string(size) + " rows of it.");
    }
    problems.add_rows(
        place("row"), size,
        [&](std::size_t i) { return members.row[i] >= n || (i > 0 && members.row[i] <= members.row[i - 1]); },
        [&](std::size_t i) {
          return members.row[i] >= n
                     ? "row " + std::to_string(members.row[i]) + " of " + std::to_string(n) + " establishments."
                     : "row " + std::to_string(members.row[i]) +
                           " does not follow the one before it. Rows must increase within a population.";
        });
    check_values(
        place("d_score"), size, [&](std::size_t i) { return members.d_score[i]; }, is_score, kScoreRule, problems);
    problems.add_rows(
        place("decile"), size,
        [&](std::size_t i) {
          return members.decile[i] > 10 || (members.decile[i] == 0) != is_missing(members.d_score[i]);
        },
        [&](std::size_t i) {
          return std::to_string(members.decile[i]) +
                 " is not a decile: 1 to 10, and 0 exactly where there is no score.";
        });
    problems.add_rows(
        place("cluster"), size, [&](std::size_t i) { return members.cluster[i] > Cluster::very_strong; },
        [&](std::size_t i) {
          return std::to_string(static_cast<int>(members.cluster[i])) +
                 " is not a cluster: 0 none, 1 strong, 2 very strong.";
        });
  }
}

}  // namespace

void check_results(const Results& results, Problems& problems) {
  detail::check_columns(results.input, problems);
  detail::check_provenance("/provenance", results.provenance, problems);
  detail::check_provenance("/input_provenance", results.input.provenance, problems);
  const std::size_t p = results.input.populations.size();
  detail::check_length("/populations/establishments", results.populations.size(), "/populations/name", p, problems);
  if (results.regions.size() != p || results.members.size() != p) {
    problems.add("/members/population", "results of " + std::to_string(results.regions.size()) + " and members of " +
                                            std::to_string(results.members.size()) + " populations, where there are " +
                                            std::to_string(p) + ".");
  }
  check_population_results(results, problems);
  check_region_results(results, problems);
  check_members(results, problems);
}

}  // namespace dscore
