#include "io/import_config.h"

#include <algorithm>
#include <filesystem>

#include "embedded/import_example.h"
#include "io/check.h"
#include "io/csv.h"
#include "io/number.h"
#include "io/toml_section.h"
#include "kernels/error.h"

namespace dscore {
namespace {

using Columns = std::vector<std::string>;

constexpr std::size_t kLongestConfig = std::size_t{1} << 20;

std::string path_in(const std::string& folder, const std::string& file) {
  return (std::filesystem::path(folder.empty() ? "." : folder) / file).lexically_normal().string();
}

char one_character(TomlSection& section, const std::string& key, const std::string& text) {
  const std::optional<char> delimiter = delimiter_named(text);
  if (!delimiter) {
    section.fail(key, dscore::quoted(text) + " is not a delimiter: one ASCII character, no quote and no line end.");
  }
  return *delimiter;
}

Columns joined(Columns first, const Columns& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

// A section of a table may have the settings of every table, and `more`.
void allow_table(const TomlSection& section, const Columns& more) {
  section.allow(joined({"file", "format", "delimiter", "encoding", "decimal", "missing", "group", "columns"}, more));
}

TableConfig read_table(TomlSection& section, const std::string& folder, const Columns& needed,
                       const Columns& possible) {
  TableConfig table;
  TableSource& source = table.source;
  source.path = path_in(folder, section.required_text("file", "the name of the file."));
  source.format = format_by_name(source.path);
  if (const auto format = section.choice("format", {"csv", "sav", "dta", "hdf5"})) {
    source.format = static_cast<TableFormat>(*format);
  }
  const auto only_for = [&](const char* key, TableFormat format, const char* name) {
    if (source.format != format) {
      section.fail(key, std::string("is for ") + name + " only. Remove it, or say format = ... for " +
                            dscore::quoted(std::filesystem::path(source.path).filename().string()) + ".");
    }
  };
  if (const auto delimiter = section.text("delimiter")) {
    only_for("delimiter", TableFormat::csv, "CSV");
    source.delimiter = one_character(section, "delimiter", *delimiter);
  }
  if (const auto encoding = section.choice("encoding", {"utf-8", "latin-1"})) {
    only_for("encoding", TableFormat::csv, "CSV");
    source.encoding = *encoding == 0 ? Encoding::utf8 : Encoding::latin1;
  }
  if (const auto decimal = section.choice("decimal", {".", ","})) {
    table.cells.decimal = *decimal == 0 ? '.' : ',';
  }
  if (table.cells.decimal == source.delimiter && source.format == TableFormat::csv) {
    section.fail("decimal", "the same character separates the fields. Say which delimiter the file has.");
  }
  if (const auto group = section.text("group")) {
    only_for("group", TableFormat::hdf5, "HDF5");
    source.group = *group;
  }
  table.cells.missing = section.texts("missing").value_or(std::vector<std::string>());
  for (std::string& text : table.cells.missing) text = trimmed_text(text);

  TomlSection columns = section.section("columns");
  columns.allow(joined(needed, possible));
  for (const std::string& name : needed) {
    table.columns[name] =
        columns.required_text(name, "the name of this column in " + dscore::quoted(source.path) + ".");
  }
  for (const std::string& name : possible) {
    const auto theirs = columns.text(name);
    if (!theirs) continue;
    if (theirs->empty()) columns.fail(name, "the name is empty. Remove the line if there is no such column.");
    table.columns[name] = *theirs;
  }
  return table;
}

std::optional<TableConfig> read_optional_table(TomlSection& section, const std::string& folder, const Columns& needed,
                                               const Columns& possible) {
  if (!section.given()) return std::nullopt;
  return read_table(section, folder, needed, possible);
}

void read_establishments_section(TomlSection& root, const std::string& folder, ImportConfig& config) {
  TomlSection section = root.section("establishments");
  if (!section.given()) root.fail("", "there is no table [establishments]. `dscore import --example` shows one.");
  allow_table(section, {"location", "sbi_width", "bad_sbi"});
  config.establishments = read_table(section, folder, {"id", "sbi"},
                                     {"company", "postcode", "x", "y", "longitude", "latitude", "municipality",
                                      "region", "founded", "closed", "key", "jobs"});
  config.location = static_cast<LocationBy>(section.choice("location", {"postcode", "rd", "lonlat"}).value_or(0));
  if (const auto width = section.whole("sbi_width")) {
    if (*width < 2 || *width > 5) section.fail("sbi_width", "codes of the SBI have 2 to 5 digits.");
    config.sbi_width = static_cast<int>(*width);
  }
  config.keep_bad_sbi = section.choice("bad_sbi", {"drop", "keep"}).value_or(0) == 1;

  const auto need = [&](const char* column, const char* why) {
    if (!config.establishments.has(column)) {
      section.fail("columns", std::string("there is no column ") + column + ", which " + why + " needs.");
    }
  };
  const auto refuse = [&](const char* column, const char* why) {
    if (config.establishments.has(column)) {
      section.fail("columns", std::string("the column ") + column + " is not used: " + why + ". Remove it.");
    }
  };
  if (config.location == LocationBy::postcode) need("postcode", "location = \"postcode\"");
  for (const char* column : {"x", "y"}) {
    if (config.location == LocationBy::rd) need(column, "location = \"rd\"");
    if (config.location != LocationBy::rd) refuse(column, "location is not \"rd\"");
  }
  for (const char* column : {"longitude", "latitude"}) {
    if (config.location == LocationBy::lonlat) need(column, "location = \"lonlat\"");
    if (config.location != LocationBy::lonlat) refuse(column, "location is not \"lonlat\"");
  }
}

void read_selection(TomlSection& root, ImportConfig& config) {
  TomlSection section = root.section("selection");
  section.allow({"date", "formats", "closing_day"});
  const bool has_dates = config.establishments.has("founded") || config.establishments.has("closed");
  config.date = section.date("date");
  if (section.given() && !config.date) section.fail("", "missing: date, the reference date.");
  if (has_dates && !config.date) {
    root.fail("",
              "establishments have columns of dates, but there is no [selection] with a date. Add it, or remove "
              "founded and closed to take all establishments.");
  }
  if (config.date && !has_dates) section.fail("date", "establishments need a column founded, closed, or both.");
  const auto formats = section.texts("formats").value_or(Columns{"yyyy-mm-dd", "yyyymmdd", "dd-mm-yyyy"});
  if (formats.empty()) section.fail("formats", "at least one format is needed.");
  for (const std::string& format : formats) {
    try {
      config.date_patterns.emplace_back(format);
    } catch (const Error& error) {
      section.fail("formats", error.what());
    }
  }
  config.closing_day_is_active = section.choice("closing_day", {"inactive", "active"}).value_or(0) == 1;
}

void read_postcodes(TomlSection& root, const std::string& folder, ImportConfig& config) {
  TomlSection section = root.section("postcodes");
  allow_table(section, {"level"});
  config.level = static_cast<PostcodeLevel>(section.choice("level", {"pc6", "pc4"}).value_or(0));
  config.postcodes =
      read_optional_table(section, folder, {"postcode"}, {"x", "y", "longitude", "latitude", "municipality", "region"});
  const bool by_postcode = config.location == LocationBy::postcode;
  if (!config.postcodes) {
    if (config.establishments.has("postcode")) {
      root.fail("", "establishments have postcodes, but there is no table [postcodes] to look them up in.");
    }
    return;
  }
  if (!config.establishments.has("postcode")) section.fail("", "not used: establishments have no column postcode.");
  const TableConfig& table = *config.postcodes;
  const bool rd = table.has("x") && table.has("y");
  const bool lonlat = table.has("longitude") && table.has("latitude");
  if (by_postcode && rd == lonlat) {
    section.fail("columns",
                 "either x and y or longitude and latitude are needed: establishments are located by postcode.");
  }
  if (table.has("x") != table.has("y") || table.has("longitude") != table.has("latitude")) {
    section.fail("columns", "one coordinate without the other.");
  }
  if (!by_postcode && (rd || lonlat)) {
    section.fail("columns", "the coordinates are not used: establishments have their own. Remove them.");
  }
  if (!by_postcode && (config.own_region() || config.own_municipality())) {
    section.fail("",
                 "not used: establishments have their own coordinates and municipality or region. Remove it, and "
                 "the column postcode.");
  }
}

void read_regions(TomlSection& root, const std::string& folder, ImportConfig& config) {
  TomlSection municipalities = root.section("municipalities");
  allow_table(municipalities, {});
  config.municipalities = read_optional_table(municipalities, folder, {"municipality", "region"}, {"name", "part"});
  TomlSection regions = root.section("regions");
  allow_table(regions, {});
  config.regions = read_optional_table(regions, folder, {"code"}, {"name", "part"});

  const bool direct = config.own_region() || config.region_of_postcode();
  if (config.municipalities && direct) {
    municipalities.fail("", std::string("not used: the region is a column of the ") +
                                (config.own_region() ? "establishments" : "postcodes") +
                                ". Remove that column, or this table.");
  }
  if (config.own_region() && config.region_of_postcode()) {
    root.fail("", "the region is a column of the establishments and of the postcodes. Remove one of them.");
  }
  if (direct) return;
  if (!config.municipalities) {
    root.fail("",
              "there is no way to the region of an establishment: a column region (of the establishments or the "
              "postcodes), or a table [municipalities].");
  }
  const bool has_municipality =
      config.own_municipality() || (config.postcodes && config.postcodes->has("municipality"));
  if (!has_municipality) {
    root.fail("", "there is no column municipality, neither of the establishments nor of the postcodes.");
  }
  if (config.regions && (config.municipalities->has("name") || config.municipalities->has("part"))) {
    municipalities.fail("columns", "name and part of the region are in the table [regions] already. Remove them here.");
  }
}

void read_jobs_section(TomlSection& root, const std::string& folder, ImportConfig& config) {
  TomlSection section = root.section("jobs");
  allow_table(section, {"unmatched", "rounding"});
  JobsSettings& settings = config.jobs_settings;
  settings.unmatched = section.number("unmatched").value_or(settings.unmatched);
  if (!(settings.unmatched >= 0 && settings.unmatched <= kMostJobs)) {
    section.fail("unmatched", "a number of jobs from 0 to 1e12 is needed.");
  }
  settings.round = section.choice("rounding", {"none", "largest-remainder"}).value_or(0) == 1;
  const bool own_jobs = config.establishments.has("jobs");
  const bool has_file = section.text("file").has_value();
  if (has_file) {
    config.jobs = read_table(section, folder, {"company", "municipality", "jobs"}, {});
  } else {
    if (settings.round) section.fail("rounding", "there is no table of jobs to distribute.");
    if (config.establishments.has("key")) {
      section.fail("",
                   "establishments have a distribution key, but there is no table of jobs. Give its file, or remove "
                   "the key.");
    }
  }
  if (has_file && own_jobs) {
    section.fail("", "establishments have a column of jobs already. Remove that column, or this table.");
  }
  if (!has_file) return;
  if (!config.establishments.has("company")) {
    section.fail("", "establishments have no column company, by which jobs are found.");
  }
  if (!config.own_municipality() && !(config.postcodes && config.postcodes->has("municipality"))) {
    section.fail("", "neither establishments nor postcodes have a column municipality, by which jobs are found.");
  }
}

}  // namespace

ImportConfig parse_import_config(const std::string& name, std::string_view text, const std::string& folder) {
  TomlSection root = TomlSection::parse(name, text);
  root.allow(
      {"establishments", "selection", "postcodes", "municipalities", "regions", "jobs", "populations", "report"});
  ImportConfig config;
  config.name = name;
  read_establishments_section(root, folder, config);
  read_selection(root, config);
  read_postcodes(root, folder, config);
  read_regions(root, folder, config);
  read_jobs_section(root, folder, config);

  TomlSection populations = root.section("populations");
  populations.allow({"file"});
  config.populations =
      path_in(folder, populations.required_text("file", "the sector definitions, see `dscore sectors --help`."));

  TomlSection report = root.section("report");
  report.allow({"expected"});
  for (const std::string& reason : report.texts("expected").value_or(Columns())) {
    const auto known = reason_named(reason);
    if (!known)
      report.fail("expected", dscore::quoted(reason) + " is not a reason. The report of an import names them.");
    config.expected.push_back(*known);
  }
  return config;
}

ImportConfig read_import_config(const std::string& path) {
  TextInput input(path);
  const std::optional<std::string> text = input.read_below(kLongestConfig);
  if (!text) {
    throw Error(input.name() +
                ": longer than 1 MiB, so not the configuration of an import. `dscore import --example` "
                "shows one.");
  }
  return parse_import_config(input.name(), *text, std::filesystem::path(path).parent_path().string());
}

std::string_view import_example() { return embedded::import_example; }

}  // namespace dscore
