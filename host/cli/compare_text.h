#pragma once
// What `dscore compare` prints.

#include <string>

#include "host/compare.h"

namespace dscore::cli {

/// The national figures side by side, a line per sector on its regions and types, types that differ, and what was not
/// compared; with `regions` every regional figure too. Scores and quotients to four decimals, as the note prints them
/// (quotients there to three).
std::string comparison_text(const Comparison& comparison, bool regions);

}  // namespace dscore::cli
