#pragma once
// What `dscore score` says about the scores it wrote.

#include <cstdint>
#include <span>
#include <string>

#include "host/provenance.h"
#include "host/score.h"
#include "host/settings.h"
#include "kernels/backend.h"

namespace dscore::cli {

/// Mean, maximum and quantiles over establishments: a row counts as often as its multiplicity (empty: once).
/// As Backend::summarise, which has no weights. d is not empty and has no missing values.
ScoreSummary summarise_rows(const Backend& backend, std::span<const double> d,
                            std::span<const std::uint32_t> multiplicity, int quantile_type,
                            std::span<const double> probabilities);

/// Of all scores, with the quantiles median, P90 and P95; kMissing with fewer than two establishments.
ScoreSummary summarise_scores(const Backend& backend, const Scores& scores, std::span<const std::uint32_t> multiplicity,
                              int quantile_type);

/// Sets mean_d, median_d, max_d, p90 and p95.
void record(Provenance& provenance, const ScoreSummary& summary);

/// A few lines of text: counts, statistics (1/km, four decimals), pairs within the threshold.
std::string text_of(const ScoreSummary& summary, const Scores& scores, const Settings& settings);

}  // namespace dscore::cli
