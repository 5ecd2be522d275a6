#pragma once
// toml++, to be included in no other way, and what must hold of a text before toml++ sees it. Found by fuzzing 3.3:
// - It asserts that the name of a table begins with a letter of a name, which is not so in "[{", and then reports what
//   it finds. Its assertions must neither end the program (without NDEBUG) nor be taken as true (clang, with NDEBUG).
// - To learn whether a letter from U+00A1 to U+0499 (or of two other ranges) is a blank, it runs into what it calls
//   unreachable. So it is given ASCII only, with marks for the other bytes, which are taken back from its strings.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#define TOML_ASSERT(expression) static_assert(true)
#pragma push_macro("NDEBUG")
#undef NDEBUG
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

namespace dscore {

struct TomlTextFault {
  std::size_t line;  ///< from 1
  std::string what;
};

/// Why the text cannot be given to toml++, if it cannot: it is not UTF-8, or holds the mark itself.
std::optional<TomlTextFault> toml_text_fault(std::string_view text);

/// The text with marks, line by line the same.
std::string ascii_for_toml(std::string_view text);

/// What a string or key of toml++'s was in the text.
std::string text_from_toml(std::string_view ascii);

/// What toml++ says of a text that is not TOML, on one line.
inline std::string toml_reason(const toml::parse_error& error) {
  std::string reason = text_from_toml(error.description());
  for (char& c : reason) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return reason;
}

}  // namespace dscore
