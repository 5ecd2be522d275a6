#include <algorithm>

#include "io/toml.h"
#include "io/utf8.h"

namespace dscore {
namespace {

constexpr std::string_view kMark = "_Q8_";  // of a byte beyond ASCII, with two hexadecimal digits behind it
constexpr std::string_view kDigits = "0123456789abcdef";

}  // namespace

std::optional<TomlTextFault> toml_text_fault(std::string_view text) {
  const auto line_of = [&](std::size_t at) {
    return static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n')) + 1;
  };
  if (const std::size_t valid = valid_utf8_prefix(text); valid != text.size()) {
    return TomlTextFault{line_of(valid), "not TOML: not UTF-8. Save the file as UTF-8."};
  }
  if (const std::size_t mark = text.find(kMark); mark != std::string_view::npos) {
    return TomlTextFault{line_of(mark), std::string(kMark) + " cannot be part of a text here. Write something else."};
  }
  return std::nullopt;
}

std::string ascii_for_toml(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  std::string ascii;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      ascii += c;
    } else {
      ascii += kMark;
      ascii += kDigits[byte >> 4];
      ascii += kDigits[byte & 15];
    }
  }
  return ascii;
}

std::string text_from_toml(std::string_view ascii) {
  std::string text;
  while (!ascii.empty()) {
    const std::size_t behind = kMark.size() + 2;
    if (ascii.starts_with(kMark) && ascii.size() >= behind) {
      const std::size_t high = kDigits.find(ascii[kMark.size()]);
      const std::size_t low = kDigits.find(ascii[kMark.size() + 1]);
      if (high != std::string_view::npos && low != std::string_view::npos) {
        text += static_cast<char>(high << 4 | low);
        ascii.remove_prefix(behind);
        continue;
      }
    }
    text += ascii.front();
    ascii.remove_prefix(1);
  }
  return text;
}

}  // namespace dscore
