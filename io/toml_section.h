#pragma once
// Settings from a TOML file (toml++): every key is asked for by name and type, a key that means nothing is an Error,
// and every Error names file, line and key.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/date.h"

namespace dscore {

/// A table of the document.
class TomlSection {
 public:
  /// The root of the text. Throws Error with file and line where it is not TOML. `name` is the file's, for messages.
  static TomlSection parse(const std::string& name, std::string_view text);

  ~TomlSection();
  TomlSection(TomlSection&&) noexcept;
  TomlSection& operator=(TomlSection&&) noexcept;
  TomlSection(const TomlSection&) = delete;
  TomlSection& operator=(const TomlSection&) = delete;

  /// False for a section that the file does not have: it is empty.
  bool given() const;
  /// The table of this name in this one; not given if it is not there.
  TomlSection section(const std::string& key);
  /// The tables [[key]] in this one, in order; none if there are none.
  std::vector<TomlSection> sections(const std::string& key);
  /// Error if there is a key that is not one of these, naming them. To be called first: a name that is written wrong is
  /// the cause of other errors.
  void allow(const std::vector<std::string>& keys) const;

  bool has(const std::string& key) const;
  /// Whether the key holds a text: for settings that are a number or a word.
  bool is_text(const std::string& key) const;

  // Nothing if the key is not there; Error if it holds another type.
  std::optional<std::string> text(const std::string& key);
  std::optional<std::int64_t> whole(const std::string& key);
  std::optional<double> number(const std::string& key);
  /// A date, or a text "yyyy-mm-dd".
  std::optional<Day> date(const std::string& key);
  /// A list of texts, or one text.
  std::optional<std::vector<std::string>> texts(const std::string& key);
  /// A list of texts, numbers and truth values, or one of them, as texts; numbers as the shortest decimals that read
  /// back as the same.
  std::optional<std::vector<std::string>> values(const std::string& key);
  /// A list of numbers.
  std::optional<std::vector<double>> numbers(const std::string& key);
  /// The index in `choices` of a text; Error listing them.
  std::optional<std::size_t> choice(const std::string& key, const std::vector<std::string>& choices);
  /// Error where the key is not there, saying "needed", `why`.
  std::string required_text(const std::string& key, std::string_view why);

  /// "<file>, line <n>, <section>.<key>"; as far as they are known, as fail() says it.
  std::string place(const std::string& key) const;
  /// Throws the Error "<file>, line <n>, <section>.<key>: <what>"; the line is the section's if the key is not there.
  /// An empty key: the section itself.
  [[noreturn]] void fail(const std::string& key, const std::string& what) const;

 private:
  struct State;
  explicit TomlSection(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace dscore
