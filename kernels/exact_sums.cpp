#include "kernels/exact_sums.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/exact_sums_simd.h"
#include "kernels/tiles.h"

namespace dscore {
namespace {

/// Targets whose bounds are looked at together first.
constexpr std::size_t kTargets = 16;
/// Tiles of sources that one thread takes at a time, and how often at most: their sums are kept apart, and added in
/// order.
constexpr std::size_t kTiles = 16;
constexpr std::size_t kMostTurns = 256;

/// Pairs between two looks at the progress: some tenths of a second.
constexpr double kPairsALook = 1e9;

/// Up to kTileSize locations as sources, copied to where the kernels can load them.
class SourceTile {
 public:
  SourceTile(const MergedPoints& points, std::span<const double> weights, std::size_t begin)
      : tile_(bounds_of(points.x_m, points.y_m, begin, std::min(points.size(), begin + kTileSize))) {
    for (std::size_t k = 0; k < static_cast<std::size_t>(kTileSize); ++k) {
      const std::size_t p = begin + std::min<std::size_t>(k, tile_.count - 1);
      x_[k] = points.x_m[p];
      y_[k] = points.y_m[p];
      mass_[k] = k >= tile_.count ? 0.0 : weights.empty() ? points.multiplicity[p] : weights[p];
    }
  }
  const Tile& tile() const { return tile_; }
  TileSide<double> side() const { return {x_, y_, mass_, static_cast<int>(tile_.count), 0}; }

 private:
  alignas(64) double x_[kTileSize];
  alignas(64) double y_[kTileSize];
  alignas(64) double mass_[kTileSize];
  Tile tile_;
};

/// Targets, in the order of the locations, which is one in space.
class Targets {
 public:
  Targets(const MergedPoints& points, std::span<const std::uint32_t> targets, const std::vector<std::size_t>& order)
      : x_m_(order.size()), y_m_(order.size()) {
    for (std::size_t k = 0; k < order.size(); ++k) {
      x_m_[k] = points.x_m[targets[order[k]]];
      y_m_[k] = points.y_m[targets[order[k]]];
    }
    for (std::size_t k = 0; k < order.size(); k += kTargets) {
      groups_.push_back(bounds_of(x_m_, y_m_, k, std::min(order.size(), k + kTargets)));
    }
  }

  /// Adds what the sources are to every target: runs of those that are far together, which is quick, and of others.
  void add(const PairSettings& settings, const SourceTile& sources, double* sums) const {
    const auto is_far = [&](const Tile& tile) {
      return tile_pair_kind(tile, sources.tile(), settings) == TilePairKind::far;
    };
    std::size_t begin = 0;
    bool run_is_far = true;
    const auto end_run = [&](std::size_t end) {
      const TileSide<double> run{x_m_.data() + begin, y_m_.data() + begin, nullptr, static_cast<int>(end - begin), 0};
      if (end > begin) add_exact_sums(settings, run_is_far, run, sources.side(), sums + begin);
      begin = end;
    };
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      const std::size_t first = g * kTargets;
      const bool group_is_far = is_far(groups_[g]);
      for (std::size_t k = first; k < first + groups_[g].count; ++k) {
        const bool far = group_is_far || is_far(bounds_of(x_m_, y_m_, k, k + 1));
        if (far != run_is_far) end_run(k);
        run_is_far = far;
      }
    }
    end_run(x_m_.size());
  }

 private:
  LargeArray<double> x_m_;
  LargeArray<double> y_m_;
  std::vector<Tile> groups_;
};

}  // namespace

std::vector<double> exact_sums(const MergedPoints& points, const PairSettings& settings,
                               std::span<const std::uint32_t> targets, int threads, const Progress& progress,
                               std::span<const double> weights) {
  if (targets.empty()) return {};
  PairSettings exact = settings;
  exact.precision = Precision::double_;
  std::vector<std::size_t> order(targets.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return targets[a] < targets[b]; });
  const Targets sorted(points, targets, order);

  const std::size_t tiles = (points.size() + kTileSize - 1) / kTileSize;
  const std::size_t tiles_a_turn = std::max(kTiles, (tiles + kMostTurns - 1) / kMostTurns);
  const std::size_t turns = (tiles + tiles_a_turn - 1) / tiles_a_turn;
  std::vector<double> sums_of_turn(turns * order.size(), 0.0);
  const auto take_turn = [&](std::size_t turn) {
    for (std::size_t t = turn * tiles_a_turn; t < std::min(tiles, (turn + 1) * tiles_a_turn); ++t) {
      sorted.add(exact, SourceTile(points, weights, t * kTileSize), &sums_of_turn[turn * order.size()]);
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
