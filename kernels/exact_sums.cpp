#include "kernels/exact_sums.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/exact_sums_simd.h"
#include "kernels/tiles.h"

namespace dscore {
namespace {

/// Targets summed together: a compact group is far from most tiles, and far tiles are quick.
constexpr std::size_t kTargets = 16;
/// Tiles of sources that one thread takes at a time, and how often at most: their sums are kept apart, and added in
/// order.
constexpr std::size_t kTiles = 16;
constexpr std::size_t kMostTurns = 256;

/// Pairs between two looks at the progress: some tenths of a second.
constexpr double kPairsALook = 1e9;

/// Up to kTileSize locations, copied to where the kernels can load them.
class TileCopy {
 public:
  template <class IndexOf, class MultiplicityOf>
  void set(const MergedPoints& points, std::size_t count, IndexOf index_of, MultiplicityOf multiplicity_of) {
    count_ = static_cast<int>(count);
    tile_ = {};
    tile_.count = static_cast<std::uint32_t>(count);
    tile_.x_min = tile_.y_min = INFINITY;
    tile_.x_max = tile_.y_max = -INFINITY;
    for (std::size_t k = 0; k < static_cast<std::size_t>(kTileSize); ++k) {
      const std::size_t p = index_of(std::min(k, count - 1));
      x_[k] = points.x_m[p];
      y_[k] = points.y_m[p];
      multiplicity_[k] = k < count ? multiplicity_of(p) : 0.0;
      tile_.x_min = std::min(tile_.x_min, x_[k]);
      tile_.x_max = std::max(tile_.x_max, x_[k]);
      tile_.y_min = std::min(tile_.y_min, y_[k]);
      tile_.y_max = std::max(tile_.y_max, y_[k]);
    }
  }
  const Tile& tile() const { return tile_; }
  TileSide<double> side() const { return {x_, y_, multiplicity_, count_, 0}; }

 private:
  alignas(64) double x_[kTileSize];
  alignas(64) double y_[kTileSize];
  alignas(64) double multiplicity_[kTileSize];
  Tile tile_;
  int count_ = 0;
};

}  // namespace

std::vector<double> exact_sums(const MergedPoints& points, const PairSettings& settings,
                               std::span<const std::uint32_t> targets, int threads, const Progress& progress,
                               std::span<const double> weights) {
  if (targets.empty()) return {};
  PairSettings exact = settings;
  exact.precision = Precision::double_;
  // In the order of the locations, which is one in space.
  std::vector<std::size_t> order(targets.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return targets[a] < targets[b]; });
  std::vector<TileCopy> groups((targets.size() + kTargets - 1) / kTargets);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const std::size_t first = g * kTargets;
    groups[g].set(
        points, std::min(kTargets, order.size() - first), [&](std::size_t k) { return targets[order[first + k]]; },
        [](std::size_t) { return 1.0; });
  }

  const std::size_t tiles = (points.size() + kTileSize - 1) / kTileSize;
  const std::size_t tiles_a_turn = std::max(kTiles, (tiles + kMostTurns - 1) / kMostTurns);
  const std::size_t turns = (tiles + tiles_a_turn - 1) / tiles_a_turn;
  std::vector<double> sums_of_turn(turns * order.size(), 0.0);
  const auto take_turn = [&](std::size_t turn) {
    double* const sums = &sums_of_turn[turn * order.size()];
    TileCopy sources;
    for (std::size_t t = turn * tiles_a_turn; t < std::min(tiles, (turn + 1) * tiles_a_turn); ++t) {
      const std::size_t begin = t * kTileSize;
      sources.set(
          points, std::min<std::size_t>(kTileSize, points.size() - begin), [&](std::size_t k) { return begin + k; },
          [&](std::size_t p) { return weights.empty() ? points.multiplicity[p] : weights[p]; });
      for (std::size_t g = 0; g < groups.size(); ++g) {
        const TileCopy& group = groups[g];
        const bool far = tile_pair_kind(group.tile(), sources.tile(), exact) == TilePairKind::far;
        add_exact_sums(settings, far, group.side(), sources.side(), &sums[g * kTargets]);
      }
    }
  };
  const double pairs = static_cast<double>(points.size()) * static_cast<double>(targets.size());
  const std::size_t looks = std::min(turns, 1 + static_cast<std::size_t>(pairs / kPairsALook));
  for (std::size_t look = 0; look < looks; ++look) {
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
    for (std::size_t turn = turns * look / looks; turn < turns * (look + 1) / looks; ++turn) take_turn(turn);
    if (progress) progress(static_cast<double>(look + 1) / static_cast<double>(looks));
  }

  std::vector<double> sums(targets.size());
  for (std::size_t k = 0; k < order.size(); ++k) {
    double total = 0;
    for (std::size_t turn = 0; turn < turns; ++turn) total += sums_of_turn[turn * order.size() + k];
    sums[order[k]] = total;
  }
  return sums;
}

}  // namespace dscore
