#pragma once
// SHA-256, the checksum that every result file records of its input; and whether a file is still the same.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace dscore {

/// A running SHA-256 (OpenSSL).
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void add(std::string_view bytes);
  /// The sum as 64 hexadecimal digits; nothing may be added afterwards.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Of a file's bytes as they lie on disk (packed, if it is packed). Throws Error where it cannot be read.
std::string sha256_of_file(const std::string& path);

/// Tells whether a file is still the one it was: for work that reads it twice.
class FileStamp {
 public:
  explicit FileStamp(const std::string& path);
  /// Throws Error if the file was written to, replaced or removed since.
  void check() const;

 private:
  std::string path_;
  std::array<std::int64_t, 5> state_;  // device, inode, size, time of the last change in s and ns
};

}  // namespace dscore
