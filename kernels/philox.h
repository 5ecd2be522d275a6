#pragma once
// Counter-based random numbers: Philox 4x32-10 of Salmon, Moraes, Dror & Shaw (2011), "Parallel random numbers: as easy
// as 1, 2, 3". A number depends on a key and a counter alone, so any part of any stream can be had by itself, anywhere.

#include <array>
#include <cstddef>
#include <cstdint>

namespace dscore {

using PhiloxCounter = std::array<std::uint32_t, 4>;
using PhiloxKey = std::array<std::uint32_t, 2>;

/// Four random words: ten rounds of the counter under the key.
constexpr PhiloxCounter philox4x32(PhiloxCounter counter, PhiloxKey key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53U} * counter[0];
    const std::uint64_t b = std::uint64_t{0xCD9E8D57U} * counter[2];
    counter = {static_cast<std::uint32_t>(b >> 32U) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
               static_cast<std::uint32_t>(a >> 32U) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
    key = {key[0] + 0x9E3779B9U, key[1] + 0xBB67AE85U};
  }
  return counter;
}

/// The words of one stream of a seed, one after another: up to 2^34 of them.
class PhiloxStream {
 public:
  PhiloxStream(std::uint64_t seed, std::uint32_t stream, std::uint32_t substream)
      : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U)},
        counter_{0, 0, substream, stream} {}

  std::uint32_t next() {
    if (used_ == words_.size()) {
      words_ = philox4x32(counter_, key_);
      ++counter_[0];
      used_ = 0;
    }
    return words_[used_++];
  }

  /// Uniform in 0 .. n - 1, n > 0, without bias (Lemire 2019, "Fast random integer generation in an interval").
  std::uint32_t below(std::uint32_t n) {
    std::uint64_t product = std::uint64_t{next()} * n;
    if (static_cast<std::uint32_t>(product) < n) {
      const std::uint32_t rejected = (0U - n) % n;  // 2^32 mod n: the words that some results would have too many of
      while (static_cast<std::uint32_t>(product) < rejected) product = std::uint64_t{next()} * n;
    }
    return static_cast<std::uint32_t>(product >> 32U);
  }

 private:
  PhiloxKey key_;
  PhiloxCounter counter_;
  PhiloxCounter words_{};
  std::size_t used_ = 4;
};

}  // namespace dscore
