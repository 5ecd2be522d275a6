#pragma once
// `dscore compare -d DIR`: the comparison as CSV.
//
// national_comparison.csv  population,statistic,published,computed,difference,relative_difference
// regional_comparison.csv  population,region,region_name,quantity,published,computed,difference
// sector_comparison.csv    population,quantity,regions,rank_correlation,mean_absolute_deviation,mean_deviation
// types_comparison.csv     population,region,region_name,published,computed
// unmatched.csv            side,kind,name
//
// statistic and quantity are names of columns of `dscore export`; a region without a type has an empty one. Numbers
// read back as the same double; missing is empty.

#include <string>

#include "host/compare.h"

namespace dscore {

/// Writes the five files into the directory, which is made if its parent exists. Each file appears complete or not at
/// all, and none before all are written. Throws Error.
void write_comparison(const Comparison& comparison, const std::string& directory);

}  // namespace dscore
