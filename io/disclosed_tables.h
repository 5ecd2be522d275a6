#pragma once
// `dscore export --disclosure`: the tables that may leave, as CSV.
//
// populations.csv     population,name,benchmark,establishments,locations,mean_d,median_d,p90,p95,p99,
//                     share_above_p90,share_above_p95,pairs_within_threshold,suppressed
// regions.csv         population,region,region_name,establishments,jobs,lq,mean_d,share_above_p90,share_above_p95,type,
//                     suppressed
// disclosure_log.csv  table,population,region,columns,rule,detail
//
// As in io/tables.h, but rounded; the high percentile is named after its rank. `suppressed` is empty, "all", or the
// names of the columns that are empty because they are suppressed, separated by blanks.

#include <string>

#include "host/disclosure.h"

namespace dscore {

/// Applies the rules and writes populations.csv, regions.csv, disclosure_log.csv and provenance.json into the
/// directory, as export_tables does. Error too if the directory holds any other file: nothing may leave with these by
/// accident.
void export_disclosed(const Results& results, const DisclosureRules& rules, const std::string& directory);

}  // namespace dscore
