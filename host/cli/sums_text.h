#pragma once
// What the program says of how scores were summed.

#include <string>

#include "host/results.h"
#include "host/settings.h"

namespace dscore::cli {

/// One line for one sum: the method and why, and what the check found.
std::string text_of(const SumReport& sums, const Settings& settings);

/// For the populations of a run: a line for each method, for the checks, and for each population that fell back.
std::string text_of(const Results& results, const Settings& settings);

}  // namespace dscore::cli
