#include "io/checksum.h"

#include <openssl/evp.h>
#include <sys/stat.h>

#include <array>

#include "io/byte_source.h"
#include "kernels/error.h"

namespace dscore {
namespace {

std::array<std::int64_t, 5> state_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {static_cast<std::int64_t>(status.st_dev), static_cast<std::int64_t>(status.st_ino), status.st_size,
          status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

}  // namespace

struct Sha256::State {
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  if (!state_->context || EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr) != 1) {
    throw Error("SHA-256 is not to be had from OpenSSL here. Check the installation of libcrypto.");
  }
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(std::string_view bytes) { EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()); }

std::string Sha256::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned size = 0;
  EVP_DigestFinal_ex(state_->context.get(), sum.data(), &size);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += kDigits[sum[i] >> 4];
    text += kDigits[sum[i] & 15];
  }
  return text;
}

std::string sha256_of_file(const std::string& path) {
  ByteSource source(path);
  Sha256 sum;
  std::string block(ByteSource::kBlock, '\0');
  while (const std::size_t got = source.read(block.data(), block.size())) sum.add({block.data(), got});
  return sum.finish();
}

FileStamp::FileStamp(const std::string& path) : path_(path), state_(state_of(path)) {}

void FileStamp::check() const {
  if (state_of(path_) != state_) throw Error(path_ + ": changed while it was read. Run again when it is complete.");
}

}  // namespace dscore
