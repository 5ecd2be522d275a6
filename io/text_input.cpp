#include "io/text_input.h"

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>

#include "io/byte_source.h"
#include "io/checksum.h"
#include "kernels/error.h"

namespace dscore {

namespace {

// Windows-1252 at 0x80 to 0x9f; 0 where it has nothing and ISO 8859-1 a control character.
constexpr char16_t kWindows[32] = {0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                   0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
                                   0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                   0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};
constexpr std::size_t kLongestLetter = 3;  // bytes in UTF-8

// Appends the letter as UTF-8.
char* append_letter(char* to, unsigned char latin1) {
  if (latin1 < 0x80) {
    *to++ = static_cast<char>(latin1);
    return to;
  }
  const char16_t windows = latin1 < 0xa0 ? kWindows[latin1 - 0x80] : 0;
  const unsigned code = windows != 0 ? windows : latin1;
  if (code < 0x800) {
    *to++ = static_cast<char>(0xc0 | code >> 6);
  } else {
    *to++ = static_cast<char>(0xe0 | code >> 12);
    *to++ = static_cast<char>(0x80 | (code >> 6 & 0x3f));
  }
  *to++ = static_cast<char>(0x80 | (code & 0x3f));
  return to;
}

}  // namespace

struct TextInput::State {
  explicit State(const std::string& path) : source(path), block(ByteSource::kBlock, '\0') {}
  ~State() {
    if (packed) inflateEnd(&stream);
  }

  ByteSource source;
  Sha256 sum;
  std::string block;      // bytes as they came
  std::size_t begin = 0;  // of those not yet used
  std::size_t end = 0;
  std::uint64_t taken = 0;  // bytes read from the source
  Encoding encoding = Encoding::utf8;
  std::string letters;  // Latin-1, to be converted
  bool packed = false;
  bool member_open = false;  // inside a gzip member
  z_stream stream{};

  bool fill() {
    begin = 0;
    end = source.read(block.data(), block.size());
    taken += end;
    sum.add({block.data(), end});
    return end > 0;
  }

  std::size_t read_plain(char* to, std::size_t size) {
    if (begin == end && !fill()) return 0;
    const std::size_t count = std::min(size, end - begin);
    std::memcpy(to, block.data() + begin, count);
    begin += count;
    return count;
  }

  // Between members (files joined end to end are valid gzip): opens the next one; false at the end of the file.
  bool next_member() {
    while (true) {
      if (begin == end && !fill()) return false;
      if (block[begin] != '\0') break;
      ++begin;  // padding with zeros is usual on tapes and allowed by gzip
    }
    inflateReset(&stream);
    member_open = true;
    return true;
  }

  std::size_t read_packed(char* to, std::size_t size) {
    stream.next_out = reinterpret_cast<Bytef*>(to);
    stream.avail_out = static_cast<uInt>(std::min<std::size_t>(size, ByteSource::kBlock));
    const uInt wanted = stream.avail_out;
    while (stream.avail_out == wanted) {
      if (!member_open && !next_member()) return 0;
      if (begin == end && !fill()) {
        throw Error(source.name() + ": the gzip data stop too early: the file is truncated. Fetch or make it again.");
      }
      stream.next_in = reinterpret_cast<Bytef*>(block.data() + begin);
      stream.avail_in = static_cast<uInt>(end - begin);
      const int code = inflate(&stream, Z_NO_FLUSH);
      begin = end - stream.avail_in;
      if (code == Z_STREAM_END) {
        member_open = false;
      } else if (code != Z_OK && code != Z_BUF_ERROR) {
        throw Error(source.name() + ": the gzip data are damaged (" +
                    (stream.msg == nullptr ? "no reason given" : stream.msg) + "). Fetch or make the file again.");
      }
    }
    return wanted - stream.avail_out;
  }

  std::size_t read_bytes(char* to, std::size_t size) { return packed ? read_packed(to, size) : read_plain(to, size); }

  std::size_t read_latin1(char* to, std::size_t size) {
    letters.resize(std::max<std::size_t>(1, std::min(size, ByteSource::kBlock) / kLongestLetter));
    const std::size_t got = read_bytes(letters.data(), letters.size());
    char* at = to;
    const char* const stop = letters.data() + got;
    for (const char* from = letters.data(); from != stop;) {
      std::uint64_t eight = 0;
      while (stop - from >= 8 && (std::memcpy(&eight, from, 8), (eight & 0x8080808080808080) == 0)) {  // ASCII
        std::memcpy(at, &eight, 8);
        from += 8;
        at += 8;
      }
      if (from != stop) at = append_letter(at, static_cast<unsigned char>(*from++));
    }
    return static_cast<std::size_t>(at - to);
  }
};

TextInput::TextInput(const std::string& path, Encoding encoding) : state_(std::make_unique<State>(path)) {
  State& s = *state_;
  s.encoding = encoding;
  s.fill();
  s.packed = s.end >= 2 && s.block[0] == '\x1f' && s.block[1] == '\x8b';
  constexpr int kGzip = 15 + 16;  // window of 32 KiB, gzip wrapping
  if (s.packed && inflateInit2(&s.stream, kGzip) != Z_OK) throw Error(name() + ": no memory to unpack it.");
}
TextInput::~TextInput() = default;

std::size_t TextInput::read(char* to, std::size_t size) {
  return state_->encoding == Encoding::latin1 ? state_->read_latin1(to, size) : state_->read_bytes(to, size);
}

std::string TextInput::read_all() { return *read_below(std::numeric_limits<std::size_t>::max()); }

std::optional<std::string> TextInput::read_below(std::size_t limit) {
  std::string text;
  if (!state_->packed) text.reserve(std::min<std::size_t>(state_->source.size_hint(), limit));
  std::string block(ByteSource::kBlock, '\0');
  while (const std::size_t got = read(block.data(), block.size())) {
    text.append(block.data(), got);
    if (text.size() >= limit) return std::nullopt;
  }
  return text;
}

std::string TextInput::sha256() {
  while (state_->fill()) {  // whatever lies behind what was read belongs to the sum
  }
  return state_->sum.finish();
}

const std::string& TextInput::name() const { return state_->source.name(); }

double TextInput::fraction() const {
  const std::uint64_t size = state_->source.size_hint();
  return size == 0 ? 0 : std::min(1.0, static_cast<double>(state_->taken) / static_cast<double>(size));
}

}  // namespace dscore
