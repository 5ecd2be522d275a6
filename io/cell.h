#pragma once
// What a table holds in one place, whatever its format, and how it is read as a number, a date or a text.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "host/date.h"

namespace dscore {

/// Missing; text (a view, valid until the next row); a floating-point number; a whole number; a date.
using Cell = std::variant<std::monostate, std::string_view, double, std::int64_t, Day>;

/// How texts in the cells of one table are to be read.
struct CellFormat {
  char decimal = '.';
  std::vector<std::string> missing;  ///< texts that stand for nothing, besides the empty one

  /// Nothing there: no value, NaN, blanks, or one of the texts in `missing`.
  bool is_missing(const Cell& cell) const;
  /// A finite number; false for everything else.
  bool number(const Cell& cell, double& value) const;
};

/// Without blanks at its ends.
std::string_view trimmed_text(std::string_view text);

/// A whole number that is exact: digits with or without sign, "12.0" from a double too, but no double beyond 2^53.
bool whole_number(const Cell& cell, std::int64_t& value);

/// The day of a date, or of a text or whole number (20111231) by the patterns.
std::optional<Day> day_of(const Cell& cell, const std::vector<DatePattern>& patterns);

/// The text, without blanks at its ends; numbers and dates are written into `scratch`.
std::string_view text_of(const Cell& cell, std::string& scratch);

/// For messages: the text in at most 60 bytes of UTF-8, control characters shown as ?; "" for missing.
std::string shown(const Cell& cell);

}  // namespace dscore
