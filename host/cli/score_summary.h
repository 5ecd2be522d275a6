#pragma once
// What `dscore score` says about the scores it wrote.

#include <cstdint>
#include <span>
#include <string>

#include "host/score.h"
#include "host/settings.h"

namespace dscore::cli {

/// Mean, maximum and quantiles over establishments: a row counts as often as its multiplicity (empty: once).
/// As Backend::summarise, which has no weights. d is not empty and has no missing values.
ScoreSummary summarise_rows(const Backend& backend, std::span<const double> d,
                            std::span<const std::uint32_t> multiplicity, int quantile_type,
                            std::span<const double> probabilities);

/// A few lines of text: counts, statistics (1/km, four decimals), pairs within the threshold.
std::string score_summary(const Backend& backend, const Scores& scores, std::span<const std::uint32_t> multiplicity,
                          const Settings& settings);

}  // namespace dscore::cli
