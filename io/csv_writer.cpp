#include "io/csv_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace dscore {
namespace {

template <class T, class... Format>
void append(std::string& text, T value, Format... format) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, format...).ptr;
  text.append(digits.data(), end);
}

}  // namespace

void append_field(std::string& text, std::string_view field, char delimiter) {
  const bool blank_ends = !field.empty() && (field.front() == ' ' || field.back() == ' ');
  const auto is_special = [delimiter](char c) { return c == delimiter || c == '"' || c == '\n' || c == '\r'; };
  if (!blank_ends && std::none_of(field.begin(), field.end(), is_special)) {
    text += field;
    return;
  }
  text += '"';
  for (const char c : field) {
    if (c == '"') text += '"';
    text += c;
  }
  text += '"';
}

void append_number(std::string& text, double value) {
  constexpr double kWhole = 9007199254740992;  // 2^53: beyond, an exponent is shorter and as clear
  if (std::isnan(value)) return;
  if (value != 0 && std::abs(value) <= kWhole && value == std::trunc(value)) {
    append(text, static_cast<std::int64_t>(value));
  } else {
    append(text, value);  // zero too: its sign is part of the double
  }
}
void append_number(std::string& text, std::uint64_t value) { append(text, value); }
void append_number(std::string& text, std::int64_t value) { append(text, value); }

}  // namespace dscore
