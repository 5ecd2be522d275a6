#pragma once
// Tiles: runs of consecutive merged locations with bounds, and what the bounds say about a pair of tiles. Shared by
// the CPU kernels and the CUDA kernels, so that both decide alike.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "kernels/backend.h"
#include "kernels/pair.h"
#include "kernels/points.h"

namespace dscore {

inline constexpr int kTileSize = 256;

/// Of two numbers, neither of them NaN: what processors have one instruction for, where fmax and fmin call a library.
DSCORE_HD inline double larger(double a, double b) { return a > b ? a : b; }
DSCORE_HD inline double smaller(double a, double b) { return a < b ? a : b; }

/// Up to kTileSize consecutive locations and their bounding box, metres.
struct Tile {
  std::uint32_t begin = 0;
  std::uint32_t count = 0;
  double x_min = 0, x_max = 0, y_min = 0, y_max = 0;
  double weight = 0;          ///< sum of the multiplicities, a whole number
  bool whole_metres = false;  ///< all coordinates are whole numbers, as on postcodes

  DSCORE_HD double x_centre() const { return x_min + 0.5 * (x_max - x_min); }
  DSCORE_HD double y_centre() const { return y_min + 0.5 * (y_max - y_min); }
};

/// A tile of locations begin, ..., end - 1 that knows no more than how many they are and their bounds.
inline Tile bounds_of(const LargeArray<double>& x_m, const LargeArray<double>& y_m, std::size_t begin,
                      std::size_t end) {
  Tile tile;
  tile.count = static_cast<std::uint32_t>(end - begin);
  tile.x_min = tile.y_min = INFINITY;
  tile.x_max = tile.y_max = -INFINITY;
  for (std::size_t k = begin; k < end; ++k) {
    tile.x_min = std::min(tile.x_min, x_m[k]);
    tile.x_max = std::max(tile.x_max, x_m[k]);
    tile.y_min = std::min(tile.y_min, y_m[k]);
    tile.y_max = std::max(tile.y_max, y_m[k]);
  }
  return tile;
}

std::vector<Tile> make_tiles(const MergedPoints& points);

/// How a pair of tiles is summed.
enum class TilePairKind {
  within,     ///< every pair is nearer than t, and f is the same for all of them: counts only
  far_mixed,  ///< every pair is at t or beyond, and FP32 with coordinates relative to a tile is accurate enough
  far,        ///< every pair is at t or beyond: FP64, no threshold
  near        ///< pairs on both sides of t, or too close for a bound: FP64, threshold decided exactly
};

/// Largest allowed size of a FP32 coordinate relative to the smallest distance of a tile pair. Each coordinate is
/// rounded once, by at most 2^-24 of its size, so a distance is off by at most sqrt(2) * 2^-24 * kMaxReach = 2.1e-7 of
/// itself. The rest of the budget of 1e-6: a reciprocal root (Newton-corrected 2.1e-7, the GPU's own 1.8e-7), its
/// square and product (0.6e-7), and FP32 sums, kept so short that they stay below 5.1e-7 even if all roundings agree.
inline constexpr double kMaxReach = 2.5;

/// Whole metres minus a centre (a multiple of half a metre) are exact in FP32 over tile pairs up to this wide: nothing
/// is rounded then, and FP32 serves tiles at any distance.
inline constexpr double kMaxExactFloat = 4e6;

/// Whether coordinates of a and b relative to the centre of either are exact in FP32.
DSCORE_HD inline bool exact_in_float(const Tile& a, const Tile& b) {
  const double span_x = larger(a.x_max, b.x_max) - smaller(a.x_min, b.x_min);
  const double span_y = larger(a.y_max, b.y_max) - smaller(a.y_min, b.y_min);
  return a.whole_metres && b.whole_metres && larger(span_x, span_y) < kMaxExactFloat;
}

/// Far kernels start their reciprocal roots in FP32: squared distances must stay inside its normal range.
inline constexpr double kShortestFar = 1e-12;

/// How far apart two locations of a pair of tiles can be, metres.
struct DistanceBounds {
  double nearest = 0;   ///< no pair is nearer
  double farthest = 0;  ///< no pair is farther
};

/// From the boxes alone, in the plane; widened by a few roundings, so that nothing is claimed too easily.
DSCORE_HD inline DistanceBounds distance_bounds(const Tile& a, const Tile& b) {
  const double gap_x = larger(larger(a.x_min - b.x_max, b.x_min - a.x_max), 0.0);
  const double gap_y = larger(larger(a.y_min - b.y_max, b.y_min - a.y_max), 0.0);
  const double span_x = larger(a.x_max, b.x_max) - smaller(a.x_min, b.x_min);
  const double span_y = larger(a.y_max, b.y_max) - smaller(a.y_min, b.y_min);
  constexpr double slack = 1e-12;
  return {sqrt(gap_x * gap_x + gap_y * gap_y) * (1 - slack), sqrt(span_x * span_x + span_y * span_y) * (1 + slack)};
}

/// Decides from the bounds alone.
DSCORE_HD inline TilePairKind tile_pair_kind(const Tile& a, const Tile& b, const PairSettings& settings) {
  const double t = settings.threshold_m;
  const auto [nearest, farthest] = distance_bounds(a, b);

  if (constant_within(settings.rule) && farthest < t) return TilePairKind::within;
  if (nearest < t || nearest < kShortestFar) return TilePairKind::near;
  if (settings.precision != Precision::mixed) return TilePairKind::far;
  if (exact_in_float(a, b)) return TilePairKind::far_mixed;
  // FP32 coordinates are relative to the centre of b.
  const double reach_x = larger(fabs(a.x_min - b.x_centre()), fabs(a.x_max - b.x_centre())) + 0.5 * (b.x_max - b.x_min);
  const double reach_y = larger(fabs(a.y_min - b.y_centre()), fabs(a.y_max - b.y_centre())) + 0.5 * (b.y_max - b.y_min);
  return larger(reach_x, reach_y) <= kMaxReach * nearest ? TilePairKind::far_mixed : TilePairKind::far;
}

/// Unordered pairs of tiles in rounds: round k pairs each tile i with tile i + k (cyclically),
/// so in a round every tile is once the first and once the second of a pair, and all pairs of a round may run at once.
/// Round 0 pairs each tile with itself.
DSCORE_HD inline std::uint32_t round_count(std::uint32_t tiles) { return tiles / 2 + (tiles > 0 ? 1 : 0); }

/// Whether tile i has a pair in round k: in the last round of an even number of tiles only half of them have.
DSCORE_HD inline bool pairs_in_round(std::uint32_t i, std::uint32_t k, std::uint32_t tiles) {
  return !(tiles % 2 == 0 && k == tiles / 2 && k != 0 && i >= k);
}

DSCORE_HD inline std::uint32_t partner(std::uint32_t i, std::uint32_t k, std::uint32_t tiles) {
  const std::uint32_t j = i + k;
  return j >= tiles ? j - tiles : j;
}

}  // namespace dscore
