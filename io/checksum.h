#pragma once
// SHA-256, the checksum that every result file records of its input.

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

}  // namespace dscore
