#pragma once
// `dscore export` of a significance file: tidy CSV, one row for each test (io/schema.md).

#include <string>

#include "host/significance.h"

namespace dscore {

/// significance_populations.csv, _tests.csv, _regions.csv, _cross.csv, _draws.csv, with `establishments`
/// _establishments.csv, and significance_provenance.json: all or none of them. Throws Error.
void export_significance(const Significance& significance, const std::string& directory, bool establishments);

}  // namespace dscore
