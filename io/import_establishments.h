#pragma once
// The table of establishments: reads, selects, locates and classifies every row, or drops it with the reason.

#include "host/definitions.h"
#include "host/import_columns.h"
#include "host/import_places.h"
#include "host/import_regions.h"
#include "io/import_config.h"
#include "io/import_table.h"

namespace dscore {

/// What the rows are looked up in; the tables before it must have been read.
struct ImportLookups {
  const Definitions& definitions;
  const PostcodeTable& postcodes;
  RegionTables& regions;
};

/// Reads the table. Duplicate ids are still among what it returns, and coordinates of location = "lonlat" are still
/// degrees (x_m: longitude). What is kept is not yet counted in the report.
ImportColumns read_establishments(ImportTable& table, const ImportConfig& config, const ImportLookups& lookups,
                                  const ImportProgress& progress);

}  // namespace dscore
