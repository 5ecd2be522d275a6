#pragma once
// How the tile pairs of an all-pairs sum are split over devices and kernel launches, and how the points are laid out
// for them. Plain C++: the CUDA launcher and the emulated tests share it.

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

/// A sum is split into this many shares, however many devices there are: so its bits do not depend on them. Fewer
/// where a share would have less than the second number of tile pairs, about what fills one H100 (3,168 warps).
inline constexpr std::uint32_t kMostShares = 8;
inline constexpr std::size_t kLeastPairsPerShare = 4096;

/// How finely a sum is cut.
struct Cut {
  std::size_t max_pairs_per_launch = kMaxPairsPerLaunch;
  std::size_t least_pairs_per_share = kLeastPairsPerShare;
};

/// Tile pairs (i, i + k cyclically) for rounds k in [k_begin, k_end) and tiles i in [i_begin, i_end).
struct TileLaunch {
  std::uint32_t k_begin = 0, k_end = 0;
  std::uint32_t i_begin = 0, i_end = 0;

  DSCORE_HD std::size_t pairs() const { return std::size_t(k_end - k_begin) * (i_end - i_begin); }
  DSCORE_HD bool has(std::uint32_t i) const { return i >= i_begin && i < i_end; }
  /// False only for tiles that are in no pair of the launch.
  DSCORE_HD bool touches(std::uint32_t tile, std::uint32_t tiles) const {
    const std::uint32_t behind = tile >= i_begin ? tile - i_begin : tile + tiles - i_begin;
    const std::uint32_t width = i_end - i_begin;
    return behind < width || (behind >= k_begin && std::size_t(behind) < std::size_t(width) + (k_end - 1));
  }
  /// Where the partial sums of (k, i) are kept, in tile pairs.
  DSCORE_HD std::size_t slot(std::uint32_t k, std::uint32_t i) const {
    return std::size_t(k - k_begin) * (i_end - i_begin) + (i - i_begin);
  }
};

/// The launches of one share of a sum, in order.
using ShareLaunches = std::vector<TileLaunch>;

/// The shares of a sum: blocks of first tiles, as wide as each other to a tile, with all their rounds. (Not blocks of
/// rounds: near tile pairs are the dear ones, and most of them are in the first rounds.) In a launch, whole rounds of
/// the block while they fit, else pieces of one. Partial sums are added in the order of rounds, so where rounds are
/// whole the result does not depend on the size of launches; elsewhere that is a constant.
/// Plain sums need all T rounds; symmetric ones half of them (kernels/tiles.h).
inline std::vector<ShareLaunches> plan_shares(std::uint32_t tiles, Symmetry symmetry, const Cut& cut = {}) {
  if (tiles == 0) return {};
  const std::uint32_t rounds = symmetry == Symmetry::symmetric ? round_count(tiles) : tiles;
  const std::size_t most = std::min(tiles, kMostShares);
  const std::size_t max_pairs = std::max<std::size_t>(cut.max_pairs_per_launch, 1);
  const auto count = static_cast<std::uint32_t>(std::clamp<std::size_t>(
      std::size_t(rounds) * tiles / std::max<std::size_t>(cut.least_pairs_per_share, 1), 1, most));
  std::vector<ShareLaunches> shares(count);
  for (std::uint32_t s = 0; s < count; ++s) {
    const auto begin = static_cast<std::uint32_t>(std::uint64_t(tiles) * s / count);
    const auto end = static_cast<std::uint32_t>(std::uint64_t(tiles) * (s + 1) / count);
    const auto width = static_cast<std::uint32_t>(std::min<std::size_t>(end - begin, max_pairs));
    const auto depth = static_cast<std::uint32_t>(std::clamp<std::size_t>(max_pairs / (end - begin), 1, rounds));
    for (std::uint32_t k = 0; k < rounds; k += depth) {
      for (std::uint32_t i = begin; i < end; i += width) {
        shares[s].push_back({k, std::min(k + depth, rounds), i, i + std::min(width, end - i)});
      }
    }
  }
  return shares;
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
