// google-benchmark of the parts: tile kernels, merging, the whole sum. Counters give ordered pairs (or points) a
// second.

#include <benchmark/benchmark.h>

#include "kernels/allpairs_simd.h"
#include "kernels/backend.h"
#include "tests/clouds.h"

namespace dscore {
namespace {

/// Two full tiles of 2 km, `gap_m` apart.
template <class T>
struct TwoTiles {
  static constexpr int kOnes = 140;  // about as in a population on postcodes
  alignas(64) T x[2][kTileSize], y[2][kTileSize], multiplicity[2][kTileSize];
  TilePairSums sums;

  explicit TwoTiles(double gap_m) {
    test::Random random(1);
    for (int tile = 0; tile < 2; ++tile) {
      for (int p = 0; p < kTileSize; ++p) {
        x[tile][p] = static_cast<T>(tile * gap_m + 2000 * random());
        y[tile][p] = static_cast<T>(2000 * random());
        multiplicity[tile][p] = static_cast<T>(p < kOnes ? 1 : 2 + p % 5);
      }
    }
  }
  TileSide<T> side(int tile) const { return {x[tile], y[tile], multiplicity[tile], kTileSize, kOnes}; }
};

void count_pairs(benchmark::State& state) {
  state.counters["ordered_pairs/s"] =
      benchmark::Counter(2.0 * kTileSize * kTileSize, benchmark::Counter::kIsIterationInvariantRate);
}

void BM_far_mixed(benchmark::State& state) {
  TwoTiles<float> tiles(1e5);
  for (auto _ : state) {
    sum_far_mixed(ThresholdRule::cap, 1000, tiles.side(0), tiles.side(1), tiles.sums);
    benchmark::DoNotOptimize(tiles.sums.of_a[0]);
  }
  count_pairs(state);
}

void BM_far(benchmark::State& state) {
  TwoTiles<double> tiles(1e5);
  for (auto _ : state) {
    sum_far(ThresholdRule::cap, 1000, tiles.side(0), tiles.side(1), tiles.sums);
    benchmark::DoNotOptimize(tiles.sums.of_a[0]);
  }
  count_pairs(state);
}

void BM_near(benchmark::State& state) {
  TwoTiles<double> tiles(500);
  for (auto _ : state) {
    benchmark::DoNotOptimize(sum_near(ThresholdRule::cap, 1000, tiles.side(0), tiles.side(1), tiles.sums));
  }
  count_pairs(state);
}

void BM_merge(benchmark::State& state) {
  const test::Cloud cloud = test::towns(static_cast<std::size_t>(state.range(0)));
  const auto backend = make_cpu_backend(0);
  for (auto _ : state) benchmark::DoNotOptimize(backend->merge(cloud.points()).size());
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void BM_sum_pairs(benchmark::State& state) {
  const auto backend = make_cpu_backend(0);
  const MergedPoints points = backend->merge(test::towns(static_cast<std::size_t>(state.range(0))).points());
  const PairSettings settings{ThresholdRule::cap, 1000, state.range(1) ? Precision::mixed : Precision::double_};
  for (auto _ : state) benchmark::DoNotOptimize(backend->sum_pairs(points, settings, {}).ordered_pairs_within);
  const auto m = static_cast<double>(points.size());
  state.counters["ordered_pairs/s"] = benchmark::Counter(m * (m - 1), benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK(BM_far_mixed);
BENCHMARK(BM_far);
BENCHMARK(BM_near);
BENCHMARK(BM_merge)->Arg(1'000'000)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_sum_pairs)
    ->ArgNames({"n", "mixed"})
    ->Args({100'000, 1})
    ->Args({100'000, 0})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace dscore

BENCHMARK_MAIN();
