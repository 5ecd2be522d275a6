#pragma once
// What a sensitivity analysis found, for people.

#include <string>

#include "host/sweep_results.h"

namespace dscore::cli {

/// By factor: how many settings, and the most that any of them changes.
std::string sweep_text(const SweepResults& results);

/// A line: how many sums were exact, and how far fast ones were off.
std::string sums_text(const SumsOverall& sums, double tolerance);

}  // namespace dscore::cli
