#pragma once
// What a sensitivity analysis computes: a list of settings, the first of them the baseline.

#include <string>
#include <vector>

#include "host/register_change.h"
#include "host/settings.h"

namespace dscore {

/// One run of the analysis, as it stands in its results.
struct SweepSetting {
  std::string factor;  ///< what is varied: "threshold_km", "move", "without_region", ...; "baseline"
  std::string value;   ///< in words: "0.5", "CR03 x 0.5", "CR01"; empty for the baseline
  Settings settings;   ///< complete
  Change change;
  std::string place = {};  ///< where it stands in the user's plan, for messages: "plan.toml, line 3, vary.decay"
};

struct SweepPlan {
  std::vector<SweepSetting> settings;
  /// Upper bounds of distance bands but the last, in metres, ascending; empty: no bands.
  std::vector<double> band_edges_m;
  std::string bands_place = {};  ///< as SweepSetting::place
};

/// Indices of settings with the same scores together, in the order in which they first appear: what is scored once.
/// Such settings differ, if at all, in what is made of scores.
std::vector<std::vector<std::size_t>> scored_together(const std::vector<SweepSetting>& settings);

/// What scores depend on, of the settings, as text.
std::string scores_text(const Settings& settings);

/// The settings as one line of text: everything that their results depend on.
std::string text_of(const SweepSetting& setting);

}  // namespace dscore
