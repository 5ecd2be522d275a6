#pragma once
// Fields of a CSV table appended to a text: numbers that read back as the same double, quotes where needed.

#include <cstdint>
#include <string>
#include <string_view>

namespace dscore {

/// Quoted if it holds the delimiter, a quote, a line end, or blanks at its ends.
void append_field(std::string& text, std::string_view field, char delimiter = ',');

/// The shortest decimal that reads back as the same double; whole numbers without exponent; NaN (missing) as nothing.
void append_number(std::string& text, double value);
void append_number(std::string& text, std::uint64_t value);
void append_number(std::string& text, std::int64_t value);

}  // namespace dscore
