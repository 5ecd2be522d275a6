#include "host/cli/sweep_text.h"

#include <algorithm>
#include <cmath>

#include "host/cli/text.h"
#include "host/note_claim.h"

namespace dscore::cli {
namespace {

/// The most that the settings of one factor change.
struct Most {
  std::string factor;
  std::size_t settings = 0;
  double mean_d = 0;  // largest relative change
  std::string mean_d_of;
  bool comparable = false;                                // some setting has the baseline's unit
  double spearman = kMissing, region_kendall = kMissing;  // lowest
  std::uint64_t moved = 0;                                // establishments that enter or leave clusters
  std::uint64_t types = 0;                                // regions of another type, in all populations
};

void lower(double& lowest, double value) {
  if (!is_missing(value) && (is_missing(lowest) || value < lowest)) lowest = value;
}

void add(Most& most, const SweepResults& results, std::size_t s) {
  ++most.settings;
  const bool same_unit = results.unit[s] == results.unit.front();
  most.comparable = most.comparable || same_unit;
  std::uint64_t moved = 0, types = 0;
  for (std::size_t p = 0; p < results.populations.size(); ++p) {
    const PopulationChange& change = results.settings[s].changes[p];
    const double before = results.settings.front().populations[p].mean_d;
    const double after = results.settings[s].populations[p].mean_d;
    if (same_unit && !is_missing(before) && !is_missing(after) && before > 0 &&
        std::fabs(after / before - 1) > std::fabs(most.mean_d)) {
      most.mean_d = after / before - 1;
      most.mean_d_of = results.populations[p].name;
    }
    lower(most.spearman, change.spearman);
    lower(most.region_kendall, change.region_kendall);
    moved += change.entered + change.left;
    types += change.types_changed;
  }
  most.moved = std::max(most.moved, moved);
  most.types = std::max(most.types, types);
}

/// "The note's claim ...": what the moved regions and the bands say of it. Empty where they say nothing.
std::string claim_text(const SweepResults& results) {
  const std::vector<NoteClaim> claims = note_claims(results);
  if (claims.empty()) return "";
  std::vector<std::vector<std::string>> rows = {
      {"population", "the claim", "moved regions below", "still below", "lead from < 10 km"}};
  std::size_t holds = 0, tested = 0;
  for (const NoteClaim& claim : claims) {
    holds += claim.holds() ? 1 : 0;
    tested += claim.is_tested() ? 1 : 0;
    rows.push_back({claim.population,
                    !claim.is_tested() ? "-"
                    : claim.holds()    ? "holds"
                                       : "fails",
                    grouped(claim.below), grouped(claim.still_below),
                    is_missing(claim.lead_from_near) ? "-" : decimals(100 * claim.lead_from_near, 1) + " %"});
  }
  return "\nThe note's claim: a region on the periphery does not score low because it is far from the centre; high "
         "scores\n"
         "come from many near neighbours. It holds for " +
         std::to_string(holds) + " of " + std::to_string(tested) + " populations.\n\n" + aligned(rows, 2);
}

std::string percent(double change) { return (change >= 0 ? "+" : "") + decimals(100 * change, 1) + " %"; }

}  // namespace

std::string sweep_text(const SweepResults& results) {
  std::vector<Most> factors;
  for (std::size_t s = 1; s < results.settings.size(); ++s) {
    const auto known = std::find_if(factors.begin(), factors.end(),
                                    [&](const Most& most) { return most.factor == results.factor[s]; });
    Most& most = known != factors.end() ? *known : factors.emplace_back();
    most.factor = results.factor[s];
    add(most, results, s);
  }
  std::vector<std::vector<std::string>> rows = {{"factor", "most changed", "settings", "mean d", "lowest rank corr.",
                                                 "of regions", "in/out of clusters", "other types"}};
  for (const Most& most : factors) {
    rows.push_back({most.factor, most.mean_d_of.empty() ? "-" : most.mean_d_of, grouped(most.settings),
                    most.comparable ? percent(most.mean_d) : "-", decimals(most.spearman, 3),
                    decimals(most.region_kendall, 3), grouped(most.moved), grouped(most.types)});
  }
  return aligned(rows, 2) + claim_text(results);
}

std::string sums_text(const SumsOverall& sums, double tolerance) {
  std::string text = grouped(sums.sums) + " sums, " + grouped(sums.exact) + " of them exact";
  if (sums.fell_back > 0) text += " (" + grouped(sums.fell_back) + " since fast ones missed the tolerance)";
  if (!is_missing(sums.largest_error)) {
    text += "; largest error of a fast score that was checked " + rate(sums.largest_error) + " (tolerance " +
            decimal(tolerance) + ")";
  } else if (sums.exact < sums.sums) {
    text += "; fast ones were not checked";
  }
  return text + "\n";
}

}  // namespace dscore::cli
