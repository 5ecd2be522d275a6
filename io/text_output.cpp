#include "io/text_output.h"

#include <zlib.h>

#include "io/atomic_file.h"
#include "kernels/error.h"

namespace dscore {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 20;
constexpr int kLevel = 1;  // scores are noise in most of their digits: higher levels cost much and gain little

}  // namespace

struct TextOutput::State {
  explicit State(const std::string& path) : file(path), packed(path.ends_with(".gz")) {
    constexpr int kGzip = 15 + 16;  // window of 32 KiB, gzip wrapping
    if (packed && deflateInit2(&stream, kLevel, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
      throw Error(path + ": no memory to pack it.");
    }
    buffer.reserve(kBlock + kBlock / 8);
  }
  ~State() {
    if (packed) deflateEnd(&stream);
  }

  void flush(bool last) {
    if (!packed) {
      file.write(buffer);
    } else {
      stream.next_in = reinterpret_cast<Bytef*>(buffer.data());
      stream.avail_in = static_cast<uInt>(buffer.size());
      std::string block(kBlock, '\0');
      do {
        stream.next_out = reinterpret_cast<Bytef*>(block.data());
        stream.avail_out = static_cast<uInt>(block.size());
        deflate(&stream, last ? Z_FINISH : Z_NO_FLUSH);
        file.write(std::string_view(block).substr(0, block.size() - stream.avail_out));
      } while (stream.avail_out == 0);
    }
    buffer.clear();
  }

  AtomicFile file;
  bool packed;
  bool finished = false;
  z_stream stream{};
  std::string buffer;
};

TextOutput::TextOutput(const std::string& path) : state_(std::make_unique<State>(path)) {}
TextOutput::~TextOutput() = default;

std::string& TextOutput::buffer() { return state_->buffer; }

void TextOutput::flush_if_full() {
  if (state_->buffer.size() >= kBlock) state_->flush(false);
}

void TextOutput::finish() {
  if (!state_->finished) state_->flush(true);
  state_->finished = true;
}

void TextOutput::commit() {
  finish();
  state_->file.commit();
}

}  // namespace dscore
