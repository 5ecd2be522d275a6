#include "io/published_tables.h"

#include <cmath>
#include <filesystem>
#include <set>
#include <string_view>
#include <utility>

#include "embedded/note_2012_national.h"
#include "embedded/note_2012_regions.h"
#include "embedded/note_2012_types.h"
#include "io/csv.h"
#include "io/number.h"
#include "io/text_input.h"

namespace dscore {
namespace {

constexpr const char* kNational = "national_published.csv";
constexpr const char* kRegional = "corop_published.csv";
constexpr const char* kTypes = "region_types_published.csv";

std::string text_of(const CsvReader& reader, std::size_t column) {
  const std::string_view field = reader.fields()[column];
  if (field.empty()) reader.fail(column, "blank", "Fill it in, or remove the row.");
  return std::string(field);
}

double figure_of(const CsvReader& reader, std::size_t column) {
  constexpr const char* kAdvice = "A published figure is a number, 0 or more, or blank where it is not known.";
  if (reader.fields()[column].empty()) return kMissing;
  const double value = reader.number(column, kAdvice);
  if (value < 0) reader.fail(column, quoted(reader.fields()[column]) + " is below 0", kAdvice);
  return value;
}

template <std::size_t size>
std::array<std::size_t, size> columns_of(const CsvReader& reader, const std::array<const char*, size>& names) {
  std::array<std::size_t, size> columns{};
  for (std::size_t k = 0; k < size; ++k) columns.at(k) = reader.index(names.at(k));
  return columns;
}

template <std::size_t size>
std::array<double, size> figures_of(const CsvReader& reader, const std::array<std::size_t, size>& columns) {
  std::array<double, size> values{};
  for (std::size_t k = 0; k < size; ++k) values.at(k) = figure_of(reader, columns.at(k));
  return values;
}

void refuse_twice(const CsvReader& reader, std::set<std::string>& seen, std::size_t column, std::string key,
                  const std::string& region = "") {
  if (!region.empty()) key.append(", ").append(region);
  if (seen.insert(key).second) return;
  reader.fail(column, "a second row of " + key, "Remove one of them.");
}

void read_national(CsvReader& reader, PublishedTables& tables) {
  const std::size_t population = reader.index("population");
  const auto values = columns_of(reader, PublishedTables::kStatisticNames);
  std::set<std::string> seen;
  while (reader.next()) {
    const std::string name = text_of(reader, population);
    refuse_twice(reader, seen, population, name);
    tables.national.push_back({name, figures_of(reader, values)});
  }
}

void read_regional(CsvReader& reader, PublishedTables& tables) {
  const std::size_t sector = reader.index("sector");
  const std::size_t code = reader.index("corop_code");
  const std::size_t region_name = reader.index("corop_name");
  const auto values = columns_of(reader, PublishedTables::kQuantityNames);
  std::set<std::string> seen;
  while (reader.next()) {
    const std::string name = text_of(reader, sector);
    const std::string region = text_of(reader, code);
    refuse_twice(reader, seen, code, name, region);
    tables.regional.push_back({name, region, std::string(reader.fields()[region_name]), figures_of(reader, values)});
  }
}

void read_types(CsvReader& reader, PublishedTables& tables) {
  const std::size_t sector = reader.index("sector");
  const std::size_t code = reader.index("corop_code");
  const std::size_t type = reader.index("type");
  std::set<std::string> seen;
  while (reader.next()) {
    const std::string name = text_of(reader, sector);
    const std::string region = text_of(reader, code);
    refuse_twice(reader, seen, code, name, region);
    const std::string_view field = reader.fields()[type];
    if (field != "1" && field != "2" && field != "3") {
      reader.fail(type, quoted(field) + " is not 1, 2 or 3", "Leave regions without a type out.");
    }
    tables.types.push_back({name, region, field[0] - '0'});
  }
}

using Read = void (*)(CsvReader&, PublishedTables&);

void read_file(const std::string& directory, const char* name, Read read, PublishedTables& tables) {
  TextInput input((std::filesystem::path(directory) / name).string());
  CsvReader reader(input);
  read(reader, tables);
}

void read_embedded(const char* name, std::string_view text, Read read, PublishedTables& tables) {
  CsvReader reader(name, text);
  read(reader, tables);
}

}  // namespace

PublishedTables read_published_tables(const std::string& directory) {
  PublishedTables tables;
  read_file(directory, kNational, read_national, tables);
  read_file(directory, kRegional, read_regional, tables);
  read_file(directory, kTypes, read_types, tables);
  return tables;
}

PublishedTables note_2012() {
  PublishedTables tables;
  read_embedded(kNational, embedded::note_2012_national, read_national, tables);
  read_embedded(kRegional, embedded::note_2012_regions, read_regional, tables);
  read_embedded(kTypes, embedded::note_2012_types, read_types, tables);
  return tables;
}

}  // namespace dscore
