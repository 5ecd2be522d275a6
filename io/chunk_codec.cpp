#include "io/chunk_codec.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <new>

namespace dscore::detail {
namespace {

using Bytes = std::span<const std::byte>;

/// Eight rows of eight bytes, whose columns become rows: blocks of 4 x 4, of 2 x 2 and single bytes change places.
void transpose(std::array<std::uint64_t, 8>& rows) {
  const auto exchange = [&](std::size_t apart, std::uint64_t low) {
    const auto bits = static_cast<int>(8 * apart);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      if ((r & apart) != 0) continue;
      const std::uint64_t both = ((rows[r] >> bits) ^ rows[r + apart]) & low;
      rows[r] ^= both << bits;
      rows[r + apart] ^= both;
    }
  };
  exchange(4, 0x00000000ffffffff);
  exchange(2, 0x0000ffff0000ffff);
  exchange(1, 0x00ff00ff00ff00ff);
}

/// All first bytes of the elements, then all second bytes, ...
void shuffle(Bytes chunk, std::size_t element_bytes, std::span<std::byte> planes) {
  const std::size_t elements = chunk.size() / element_bytes;
  std::size_t done = 0;
  if (element_bytes == 8) {
    for (; done + 8 <= elements; done += 8) {
      std::array<std::uint64_t, 8> rows;
      std::memcpy(rows.data(), &chunk[8 * done], sizeof rows);
      transpose(rows);
      for (std::size_t b = 0; b < 8; ++b) std::memcpy(&planes[b * elements + done], &rows[b], 8);
    }
  }
  for (std::size_t b = 0; b < element_bytes; ++b) {
    for (std::size_t i = done; i < elements; ++i) planes[b * elements + i] = chunk[i * element_bytes + b];
  }
}

/// The reverse.
void unshuffle(Bytes planes, std::size_t element_bytes, std::span<std::byte> chunk) {
  const std::size_t elements = chunk.size() / element_bytes;
  std::size_t done = 0;
  if (element_bytes == 8) {
    for (; done + 8 <= elements; done += 8) {
      std::array<std::uint64_t, 8> rows;
      for (std::size_t b = 0; b < 8; ++b) std::memcpy(&rows[b], &planes[b * elements + done], 8);
      transpose(rows);
      std::memcpy(&chunk[8 * done], rows.data(), sizeof rows);
    }
  }
  for (std::size_t b = 0; b < element_bytes; ++b) {
    for (std::size_t i = done; i < elements; ++i) chunk[i * element_bytes + b] = planes[b * elements + i];
  }
}

/// Deflate without a header (RFC 1951), for one plane after another.
class Deflater {
 public:
  explicit Deflater(int strategy) {
    constexpr int kRaw = -15;  // window of 32 KiB
    if (deflateInit2(&stream_, 1, Z_DEFLATED, kRaw, 8, strategy) != Z_OK) throw std::bad_alloc();
  }
  ~Deflater() { deflateEnd(&stream_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  /// Appends blocks that end at a whole byte, none of them the last one; they refer to nothing before `plane`.
  void append(Bytes plane, std::vector<std::byte>& packed) {
    constexpr std::size_t kFlush = 16;  // an empty block, and the bits before it
    const std::size_t room = deflateBound(&stream_, plane.size()) + kFlush;
    if (room > room_) {
      blocks_ = std::make_unique_for_overwrite<std::byte[]>(room);
      room_ = room;
    }
    deflateReset(&stream_);
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(plane.data()));  // zlib's interface; only read
    stream_.avail_in = static_cast<uInt>(plane.size());
    stream_.next_out = reinterpret_cast<Bytef*>(blocks_.get());
    stream_.avail_out = static_cast<uInt>(room_);
    // The only failure of a flush, too small a buffer, is excluded by deflateBound.
    if (deflate(&stream_, Z_SYNC_FLUSH) != Z_OK || stream_.avail_out == 0) throw std::bad_alloc();
    packed.insert(packed.end(), blocks_.get(), blocks_.get() + stream_.total_out);
  }

 private:
  z_stream stream_{};
  std::unique_ptr<std::byte[]> blocks_;
  std::size_t room_ = 0;
};

void append_bytes(std::initializer_list<unsigned> bytes, std::vector<std::byte>& packed) {
  for (const unsigned byte : bytes) packed.push_back(static_cast<std::byte>(byte & 255U));
}

/// A stored block; it has room for 65,535 bytes.
void append_block(Bytes bytes, bool last, std::vector<std::byte>& packed) {
  const auto size = static_cast<unsigned>(bytes.size());
  append_bytes({last ? 1U : 0U, size, size >> 8U, ~size, ~size >> 8U}, packed);
  packed.insert(packed.end(), bytes.begin(), bytes.end());
}

void append_stored(Bytes plane, std::vector<std::byte>& packed) {
  constexpr std::size_t kMost = 65535;
  for (std::size_t at = 0; at < plane.size(); at += kMost) {
    append_block(plane.subspan(at, std::min(kMost, plane.size() - at)), false, packed);
  }
}

/// Packs planes, each as its first bytes suggest: what looks for repetitions is slow where there are few.
class PlanePacker {
 public:
  void append(Bytes plane, std::vector<std::byte>& packed) {
    constexpr std::size_t kSample = 4096;
    constexpr double kNoise = 0.9;       // packed size of a sample to its size: digits of scores
    constexpr double kFewRepeats = 0.4;  // digits of coordinates: runs are all that is worth looking for
    double ratio = 0;
    if (plane.size() > 4 * kSample) {
      sample_.clear();
      repetitions_.append(plane.subspan(plane.size() / 2, kSample), sample_);
      ratio = static_cast<double>(sample_.size()) / kSample;
    }
    if (ratio > kNoise) return append_stored(plane, packed);
    (ratio > kFewRepeats ? runs_ : repetitions_).append(plane, packed);
  }

 private:
  Deflater repetitions_{Z_DEFAULT_STRATEGY};
  Deflater runs_{Z_RLE};
  std::vector<std::byte> sample_;
};

}  // namespace

std::vector<std::byte> pack_chunk(std::span<const std::byte> chunk, std::size_t element_bytes) {
  const std::size_t elements = chunk.size() / element_bytes;
  const auto memory = std::make_unique_for_overwrite<std::byte[]>(chunk.size());
  const std::span<std::byte> shuffled(memory.get(), chunk.size());
  shuffle(chunk, element_bytes, shuffled);
  // The format of zlib (RFC 1950): a header, deflated blocks, the sum of what they hold.
  std::vector<std::byte> packed;
  append_bytes({0x78, 0x01}, packed);
  PlanePacker packer;
  Bytes before;
  std::size_t begin = 0;  // of what the plane before was packed to
  for (std::size_t b = 0; b < element_bytes; ++b) {
    const Bytes plane = shuffled.subspan(b * elements, elements);
    const std::size_t end = packed.size();
    if (b > 0 && std::memcmp(plane.data(), before.data(), elements) == 0) {  // often: zeros
      packed.resize(end + (end - begin));
      std::copy_n(packed.begin() + static_cast<std::ptrdiff_t>(begin), end - begin,
                  packed.begin() + static_cast<std::ptrdiff_t>(end));
    } else {
      packer.append(plane, packed);
    }
    begin = end;
    before = plane;
  }
  append_block({}, true, packed);
  const uLong sum = adler32(adler32(0, nullptr, 0), reinterpret_cast<const Bytef*>(shuffled.data()),
                            static_cast<uInt>(shuffled.size()));
  for (const int shift : {24, 16, 8, 0}) append_bytes({static_cast<unsigned>(sum >> shift)}, packed);
  return packed;
}

bool unpack_chunk(std::span<const std::byte> packed, std::size_t element_bytes, std::span<std::byte> chunk) {
  const auto memory = std::make_unique_for_overwrite<std::byte[]>(chunk.size());
  const std::span<std::byte> shuffled(memory.get(), chunk.size());
  uLongf size = shuffled.size();
  if (uncompress(reinterpret_cast<Bytef*>(shuffled.data()), &size, reinterpret_cast<const Bytef*>(packed.data()),
                 packed.size()) != Z_OK ||
      size != shuffled.size()) {
    return false;
  }
  unshuffle(shuffled, element_bytes, chunk);
  return true;
}

}  // namespace dscore::detail
