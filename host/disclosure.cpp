#include "host/disclosure.h"

#include <cmath>

#include "host/disclosure_protect.h"
#include "host/disclosure_sums.h"
#include "kernels/error.h"

namespace dscore {
namespace {

void require(bool good, const std::string& rule, const std::string& what) {
  if (!good) throw Error("rules of disclosure: " + rule + " must be " + what + ".");
}

Hidden reason(disclosure::Why why) {
  switch (why) {
    case disclosure::Why::small_count:
      return Hidden::small_count;
    case disclosure::Why::dominance:
      return Hidden::dominance;
    case disclosure::Why::secondary:
      return Hidden::secondary;
    case disclosure::Why::shown:
    case disclosure::Why::follows:  // the population's own entry says why
      break;
  }
  return Hidden::no;
}

std::vector<Hidden> reasons(const std::vector<disclosure::Why>& row) {
  std::vector<Hidden> all;
  all.reserve(row.size());
  for (const disclosure::Why why : row) all.push_back(reason(why));
  return all;
}

}  // namespace

void check(const DisclosureRules& rules) {
  // With 2, "small_count" would mean exactly one.
  require(rules.minimum_establishments >= 3 && rules.minimum_establishments <= 1'000'000, "minimum_establishments",
          "a whole number from 3 to 1000000");
  require(rules.dominance > 0 && rules.dominance <= 1, "dominance",
          "a share above 0 and up to 1, or \"unchecked\" if the register has no companies");
  require(rules.protection > 0 && rules.protection <= 1, "protection", "a number above 0 and up to 1");
  require(rules.high_percentile > 0.95 && rules.high_percentile < 1, "high_percentile",
          "a fraction above 0.95, which is shown anyway, and below 1, e.g. 0.99");
  require(rules.count_base >= 1 && rules.count_base <= 1'000'000, "rounding.counts",
          "a whole number from 1 to 1000000");
  require(rules.jobs_base >= 1 && rules.jobs_base <= 1'000'000, "rounding.jobs", "a whole number from 1 to 1000000");
  const auto is_places = [](int places) { return places >= 0 && places <= 9; };
  require(is_places(rules.score_decimals), "rounding.score_decimals", "a whole number from 0 to 9");
  require(is_places(rules.lq_decimals), "rounding.lq_decimals", "a whole number from 0 to 9");
  require(is_places(rules.share_decimals), "rounding.share_decimals", "a whole number from 0 to 9");
  require(rules.pairs_digits >= 1 && rules.pairs_digits <= 9, "rounding.pairs_digits", "a whole number from 1 to 9");
}

const char* name_of(Hidden why) {
  switch (why) {
    case Hidden::no:
      return "";
    case Hidden::small_count:
      return "small_count";
    case Hidden::dominance:
      return "dominance";
    case Hidden::secondary:
      return "secondary";
  }
  throw Error("no such reason to hide a cell.");
}

Suppression suppress(const Results& results, const DisclosureRules& rules) {
  check(rules);
  if (rules.check_dominance && !knows_companies(results)) {
    throw Error(
        "the results do not know companies, so dominance cannot be checked. Give the register a company column and "
        "run again, or set dominance = \"unchecked\" in the rules, if the office allows it.");
  }
  const disclosure::SumTable table = disclosure::sum_table(results);
  const disclosure::Hiding hiding = disclosure::protect(table, rules);
  Suppression suppression;
  for (std::size_t p = 0; p < table.populations; ++p) {
    suppression.all.push_back(reasons(hiding[p]));
    const std::vector<Hidden> nothing(table.regions + 1, Hidden::no);
    const auto above = [&](std::size_t row) { return row == disclosure::kNone ? nothing : reasons(hiding[row]); };
    suppression.above_p90.push_back(above(table.above_p90[p]));
    suppression.above_p95.push_back(above(table.above_p95[p]));
    for (std::size_t c = 0; c <= table.regions; ++c) {
      if (suppression.all[p][c] == Hidden::no) continue;
      suppression.above_p90[p][c] = suppression.above_p95[p][c] = Hidden::no;
    }
  }
  return suppression;
}

}  // namespace dscore
