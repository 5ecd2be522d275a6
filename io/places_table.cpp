#include "io/places_table.h"

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "io/check.h"
#include "io/csv.h"
#include "io/number.h"
#include "io/point_table_parts.h"
#include "io/text_input.h"
#include "kernels/error.h"

namespace dscore {
namespace {

constexpr double kHeaviest = 1e12;

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
    const double x_m = reader.number(x, detail::coordinate_advice("--x"));
    const double y_m = reader.number(y, detail::coordinate_advice("--y"));
    if (!in_box(x_m, y_m)) {
      throw Error(reader.place() + ", columns " + columns.x + " and " + columns.y + ": " +
                  detail::fault_of_place(x_m, y_m, columns.x, columns.y));
    }
    table.places.x_m.push_back(x_m);
    table.places.y_m.push_back(y_m);
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
