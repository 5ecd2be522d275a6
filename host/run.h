#pragma once
// All populations of a register: scores, statistics, clusters, regions, types.

#include "host/results.h"
#include "host/settings.h"

namespace dscore {

/// Called as work goes on: what is being done, and the fraction of the whole run that is done.
using RunProgress = std::function<void(const std::string& what, double fraction)>;

/// Scores every population by itself and derives the tables of docs/measures.md. Takes the register over into the
/// results. Records settings, device and run times in the results' provenance.
Results run(const Backend& backend, Register input, const Settings& settings, const RunProgress& progress = {});

}  // namespace dscore
