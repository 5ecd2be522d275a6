#pragma once
// Input that may be packed by gzip, from a path or standard input, with the checksum of its bytes as they came.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace dscore {

enum class Encoding {
  utf8,   ///< bytes as they are, not checked
  latin1  ///< ISO 8859-1 with what Windows-1252 has in 0x80 to 0x9f; read as UTF-8
};

class TextInput {
 public:
  /// "-" is standard input. Gzip is known by its first bytes, not by the name.
  explicit TextInput(const std::string& path, Encoding encoding = Encoding::utf8);
  ~TextInput();
  TextInput(const TextInput&) = delete;
  TextInput& operator=(const TextInput&) = delete;

  /// The next bytes, unpacked (Latin-1 needs room for 3 at least); 0 at the end. Throws Error where reading fails or
  /// gzip data are truncated or damaged.
  std::size_t read(char* to, std::size_t size);
  /// All that is left.
  std::string read_all();
  /// The same, of a text that must be shorter than `limit` bytes; nothing if it is not.
  std::optional<std::string> read_below(std::size_t limit);
  /// SHA-256 of the bytes as they lie on disk; call at the end.
  std::string sha256();
  /// The path, or "stdin".
  const std::string& name() const;
  /// The share of the file that was read, 0 to 1; 0 where its size is not known.
  double fraction() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dscore
