#include "io/import.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "host/import_columns.h"
#include "io/check.h"
#include "io/checksum.h"
#include "io/definitions_file.h"
#include "io/import_establishments.h"
#include "io/projection.h"
#include "kernels/error.h"

namespace dscore {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

void read_region_table(ImportTable& table, RegionTables& regions, const ImportProgress& progress) {
  const auto code = table.column("code");
  const auto name = table.column("name");
  const auto part = table.column("part");
  std::string scratch[3];
  table.read(
      [&](std::uint64_t row, std::span<const Cell> cells) {
        regions.add_region(row, text_of(code.in(cells), scratch[0]), text_of(name.in(cells), scratch[1]),
                           text_of(part.in(cells), scratch[2]), table.report);
      },
      progress);
}

void read_municipalities(ImportTable& table, RegionTables& regions, const ImportProgress& progress) {
  const auto municipality = table.column("municipality");
  const auto region = table.column("region");
  const auto name = table.column("name");
  const auto part = table.column("part");
  std::string scratch[4];
  const auto text = [&](const Cell& cell, std::string& to) {
    return table.is_missing(cell) ? std::string_view() : text_of(cell, to);
  };
  table.read(
      [&](std::uint64_t row, std::span<const Cell> cells) {
        regions.add_municipality(row, text(municipality.in(cells), scratch[0]), text(region.in(cells), scratch[1]),
                                 text(name.in(cells), scratch[2]), text(part.in(cells), scratch[3]), table.report);
      },
      progress);
}

// What a row of the table of postcodes says, before its coordinates are projected.
struct PlaceRow {
  std::uint64_t row;
  Postcode postcode;
  Place place;
};

class PostcodeReader {
 public:
  PostcodeReader(ImportTable& table, const ImportConfig& config, RegionTables& regions)
      : table_(table), config_(config), regions_(regions), lonlat_(table.column("longitude").mapped()) {
    postcode_ = table.column("postcode");
    x_ = table.column(lonlat_ ? "longitude" : "x");
    y_ = table.column(lonlat_ ? "latitude" : "y");
    municipality_ = table.column("municipality");
    region_ = table.column("region");
  }

  PostcodeTable read(const ImportProgress& progress, std::optional<ProjectionInfo>& projection) {
    table_.read([&](std::uint64_t row, std::span<const Cell> cells) { visit(row, cells); }, progress);
    if (lonlat_) projection = project();
    PostcodeTable places;
    for (const PlaceRow& row : rows_) {
      const bool located = !x_.mapped() || in_box(row.place.x_m, row.place.y_m);
      if (located) {
        places.add(row.row, row.postcode, row.place, table_.report);
      } else {
        table_.report.drop(Reason::outside_country, row.row, [&] { return text_of_postcode(row.postcode); });
      }
    }
    return places;
  }

 private:
  void visit(std::uint64_t row, std::span<const Cell> cells) {
    const Cell& cell = postcode_.in(cells);
    if (table_.is_missing(cell)) return drop(table_.report, Reason::missing_postcode, row, cell);
    const auto postcode = parse_postcode(text_of(cell, scratch_), config_.level);
    if (!postcode) return drop(table_.report, Reason::bad_postcode, row, cell);
    Place place{kNaN, kNaN, kNoMunicipality, RegionTables::kNone};
    for (const auto& [column, value] : {std::pair(&x_, &place.x_m), std::pair(&y_, &place.y_m)}) {
      if (!column->mapped() || table_.number(column->in(cells), *value)) continue;
      return drop(table_.report, Reason::bad_coordinates, row, column->in(cells));
    }
    if (const Cell& code = municipality_.in(cells); !table_.is_missing(code)) {
      place.municipality = regions_.municipality(text_of(code, scratch_));
    }
    if (const Cell& code = region_.in(cells); !table_.is_missing(code)) {
      place.region = regions_.region(text_of(code, scratch_));
      if (place.region == RegionTables::kNone) return drop(table_.report, Reason::unknown_region, row, code);
    }
    rows_.push_back({row, *postcode, place});
  }

  ProjectionInfo project() {
    std::vector<double> x(rows_.size());
    std::vector<double> y(rows_.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      x[i] = rows_[i].place.x_m;
      y[i] = rows_[i].place.y_m;
    }
    ProjectionInfo info = project_to_rd(x, y);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      rows_[i].place.x_m = x[i];
      rows_[i].place.y_m = y[i];
    }
    return info;
  }

  ImportTable& table_;
  const ImportConfig& config_;
  RegionTables& regions_;
  bool lonlat_;
  ImportTable::Column postcode_, x_, y_, municipality_, region_;
  std::string scratch_;
  std::vector<PlaceRow> rows_;
};

std::vector<JobsRow> read_jobs(ImportTable& table, RegionTables& regions, const ImportProgress& progress) {
  const auto company = table.column("company");
  const auto municipality = table.column("municipality");
  const auto jobs = table.column("jobs");
  std::vector<JobsRow> rows;
  std::string scratch;
  table.read(
      [&](std::uint64_t row, std::span<const Cell> cells) {
        JobsRow found;
        found.row = row;
        const Cell& whose = company.in(cells);
        if (table.is_missing(whose) || !whole_number(whose, found.company) || found.company < 0) {
          return drop(table.report, Reason::bad_company, row, whose);
        }
        const Cell& where = municipality.in(cells);
        if (table.is_missing(where)) return drop(table.report, Reason::missing_municipality, row, where);
        const Cell& count = jobs.in(cells);
        if (table.is_missing(count) || !table.number(count, found.jobs) || found.jobs > kMostJobs) {
          return drop(table.report, Reason::bad_jobs, row, count);
        }
        if (found.jobs < 0) return drop(table.report, Reason::negative_jobs, row, count);
        found.municipality = regions.municipality(text_of(where, scratch));
        rows.push_back(found);
      },
      progress);
  return rows;
}

// Degrees to metres; drops what then lies outside the country.
ProjectionInfo project(ImportColumns& columns, TableReport& report) {
  const std::vector<double> longitude = columns.x_m;
  const std::vector<double> latitude = columns.y_m;
  ProjectionInfo info = project_to_rd(columns.x_m, columns.y_m);
  std::vector<bool> kept(columns.size());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    kept[i] = in_box(columns.x_m[i], columns.y_m[i]);
    if (kept[i]) continue;
    report.drop(Reason::outside_country, columns.row[i],
                [&] { return std::to_string(longitude[i]) + ", " + std::to_string(latitude[i]); });
  }
  if (std::find(kept.begin(), kept.end(), false) != kept.end()) columns.keep_only(kept);
  return info;
}

void refuse_nothing(const ImportTable& table, const ImportColumns& columns) {
  if (columns.size() > 0) return;
  std::string why;
  for (std::size_t i = 0; i < kReasons; ++i) {
    const std::uint64_t count = table.report.dropped[i].count;
    if (count == 0) continue;
    why +=
        (why.empty() ? "" : ", ") + std::string(name_of(static_cast<Reason>(i))) + " (" + std::to_string(count) + ")";
  }
  throw Error(table.name() + ": none of the " + std::to_string(table.report.read) +
              " establishments could be kept: " + why + ". Is the right column mapped?");
}

// Companies that the populations name, as a table of its own.
TableReport companies_report(const Definitions& definitions, const std::string& file, const ImportColumns& columns) {
  TableReport report;
  report.table = "companies";
  report.file = file;
  std::vector<std::int64_t> named;
  for (const auto& [company, populations] : definitions.companies()) named.push_back(company);
  std::sort(named.begin(), named.end());
  std::vector<bool> met(named.size());
  for (const std::int64_t company : columns.company) {
    const auto found = std::lower_bound(named.begin(), named.end(), company);
    if (found != named.end() && *found == company) met[static_cast<std::size_t>(found - named.begin())] = true;
  }
  report.read = named.size();
  for (std::size_t i = 0; i < named.size(); ++i) {
    if (met[i]) {
      ++report.kept;
    } else {
      report.drop(Reason::company_not_found, i + 1, [&] { return std::to_string(named[i]); });
    }
  }
  return report;
}

void set_provenance(Provenance& provenance, const ImportConfig& config, const ImportReport& report) {
  if (config.date) provenance.set("import_date", text_of(*config.date));
  constexpr const char* kLocations[] = {"postcode", "rd", "lonlat"};
  provenance.set("import_location", std::string(kLocations[static_cast<std::size_t>(config.location)]));
  for (const TableReport& table : report.tables) {
    const std::string prefix = "import_" + table.table + "_";
    const auto set = [&](const std::string& what, std::uint64_t count) {
      std::string name = prefix;
      name += what;
      provenance.set(name, static_cast<std::int64_t>(count));
    };
    set("read", table.read);
    set("kept", table.kept);
    for (std::size_t i = 0; i < kReasons; ++i) {
      const std::string reason(name_of(static_cast<Reason>(i)));
      if (table.dropped[i].count > 0) set("dropped_" + reason, table.dropped[i].count);
      if (table.noted[i].count > 0) set("noted_" + reason, table.noted[i].count);
    }
  }
}

// The tables that the configuration has, opened together, so that a file or column that is missing is known at once.
struct Tables {
  explicit Tables(const ImportConfig& config) : establishments("establishments", config.establishments, config.name) {
    const auto open = [&](std::optional<ImportTable>& table, const char* name, const std::optional<TableConfig>& from) {
      if (from) table.emplace(name, *from, config.name);
    };
    open(postcodes, "postcodes", config.postcodes);
    open(municipalities, "municipalities", config.municipalities);
    open(regions, "regions", config.regions);
    open(jobs, "jobs", config.jobs);
  }

  ImportTable establishments;
  std::optional<ImportTable> postcodes, municipalities, regions, jobs;
};

}  // namespace

Import import_register(const ImportConfig& config, const ImportProgress& wanted_progress) {
  const auto progress = wanted_progress ? wanted_progress : [](const std::string&, double) {};
  const Definitions definitions = read_definitions(config.populations);
  const std::string definitions_file = std::filesystem::path(config.populations).filename().string();
  Tables tables(config);

  RegionTables regions;
  if (tables.regions) read_region_table(*tables.regions, regions, progress);
  if (tables.municipalities) read_municipalities(*tables.municipalities, regions, progress);
  PostcodeTable places;
  std::optional<ProjectionInfo> projection;
  if (tables.postcodes) places = PostcodeReader(*tables.postcodes, config, regions).read(progress, projection);
  TableReport& report = tables.establishments.report;
  ImportColumns columns = read_establishments(tables.establishments, config, {definitions, places, regions}, progress);
  progress("assembling", 0);
  if (config.location == LocationBy::lonlat) projection = project(columns, report);
  drop_duplicate_ids(columns, report);
  refuse_nothing(tables.establishments, columns);
  report.kept = columns.size();

  Import result;
  Register& population = result.population;
  if (tables.jobs) {
    std::vector<JobsRow> rows = read_jobs(*tables.jobs, regions, progress);
    progress("assembling", 0.5);
    const JobsTargets targets{columns.company, columns.municipality, columns.key, columns.row};
    population.jobs = distribute_jobs(rows, targets, config.jobs_settings, tables.jobs->report, report);
  } else if (!columns.jobs.empty()) {
    population.jobs = std::move(columns.jobs);
  } else {
    population.jobs.assign(columns.size(), config.jobs_settings.unmatched);
  }

  const auto add = [&](ImportTable& table) {
    population.provenance.set("import_" + table.report.table + "_file", table.report.file);
    population.provenance.set("import_" + table.report.table + "_sha256", table.sha256());
    result.report.tables.push_back(std::move(table.report));
  };
  const TableReport companies = companies_report(definitions, definitions_file, columns);
  add(tables.establishments);
  for (auto* table : {&tables.postcodes, &tables.municipalities, &tables.regions, &tables.jobs}) {
    if (*table) add(**table);
  }
  population.provenance.set("import_populations_file", definitions_file);
  population.provenance.set("import_populations_sha256", sha256_of_file(config.populations));
  if (companies.read > 0) result.report.tables.push_back(companies);
  result.report.check();
  if (projection) {
    population.provenance.set("import_projection", projection->description);
    population.provenance.set("import_projection_accuracy_m", projection->accuracy_m);
  }
  set_provenance(population.provenance, config, result.report);

  std::vector<std::uint16_t> place_of_region;
  population.regions = regions.list(place_of_region);
  population.region.reserve(columns.size());
  for (const std::uint32_t region : columns.region) population.region.push_back(place_of_region[region]);
  population.id = std::move(columns.id);
  population.x_m = std::move(columns.x_m);
  population.y_m = std::move(columns.y_m);
  population.company = std::move(columns.company);
  number_unknown_companies(population.company);
  population.membership = std::move(columns.membership);
  population.populations = definitions.populations();
  return result;
}

}  // namespace dscore
