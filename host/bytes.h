#pragma once
// Numbers and texts as bytes, and back: what the result of a unit of work (host/work.h) is made of. In the byte order
// of the machine, which is little-endian wherever dscore runs.

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

#include "host/work.h"
#include "kernels/error.h"

namespace dscore {

static_assert(std::endian::native == std::endian::little);

class ByteWriter {
 public:
  template <class T>
  requires std::is_trivially_copyable_v<T> ByteWriter& put(const T& value) { return append(&value, sizeof value); }
  template <class T>
  requires std::is_trivially_copyable_v<T> ByteWriter& put(const std::vector<T>& values) {
    put(static_cast<std::uint64_t>(values.size()));
    return append(values.data(), values.size() * sizeof(T));
  }
  ByteWriter& put(const std::string& text) {
    put(static_cast<std::uint64_t>(text.size()));
    return append(text.data(), text.size());
  }
  Bytes take() { return std::move(bytes_); }

 private:
  ByteWriter& append(const void* from, std::size_t size) {
    const std::size_t before = bytes_.size();
    bytes_.resize(before + size);
    if (size > 0) std::memcpy(bytes_.data() + before, from, size);
    return *this;
  }
  Bytes bytes_;
};

/// Throws Error where the bytes end too soon, or (finish) too late. `what` they are, for the message.
class ByteReader {
 public:
  ByteReader(std::span<const std::byte> bytes, std::string what) : bytes_(bytes), what_(std::move(what)) {}

  template <class T>
  requires std::is_trivially_copyable_v<T> T get() {
    T value;
    copy(&value, 1, sizeof value);
    return value;
  }
  template <class T>
  requires std::is_trivially_copyable_v<T> std::vector<T> get_vector() {
    const auto size = get<std::uint64_t>();
    if (size > bytes_.size() / sizeof(T)) fail();
    std::vector<T> values(size);
    copy(values.data(), size, sizeof(T));
    return values;
  }
  std::string get_text() {
    const auto characters = get_vector<char>();
    return {characters.begin(), characters.end()};
  }
  void finish() const {
    if (!bytes_.empty()) fail();
  }

 private:
  void copy(void* to, std::size_t count, std::size_t size) {
    if (bytes_.size() < count * size) fail();
    if (count > 0) std::memcpy(to, bytes_.data(), count * size);
    bytes_ = bytes_.subspan(count * size);
  }
  [[noreturn]] void fail() const {
    throw Error(what_ + ": not what this program writes. Delete it, and what depends on it is done again.");
  }
  std::span<const std::byte> bytes_;
  std::string what_;
};

}  // namespace dscore
