#pragma once
// `dscore export`: the tables of a run as CSV.
//
// populations.csv     population,name,benchmark,establishments,locations,mean_d,median_d,max_d,p90,p95,
//                     share_above_p90,share_above_p95,pairs_within_threshold
// regions.csv         population,region,region_name,establishments,jobs,lq,mean_d,share_above_p90,share_above_p95,type
// establishments.csv  population,establishment,x_m,y_m,region,jobs,d_score,decile,cluster
//
// population and benchmark are names of populations, region is a code; type is 1, 2, 3, cluster strong or very_strong.
// Scores in 1/km, coordinates in metres (RD New). Numbers read back as the same double; missing or none is empty.

#include <string>

#include "host/results.h"

namespace dscore {

/// Writes populations.csv, regions.csv, with `establishments` establishments.csv, and provenance.json into the
/// directory, which is made if its parent exists. Each file appears complete or not at all, and none before all are
/// written. Throws Error.
void export_tables(const Results& results, const std::string& directory, bool establishments);

}  // namespace dscore
