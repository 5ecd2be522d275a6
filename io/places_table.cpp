#include "io/places_table.h"

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "io/csv.h"
#include "io/number.h"
#include "io/text_input.h"

namespace dscore {
namespace {

// A generous box around the Netherlands in RD New: degrees, kilometres and exchanged axes are outside.
constexpr double kLeastX = 5'000, kMostX = 300'000, kLeastY = 300'000, kMostY = 650'000;
constexpr double kHeaviest = 1e12;

double coordinate(const CsvReader& reader, std::size_t column, const char* flag, double least, double most) {
  const std::string advice =
      std::string("Coordinates are metres in RD New; mend the row or name another column with ") + flag + ".";
  const double value = reader.number(column, advice);
  if (!(value >= least && value <= most)) {
    reader.fail(column, std::string(reader.fields()[column]) + " is outside the Netherlands", advice);
  }
  return value;
}

double weight_of(const CsvReader& reader, std::size_t column) {
  constexpr const char* kAdvice =
      "A weight says how much a place draws, its addresses for instance; mend the row or name another column with "
      "--weight.";
  const double value = reader.number(column, kAdvice);
  if (!(value > 0 && value <= kHeaviest)) {
    reader.fail(column, std::string(reader.fields()[column]) + " is not above 0 and up to 1e12", kAdvice);
  }
  return value;
}

}  // namespace

PlacesTable read_places(const std::string& path, const PlacesColumns& columns, std::span<const Region> regions) {
  TextInput input(path);
  CsvReader reader(input);
  const std::size_t x = reader.index(columns.x, "Name yours with --x.");
  const std::size_t y = reader.index(columns.y, "Name yours with --y.");
  const std::size_t region = reader.index(columns.region, "Name yours with --region.");
  const bool weighted = columns.weight.has_value() || reader.has("weight");
  const std::size_t weight =
      weighted ? reader.index(columns.weight.value_or("weight"), "Name yours with --weight.") : 0;
  std::unordered_map<std::string_view, std::uint16_t> codes;
  for (std::size_t r = 0; r < regions.size(); ++r) codes.emplace(regions[r].code, static_cast<std::uint16_t>(r));

  PlacesTable table;
  while (reader.next()) {
    table.places.x_m.push_back(coordinate(reader, x, "--x", kLeastX, kMostX));
    table.places.y_m.push_back(coordinate(reader, y, "--y", kLeastY, kMostY));
    table.places.weight.push_back(weighted ? weight_of(reader, weight) : 1);
    const auto code = codes.find(reader.fields()[region]);
    if (code == codes.end()) {
      reader.fail(region, quoted(reader.fields()[region]) + " is not the code of a region",
                  "Codes are " + regions.front().code + " to " + regions.back().code +
                      "; mend the row or name another column with --region.");
    }
    table.places.region.push_back(code->second);
  }
  table.sha256 = input.sha256();
  return table;
}

}  // namespace dscore
