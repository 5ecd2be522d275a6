#include "io/disclosed_tables.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include "io/csv_row.h"
#include "io/output_directory.h"
#include "io/provenance_json.h"
#include "kernels/error.h"

namespace dscore {
namespace {

constexpr std::array kFiles = {"populations.csv", "regions.csv", "disclosure_log.csv", "provenance.json"};

void refuse_other_files(const std::string& directory) {
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(directory, code)) {
    const std::string name = entry.path().filename().string();
    if (std::find(kFiles.begin(), kFiles.end(), name) == kFiles.end()) {
      std::string what = directory + ": holds ";
      what += name;
      throw Error(what +=
                  " too, which has not been through disclosure control and could leave with the tables. Name a "
                  "folder of their own with -d.");
    }
  }
}

void write_populations(TextOutput& out, const Register& input, const std::vector<DisclosedPopulation>& rows,
                       const std::string& high_percentile) {
  out.buffer() += "population,name,benchmark,establishments,locations,mean_d,median_d,p90,p95," + high_percentile +
                  ",share_above_p90,share_above_p95,pairs_within_threshold,suppressed\n";
  for (std::size_t p = 0; p < rows.size(); ++p) {
    const auto& population = input.populations[p];
    const auto& of = rows[p];
    CsvRow row(out);
    row.field(population.name).field(population.title);
    row.field(population.benchmark ? input.populations[*population.benchmark].name : "");
    row.number(of.establishments).number(of.locations).number(of.mean_d).number(of.median_d);
    row.number(of.p90).number(of.p95).number(of.high_percentile);
    row.number(of.share_above_p90).number(of.share_above_p95).number(of.pairs_within_threshold);
    row.field(of.suppressed).end();
  }
}

void write_regions(TextOutput& out, const Register& input, const std::vector<std::vector<DisclosedRegion>>& rows) {
  out.buffer() +=
      "population,region,region_name,establishments,jobs,lq,mean_d,share_above_p90,share_above_p95,type,suppressed\n";
  for (std::size_t p = 0; p < rows.size(); ++p) {
    for (std::size_t r = 0; r < rows[p].size(); ++r) {
      const auto& of = rows[p][r];
      CsvRow row(out);
      row.field(input.populations[p].name).field(input.regions[r].code).field(input.regions[r].name);
      row.number(of.establishments).number(of.jobs).number(of.lq).number(of.mean_d);
      row.number(of.share_above_p90).number(of.share_above_p95).whole_or_empty(of.type).field(of.suppressed).end();
    }
  }
}

void write_log(TextOutput& out, const std::vector<DisclosureEntry>& log) {
  out.buffer() += "table,population,region,columns,rule,detail\n";
  for (const auto& entry : log) {
    CsvRow row(out);
    row.field(entry.table).field(entry.population).field(entry.region).field(entry.columns);
    row.field(entry.rule).field(entry.detail).end();
  }
}

}  // namespace

void export_disclosed(const Results& results, const DisclosureRules& rules, const std::string& directory) {
  const Disclosed disclosed = disclose(results, rules);
  refuse_other_files(directory);
  OutputDirectory out(directory);
  write_populations(out.open("populations.csv"), results.input, disclosed.populations, high_percentile_column(rules));
  write_regions(out.open("regions.csv"), results.input, disclosed.regions);
  write_log(out.open("disclosure_log.csv"), disclosed.log);
  out.open("provenance.json").buffer() += to_json(disclosed.provenance, &disclosed.input_provenance);
  out.commit();
}

}  // namespace dscore
