#include "io/significance_tables.h"

#include "io/csv_row.h"
#include "io/output_directory.h"
#include "io/provenance_json.h"
#include "io/significance_columns.h"

namespace dscore {
namespace {

/// The names of columns behind those of `key`, as the head of a table.
template <class Each>
void write_head(TextOutput& out, const std::string& key, Each each_column) {
  out.buffer() += key;
  each_column([&](const char* name, auto /*column*/) { out.buffer().append(",").append(name); });
  out.buffer() += '\n';
}

template <class Row>
void write_numbers(CsvRow& row, const Row& of) {
  each(&of, [&](const char* /*name*/, auto member) { row.number(of.*member); });
}

constexpr auto kEachOfAdjusted = [](auto visit) { each(static_cast<const TestResult*>(nullptr), visit); };
constexpr auto kEachOfTest = [](auto visit) { each_of_test(visit); };
constexpr auto kEachOfPopulation = [](auto visit) {
  each(static_cast<const PopulationTests*>(nullptr), visit);
  each(static_cast<const TwoSamples*>(nullptr), visit);
};
constexpr auto kEachOfMembers = [](auto visit) { each_of_members(visit); };

void write_populations(TextOutput& out, const Significance& all) {
  write_head(out, "population,name,benchmark,method_of_draws", kEachOfPopulation);
  const auto& populations = all.input.populations;
  for (std::size_t p = 0; p < populations.size(); ++p) {
    const PopulationTests& of = all.populations[p];
    const auto& benchmark = populations[p].benchmark;
    CsvRow row(out);
    row.field(populations[p].name).field(populations[p].title).field(benchmark ? populations[*benchmark].name : "");
    row.field(of.draws == 0 ? "" : name_of(of.method));
    write_numbers(row, of);
    write_numbers(row, of.distributions);
    row.end();
  }
}

void write_tests(TextOutput& out, const Significance& all) {
  write_head(out, "population,statistic", kEachOfTest);
  for (std::size_t p = 0; p < all.populations.size(); ++p) {
    for (std::size_t k = 0; k < kStatistics.size(); ++k) {
      const TestResult& of = all.populations[p].statistics[k];
      CsvRow row(out);
      row.field(all.input.populations[p].name).field(kStatistics[k]);
      each_of_test([&](const char* /*name*/, auto member) { row.number(of.*member); });
      row.end();
    }
  }
}

void write_regions(TextOutput& out, const Significance& all) {
  write_head(out, "population,region,region_name,establishments", kEachOfAdjusted);
  const auto& regions = all.input.regions;
  for (std::size_t p = 0; p < all.regions.size(); ++p) {
    for (std::size_t r = 0; r < regions.size(); ++r) {
      const RegionTest& of = all.regions[p][r];
      CsvRow row(out);
      row.field(all.input.populations[p].name).field(regions[r].code).field(regions[r].name).number(of.establishments);
      write_numbers(row, of.mean_d);
      row.end();
    }
  }
}

void write_cross(TextOutput& out, const Significance& all) {
  write_head(out, "population,near_population", kEachOfAdjusted);
  for (const CrossTest& of : all.cross) {
    CsvRow row(out);
    row.field(all.input.populations[of.of].name).field(all.input.populations[of.to].name);
    write_numbers(row, of.proximity);
    row.end();
  }
}

void write_draws(TextOutput& out, const Significance& all) {
  out.buffer() += "population,draw";
  for (const char* statistic : kStatistics) out.buffer().append(",").append(statistic);
  out.buffer() += '\n';
  for (std::size_t p = 0; p < all.draws.size(); ++p) {
    const auto& of = all.draws[p].statistics;
    for (std::size_t k = 0; k < of.front().size(); ++k) {
      CsvRow row(out);
      row.field(all.input.populations[p].name).number(std::uint64_t{k + 1});
      for (const auto& statistic : of) row.number(statistic[k]);
      row.end();
    }
  }
}

void write_members(TextOutput& out, const Significance& all) {
  write_head(out, "population,establishment,region", kEachOfMembers);
  for (std::size_t p = 0; p < all.members.size(); ++p) {
    const MemberTests& of = all.members[p];
    for (std::size_t i = 0; i < of.row.size(); ++i) {
      const std::size_t e = of.row[i];
      CsvRow row(out);
      row.field(all.input.populations[p].name).number(all.input.id[e]);
      row.field(all.input.regions[all.input.region[e]].code);
      each_of_members([&](const char* /*name*/, auto column) { row.number((of.*column)[i]); });
      row.end();
    }
  }
}

}  // namespace

void export_significance(const Significance& significance, const std::string& directory, bool establishments) {
  refuse_disclosed(directory);
  OutputDirectory out(directory);
  write_populations(out.open("significance_populations.csv"), significance);
  write_tests(out.open("significance_tests.csv"), significance);
  write_regions(out.open("significance_regions.csv"), significance);
  write_cross(out.open("significance_cross.csv"), significance);
  write_draws(out.open("significance_draws.csv"), significance);
  if (establishments) write_members(out.open("significance_establishments.csv"), significance);
  out.open("significance_provenance.json").buffer() += to_json(significance.provenance, &significance.input.provenance);
  out.commit();
}

}  // namespace dscore
