#include "host/import_places.h"

#include <cmath>

namespace dscore {
namespace {

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

}  // namespace

void PostcodeTable::add(std::uint64_t row, Postcode postcode, const Place& place, TableReport& report) {
  if (const Place* known = find(postcode)) {
    const bool equal = same(known->x_m, place.x_m) && same(known->y_m, place.y_m) &&
                       known->municipality == place.municipality && known->region == place.region;
    report.drop(equal ? Reason::duplicate_row : Reason::conflicting_row, row,
                [&] { return text_of_postcode(postcode); });
    return;
  }
  number_[postcode] = static_cast<std::uint32_t>(places_.size());
  places_.push_back(place);
  ++report.kept;
}

}  // namespace dscore
