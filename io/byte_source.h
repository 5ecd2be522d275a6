#pragma once
// The bytes of a file, or of standard input.

#include <cstddef>
#include <cstdint>
#include <string>

namespace dscore {

class ByteSource {
 public:
#ifdef DSCORE_BLOCK_BYTES  // for the fuzz targets: so few that their inputs come in many blocks
  static constexpr std::size_t kBlock = DSCORE_BLOCK_BYTES;
#else
  static constexpr std::size_t kBlock = std::size_t{1} << 18;
#endif

  /// "-" is standard input. Throws Error naming the path and the reason.
  explicit ByteSource(const std::string& path);
  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  /// Fills up to `size` bytes; fewer only at the end, 0 at the end.
  std::size_t read(char* to, std::size_t size);
  /// The path, or "stdin".
  const std::string& name() const { return name_; }
  /// Size of a regular file, else 0.
  std::uint64_t size_hint() const { return size_; }

 private:
  std::string name_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace dscore
