#include "io/point_table_parts.h"

#include <cmath>
#include <filesystem>

#include "io/check.h"
#include "io/check_parts.h"
#include "kernels/error.h"

namespace dscore::detail {
namespace {

constexpr double kFarthest = 1e8;                             // metres, as kernels/points.h asks
constexpr std::uint64_t kMostEstablishments = 4'000'000'000;  // as host/score.h

std::string what_it_looks_like(double x, double y, const std::string& x_name, const std::string& y_name) {
  constexpr double kDegrees = 180;
  constexpr double kMetresInKm = 1000;
  if (x == 0 && y == 0) return "Is the coordinate missing? Then drop the row.";
  if (std::abs(x) <= kDegrees && std::abs(y) <= kDegrees) {
    return "Are these degrees of longitude and latitude? Convert them to RD New (EPSG:28992) first: `dscore import` "
           "does, with location = \"lonlat\".";
  }
  if (in_box(y, x)) return "Are x and y swapped? Say --x " + y_name + " --y " + x_name + ".";
  if (in_box(x * kMetresInKm, y * kMetresInKm)) return "Are these kilometres? Multiply them by 1000.";
  if (in_box(y * kMetresInKm, x * kMetresInKm)) {
    return "Are these kilometres, and swapped? Multiply them by 1000, and say --x " + y_name + " --y " + x_name + ".";
  }
  return "Are these metres in RD New (EPSG:28992), and the right columns? Mend or drop the row.";
}

}  // namespace

std::string coordinate_advice(const char* flag) {
  return std::string("Coordinates are metres in RD New; mend the row or name another column with ") + flag + ".";
}

bool is_coordinate(double value) { return std::abs(value) <= kFarthest; }
bool is_weight(double value) {
  return value >= 1 && value <= static_cast<double>(kMostEstablishments) && value == std::trunc(value);
}
bool is_too_many(std::uint64_t establishments) { return establishments > kMostEstablishments; }

std::string fault_of_coordinate(double value) {
  return text_of(value) + (std::isfinite(value) ? " is farther than 1e8 m from the origin" : " is not a finite number");
}
std::string fault_of_weight(double value) { return text_of(value) + " is not a whole number from 1 to 4,000,000,000"; }
std::string fault_of_total() { return "the weights up to here add up to more than 4,000,000,000"; }

std::string fault_of_place(double x, double y, const std::string& x_name, const std::string& y_name) {
  return text_of(x) + ", " + text_of(y) + " lies outside the Netherlands (x " + text_of(kBoxXMin) + " to " +
         text_of(kBoxXMax) + ", y " + text_of(kBoxYMin) + " to " + text_of(kBoxYMax) + " m). " +
         what_it_looks_like(x, y, x_name, y_name);
}

void BadRows::throw_if_any(bool at_least) const {
  if (count_ == 0) return;
  if (count_ == 1 && !at_least) throw Error(first_);
  if (count_ == 1) throw Error(first_ + " (Rows behind it are bad as well.)");
  throw Error(first_ + " (and " + (at_least ? "at least " : "") + std::to_string(count_ - 1) + " more " +
              (count_ == 2 ? "row)" : "rows)"));
}

bool is_device(const std::string& path) {
  std::error_code code;
  return path == "-" || (std::filesystem::exists(path, code) && !std::filesystem::is_regular_file(path, code));
}

}  // namespace dscore::detail
