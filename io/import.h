#pragma once
// From the files of a register to the register: all steps of `dscore import`.

#include "host/import_report.h"
#include "host/register.h"
#include "io/import_config.h"

namespace dscore {

struct Import {
  Register population;  ///< checked when it is written; with provenance: files, checksums, counts by reason
  ImportReport report;  ///< read = kept + dropped in every table
};

/// Reads all tables of the configuration. Deterministic. Throws Error with file, row and column where a file cannot be
/// read; rows that cannot be used are in the report.
Import import_register(const ImportConfig& config, const ImportProgress& progress = {});

}  // namespace dscore
