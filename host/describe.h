#pragma once
// From scores to the tables of docs/measures.md.

#include <vector>

#include "host/results.h"
#include "host/score.h"
#include "host/settings.h"

namespace dscore {

/// The populations and regions of results.
struct Tables {
  std::vector<PopulationResult> populations;       ///< P
  std::vector<std::vector<RegionResult>> regions;  ///< P x R
};

/// Everything that follows from the scores of the members (`row`, `d_score`), but for companies: populations, regions,
/// types (p90 and p95 stand for the quantiles at settings.cluster_levels); fills their `decile` and `cluster`.
/// `counts`: what else was found of each population; their d is not looked at.
Tables describe(const Backend& backend, const Settings& settings, const Register& input,
                const std::vector<Scores>& counts, std::vector<MemberScores>& members);

/// Adds how far one company dominates, where the register knows companies.
void add_companies(const Backend& backend, const Register& input, const std::vector<MemberScores>& members,
                   Tables& tables);

}  // namespace dscore
