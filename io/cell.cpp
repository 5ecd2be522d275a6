#include "io/cell.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "io/csv_writer.h"
#include "io/number.h"
#include "io/utf8.h"

namespace dscore {

std::string_view trimmed_text(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool CellFormat::is_missing(const Cell& cell) const {
  if (const auto* text = std::get_if<std::string_view>(&cell)) {
    const std::string_view bare = trimmed_text(*text);
    return bare.empty() || std::find(missing.begin(), missing.end(), bare) != missing.end();
  }
  if (const auto* number = std::get_if<double>(&cell)) return std::isnan(*number);
  return std::holds_alternative<std::monostate>(cell);
}

bool CellFormat::number(const Cell& cell, double& value) const {
  if (const auto* number = std::get_if<double>(&cell)) {
    value = *number;
    return std::isfinite(value);
  }
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) {
    value = static_cast<double>(*whole);
    return true;
  }
  const auto* text = std::get_if<std::string_view>(&cell);
  if (text == nullptr) return false;
  if (decimal == '.') return parse_number(*text, value);
  if (text->find('.') != std::string_view::npos) return false;  // "1.234,5": points between thousands are not read
  std::string point(*text);
  std::replace(point.begin(), point.end(), decimal, '.');
  return parse_number(point, value);
}

bool whole_number(const Cell& cell, std::int64_t& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) {
    value = *whole;
    return true;
  }
  if (const auto* number = std::get_if<double>(&cell)) {
    constexpr double kExact = 9007199254740992;  // 2^53: from here on doubles are not told apart from their neighbours
    if (!(std::abs(*number) < kExact) || *number != std::trunc(*number)) return false;
    value = static_cast<std::int64_t>(*number);
    return true;
  }
  const auto* text = std::get_if<std::string_view>(&cell);
  if (text == nullptr) return false;
  std::string_view digits = trimmed_text(*text);
  if (digits.size() > 1 && digits[0] == '+' && digits[1] != '-') digits.remove_prefix(1);
  const char* const end = digits.data() + digits.size();
  const auto [stop, code] = std::from_chars(digits.data(), end, value);
  return code == std::errc() && stop == end;
}

std::optional<Day> day_of(const Cell& cell, const std::vector<DatePattern>& patterns) {
  if (const auto* day = std::get_if<Day>(&cell)) return *day;
  if (const auto* text = std::get_if<std::string_view>(&cell)) return parse_date(*text, patterns);
  std::int64_t number = 0;
  if (!whole_number(cell, number)) return std::nullopt;
  return parse_date(std::to_string(number), patterns);
}

std::string_view text_of(const Cell& cell, std::string& scratch) {
  if (const auto* text = std::get_if<std::string_view>(&cell)) return trimmed_text(*text);
  scratch.clear();
  if (const auto* number = std::get_if<double>(&cell)) append_number(scratch, *number);
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) append_number(scratch, *whole);
  if (const auto* day = std::get_if<Day>(&cell)) scratch = text_of(*day);
  return scratch;
}

std::string shown(const Cell& cell) {
  constexpr std::size_t kLongest = 60;
  std::string scratch;
  std::string_view text = text_of(cell, scratch);
  const bool cut = text.size() > kLongest;
  text = text.substr(0, kLongest);
  text = text.substr(0, valid_utf8_prefix(text));
  std::string safe;
  for (const char c : text) safe += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return safe + (cut ? "..." : "");
}

}  // namespace dscore
