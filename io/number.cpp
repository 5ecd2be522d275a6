#include "io/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <system_error>

namespace dscore {
namespace {

std::string_view trimmed(std::string_view field) {
  while (!field.empty() && (field.front() == ' ' || field.front() == '\t')) field.remove_prefix(1);
  while (!field.empty() && (field.back() == ' ' || field.back() == '\t')) field.remove_suffix(1);
  if (field.size() > 1 && field[0] == '+' && field[1] != '-' && field[1] != '+') field.remove_prefix(1);
  return field;
}

// Plain decimals of at most 15 digits, the bulk of every table: digits / 10^k with both exact is correctly rounded, so
// it is what from_chars would give, in a third of the time. False: leave it to from_chars.
bool parse_short_decimal(std::string_view field, double& value) {
  constexpr std::size_t kDigits = 15;
  constexpr std::array<double, kDigits + 1> kPower{1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                   1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  const bool negative = field.starts_with('-');
  if (negative) field.remove_prefix(1);
  if (field.empty() || field.size() > kDigits + 1) return false;
  std::uint64_t digits = 0;
  std::size_t count = 0;
  std::size_t point = field.size();
  for (std::size_t i = 0; i < field.size(); ++i) {
    const unsigned digit = static_cast<unsigned char>(field[i]) - static_cast<unsigned>('0');
    if (digit <= 9) {
      digits = digits * 10 + digit;
      ++count;
    } else if (field[i] == '.' && point == field.size()) {
      point = i;
    } else {
      return false;
    }
  }
  if (count == 0 || count > kDigits) return false;
  const std::size_t behind = point == field.size() ? 0 : field.size() - point - 1;
  value = static_cast<double>(digits) / kPower[behind];
  if (negative) value = -value;
  return true;
}

std::from_chars_result convert(std::string_view field, double& value) {
  return std::from_chars(field.data(), field.data() + field.size(), value);
}

}  // namespace

bool parse_number(std::string_view field, double& value) {
  field = trimmed(field);
  if (parse_short_decimal(field, value)) return true;
  const auto [end, code] = convert(field, value);
  return code == std::errc() && end == field.data() + field.size() && std::isfinite(value);
}

std::string why_not_a_number(std::string_view field) {
  std::string text(trimmed(field));
  if (text.empty()) return "an empty field, where a number is needed";
  double value = 0;
  if (const auto [end, code] = convert(text, value); end == text.data() + text.size()) {
    if (code == std::errc::result_out_of_range) return quoted(field) + " is beyond the range of a double";
    return quoted(field) + " is not a finite number";
  }
  if (std::count(text.begin(), text.end(), ',') == 1) {
    std::replace(text.begin(), text.end(), ',', '.');
    if (parse_number(text, value)) return quoted(field) + " has a decimal comma, where a decimal point is needed";
  }
  return quoted(field) + " is not a number";
}

std::string quoted(std::string_view field) {
  constexpr std::size_t kLongest = 60;
  std::string text = "\"";
  for (const char c : field.substr(0, kLongest)) text += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return text + (field.size() > kLongest ? "...\"" : "\"");
}

}  // namespace dscore
