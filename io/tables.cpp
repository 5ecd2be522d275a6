#include "io/tables.h"

#include <array>

#include "io/csv_row.h"
#include "io/output_directory.h"
#include "io/provenance_json.h"

namespace dscore {
namespace {

void write_populations(TextOutput& out, const Results& results) {
  out.buffer() +=
      "population,name,benchmark,establishments,locations,mean_d,median_d,max_d,p90,p95,share_above_p90,"
      "share_above_p95,pairs_within_threshold\n";
  const auto& populations = results.input.populations;
  for (std::size_t p = 0; p < populations.size(); ++p) {
    const auto& of = results.populations[p];
    const auto& benchmark = populations[p].benchmark;
    CsvRow row(out);
    row.field(populations[p].name).field(populations[p].title).field(benchmark ? populations[*benchmark].name : "");
    row.number(of.establishments).number(of.locations);
    row.number(of.mean_d).number(of.median_d).number(of.max_d).number(of.p90).number(of.p95);
    row.number(of.share_above_p90).number(of.share_above_p95).number(of.pairs_within_threshold).end();
  }
}

void write_regions(TextOutput& out, const Results& results) {
  out.buffer() += "population,region,region_name,establishments,jobs,lq,mean_d,share_above_p90,share_above_p95,type\n";
  const auto& regions = results.input.regions;
  for (std::size_t p = 0; p < results.regions.size(); ++p) {
    for (std::size_t r = 0; r < regions.size(); ++r) {
      const auto& of = results.regions[p][r];
      CsvRow row(out);
      row.field(results.input.populations[p].name).field(regions[r].code).field(regions[r].name);
      row.number(of.establishments).number(of.jobs).number(of.lq).number(of.mean_d);
      row.number(of.share_above_p90).number(of.share_above_p95).whole_or_empty(of.type).end();
    }
  }
}

void write_establishments(TextOutput& out, const Results& results) {
  out.buffer() += "population,establishment,x_m,y_m,region,jobs,d_score,decile,cluster\n";
  constexpr std::array<std::string_view, 3> kCluster{"", "strong", "very_strong"};
  const auto& input = results.input;
  for (std::size_t p = 0; p < results.members.size(); ++p) {
    const auto& of = results.members[p];
    for (std::size_t i = 0; i < of.row.size(); ++i) {
      const std::size_t e = of.row[i];
      CsvRow row(out);
      row.field(input.populations[p].name).number(input.id[e]).number(input.x_m[e]).number(input.y_m[e]);
      row.field(input.regions[input.region[e]].code).number(input.jobs[e]).number(of.d_score[i]);
      row.whole_or_empty(of.decile[i]).field(kCluster.at(static_cast<std::size_t>(of.cluster[i]))).end();
    }
  }
}

}  // namespace

void export_tables(const Results& results, const std::string& directory, bool establishments) {
  refuse_disclosed(directory);
  OutputDirectory out(directory);
  write_populations(out.open("populations.csv"), results);
  write_regions(out.open("regions.csv"), results);
  if (establishments) write_establishments(out.open("establishments.csv"), results);
  out.open("provenance.json").buffer() += to_json(results.provenance, &results.input.provenance);
  out.commit();
}

}  // namespace dscore
