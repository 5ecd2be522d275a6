#include "io/text_input.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>

#include "io/byte_source.h"
#include "io/checksum.h"
#include "kernels/error.h"

namespace dscore {

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
  bool packed = false;
  bool member_open = false;  // inside a gzip member
  z_stream stream{};

  bool fill() {
    begin = 0;
    end = source.read(block.data(), block.size());
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
};

TextInput::TextInput(const std::string& path) : state_(std::make_unique<State>(path)) {
  State& s = *state_;
  s.fill();
  s.packed = s.end >= 2 && s.block[0] == '\x1f' && s.block[1] == '\x8b';
  constexpr int kGzip = 15 + 16;  // window of 32 KiB, gzip wrapping
  if (s.packed && inflateInit2(&s.stream, kGzip) != Z_OK) throw Error(name() + ": no memory to unpack it.");
}
TextInput::~TextInput() = default;

std::size_t TextInput::read(char* to, std::size_t size) {
  return state_->packed ? state_->read_packed(to, size) : state_->read_plain(to, size);
}

std::string TextInput::read_all() {
  std::string text;
  if (!state_->packed) text.reserve(state_->source.size_hint());
  std::string block(ByteSource::kBlock, '\0');
  while (const std::size_t got = read(block.data(), block.size())) text.append(block.data(), got);
  return text;
}

std::string TextInput::sha256() {
  while (state_->fill()) {  // whatever lies behind what was read belongs to the sum
  }
  return state_->sum.finish();
}

const std::string& TextInput::name() const { return state_->source.name(); }

}  // namespace dscore
