#include "io/comparison_tables.h"

#include "io/csv_row.h"
#include "io/output_directory.h"

namespace dscore {
namespace {

void write_national(TextOutput& out, const Comparison& comparison) {
  out.buffer() += "population,statistic,published,computed,difference,relative_difference\n";
  for (const auto& of : comparison.national) {
    for (std::size_t k = 0; k < of.statistics.size(); ++k) {
      const Compared& pair = of.statistics[k];
      CsvRow(out)
          .field(of.population)
          .field(PublishedTables::kStatisticNames[k])
          .number(pair.published)
          .number(pair.computed)
          .number(pair.difference())
          .number(pair.relative())
          .end();
    }
  }
}

void write_regional(TextOutput& out, const Comparison& comparison) {
  out.buffer() += "population,region,region_name,quantity,published,computed,difference\n";
  for (const auto& of : comparison.regional) {
    for (std::size_t k = 0; k < of.quantities.size(); ++k) {
      const Compared& pair = of.quantities[k];
      CsvRow(out)
          .field(of.population)
          .field(of.region)
          .field(of.region_name)
          .field(PublishedTables::kQuantityNames[k])
          .number(pair.published)
          .number(pair.computed)
          .number(pair.difference())
          .end();
    }
  }
}

void write_sectors(TextOutput& out, const Comparison& comparison) {
  out.buffer() += "population,quantity,regions,rank_correlation,mean_absolute_deviation,mean_deviation\n";
  for (const auto& of : comparison.sectors) {
    for (std::size_t k = 0; k < of.quantities.size(); ++k) {
      const Agreement& agreement = of.quantities[k];
      CsvRow(out)
          .field(of.population)
          .field(PublishedTables::kQuantityNames[k])
          .number(std::uint64_t{agreement.regions})
          .number(agreement.rank_correlation)
          .number(agreement.mean_absolute_deviation)
          .number(agreement.mean_deviation)
          .end();
    }
  }
}

void write_types(TextOutput& out, const Comparison& comparison) {
  out.buffer() += "population,region,region_name,published,computed\n";
  for (const auto& of : comparison.types) {
    CsvRow row(out);
    row.field(of.population).field(of.region).field(of.region_name);
    row.whole_or_empty(of.published).whole_or_empty(of.computed).end();
  }
}

void write_unmatched(TextOutput& out, const Unmatched& unmatched) {
  out.buffer() += "side,kind,name\n";
  const auto write = [&](const char* side, const char* kind, const std::vector<std::string>& names) {
    for (const std::string& name : names) CsvRow(out).field(side).field(kind).field(name).end();
  };
  write("published", "population", unmatched.published_populations);
  write("computed", "population", unmatched.computed_populations);
  write("published", "region", unmatched.published_regions);
  write("computed", "region", unmatched.computed_regions);
}

}  // namespace

void write_comparison(const Comparison& comparison, const std::string& directory) {
  OutputDirectory out(directory);
  write_national(out.open("national_comparison.csv"), comparison);
  write_regional(out.open("regional_comparison.csv"), comparison);
  write_sectors(out.open("sector_comparison.csv"), comparison);
  write_types(out.open("types_comparison.csv"), comparison);
  write_unmatched(out.open("unmatched.csv"), comparison.unmatched);
  out.commit();
}

}  // namespace dscore
