#include "io/sweep_file.h"

#include <cmath>
#include <limits>

#include "io/atomic_file.h"
#include "io/layout.h"
#include "io/result_columns.h"

namespace dscore {
namespace {

// Rows of /bands that are of no region.
constexpr std::int64_t kAll = -1;
constexpr std::int64_t kTop = -2;

/// Which setting, population and region a row is of: all combinations, the last index running fastest.
struct Index {
  std::vector<std::uint32_t> setting;
  std::vector<std::uint8_t> population;
  std::vector<std::uint16_t> region;
};

void write_population_results(hdf5::File& file, const SweepResults& results) {
  Index index;
  std::vector<PopulationResult> rows;
  std::vector<PopulationChange> changes;
  std::vector<SumsTaken> sums;
  for (std::size_t s = 0; s < results.settings.size(); ++s) {
    for (std::size_t p = 0; p < results.populations.size(); ++p) {
      index.setting.push_back(static_cast<std::uint32_t>(s));
      index.population.push_back(static_cast<std::uint8_t>(p));
      rows.push_back(results.settings[s].populations[p]);
      changes.push_back(results.settings[s].changes[p]);
      sums.push_back(results.settings[s].sums[p]);
    }
  }
  const std::string group = "/population_results";
  file.make_group(group);
  file.write(group + "/setting", std::span<const std::uint32_t>(index.setting));
  file.write(group + "/population", std::span<const std::uint8_t>(index.population));
  columns::write_all(file, group, rows);
  columns::write_all(file, group, changes);
  columns::write_all(file, group, sums);
}

void write_region_results(hdf5::File& file, const SweepResults& results) {
  Index index;
  std::vector<RegionResult> rows;
  for (std::size_t s = 0; s < results.settings.size(); ++s) {
    for (std::size_t p = 0; p < results.populations.size(); ++p) {
      for (std::size_t r = 0; r < results.regions.size(); ++r) {
        index.setting.push_back(static_cast<std::uint32_t>(s));
        index.population.push_back(static_cast<std::uint8_t>(p));
        index.region.push_back(static_cast<std::uint16_t>(r));
        rows.push_back(results.settings[s].regions[p][r]);
      }
    }
  }
  const std::string group = "/region_results";
  file.make_group(group);
  file.write(group + "/setting", std::span<const std::uint32_t>(index.setting));
  file.write(group + "/population", std::span<const std::uint8_t>(index.population));
  file.write(group + "/region", std::span<const std::uint16_t>(index.region));
  columns::write_all(file, group, rows);
}

void write_bands(hdf5::File& file, const SweepResults& results) {
  std::vector<double> upper_km;
  for (const double edge : results.band_edges_m) upper_km.push_back(edge / 1000);
  std::vector<std::uint8_t> population;
  std::vector<std::int64_t> region;
  std::vector<std::uint32_t> band;
  std::vector<double> share, mean_d;
  const auto add = [&](std::size_t p, std::int64_t r, const std::vector<double>& shares, double mean) {
    for (std::size_t b = 0; b < shares.size(); ++b) {
      population.push_back(static_cast<std::uint8_t>(p));
      region.push_back(r);
      band.push_back(static_cast<std::uint32_t>(b));
      share.push_back(shares[b]);
      mean_d.push_back(shares[b] * mean);
    }
  };
  for (std::size_t p = 0; p < results.bands.size(); ++p) {
    const SettingResult& baseline = results.settings.front();
    add(p, kAll, results.bands[p].all, baseline.populations[p].mean_d);
    add(p, kTop, results.bands[p].top, results.top_mean_d[p]);
    for (std::size_t r = 0; r < results.regions.size(); ++r) {
      add(p, static_cast<std::int64_t>(r), results.bands[p].regions[r], baseline.regions[p][r].mean_d);
    }
  }
  file.make_group("/band_edges");
  file.write("/band_edges/upper_km", std::span<const double>(upper_km));
  file.make_group("/bands");
  file.write("/bands/population", std::span<const std::uint8_t>(population));
  file.write("/bands/region", std::span<const std::int64_t>(region));
  file.write("/bands/band", std::span<const std::uint32_t>(band));
  file.write("/bands/share", std::span<const double>(share));
  file.write("/bands/mean_d", std::span<const double>(mean_d));
}

/// Reads an index column and reports rows that are not where they belong.
template <class T>
void read_index(layout::Table& table, const std::string& name, std::size_t each, std::size_t of, Problems& problems) {
  const auto expected = [&](std::size_t i) { return static_cast<T>(i / each % of); };
  const auto column = table.read<T>(name, expected);
  problems.add_rows(
      table.place(name), column.size(), [&](std::size_t i) { return column[i] != expected(i); },
      [&](std::size_t i) {
        return std::to_string(column[i]) +
               " is out of order: all combinations, in the order of settings, populations, " + "regions.";
      });
}

bool right_size(const layout::Table& table, std::size_t wanted, Problems& problems) {
  if (table.size() == wanted) return true;
  problems.add(table.place("setting"),
               std::to_string(table.size()) + " rows, where " + std::to_string(wanted) + " are needed.");
  return false;
}

template <class Row>
void check_rows(const std::string& group, const std::vector<Row>& rows, Problems& problems) {
  columns::each(static_cast<const Row*>(nullptr), [&](const char* name, auto member) {
    using Member = std::remove_cvref_t<decltype(rows[0].*member)>;
    if constexpr (std::is_same_v<Member, std::uint8_t>) {
      problems.add_rows(
          group + "/" + name, rows.size(), [&](std::size_t i) { return rows[i].*member > 1; },
          [&](std::size_t i) { return std::to_string(rows[i].*member) + " is neither 0 nor 1."; });
    } else if constexpr (std::is_same_v<Member, double>) {
      const std::string column(name);
      const bool correlation =
          column.find("spearman") != std::string::npos || column.find("kendall") != std::string::npos;
      const bool share = column.starts_with("share");
      problems.add_rows(
          group + "/" + column, rows.size(),
          [&](std::size_t i) {
            const double value = rows[i].*member;
            if (is_missing(value)) return false;
            return !std::isfinite(value) || (correlation ? !(std::fabs(value) <= 1) : value < 0) ||
                   (share && value > 1);
          },
          [&](std::size_t i) {
            return decimal(rows[i].*member) + " is not " +
                   (correlation ? "a correlation."
                    : share     ? "a share."
                                : "a finite number, 0 or more.");
          });
    }
  });
}

void read_settings(const hdf5::File& file, SweepResults& results, Problems& problems) {
  layout::Table table(file, "/settings", {"factor", "value", "text"}, problems);
  const auto nothing = [](std::size_t /*row*/) { return std::string(); };
  results.factor = table.read_text("factor", nothing);
  results.value = table.read_text("value", nothing);
  results.text = table.read_text("text", nothing);
  results.unit = table.read_text("unit", nothing);
  if (results.factor.empty() || results.factor.front() != "baseline") {
    problems.add("/settings/factor", "the first setting is not the baseline.");
  }
}

void read_rows(const hdf5::File& file, SweepResults& results, Problems& problems) {
  const std::size_t settings = results.factor.size();
  const std::size_t populations = results.populations.size();
  const std::size_t regions = results.regions.size();
  results.settings.resize(settings);

  layout::Table table(file, "/population_results", {"setting", "population", "establishments"}, problems);
  layout::Table of_regions(file, "/region_results", {"setting", "population", "region"}, problems);
  if (!right_size(table, settings * populations, problems)) return;
  if (!right_size(of_regions, settings * populations * regions, problems)) return;
  std::vector<PopulationResult> rows(table.size());
  std::vector<PopulationChange> changes(table.size());
  std::vector<SumsTaken> sums(table.size());
  read_index<std::uint32_t>(table, "setting", populations, settings, problems);
  read_index<std::uint8_t>(table, "population", 1, populations, problems);
  columns::read_all(table, rows);
  columns::read_all(table, changes);
  columns::read_all(table, sums);
  check_rows("/population_results", rows, problems);
  check_rows("/population_results", changes, problems);
  check_rows("/population_results", sums, problems);

  std::vector<RegionResult> region_rows(of_regions.size());
  read_index<std::uint32_t>(of_regions, "setting", populations * regions, settings, problems);
  read_index<std::uint8_t>(of_regions, "population", regions, populations, problems);
  read_index<std::uint16_t>(of_regions, "region", 1, regions, problems);
  columns::read_all(of_regions, region_rows);
  check_rows("/region_results", region_rows, problems);

  for (std::size_t s = 0; s < settings; ++s) {
    SettingResult& setting = results.settings[s];
    const auto from = static_cast<std::ptrdiff_t>(s * populations);
    const auto to = from + static_cast<std::ptrdiff_t>(populations);
    setting.populations.assign(rows.begin() + from, rows.begin() + to);
    setting.changes.assign(changes.begin() + from, changes.begin() + to);
    setting.sums.assign(sums.begin() + from, sums.begin() + to);
    for (std::size_t p = 0; p < populations; ++p) {
      const auto begin = region_rows.begin() + static_cast<std::ptrdiff_t>((s * populations + p) * regions);
      setting.regions.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(regions));
    }
  }
}

void read_bands(const hdf5::File& file, SweepResults& results, Problems& problems) {
  if (!file.has("/bands/share")) return;
  layout::Table edges(file, "/band_edges", {"upper_km"}, problems);
  results.band_edges_m = edges.read<double>("upper_km", [](std::size_t i) { return static_cast<double>(i + 1); });
  for (double& edge : results.band_edges_m) edge *= 1000;
  const std::size_t bands = results.band_edges_m.size() + 1;
  const std::size_t groups = results.regions.size() + 2;
  layout::Table table(file, "/bands", {"population", "region", "band", "share"}, problems);
  if (table.size() != results.populations.size() * groups * bands) {
    problems.add("/bands/share", std::to_string(table.size()) + " rows, where " +
                                     std::to_string(results.populations.size() * groups * bands) + " are needed.");
    return;
  }
  const auto region_of = [&](std::size_t i) {
    const auto group = static_cast<std::int64_t>(i / bands % groups);
    return group == 0 ? kAll : group == 1 ? kTop : group - 2;
  };
  const auto region = table.read<std::int64_t>("region", region_of);
  problems.add_rows(
      "/bands/region", region.size(), [&](std::size_t i) { return region[i] != region_of(i); },
      [&](std::size_t i) { return std::to_string(region[i]) + " is out of order: -1, -2, then all regions."; });
  read_index<std::uint8_t>(table, "population", groups * bands, results.populations.size(), problems);
  read_index<std::uint32_t>(table, "band", 1, bands, problems);
  const auto share = table.read<double>("share", [](std::size_t /*row*/) { return kMissing; });
  problems.add_rows(
      "/bands/share", share.size(),
      [&](std::size_t i) { return !(is_missing(share[i]) || (share[i] >= 0 && share[i] <= 1)); },
      [&](std::size_t i) { return decimal(share[i]) + " is not a share."; });
  const auto mean_d = table.read<double>("mean_d", [](std::size_t /*row*/) { return kMissing; });
  problems.add_rows(
      "/bands/mean_d", mean_d.size(),
      [&](std::size_t i) { return !(is_missing(mean_d[i]) || (mean_d[i] >= 0 && std::isfinite(mean_d[i]))); },
      [&](std::size_t i) { return decimal(mean_d[i]) + " is not a finite number, 0 or more."; });
  std::size_t next = 0;
  const auto take = [&] {
    std::vector<double> row(share.begin() + static_cast<std::ptrdiff_t>(next),
                            share.begin() + static_cast<std::ptrdiff_t>(next + bands));
    next += bands;
    return row;
  };
  for (std::size_t p = 0; p < results.populations.size(); ++p) {
    BandShares& of = results.bands.emplace_back();
    of.all = take();
    double top_mean = 0;  // of its bands together
    for (std::size_t b = 0; b < bands; ++b) top_mean += mean_d[next + b];
    results.top_mean_d.push_back(top_mean);
    of.top = take();
    for (std::size_t r = 0; r < results.regions.size(); ++r) of.regions.push_back(take());
  }
}

}  // namespace

void write_sweep(const std::string& path, const SweepResults& results) {
  AtomicFile out(path);
  hdf5::File file = hdf5::File::create(path);
  layout::mark(file, layout::kSweep);
  layout::write_populations(file, results.populations);
  layout::write_regions(file, results.regions);
  file.make_group("/settings");
  file.write_text("/settings/factor", results.factor);
  file.write_text("/settings/value", results.value);
  file.write_text("/settings/text", results.text);
  file.write_text("/settings/unit", results.unit);
  write_population_results(file, results);
  write_region_results(file, results);
  if (!results.bands.empty()) write_bands(file, results);
  layout::write_provenance(file, "/provenance", results.provenance);
  layout::write_provenance(file, "/input_provenance", results.input_provenance);
  out.write(file.take_bytes());
  out.commit();
}

SweepResults detail::load_sweep(const hdf5::File& file, Problems& problems) {
  SweepResults results;
  results.populations = layout::read_populations(file, problems);
  results.regions = layout::read_regions(file, problems);
  if (results.populations.size() > kMaxPopulations ||
      results.regions.size() > std::numeric_limits<std::uint16_t>::max()) {
    problems.add("/populations and /regions", "too many of them.");
    return results;
  }
  read_settings(file, results, problems);
  read_rows(file, results, problems);
  read_bands(file, results, problems);
  results.provenance = layout::read_provenance(file, "/provenance", problems);
  results.input_provenance = layout::read_provenance(file, "/input_provenance", problems);
  return results;
}

SweepResults read_sweep(const std::string& path) {
  const hdf5::File file = layout::open(path, layout::kSweep);
  Problems problems(path);
  SweepResults results = detail::load_sweep(file, problems);
  problems.throw_if_any("; `dscore validate` lists them all");
  return results;
}

}  // namespace dscore
