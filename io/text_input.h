#pragma once
// Input that may be packed by gzip, from a path or standard input, with the checksum of its bytes as they came.

#include <cstddef>
#include <memory>
#include <string>

namespace dscore {

class TextInput {
 public:
  /// "-" is standard input. Gzip is known by its first bytes, not by the name.
  explicit TextInput(const std::string& path);
  ~TextInput();
  TextInput(const TextInput&) = delete;
  TextInput& operator=(const TextInput&) = delete;

  /// The next bytes, unpacked; 0 at the end. Throws Error where reading fails or gzip data are truncated or damaged.
  std::size_t read(char* to, std::size_t size);
  /// All that is left.
  std::string read_all();
  /// SHA-256 of the bytes as they lie on disk; call at the end.
  std::string sha256();
  /// The path, or "stdin".
  const std::string& name() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dscore
