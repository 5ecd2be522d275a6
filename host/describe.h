#pragma once
// From scores to the tables of docs/measures.md.

#include <vector>

#include "host/results.h"
#include "host/score.h"
#include "host/settings.h"

namespace dscore {

/// Fills everything in `results` that follows from the scores of its members (`row`, `d_score`) and its input:
/// deciles, clusters, populations, regions, types. `counts`: what else was found of each population; their d is not
/// looked at.
void describe(const Backend& backend, const Settings& settings, const std::vector<Scores>& counts, Results& results);

}  // namespace dscore
