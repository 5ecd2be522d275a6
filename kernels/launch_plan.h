#pragma once
// How the tile pairs of an all-pairs sum are split over kernel launches, and how the points are laid out for them.
// Plain C++: the CUDA launcher and the emulated tests share it.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/tiles.h"

namespace dscore {

/// Whether f(d_ij) serves i and j, or is computed for each.
enum class Symmetry { symmetric, plain };

/// The most tile pairs in one launch: 128 MiB of partial sums, and far below a second of work on any device we know.
inline constexpr std::size_t kMaxPairsPerLaunch = 32768;

/// Tile pairs (i, i + k cyclically) for rounds k in [k_begin, k_end) and tiles i in [i_begin, i_end).
struct TileLaunch {
  std::uint32_t k_begin = 0, k_end = 0;
  std::uint32_t i_begin = 0, i_end = 0;

  DSCORE_HD std::size_t pairs() const { return std::size_t(k_end - k_begin) * (i_end - i_begin); }
  DSCORE_HD bool has(std::uint32_t i) const { return i >= i_begin && i < i_end; }
  /// Where the partial sums of (k, i) are kept, in tile pairs.
  DSCORE_HD std::size_t slot(std::uint32_t k, std::uint32_t i) const {
    return std::size_t(k - k_begin) * (i_end - i_begin) + (i - i_begin);
  }
};

/// Whole rounds while they fit, else pieces of one round. A location's partial sums are added in the order of
/// rounds, so where rounds are whole the result does not depend on `max_pairs`; elsewhere it is a constant.
/// Plain sums need all T rounds; symmetric ones half of them (kernels/tiles.h).
inline std::vector<TileLaunch> plan_launches(std::uint32_t tiles, Symmetry symmetry,
                                             std::size_t max_pairs = kMaxPairsPerLaunch) {
  std::vector<TileLaunch> launches;
  const std::uint32_t rounds = symmetry == Symmetry::symmetric ? round_count(tiles) : tiles;
  if (tiles == 0) return launches;
  max_pairs = std::max<std::size_t>(max_pairs, 1);
  const auto width = static_cast<std::uint32_t>(std::min<std::size_t>(tiles, max_pairs));
  const auto depth = static_cast<std::uint32_t>(std::clamp<std::size_t>(max_pairs / tiles, 1, rounds));
  for (std::uint32_t k = 0; k < rounds; k += depth) {
    for (std::uint32_t i = 0; i < tiles; i += width) {
      launches.push_back({k, std::min(k + depth, rounds), i, i + std::min(width, tiles - i)});
    }
  }
  return launches;
}

/// Locations in tiles of exactly kTileSize: a tile that is not full repeats its last location with multiplicity 0.
struct PaddedPoints {
  std::vector<double> x_m, y_m;
  std::vector<std::uint32_t> multiplicity;
};

inline PaddedPoints pad(const MergedPoints& points, const std::vector<Tile>& tiles) {
  PaddedPoints padded;
  const std::size_t size = tiles.size() * kTileSize;
  padded.x_m.reserve(size);
  padded.y_m.reserve(size);
  padded.multiplicity.reserve(size);
  for (const Tile& tile : tiles) {
    for (std::uint32_t k = 0; k < kTileSize; ++k) {
      const std::size_t p = tile.begin + std::min(k, tile.count - 1);
      padded.x_m.push_back(points.x_m[p]);
      padded.y_m.push_back(points.y_m[p]);
      padded.multiplicity.push_back(k < tile.count ? points.multiplicity[p] : 0);
    }
  }
  return padded;
}

/// The inverse of `pad` for a value per padded location.
inline std::vector<double> unpad(const std::vector<double>& padded, const std::vector<Tile>& tiles) {
  std::vector<double> values;
  for (std::size_t k = 0; k < tiles.size(); ++k) {
    const auto first = padded.begin() + static_cast<std::ptrdiff_t>(k * kTileSize);
    values.insert(values.end(), first, first + tiles[k].count);
  }
  return values;
}

}  // namespace dscore
