#pragma once
// Keys along a Hilbert curve: points that are near in the order are near in the plane, so a run of consecutive
// locations is a compact tile.

#include <array>
#include <cstdint>

#include "kernels/pair.h"  // DSCORE_HD

namespace dscore {

/// Bits per axis of a key; the curve visits the 2^16 x 2^16 cells of a square.
inline constexpr int kCurveBits = 16;

/// The curve's orientation at one level: bit 0 = axes swapped, bit 1 = both axes reversed. The four orientations are
/// a group under xor, because swapping and reversing commute.
using CurveState = std::uint32_t;

/// One level of the curve: the quadrant (x_bit, y_bit) in order of visit, 0..3; updates the state to that quadrant's.
DSCORE_HD constexpr std::uint32_t curve_step(std::uint32_t x_bit, std::uint32_t y_bit, CurveState& state) {
  const std::uint32_t reversed = state >> 1U;
  const std::uint32_t a = ((state & 1U) != 0 ? y_bit : x_bit) ^ reversed;
  const std::uint32_t b = ((state & 1U) != 0 ? x_bit : y_bit) ^ reversed;
  // Visited in the order (0,0), (0,1), (1,1), (1,0); the first quadrant is swapped, the last swapped and reversed.
  if (b == 0) state ^= a == 0 ? 1U : 3U;
  return (a << 1U) | (a ^ b);
}

/// The key of cell (x, y), both below 2^16, level by level.
DSCORE_HD constexpr std::uint32_t curve_key_by_level(std::uint32_t x, std::uint32_t y) {
  CurveState state = 0;
  std::uint32_t key = 0;
  for (int bit = kCurveBits - 1; bit >= 0; --bit) {
    key = (key << 2U) | curve_step((x >> bit) & 1U, (y >> bit) & 1U, state);
  }
  return key;
}

namespace detail {

/// Four levels at once: entry [state][x nibble][y nibble] holds the key's byte and, above it, the next state.
constexpr std::array<std::uint16_t, 4 * 256> make_curve_table() {
  std::array<std::uint16_t, 4 * 256> table{};
  for (std::uint32_t entry = 0; entry < table.size(); ++entry) {
    CurveState state = entry >> 8U;
    std::uint32_t key = 0;
    for (int bit = 3; bit >= 0; --bit) {
      key = (key << 2U) | curve_step((entry >> (4 + bit)) & 1U, (entry >> bit) & 1U, state);
    }
    table[entry] = static_cast<std::uint16_t>(key | (state << 8U));
  }
  return table;
}
inline constexpr std::array<std::uint16_t, 4 * 256> kCurveTable = make_curve_table();

}  // namespace detail

/// The key of cell (x, y), both below 2^16. A processor looks four levels up at a time; a GPU thread counts levels.
DSCORE_HD inline std::uint32_t curve_key(std::uint32_t x, std::uint32_t y) {
#if defined(__CUDA_ARCH__)
  return curve_key_by_level(x, y);
#else
  std::uint32_t state = 0;
  std::uint32_t key = 0;
  for (int shift = kCurveBits - 4; shift >= 0; shift -= 4) {
    const std::uint32_t entry = detail::kCurveTable[(state << 8U) | ((x >> shift & 15U) << 4U) | (y >> shift & 15U)];
    key = (key << 8U) | (entry & 255U);
    state = entry >> 8U;
  }
  return key;
#endif
}

}  // namespace dscore
