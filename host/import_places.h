#pragma once
// From postcode to point, municipality and region, as the user's table says it.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "host/import_report.h"
#include "host/postcode.h"

namespace dscore {

/// What the table says of one postcode.
struct Place {
  double x_m = 0;  ///< RD New; NaN where the table is not asked for coordinates
  double y_m = 0;
  std::uint32_t municipality = 0xFFFF'FFFF;  ///< number in RegionTables; kNone: not known
  std::uint32_t region = 0xFFFF'FFFF;
};

class PostcodeTable {
 public:
  PostcodeTable() : number_(kPostcodes, kNone) {}

  /// A row of the table. An earlier row of the postcode counts; this one is then dropped.
  void add(std::uint64_t row, Postcode postcode, const Place& place, TableReport& report);
  /// Null for a postcode that is not in the table.
  const Place* find(Postcode postcode) const {
    const std::uint32_t number = number_[postcode];
    return number == kNone ? nullptr : &places_[number];
  }

 private:
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;
  std::vector<std::uint32_t> number_;  // by postcode, all there could be
  std::vector<Place> places_;
};

}  // namespace dscore
