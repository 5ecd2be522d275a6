#pragma once
// Random numbers that are the same on every platform: own generator, own distributions, nothing but integers and the
// operations that IEEE 754 rounds correctly (+ - * / sqrt).

#include <array>
#include <cmath>
#include <cstdint>

namespace dscore::synth {

/// SplitMix64's step between consecutive states, and its output function (Steele, Lea & Flood 2014).
inline constexpr std::uint64_t kMixStep = 0x9E3779B97F4A7C15U;
inline std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31U);
}

/// xoshiro256++ (Blackman & Vigna 2021, "Scrambled linear pseudorandom number generators"), seeded by splitmix64.
/// Every (seed, stream) is a sequence of its own, so that one part of the model can change without the others.
class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t stream) {
    std::uint64_t state = mix(seed) ^ mix(~stream);
    for (auto& word : state_) word = mix(state += kMixStep);
  }

  std::uint64_t bits() {
    const std::uint64_t result = rotate(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotate(state_[3], 45);
    return result;
  }
  /// In [0, 1), a multiple of 2^-53.
  double uniform() { return static_cast<double>(bits() >> 11U) * 0x1p-53; }
  /// In (0, 1].
  double positive() { return 1 - uniform(); }
  /// In 0 .. n-1, for n up to 2^32 (the bias is below 2^-32 n).
  std::uint64_t below(std::uint64_t n) { return ((bits() >> 32U) * n) >> 32U; }
  /// Zipf: P(size >= k) = 1/k for k up to `most`.
  double firm_size(double most) { return std::floor(1 / (1 - uniform() * (1 - 1 / most))); }

 private:
  static std::uint64_t rotate(std::uint64_t x, unsigned k) { return (x << k) | (x >> (64U - k)); }
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace dscore::synth
