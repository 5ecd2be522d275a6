#pragma once
// Numbers read from text fields.

#include <string>
#include <string_view>

namespace dscore {

/// Reads a finite double: the whole field must be a decimal number. Blanks around it and one leading '+' are
/// allowed; nan, inf, hexadecimal, and numbers beyond the range of a double are not. True on success.
bool parse_number(std::string_view field, double& value);

/// Why `parse_number` refused the field, as the start of a sentence: "\"58x233\" is not a number".
std::string why_not_a_number(std::string_view field);

/// The field in quotes for a message: control characters shown as ?, long ones cut.
std::string quoted(std::string_view field);

}  // namespace dscore
