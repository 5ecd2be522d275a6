#pragma once
// HDF5's shuffle and deflate filters for one chunk, so that chunks can be packed and unpacked in parallel.

#include <cstddef>
#include <span>
#include <vector>

namespace dscore::detail {

/// Bytes transposed (all first bytes of the elements, then all second bytes, ...) and deflated, quickly: what looks
/// like noise is stored as it is. Throws std::bad_alloc only.
std::vector<std::byte> pack_chunk(std::span<const std::byte> chunk, std::size_t element_bytes);

/// The reverse, into `chunk`; false if the packed bytes are damaged or do not fill the chunk exactly.
bool unpack_chunk(std::span<const std::byte> packed, std::size_t element_bytes, std::span<std::byte> chunk);

}  // namespace dscore::detail
