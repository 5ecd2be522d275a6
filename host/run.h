#pragma once
// All populations of a register: scores, statistics, clusters, regions, types.

#include "host/population_scores.h"
#include "host/results.h"
#include "host/settings.h"

namespace dscore {

/// Scores every population by itself and derives the tables of docs/measures.md. Takes the register over into the
/// results. Records settings, device and run times in the results' provenance.
Results run(const Backend& backend, Register input, const Settings& settings, const RunProgress& progress = {});

}  // namespace dscore
