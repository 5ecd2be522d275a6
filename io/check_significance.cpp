#include <cmath>
#include <string>

#include "io/check_parts.h"
#include "io/significance_file.h"

namespace dscore {
namespace {

bool is_number(double value) { return is_missing(value) || std::isfinite(value); }
bool is_size(double value) { return is_missing(value) || (value >= 0 && std::isfinite(value)); }
bool is_share(double value) { return is_missing(value) || (value >= 0 && value <= 1); }
bool is_p(double value) { return is_missing(value) || (value > 0 && value <= 1); }

/// What is wrong with a test; nothing if it may stand. p-values by a limit can be 0, those by draws cannot.
std::string fault_of(const TestResult& test) {
  for (const double p : {test.p_upper, test.p_lower, test.p_two_sided, test.q_upper, test.q_lower, test.q_two_sided}) {
    if (!is_p(p)) return detail::text_of(p) + " is not a p-value: above 0, at most 1 (or NaN for missing).";
  }
  if (is_missing(test.observed) != is_missing(test.p_upper)) {
    return "a p-value without an observed value, or the other way round.";
  }
  for (const double value : {test.observed, test.null_mean, test.low, test.high, test.min, test.max}) {
    if (!is_size(value)) return detail::text_of(value) + " is not finite, or below 0.";
  }
  if (!is_size(test.null_sd)) return detail::text_of(test.null_sd) + " is not a standard deviation.";
  if (!is_number(test.z)) return detail::text_of(test.z) + " is not a finite number.";
  if (test.draws > kMostDraws) return std::to_string(test.draws) + " draws are more than are possible.";
  if (test.low > test.high || test.min > test.low || test.high > test.max) {
    return "the envelope is out of order: smallest, 2.5 %, 97.5 %, largest.";
  }
  return "";
}

template <class TestOf>
void check_tests(const std::string& group, std::size_t n, TestOf test_of, Problems& problems) {
  problems.add_rows(
      group, n, [&](std::size_t i) { return !fault_of(test_of(i)).empty(); },
      [&](std::size_t i) { return fault_of(test_of(i)); });
}

template <class Value>
void check_values(const std::string& place, std::size_t n, Value value, bool (*good)(double), Problems& problems) {
  problems.add_rows(
      place, n, [&](std::size_t i) { return !good(value(i)); },
      [&](std::size_t i) { return detail::text_of(value(i)) + " is out of range."; });
}

void check_populations(const Significance& all, Problems& problems) {
  const auto& rows = all.populations;
  const auto column = [&](const char* name, auto value, bool (*good)(double)) {
    check_values(
        std::string("/populations/") + name, rows.size(), [&](std::size_t p) { return value(rows[p]); }, good,
        problems);
  };
  using Row = PopulationTests;
  column(
      "mean_d", [](const Row& r) { return r.mean_d; }, is_size);
  column(
      "benchmark_mean_d", [](const Row& r) { return r.benchmark_mean_d; }, is_size);
  column(
      "draws_largest_error", [](const Row& r) { return r.check_largest; }, is_size);
  column(
      "kolmogorov_smirnov", [](const Row& r) { return r.distributions.kolmogorov_smirnov; }, is_share);
  column(
      "kolmogorov_smirnov_p", [](const Row& r) { return r.distributions.kolmogorov_smirnov_p; }, is_share);
  column(
      "mann_whitney_u", [](const Row& r) { return r.distributions.mann_whitney_u; }, is_size);
  column(
      "mann_whitney_z", [](const Row& r) { return r.distributions.mann_whitney_z; }, is_number);
  column(
      "mann_whitney_p", [](const Row& r) { return r.distributions.mann_whitney_p; }, is_share);
  column(
      "superiority", [](const Row& r) { return r.distributions.superiority; }, is_share);
  problems.add_rows(
      "/populations/pool", rows.size(),
      [&](std::size_t p) {
        const Row& r = rows[p];
        return r.pool != 0 &&
               (r.pool != r.benchmark_establishments + r.outside_benchmark || r.outside_benchmark > r.establishments);
      },
      [&](std::size_t p) {
        return std::to_string(rows[p].pool) + " is not the benchmark's " +
               std::to_string(rows[p].benchmark_establishments) + " and the population's " +
               std::to_string(rows[p].outside_benchmark) + " outside it.";
      });
}

void check_members(const Significance& all, Problems& problems) {
  for (std::size_t p = 0; p < all.members.size(); ++p) {
    const MemberTests& of = all.members[p];
    const std::string group = "/members (population " + std::to_string(p) + ")";
    const std::size_t size = of.row.size();
    for (const auto* column : {&of.d_score, &of.null_mean, &of.null_sd, &of.z, &of.p_upper, &of.q_upper}) {
      if (column->size() == size) continue;
      problems.add(group, "its columns differ in length.");
      return;
    }
    if (size != 0 && size != all.populations[p].establishments) {
      problems.add(group, std::to_string(size) + " rows of " + std::to_string(all.populations[p].establishments) +
                              " establishments.");
    }
    problems.add_rows(
        group + ", row", size,
        [&](std::size_t i) { return of.row[i] >= all.input.size() || (i > 0 && of.row[i] <= of.row[i - 1]); },
        [&](std::size_t i) {
          return std::to_string(of.row[i]) + " is not a row that follows the one before it, of " +
                 std::to_string(all.input.size()) + " establishments.";
        });
    const auto column = [&](const char* name, const std::vector<double>& values, bool (*good)(double)) {
      check_values(
          group + ", " + name, size, [&](std::size_t i) { return values[i]; }, good, problems);
    };
    column("d_score", of.d_score, is_size);
    column("null_mean", of.null_mean, is_size);
    column("null_sd", of.null_sd, is_size);
    column("z", of.z, is_number);
    column("p_upper", of.p_upper, is_share);
    column("q_upper", of.q_upper, is_share);
  }
}

}  // namespace

void check_significance(const Significance& all, Problems& problems) {
  detail::check_columns(all.input, problems);
  detail::check_provenance("/provenance", all.provenance, problems);
  detail::check_provenance("/input_provenance", all.input.provenance, problems);
  const std::size_t populations = all.input.populations.size();
  if (all.populations.size() != populations || all.regions.size() != populations || all.members.size() != populations ||
      all.draws.size() != populations) {
    problems.add("/populations", "tests of another number of populations than there are names.");
    return;
  }
  check_populations(all, problems);
  check_tests(
      "/tests", populations * kStatistics.size(),
      [&](std::size_t i) -> const TestResult& {
        return all.populations[i / kStatistics.size()].statistics[i % kStatistics.size()];
      },
      problems);
  for (std::size_t p = 0; p < populations; ++p) {
    check_tests(
        "/region_tests (population " + std::to_string(p) + ")", all.regions[p].size(),
        [&](std::size_t r) -> const TestResult& { return all.regions[p][r].mean_d; }, problems);
    for (const auto& column : all.draws[p].statistics) {
      if (column.size() != all.draws[p].statistics.front().size() || column.size() > kKeptDraws) {
        problems.add("/draws (population " + std::to_string(p) + ")", "its columns differ in length, or are too long.");
        break;
      }
    }
  }
  check_tests(
      "/cross_tests", all.cross.size(), [&](std::size_t k) -> const TestResult& { return all.cross[k].proximity; },
      problems);
  problems.add_rows(
      "/cross_tests/population", all.cross.size(),
      [&](std::size_t k) {
        return all.cross[k].of >= populations || all.cross[k].to >= populations || all.cross[k].of == all.cross[k].to;
      },
      [&](std::size_t k) {
        return std::to_string(all.cross[k].of) + " and " + std::to_string(all.cross[k].to) +
               " are not two of the populations.";
      });
  check_members(all, problems);
}

}  // namespace dscore
