#pragma once
// Published figures from CSV: those of the note, which the program carries with it, or a folder of the same form.
//
// national_published.csv      population,establishments,mean_d,median_d,max_d,p90,p95
// corop_published.csv         sector,corop_code,corop_name,jobs,lq,mean_d
// region_types_published.csv  sector,corop_code,type
//
// Other columns are ignored. Numbers are 0 or more; a blank cell is missing. type is 1, 2 or 3.

#include <string>

#include "host/compare.h"

namespace dscore {

/// Reads the three files. Throws Error naming file, row and column: a file or column that is not there, what is not
/// such a number, a name left blank, a population, region or type listed twice.
PublishedTables read_published_tables(const std::string& directory);

/// The note's figures (data/note_2012), compiled in.
PublishedTables note_2012();

}  // namespace dscore
