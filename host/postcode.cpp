#include "host/postcode.h"

namespace dscore {
namespace {

constexpr Postcode kLetters = 677;  // 26 * 26 pairs, and none

}  // namespace

std::optional<Postcode> parse_postcode(std::string_view field, PostcodeLevel level) {
  Postcode digits = 0;
  Postcode letters = 0;
  int count = 0;
  for (const char c : field) {
    if (c == ' ') continue;
    if (count == 6) return std::nullopt;
    if (count < 4) {
      if (c < '0' || c > '9') return std::nullopt;
      digits = digits * 10 + static_cast<Postcode>(c - '0');
    } else {
      const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      if (upper < 'A' || upper > 'Z') return std::nullopt;
      letters = letters * 26 + static_cast<Postcode>(upper - 'A');
    }
    ++count;
  }
  const bool complete = count == 6 || (count == 4 && level == PostcodeLevel::pc4);
  if (!complete || digits < 1000) return std::nullopt;
  return (digits - 1000) * kLetters + (level == PostcodeLevel::pc4 ? 0 : letters + 1);
}

std::string text_of_postcode(Postcode postcode) {
  std::string text = std::to_string(postcode / kLetters + 1000);
  const Postcode letters = postcode % kLetters;
  if (letters == 0) return text;
  text += static_cast<char>('A' + (letters - 1) / 26);
  text += static_cast<char>('A' + (letters - 1) % 26);
  return text;
}

}  // namespace dscore
