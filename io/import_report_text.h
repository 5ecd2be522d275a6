#pragma once
// The report of an import, for people and for machines.

#include <string>

#include "host/import_report.h"

namespace dscore {

/// A few lines for each table: read, kept and dropped, then the reasons with counts and first rows.
std::string report_text(const ImportReport& report);

/// One object: {"tables": [{"table", "file", "read", "kept", "dropped", "reasons": [{"reason", "meaning", "dropped",
/// "count", "examples": [{"row", "value"}]}]}]}.
std::string report_json(const ImportReport& report);

/// table,file,reason,dropped,count,example_row,example_value: a line for each table (reasons "read" and "kept") and for
/// each example of each reason.
std::string report_csv(const ImportReport& report);

}  // namespace dscore
