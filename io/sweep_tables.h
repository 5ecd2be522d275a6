#pragma once
// The tables of a sensitivity analysis as tidy CSV (io/schema.md).

#include <string>

#include "host/sweep_results.h"

namespace dscore {

/// sweep_settings.csv, sweep_populations.csv, sweep_regions.csv, sweep_bands.csv (if there are bands) and
/// sweep_provenance.json: all or none of them.
void export_sweep(const SweepResults& results, const std::string& directory);

}  // namespace dscore
