#include "kernels/allpairs_cpu.h"

#include <omp.h>

#include <algorithm>

#include "kernels/allpairs_simd.h"
#include "kernels/tiled_points.h"
#include "kernels/tiles.h"

namespace dscore {
namespace {

/// Sums so far. In a round a tile is once first and once second, so each array has one writer per tile.
struct Totals {
  std::vector<double> as_first, as_second;
};

void add(const double* sums, const Tile& tile, std::vector<double>& totals) {
  const double* __restrict from = sums;  // no alias: the compiler may add several at a time
  double* __restrict to = &totals[tile.begin];
  for (std::uint32_t k = 0; k < tile.count; ++k) to[k] += from[k];
}

void add_all(double value, const Tile& tile, std::vector<double>& totals) {
  for (std::uint32_t k = 0; k < tile.count; ++k) totals[tile.begin + k] += value;
}

/// The first tile of a pair in FP32, relative to the centre of the second.
struct MovedTile {
  alignas(64) float x[kTileSize];
  alignas(64) float y[kTileSize];

  TileSide<float> moved(const TileSide<double>& exact, TileSide<float> side, const Tile& first, const Tile& second) {
    if (exact_in_float(first, second)) {  // then so is the way from one centre to the other
      const float dx = half_metres(first.x_centre(), second.x_centre());
      const float dy = half_metres(first.y_centre(), second.y_centre());
      for (int k = 0; k < kTileSize; ++k) x[k] = side.x[k] + dx;
      for (int k = 0; k < kTileSize; ++k) y[k] = side.y[k] + dy;
    } else {
      for (int k = 0; k < side.count; ++k) {
        x[k] = half_metres(exact.x[k], second.x_centre());
        y[k] = half_metres(exact.y[k], second.y_centre());
      }
    }
    side.x = x;
    side.y = y;
    return side;
  }
};

/// Whether near pairs of these tiles may be summed in FP32.
bool near_in_float(const Tile& a, const Tile& b, const PairSettings& settings) {
  return settings.precision == Precision::mixed && exact_in_float(a, b) &&
         std::max(a.weight, b.weight) < kMaxFloatWeight;
}

/// Sums one pair of different tiles. Returns the (unordered) pairs within the threshold.
std::uint64_t sum_tile_pair(const TiledPoints& points, std::uint32_t i, std::uint32_t j, const PairSettings& settings,
                            Totals& totals) {
  const Tile& a = points.tiles[i];
  const Tile& b = points.tiles[j];
  const double t = settings.threshold_m;
  const TilePairKind kind = tile_pair_kind(a, b, settings);
  if (kind == TilePairKind::within) {
    const double value = coincident_value(settings.rule, t);  // that of every pair here
    add_all(b.weight * value, a, totals.as_first);
    add_all(a.weight * value, b, totals.as_second);
    return static_cast<std::uint64_t>(a.weight) * static_cast<std::uint64_t>(b.weight);
  }

  std::uint64_t within = 0;
  TilePairSums sums;
  const bool near = kind == TilePairKind::near;
  if (kind == TilePairKind::far_mixed || (near && near_in_float(a, b, settings))) {
    MovedTile tile;
    const TileSide<float> first = tile.moved(points.side(i), points.side_mixed(i), a, b);
    if (near) {
      within = sum_near_mixed(settings.rule, t, first, points.side_mixed(j), points.side(i), points.side(j), sums);
    } else {
      sum_far_mixed(settings.rule, t, first, points.side_mixed(j), sums);
    }
  } else if (near) {
    within = sum_near(settings.rule, t, points.side(i), points.side(j), sums);
  } else {
    sum_far(settings.rule, t, points.side(i), points.side(j), sums);
  }
  add(sums.of_a, a, totals.as_first);
  add(sums.of_b, b, totals.as_second);
  return within;
}

/// Sums one tile with itself. Returns the ordered pairs within the threshold.
std::uint64_t sum_tile(const TiledPoints& points, std::uint32_t i, const PairSettings& settings, Totals& totals) {
  const Tile& tile = points.tiles[i];
  TilePairSums sums;
  const std::uint64_t within =
      near_in_float(tile, tile, settings)
          ? sum_self_mixed(settings.rule, settings.threshold_m, points.side_mixed(i), points.side(i), sums)
          : sum_self(settings.rule, settings.threshold_m, points.side(i), sums);
  add(sums.of_a, tile, totals.as_first);
  return within;
}

}  // namespace

PairSums sum_pairs_cpu(const MergedPoints& points, const PairSettings& settings, int threads,
                       const Progress& progress) {
  PairSums result;
  if (points.size() == 0) return result;
  const TiledPoints tiled = tile_points(points, settings.precision);
  const auto tiles = static_cast<std::uint32_t>(tiled.tiles.size());
  const int team = threads > 0 ? threads : omp_get_max_threads();
  Totals totals{std::vector<double>(points.size()), std::vector<double>(points.size())};
  std::uint64_t ordered = 0;

  // About two thousand tile pairs (tens of milliseconds in mixed precision) between two looks at the progress.
  const std::uint32_t rounds = round_count(tiles);
  const std::uint32_t stride = std::max<std::uint32_t>(1, 2048 / tiles);
  for (std::uint32_t k_begin = 0; k_begin < rounds; k_begin += stride) {
    const std::uint32_t k_end = std::min(rounds, k_begin + stride);
#pragma omp parallel num_threads(team) reduction(+ : ordered)
    for (std::uint32_t k = k_begin; k < k_end; ++k) {
      // The barrier at the end of a round fixes the order in which a tile's sums are added.
#pragma omp for schedule(dynamic)
      for (std::uint32_t i = 0; i < tiles; ++i) {
        if (!pairs_in_round(i, k, tiles)) continue;
        const std::uint32_t j = partner(i, k, tiles);
        ordered += i == j ? sum_tile(tiled, i, settings, totals) : 2 * sum_tile_pair(tiled, i, j, settings, totals);
      }
    }
    if (progress) progress(static_cast<double>(k_end) / rounds);
  }

  result.ordered_pairs_within = ordered;
  result.sum_per_m.resize(points.size());
  for (std::size_t k = 0; k < points.size(); ++k) {
    result.sum_per_m[tiled.location[k]] = totals.as_first[k] + totals.as_second[k];
  }
  return result;
}

}  // namespace dscore
