#pragma once
// What `dscore import` is told: the TOML file of data/import_example.toml, which explains every setting.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/date.h"
#include "host/import_jobs.h"
#include "host/import_report.h"
#include "host/postcode.h"
#include "io/cell.h"
#include "io/table_reader.h"

namespace dscore {

/// A table of the user's: its file, how to read it, and the user's names of our columns.
struct TableConfig {
  TableSource source;
  CellFormat cells;
  std::map<std::string, std::string> columns;  ///< ours to theirs, those that the configuration gives

  bool has(const std::string& ours) const { return columns.contains(ours); }
};

/// Where coordinates are taken from.
enum class LocationBy { postcode, rd, lonlat };

struct ImportConfig {
  std::string name;  ///< of the configuration file, for messages

  TableConfig establishments;
  LocationBy location = LocationBy::postcode;
  int sbi_width = 0;          ///< as in parse_sbi (host/sbi.h)
  bool keep_bad_sbi = false;  ///< else they are dropped

  std::optional<Day> date;  ///< none: all establishments are selected
  std::vector<DatePattern> date_patterns;
  bool closing_day_is_active = false;

  std::optional<TableConfig> postcodes;
  PostcodeLevel level = PostcodeLevel::pc6;
  std::optional<TableConfig> municipalities;
  std::optional<TableConfig> regions;

  std::optional<TableConfig> jobs;
  JobsSettings jobs_settings;

  std::string populations;       ///< path of the sector definitions
  std::vector<Reason> expected;  ///< what --strict lets pass

  /// The municipality is a column of the establishments, else of the postcodes, else not known.
  bool own_municipality() const { return establishments.has("municipality"); }
  bool own_region() const { return establishments.has("region"); }
  bool region_of_postcode() const { return postcodes && postcodes->has("region"); }
};

/// Progress of an import: what is being read, and its share from 0 to 1. May throw, to stop.
using ImportProgress = std::function<void(const std::string& what, double fraction)>;

/// Reads the file. Throws Error naming file, line and key: what is not TOML, unknown keys, missing or contradicting
/// ones. Names of files in it are relative to its folder.
ImportConfig read_import_config(const std::string& path);

/// The same from text in memory; relative names of files are in `folder`.
ImportConfig parse_import_config(const std::string& name, std::string_view text, const std::string& folder);

/// The commented example, data/import_example.toml.
std::string_view import_example();

}  // namespace dscore
