#include "host/cli/sweep_text.h"

#include <algorithm>
#include <cmath>

#include "host/cli/text.h"

namespace dscore::cli {
namespace {

/// The most that the settings of one factor change.
struct Most {
  std::string factor;
  std::size_t settings = 0;
  double mean_d = 0;  // largest relative change
  std::string mean_d_of;
  bool comparable = false;  // some setting has the baseline's unit
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
  return aligned(rows, 2);
}

}  // namespace dscore::cli
