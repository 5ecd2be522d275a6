#pragma once
// Device code of the exact all-pairs sum. One warp sums one pair of tiles: each lane keeps kTargets locations of the
// first tile in registers, while the second tile's locations go round the warp, 32 at a time, carrying the sum that
// they collect. So f(d_ij) serves i and j, and every tile pair writes its own slot: no floating-point atomics, the same
// bits in every run. Which formula a pair needs is decided per tile pair (kernels/tiles.h).

#include "kernels/launch_plan.h"
#include "kernels/simt.h"
#include "kernels/within.h"

namespace dscore::cuda {

inline constexpr int kBlock = 128;                                  // threads: four warps, four tile pairs
inline constexpr std::uint32_t kTargets = kTileSize / simt::kWarp;  // a lane's locations of the first tile
inline constexpr std::uint32_t kChunks = kTileSize / simt::kWarp;   // groups of 32 of the second tile

/// Points in padded tiles (kernels/launch_plan.h), in device memory.
struct TileArrays {
  const double* x_m;
  const double* y_m;
  const std::uint32_t* multiplicity;
  const Tile* tiles;
  std::uint32_t tile_count;
};

/// Where a launch writes: kTileSize sums per tile pair for each of its two tiles, and the pairs within the threshold.
struct Partials {
  double* row;
  double* column;
  std::uint64_t* ordered_pairs_within;
};

/// The tile pair of a warp. Offsets are in locations.
struct TilePair {
  bool exists;
  bool self;
  TilePairKind kind;
  std::uint32_t first, second;
  std::size_t slot;
};

template <bool symmetric>
DSCORE_DEVICE TilePair tile_pair_of_warp(const TileArrays& in, const TileLaunch& launch, const PairSettings& settings) {
  TilePair pair{};
  const std::size_t index = simt::thread() / simt::kWarp;
  if (index >= launch.pairs()) return pair;
  const std::uint32_t width = launch.i_end - launch.i_begin;
  const std::uint32_t k = launch.k_begin + static_cast<std::uint32_t>(index / width);
  pair.first = launch.i_begin + static_cast<std::uint32_t>(index % width);
  pair.second = partner(pair.first, k, in.tile_count);
  pair.slot = index * kTileSize;
  pair.self = k == 0;
  pair.exists = !symmetric || pairs_in_round(pair.first, k, in.tile_count);
  pair.kind = tile_pair_kind(in.tiles[pair.first], in.tiles[pair.second], settings);
  return pair;
}

/// Every pair is nearer than t and has the same f: products of multiplicities are all there is to do.
template <bool symmetric>
DSCORE_DEVICE void sum_within(const TileArrays& in, const TilePair& pair, const PairSettings& settings,
                              const Partials& out) {
  const double value = coincident_value(settings.rule, settings.threshold_m);
  const double first_weight = in.tiles[pair.first].weight;
  const double second_weight = in.tiles[pair.second].weight;
  const std::uint32_t* multiplicity = in.multiplicity + std::size_t(pair.first) * kTileSize;
  std::uint64_t itself = 0;  // ordered pairs of a location with itself, among this lane's
  for (std::uint32_t p = simt::lane(); p < kTileSize; p += simt::kWarp) {
    const std::uint64_t own = pair.self ? multiplicity[p] : 0;
    itself += own * own;
    out.row[pair.slot + p] = (second_weight - static_cast<double>(own)) * value;
    if (symmetric) out.column[pair.slot + p] = first_weight * value;
  }
  for (std::uint32_t step = simt::kWarp / 2; step > 0; step /= 2) {
    itself += simt::shuffle(itself, simt::lane() ^ step);
  }
  if (simt::lane() == 0) {
    const std::uint64_t ways = symmetric && !pair.self ? 2 : 1;
    const std::uint64_t all = static_cast<std::uint64_t>(first_weight) * static_cast<std::uint64_t>(second_weight);
    simt::add(out.ordered_pairs_within, ways * all - itself);
  }
}

/// Steps after which FP32 sums go on in FP64. Sums of 8 terms of 8 then are off by less than 8 units of 2^-24 even
/// where every addition rounds the same way (equal distances).
inline constexpr std::uint32_t kChain = 8;

/// Far pairs in FP32, relative to the centre of the second tile.
template <ThresholdRule rule, bool symmetric>
DSCORE_DEVICE void sum_far_mixed(const TileArrays& in, const TilePair& pair, const PairSettings& settings,
                                 const Partials& out) {
  const std::uint32_t lane = simt::lane();
  const std::uint32_t next = (lane + 1) % simt::kWarp;
  const double x_centre = in.tiles[pair.second].x_centre();
  const double y_centre = in.tiles[pair.second].y_centre();
  const Threshold<float> threshold{static_cast<float>(settings.threshold_m),
                                   static_cast<float>(1 / settings.threshold_m)};
  float xi[kTargets], yi[kTargets], mi[kTargets];
  double row[kTargets];
  DSCORE_UNROLL
  for (std::uint32_t r = 0; r < kTargets; ++r) {
    const std::size_t p = std::size_t(pair.first) * kTileSize + r * simt::kWarp + lane;
    xi[r] = static_cast<float>(in.x_m[p] - x_centre);
    yi[r] = static_cast<float>(in.y_m[p] - y_centre);
    mi[r] = static_cast<float>(in.multiplicity[p]);
    row[r] = 0;
  }
  DSCORE_NO_UNROLL
  for (std::uint32_t chunk = 0; chunk < kChunks; ++chunk) {
    const std::size_t q = std::size_t(pair.second) * kTileSize + chunk * simt::kWarp + lane;
    auto xj = static_cast<float>(in.x_m[q] - x_centre);
    auto yj = static_cast<float>(in.y_m[q] - y_centre);
    auto mj = static_cast<float>(in.multiplicity[q]);
    double column_sum = 0;
    DSCORE_NO_UNROLL
    for (std::uint32_t steps = kChain; steps <= simt::kWarp; steps += kChain) {
      float column = 0;
      float short_row[kTargets] = {};
      DSCORE_UNROLL_BY_4
      for (std::uint32_t step = 0; step < kChain; ++step) {
        float of_four[2] = {0, 0};  // a short chain for each half of the targets
        DSCORE_UNROLL
        for (std::uint32_t r = 0; r < kTargets; ++r) {
          const float dx = xi[r] - xj;
          const float dy = yi[r] - yj;
          const float f = far_value<rule>(fmaf(dx, dx, dy * dy), threshold);
          short_row[r] = fmaf(mj, f, short_row[r]);
          if (symmetric) of_four[r % 2] = fmaf(mi[r], f, of_four[r % 2]);
        }
        xj = simt::shuffle(xj, next);
        yj = simt::shuffle(yj, next);
        mj = simt::shuffle(mj, next);
        if (symmetric) column = simt::shuffle(column + (of_four[0] + of_four[1]), next);
      }
      DSCORE_UNROLL
      for (std::uint32_t r = 0; r < kTargets; ++r) row[r] += static_cast<double>(short_row[r]);
      // After so many steps a location's sum is that many lanes before the lane it came from: fetch it home.
      if (symmetric) {
        column_sum += static_cast<double>(simt::shuffle(column, (lane + simt::kWarp - steps) % simt::kWarp));
      }
    }
    if (symmetric) out.column[pair.slot + chunk * simt::kWarp + lane] = column_sum;
  }
  DSCORE_UNROLL
  for (std::uint32_t r = 0; r < kTargets; ++r) out.row[pair.slot + r * simt::kWarp + lane] = row[r];
}

/// Pairs in FP64; `near`: on both sides of the threshold, each decided exactly and counted.
template <ThresholdRule rule, bool symmetric, bool near>
DSCORE_DEVICE void sum_double(const TileArrays& in, const TilePair& pair, const PairSettings& settings,
                              const Partials& out) {
  const std::uint32_t lane = simt::lane();
  const std::uint32_t next = (lane + 1) % simt::kWarp;
  const Threshold<double> threshold{settings.threshold_m, 1 / settings.threshold_m};
  double xi[kTargets], yi[kTargets], mi[kTargets];
  double row[kTargets];
  DSCORE_UNROLL
  for (std::uint32_t r = 0; r < kTargets; ++r) {
    const std::size_t p = std::size_t(pair.first) * kTileSize + r * simt::kWarp + lane;
    xi[r] = in.x_m[p];
    yi[r] = in.y_m[p];
    mi[r] = in.multiplicity[p];
    row[r] = 0;
  }
  std::uint64_t within_count = 0;
  DSCORE_NO_UNROLL
  for (std::uint32_t chunk = 0; chunk < kChunks; ++chunk) {
    const std::size_t q = std::size_t(pair.second) * kTileSize + chunk * simt::kWarp + lane;
    double xj = in.x_m[q];
    double yj = in.y_m[q];
    double mj = in.multiplicity[q];
    double column = 0;
    DSCORE_NO_UNROLL
    for (std::uint32_t step = 0; step < simt::kWarp; ++step) {
      double within_weight = 0;  // whole numbers below 2^32: exact
      DSCORE_UNROLL
      for (std::uint32_t r = 0; r < kTargets; ++r) {
        const double dx = xi[r] - xj;
        const double dy = yi[r] - yj;
        const double distance2 = fma(dx, dx, dy * dy);
        double f;
        if constexpr (near) {
          const bool same = pair.self && step == 0 && chunk == r;  // a location with itself
          const bool within = within_threshold(xi[r], yi[r], xj, yj, threshold.t);
          f = same ? 0.0 : pair_value<rule>(distance2, within, threshold);
          within_weight += within && !same ? mi[r] : 0.0;
        } else {
          f = far_value<rule>(distance2, threshold);
        }
        row[r] = fma(mj, f, row[r]);
        if (symmetric) column = fma(mi[r], f, column);
      }
      if constexpr (near) within_count += static_cast<std::uint64_t>(within_weight) * static_cast<std::uint64_t>(mj);
      xj = simt::shuffle(xj, next);
      yj = simt::shuffle(yj, next);
      mj = simt::shuffle(mj, next);
      if (symmetric) column = simt::shuffle(column, next);
    }
    if (symmetric) out.column[pair.slot + chunk * simt::kWarp + lane] = column;
  }
  DSCORE_UNROLL
  for (std::uint32_t r = 0; r < kTargets; ++r) out.row[pair.slot + r * simt::kWarp + lane] = row[r];
  if constexpr (near) {
    if (within_count > 0) simt::add(out.ordered_pairs_within, within_count * (symmetric && !pair.self ? 2 : 1));
  }
}

/// One warp per tile pair of the launch: the pairs that need no FP64 arithmetic per pair.
template <ThresholdRule rule, bool symmetric>
DSCORE_KERNEL(kBlock, 6)
allpairs_mixed(TileArrays in, TileLaunch launch, PairSettings settings, Partials out) {
  const TilePair pair = tile_pair_of_warp<symmetric>(in, launch, settings);
  if (!pair.exists) return;
  if (pair.kind == TilePairKind::within) {
    sum_within<symmetric>(in, pair, settings, out);
  } else if (pair.kind == TilePairKind::far_mixed) {
    sum_far_mixed<rule, symmetric>(in, pair, settings, out);
  }
}

/// One warp per tile pair of the launch: all other pairs.
template <ThresholdRule rule, bool symmetric>
DSCORE_KERNEL(kBlock, 4)
allpairs_double(TileArrays in, TileLaunch launch, PairSettings settings, Partials out) {
  const TilePair pair = tile_pair_of_warp<symmetric>(in, launch, settings);
  if (!pair.exists) return;
  if (pair.kind == TilePairKind::near) {
    sum_double<rule, symmetric, true>(in, pair, settings, out);
  } else if (pair.kind == TilePairKind::far) {
    sum_double<rule, symmetric, false>(in, pair, settings, out);
  }
}

}  // namespace dscore::cuda
