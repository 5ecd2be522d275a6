#pragma once
// A synthetic register as raw extracts, ready for `dscore import`.
//
// establishments.csv .sav .dta   the same table three times (.sav and .dta where the build has ReadStat)
// jobs.csv                       jobs per company and municipality
// postcodes.csv                  postcode, coordinates (RD New), municipality
// municipalities.csv             municipality and region;  regions.csv: names and parts of the country
// sectors.toml                   sector definitions of this extract: its own, from which the memberships follow exactly
// import.toml                    configuration, that of data/import_example.toml; import_sav.toml and import_dta.toml
//                                read the other two tables

#include <cstdint>
#include <string>

#include "host/register.h"

namespace dscore {

/// Writes the files into the directory, which is made if its parent exists. Each appears complete or not at all, and
/// none before all are written. Throws Error.
void write_extract(const Register& population, std::uint64_t seed, const std::string& directory);

}  // namespace dscore
