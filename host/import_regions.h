#pragma once
// From municipality to region, as the user's tables say it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/code_index.h"
#include "host/import_report.h"
#include "host/register.h"

namespace dscore {

/// Without blanks, "GM" and leading zeros, so that 3, "0003" and "GM0003" are one municipality.
std::string_view municipality_code(std::string_view text);

/// The tables of municipalities and regions. Numbers of municipalities and regions are those of the code indices.
class RegionTables {
 public:
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

  /// A row of the table of regions, which is then the list of all there are, in this order.
  void add_region(std::uint64_t row, std::string_view code, std::string_view name, std::string_view part,
                  TableReport& report);
  /// A row of the table of municipalities, with what it says of the region.
  void add_municipality(std::uint64_t row, std::string_view municipality, std::string_view region,
                        std::string_view name, std::string_view part, TableReport& report);

  /// The number of a municipality, whether a table has it or not. The text is not empty.
  std::uint32_t municipality(std::string_view text) { return municipalities_.add(municipality_code(text)); }
  /// The number of a region; kNone if there is a table of regions that does not have it. The text is not empty.
  std::uint32_t region(std::string_view code);
  /// The region of a municipality; kNone if no table says it.
  std::uint32_t region_of(std::uint32_t municipality) const {
    return municipality < region_of_.size() ? region_of_[municipality] : kNone;
  }

  /// All regions, in the order of their table, or else of their codes; and for every number of a region its place.
  std::vector<Region> list(std::vector<std::uint16_t>& place) const;

 private:
  CodeIndex municipalities_;
  std::vector<std::uint32_t> region_of_;  // by municipality
  CodeIndex codes_;
  std::vector<Region> regions_;  // by number
  bool have_table_ = false;
};

}  // namespace dscore
