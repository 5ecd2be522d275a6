#include "io/sweep_tables.h"

#include "io/csv_row.h"
#include "io/output_directory.h"
#include "io/provenance_json.h"
#include "io/result_columns.h"

namespace dscore {
namespace {

template <class Row>
void append_names(std::string& header) {
  columns::each(static_cast<const Row*>(nullptr),
                [&](const char* name, auto /*member*/) { header.append(",").append(name); });
}

template <class Row>
void append_values(CsvRow& row, const Row& values) {
  columns::each(static_cast<const Row*>(nullptr), [&](const char* /*name*/, auto member) {
    using Member = std::remove_cvref_t<decltype(values.*member)>;
    if constexpr (std::is_same_v<Member, int>) {
      row.whole_or_empty(values.*member);
    } else if constexpr (std::is_same_v<Member, std::uint8_t>) {
      row.number(std::uint64_t{values.*member});
    } else {
      row.number(values.*member);
    }
  });
}

void write_settings(TextOutput& out, const SweepResults& results) {
  out.buffer() += "setting,factor,value,unit,text\n";
  for (std::size_t s = 0; s < results.factor.size(); ++s) {
    CsvRow row(out);
    row.number(std::uint64_t{s}).field(results.factor[s]).field(results.value[s]);
    row.field(results.unit[s]).field(results.text[s]).end();
  }
}

void write_populations(TextOutput& out, const SweepResults& results) {
  std::string& header = out.buffer();
  header += "setting,factor,value,population";
  append_names<PopulationResult>(header);
  append_names<PopulationChange>(header);
  append_names<SumsTaken>(header);
  header += '\n';
  for (std::size_t s = 0; s < results.settings.size(); ++s) {
    for (std::size_t p = 0; p < results.populations.size(); ++p) {
      CsvRow row(out);
      row.number(std::uint64_t{s}).field(results.factor[s]).field(results.value[s]).field(results.populations[p].name);
      append_values(row, results.settings[s].populations[p]);
      append_values(row, results.settings[s].changes[p]);
      append_values(row, results.settings[s].sums[p]);
      row.end();
    }
  }
}

void write_regions(TextOutput& out, const SweepResults& results) {
  std::string& header = out.buffer();
  header += "setting,factor,value,population,region";
  append_names<RegionResult>(header);
  header += '\n';
  for (std::size_t s = 0; s < results.settings.size(); ++s) {
    for (std::size_t p = 0; p < results.populations.size(); ++p) {
      for (std::size_t r = 0; r < results.regions.size(); ++r) {
        CsvRow row(out);
        row.number(std::uint64_t{s}).field(results.factor[s]).field(results.value[s]);
        row.field(results.populations[p].name).field(results.regions[r].code);
        append_values(row, results.settings[s].regions[p][r]);
        row.end();
      }
    }
  }
}

void write_bands(TextOutput& out, const SweepResults& results) {
  out.buffer() += "population,group,region,from_km,to_km,share,mean_d\n";
  const auto add = [&](std::size_t p, std::string_view group, std::string_view region,
                       const std::vector<double>& shares, double mean) {
    for (std::size_t b = 0; b < shares.size(); ++b) {
      CsvRow row(out);
      row.field(results.populations[p].name).field(group).field(region);
      row.number(b == 0 ? 0 : results.band_edges_m[b - 1] / 1000);
      row.number(b < results.band_edges_m.size() ? results.band_edges_m[b] / 1000 : kMissing).number(shares[b]);
      row.number(shares[b] * mean).end();
    }
  };
  for (std::size_t p = 0; p < results.bands.size(); ++p) {
    const SettingResult& baseline = results.settings.front();
    add(p, "all", "", results.bands[p].all, baseline.populations[p].mean_d);
    add(p, "top", "", results.bands[p].top, results.top_mean_d[p]);
    for (std::size_t r = 0; r < results.regions.size(); ++r) {
      add(p, "region", results.regions[r].code, results.bands[p].regions[r], baseline.regions[p][r].mean_d);
    }
  }
}

}  // namespace

void export_sweep(const SweepResults& results, const std::string& directory) {
  refuse_disclosed(directory);
  OutputDirectory out(directory);
  write_settings(out.open("sweep_settings.csv"), results);
  write_populations(out.open("sweep_populations.csv"), results);
  write_regions(out.open("sweep_regions.csv"), results);
  if (!results.bands.empty()) write_bands(out.open("sweep_bands.csv"), results);
  out.open("sweep_provenance.json").buffer() += to_json(results.provenance, &results.input_provenance);
  out.commit();
}

}  // namespace dscore
