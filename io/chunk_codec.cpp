#include "io/chunk_codec.h"

#include <zlib.h>

#include <new>

namespace dscore::detail {

std::vector<std::byte> pack_chunk(std::span<const std::byte> chunk, std::size_t element_bytes) {
  const std::size_t elements = chunk.size() / element_bytes;
  std::vector<std::byte> shuffled(chunk.size());
  for (std::size_t b = 0; b < element_bytes; ++b) {
    for (std::size_t i = 0; i < elements; ++i) shuffled[b * elements + i] = chunk[i * element_bytes + b];
  }
  uLongf size = compressBound(shuffled.size());
  std::vector<std::byte> packed(size);
  if (compress2(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(shuffled.data()),
                shuffled.size(), 1) != Z_OK) {
    throw std::bad_alloc();  // the only other failure, too small a buffer, is excluded by compressBound
  }
  packed.resize(size);
  return packed;
}

bool unpack_chunk(std::span<const std::byte> packed, std::size_t element_bytes, std::span<std::byte> chunk) {
  std::vector<std::byte> shuffled(chunk.size());
  uLongf size = shuffled.size();
  if (uncompress(reinterpret_cast<Bytef*>(shuffled.data()), &size, reinterpret_cast<const Bytef*>(packed.data()),
                 packed.size()) != Z_OK ||
      size != shuffled.size()) {
    return false;
  }
  const std::size_t elements = chunk.size() / element_bytes;
  for (std::size_t b = 0; b < element_bytes; ++b) {
    for (std::size_t i = 0; i < elements; ++i) chunk[i * element_bytes + b] = shuffled[b * elements + i];
  }
  return true;
}

}  // namespace dscore::detail
