#include "kernels/exact_sums.h"

#include <algorithm>
#include <numeric>

#include "kernels/allpairs_simd.h"
#include "kernels/tiled_points.h"

namespace dscore {
namespace {

/// Targets summed together: a compact tile is far from most others, and far tiles are quick.
constexpr std::size_t kTargets = 16;

}  // namespace

std::vector<double> exact_sums(const MergedPoints& points, const PairSettings& settings,
                               std::span<const std::uint32_t> targets, int threads) {
  std::vector<double> sums(targets.size());
  const PairSettings exact{settings.rule, settings.threshold_m, Precision::double_};
  const TiledPoints tiled = tile_points(points, exact.precision);
  const double at_zero = coincident_value(settings.rule, settings.threshold_m);
  // In the order of the locations, which is one in space.
  std::vector<std::size_t> order(targets.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return targets[a] < targets[b]; });

#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
  for (std::size_t first = 0; first < order.size(); first += kTargets) {
    const std::size_t count = std::min(kTargets, order.size() - first);
    alignas(64) double x[kTileSize];
    alignas(64) double y[kTileSize];
    alignas(64) double multiplicity[kTileSize] = {};
    Tile tile{0,
              static_cast<std::uint32_t>(count),
              points.x_m[targets[order[first]]],
              points.x_m[targets[order[first]]],
              points.y_m[targets[order[first]]],
              points.y_m[targets[order[first]]],
              0,
              false};
    for (std::size_t k = 0; k < static_cast<std::size_t>(kTileSize); ++k) {
      const std::uint32_t p = targets[order[first + std::min(k, count - 1)]];
      x[k] = points.x_m[p];
      y[k] = points.y_m[p];
      if (k < count) multiplicity[k] = 1;  // no matter: only sums of the targets are used
      tile.x_min = std::min(tile.x_min, x[k]);
      tile.x_max = std::max(tile.x_max, x[k]);
      tile.y_min = std::min(tile.y_min, y[k]);
      tile.y_max = std::max(tile.y_max, y[k]);
    }
    const TileSide<double> side{x, y, multiplicity, static_cast<int>(count), static_cast<int>(count)};
    double total[kTargets] = {};
    TilePairSums pair;
    for (std::uint32_t b = 0; b < tiled.tiles.size(); ++b) {
      const bool far = tile_pair_kind(tile, tiled.tiles[b], exact) == TilePairKind::far;
      if (far) {
        sum_far_of_b(settings.rule, settings.threshold_m, tiled.side(b), side, pair);
      } else {
        sum_near(settings.rule, settings.threshold_m, side, tiled.side(b), pair);
      }
      for (std::size_t k = 0; k < count; ++k) total[k] += far ? pair.of_b[k] : pair.of_a[k];
    }
    // Each target met itself, at distance 0.
    for (std::size_t k = 0; k < count; ++k) {
      const std::size_t at = order[first + k];
      sums[at] = total[k] - points.multiplicity[targets[at]] * at_zero;
    }
  }
  return sums;
}

}  // namespace dscore
