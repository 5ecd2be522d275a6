#include "host/import_regions.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "kernels/error.h"

namespace dscore {

std::string_view municipality_code(std::string_view text) {
  const bool prefix = text.size() > 2 && (text[0] == 'G' || text[0] == 'g') && (text[1] == 'M' || text[1] == 'm');
  std::string_view digits = text.substr(prefix ? 2 : 0);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return text;
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return digits;
}

void RegionTables::add_region(std::uint64_t row, std::string_view code, std::string_view name, std::string_view part,
                              TableReport& report) {
  have_table_ = true;
  if (code.empty()) {
    report.drop(Reason::missing_region, row, [&] { return name; });
    return;
  }
  const std::uint32_t number = codes_.add(code);
  if (number == regions_.size()) {
    regions_.push_back({std::string(code), std::string(name), std::string(part)});
    ++report.kept;
    return;
  }
  const bool same = regions_[number].name == name && regions_[number].part == part;
  report.drop(same ? Reason::duplicate_row : Reason::conflicting_row, row, [&] { return code; });
}

std::uint32_t RegionTables::region(std::string_view code) {
  if (have_table_) return codes_.find(code).value_or(kNone);
  const std::uint32_t number = codes_.add(code);
  if (number == regions_.size()) regions_.push_back({std::string(code), "", ""});
  return number;
}

void RegionTables::add_municipality(std::uint64_t row, std::string_view municipality, std::string_view region_code,
                                    std::string_view name, std::string_view part, TableReport& report) {
  if (municipality.empty()) {
    report.drop(Reason::missing_municipality, row, [&] { return region_code; });
    return;
  }
  if (region_code.empty()) {
    report.drop(Reason::missing_region, row, [&] { return municipality; });
    return;
  }
  const std::uint32_t number = region(region_code);
  if (number == kNone) {
    report.drop(Reason::unknown_region, row, [&] { return region_code; });
    return;
  }
  const std::uint32_t known = this->municipality(municipality);
  if (region_of(known) != kNone) {
    report.drop(region_of(known) == number ? Reason::duplicate_row : Reason::conflicting_row, row,
                [&] { return municipality; });
    return;
  }
  region_of_.resize(std::max<std::size_t>(region_of_.size(), known + 1), kNone);
  region_of_[known] = number;
  ++report.kept;
  if (have_table_) return;
  Region& region = regions_[number];
  if (region.name.empty()) region.name = name;
  if (region.part.empty()) region.part = part;
  if (region.name != name || region.part != part) {
    report.note(Reason::conflicting_row, row, [&] { return name; });
  }
}

std::vector<Region> RegionTables::list(std::vector<std::uint16_t>& place) const {
  if (regions_.size() > std::numeric_limits<std::uint16_t>::max()) {
    throw Error("The tables name " + std::to_string(regions_.size()) +
                " regions, more than 65,535. Is the right column mapped to the region?");
  }
  std::vector<std::uint32_t> order(regions_.size());
  std::iota(order.begin(), order.end(), 0U);
  if (!have_table_) {
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return regions_[a].code < regions_[b].code; });
  }
  std::vector<Region> sorted;
  place.assign(regions_.size(), 0);
  for (const std::uint32_t number : order) {
    place[number] = static_cast<std::uint16_t>(sorted.size());
    sorted.push_back(regions_[number]);
  }
  return sorted;
}

}  // namespace dscore
