#pragma once
// The reduction of partial sums, and the order of the kernels of one launch. allpairs.cu and the emulated tests start
// the same kernels in the same order through it.

#include "kernels/allpairs_cuda.cuh"

namespace dscore::cuda {

/// One thread per padded location: adds the launch's partial sums to its total, in the order of rounds.
template <bool symmetric>
DSCORE_KERNEL(kTileSize, 8)
add_partials(std::uint32_t tile_count, TileLaunch launch, Partials partials, double* total) {
  const std::size_t p = simt::thread();
  const std::size_t tile_index = p / kTileSize;
  if (tile_index >= tile_count) return;
  const auto tile = static_cast<std::uint32_t>(tile_index);
  if (!launch.touches(tile, tile_count)) return;
  const auto place = static_cast<std::uint32_t>(p % kTileSize);
  double sum = total[p];
  for (std::uint32_t k = launch.k_begin; k < launch.k_end; ++k) {
    if (launch.has(tile) && (!symmetric || pairs_in_round(tile, k, tile_count))) {
      sum += partials.row[launch.slot(k, tile) * kTileSize + place];
    }
    if (!symmetric || k == 0) continue;  // in round 0 the row holds all
    const std::uint32_t first = partner(tile, tile_count - k, tile_count);
    if (launch.has(first) && pairs_in_round(first, k, tile_count)) {
      sum += partials.column[launch.slot(k, first) * kTileSize + place];
    }
  }
  total[p] = sum;
}

/// The kernels of one launch, in order. `machine.launch(part, kernel, threads, block, arguments...)` starts one;
/// the parts 0 and 1 may run at the same time, part 2 needs both.
template <class Machine>
void run_launch(Machine&& machine, Symmetry symmetry, const TileArrays& in, const TileLaunch& launch,
                const PairSettings& settings, const Partials& partials, double* total) {
  const std::size_t threads = launch.pairs() * simt::kWarp;
  const std::size_t locations = std::size_t(in.tile_count) * kTileSize;
  const auto run = [&]<ThresholdRule rule, bool symmetric>() {
    machine.launch(0, allpairs_mixed<rule, symmetric>, threads, kBlock, in, launch, settings, partials);
    machine.launch(1, allpairs_double<rule, symmetric>, threads, kBlock, in, launch, settings, partials);
    machine.launch(2, add_partials<symmetric>, locations, kTileSize, in.tile_count, launch, partials, total);
  };
  with_rule(settings.rule, [&](auto rule) {
    if (symmetry == Symmetry::symmetric) {
      run.template operator()<decltype(rule)::value, true>();
    } else {
      run.template operator()<decltype(rule)::value, false>();
    }
  });
}

}  // namespace dscore::cuda
