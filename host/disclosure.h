#pragma once
// Disclosure control: which figures of a run may leave a secure environment, and which must be hidden so that they
// cannot be recomputed from those that do (docs/disclosure.md). Pure: rules and results in, tables out.

#include <cstdint>
#include <string>
#include <vector>

#include "host/results.h"

namespace dscore {

/// What the statistics office asks. The defaults are the rules named "default" (data/disclosure_example.toml).
struct DisclosureRules {
  std::uint64_t minimum_establishments = 10;  ///< of a cell that is shown; at least 3
  bool check_dominance = true;                ///< needs a register with companies
  double dominance = 0.5;         ///< the largest company's share of a cell's jobs may not exceed this, in (0, 1]
  bool show_empty_cells = true;   ///< an empty cell tells that there is nobody, not what somebody does
  double protection = 0.2;        ///< how wide the range that can be deduced for a hidden value must be, against
                                  ///< the value: jobs, and what hides a dominated cell; in (0, 1]
  double high_percentile = 0.99;  ///< shown where the maximum would be; in (0.95, 1)
  bool log_names_rules = true;    ///< else the log says "suppressed", without the reason
  std::uint64_t count_base = 5;   ///< establishments and locations are rounded to multiples of this
  std::uint64_t jobs_base = 10;   ///< likewise jobs
  int score_decimals = 4;         ///< of d-scores
  int lq_decimals = 2;            ///< of location quotients
  int share_decimals = 2;         ///< of shares
  int pairs_digits = 3;           ///< significant digits of the pairs within the threshold
};

/// Throws Error naming the rule, as it is called in a file of rules.
void check(const DisclosureRules& rules);

/// Why a cell is hidden. `secondary`: because a hidden value could be computed from it, or because it and a nested
/// population together would show a small or dominated remainder.
enum class Hidden : std::uint8_t { no, small_count, dominance, secondary };

/// "", "small_count", "dominance", "secondary".
const char* name_of(Hidden why);

/// The hidden cells: P x (R + 1), the last column being the nation. A population hidden as a nation is hidden entirely.
struct Suppression {
  std::vector<std::vector<Hidden>> all;        ///< every figure of the cell
  std::vector<std::vector<Hidden>> above_p90;  ///< share_above_p90 alone, where `all` is `no`
  std::vector<std::vector<Hidden>> above_p95;  ///< likewise share_above_p95
};

/// Decides what to hide. Nothing in it relies on rounding: whoever knows the exact value of every cell that is shown
/// can still not deduce a hidden one. Throws Error if dominance is to be checked and the results do not know companies.
Suppression suppress(const Results& results, const DisclosureRules& rules);

/// A population as it may be shown: rounded; missing where it does not exist or is hidden.
struct DisclosedPopulation {
  double establishments = kMissing, locations = kMissing;
  double mean_d = kMissing, median_d = kMissing, p90 = kMissing, p95 = kMissing;
  double high_percentile = kMissing;  ///< instead of the maximum
  double share_above_p90 = kMissing, share_above_p95 = kMissing;
  double pairs_within_threshold = kMissing;
  std::string suppressed;  ///< "all", or the hidden columns, separated by blanks
};

/// A population in one region, likewise.
struct DisclosedRegion {
  double establishments = kMissing, jobs = kMissing, lq = kMissing, mean_d = kMissing;
  double share_above_p90 = kMissing, share_above_p95 = kMissing;
  int type = 0;
  std::string suppressed;
};

/// One line of the log. It tells which figures are not shown as they are, and no number of them.
struct DisclosureEntry {
  std::string table;
  std::string population;  ///< empty: all
  std::string region;      ///< a code; empty: the nation, or all
  std::string columns;     ///< "all", or their names, separated by blanks
  std::string rule;        ///< small_count, dominance, secondary, suppressed, replaced, rounded
  std::string detail;
};

/// What may leave.
struct Disclosed {
  std::vector<DisclosedPopulation> populations;       ///< P
  std::vector<std::vector<DisclosedRegion>> regions;  ///< P x R
  std::vector<DisclosureEntry> log;
  Provenance provenance;  ///< settings and rules: no paths, no names of files, no times, no counts of rows
  Provenance input_provenance;
};

/// Throws Error as `check` and `suppress` do.
Disclosed disclose(const Results& results, const DisclosureRules& rules);

/// The column that stands for the maximum: "p99", "p97.5".
std::string high_percentile_column(const DisclosureRules& rules);

}  // namespace dscore
