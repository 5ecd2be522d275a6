#include <algorithm>

#include "io/toml.h"
#include "io/utf8.h"

namespace dscore {
namespace {

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

// Walks over TOML, not to understand it, but to tell strings and comments from the rest. Where the text is not TOML,
// toml++ stops as well, there or before.
class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text) {}

  /// Where the first letter beyond ASCII stands that belongs to no string and no comment; npos if there is none.
  std::size_t stray_letter() {
    bool fresh = true;  // something may begin here: behind anything else a quote belongs to a number or word
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (!is_ascii(c)) return at_;
      if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (fresh && (c == '"' || c == '\'')) {
        if (!skip_string(c)) return at_;
        fresh = false;
      } else {
        const bool opens = c == '[' || c == '{';
        const bool between = c == '=' || c == ',' || c == '\n';
        const bool blank = c == ' ' || c == '\t';
        fresh = between || (fresh && (opens || blank));
        ++at_;
      }
    }
    return std::string_view::npos;
  }

 private:
  bool starts_with(std::string_view part) const { return text_.substr(at_).starts_with(part); }

  // False: at_ stands on a letter behind a backslash or an escaped line end, where toml++ asks whether it is a blank.
  bool skip_string(char quote) {
    const std::string three(3, quote);
    const bool long_one = starts_with(three);
    at_ += long_one ? 3 : 1;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (!long_one && c == '\n') return true;  // not TOML
      if (long_one ? starts_with(three) : c == quote) {
        at_ += long_one ? 3 : 1;
        return true;
      }
      if (c == '\\' && quote == '"') {
        const std::size_t next = std::min(text_.find_first_not_of(" \t\r\n", at_ + 1), text_.size());
        const bool escapes_blanks = next > at_ + 1;
        if (next < text_.size() && !is_ascii(text_[next])) {
          at_ = next;
          return false;
        }
        at_ = escapes_blanks ? next : at_ + 2;
        continue;
      }
      ++at_;
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<TomlTextFault> toml_text_fault(std::string_view text) {
  const auto line_of = [&](std::size_t at) {
    return static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n')) + 1;
  };
  if (const std::size_t valid = valid_utf8_prefix(text); valid != text.size()) {
    return TomlTextFault{line_of(valid), "not TOML: not UTF-8. Save the file as UTF-8."};
  }
  const std::size_t mark = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
  const std::size_t stray = Walk(text.substr(mark)).stray_letter();
  if (stray == std::string_view::npos) return std::nullopt;
  return TomlTextFault{line_of(mark + stray),
                       "not TOML: a letter that is not ASCII outside of quotes. Put names and texts in quotes."};
}

}  // namespace dscore
