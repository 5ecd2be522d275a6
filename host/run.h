#pragma once
// All populations of a register: scores, statistics, clusters, regions, types.

#include "host/population_scores.h"
#include "host/results.h"
#include "host/settings.h"
#include "kernels/stopwatch.h"

namespace dscore {

/// The results that follow from the scores of all populations. `rows`: of each (members_of()). `total`: since the work
/// began. Records as run() does.
Results results_of(const Backend& backend, Register input, const Settings& settings,
                   std::vector<std::vector<std::uint32_t>> rows, std::vector<Scores> scores, Stopwatch total);

/// Scores every population by itself and derives the tables of docs/measures.md. Takes the register over into the
/// results. Records settings, device and run times in the results' provenance.
Results run(const Backend& backend, Register input, const Settings& settings, const RunProgress& progress = {});

}  // namespace dscore
