// The CUDA kernels' own source, run warp by warp on the CPU against the plain double loop.

#include <gtest/gtest.h>

#include <limits>
#include <tuple>

#include "kernels/allpairs_launch.cuh"
#include "tests/cuda/naive.h"

namespace dscore {
namespace {

/// Starts kernels as allpairs.cu does, but on the emulator. `parts` records the order.
struct EmulatedMachine {
  std::vector<int>& parts;

  template <class Kernel, class... Arguments>
  void launch(int part, Kernel kernel, std::size_t threads, int block, const Arguments&... arguments) {
    parts.push_back(part);
    simt::launch(threads, static_cast<std::size_t>(block), [&] { kernel(arguments...); });
  }
};

struct EmulatedRun {
  PairSums sums;
  std::size_t launches = 0;
};

EmulatedRun emulate(const MergedPoints& points, const PairSettings& settings, Symmetry symmetry,
                    std::size_t max_pairs = kMaxPairsPerLaunch) {
  const std::vector<Tile> tiles = make_tiles(points);
  const PaddedPoints padded = pad(points, tiles);
  const auto tile_count = static_cast<std::uint32_t>(tiles.size());
  const cuda::TileArrays in{padded.x_m.data(), padded.y_m.data(), padded.multiplicity.data(), tiles.data(), tile_count};

  EmulatedRun run;
  std::vector<double> total(padded.x_m.size(), 0.0);
  for (const TileLaunch& launch : plan_launches(tile_count, symmetry, max_pairs)) {
    // Poisoned afresh: a slot that is read but was not written in this launch would show in the totals.
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> row(launch.pairs() * kTileSize, nan);
    std::vector<double> column(launch.pairs() * kTileSize, nan);
    std::vector<int> parts;
    cuda::run_launch(EmulatedMachine{parts}, symmetry, in, launch, settings,
                     cuda::Partials{row.data(), column.data(), &run.sums.ordered_pairs_within}, total.data());
    EXPECT_EQ(parts, (std::vector<int>{0, 1, 2}));
    EXPECT_LE(launch.pairs(), max_pairs);
    ++run.launches;
  }
  run.sums.sum_per_m = unpad(total, tiles);
  return run;
}

double tolerance(Precision precision) { return precision == Precision::mixed ? 1e-6 : 1e-13; }

using Case = std::tuple<ThresholdRule, Precision, Symmetry>;
class EveryKernel : public testing::TestWithParam<Case> {
 protected:
  PairSettings settings() const { return {std::get<0>(GetParam()), 1000, std::get<1>(GetParam())}; }
  Symmetry symmetry() const { return std::get<2>(GetParam()); }

  void expect_like_reference(const MergedPoints& points, std::size_t max_pairs = kMaxPairsPerLaunch) const {
    const EmulatedRun run = emulate(points, settings(), symmetry(), max_pairs);
    const PairSums expected = test::naive_sums(points, settings());
    EXPECT_LE(test::worst_difference(run.sums.sum_per_m, expected.sum_per_m), tolerance(settings().precision));
    EXPECT_EQ(run.sums.ordered_pairs_within, expected.ordered_pairs_within);
  }
};

TEST_P(EveryKernel, TilesNearAndFar) { expect_like_reference(test::cloud("spread", 3 * kTileSize + 57)); }
TEST_P(EveryKernel, PairsAtExactlyTheThreshold) { expect_like_reference(test::cloud("lattice", 2 * kTileSize)); }
TEST_P(EveryKernel, TownsInOneCloud) { expect_like_reference(test::cloud("towns", 4 * kTileSize)); }
TEST_P(EveryKernel, AllWithinTheThreshold) { expect_like_reference(test::cloud("dense", kTileSize + 100)); }
TEST_P(EveryKernel, FarFromTheOrigin) { expect_like_reference(test::cloud("collinear", 2 * kTileSize + 3)); }

TEST_P(EveryKernel, Sizes) {
  for (const int n : {1, 2, 3, 31, kTileSize - 1, kTileSize, kTileSize + 1}) {
    SCOPED_TRACE(n);
    expect_like_reference(test::cloud("spread", static_cast<std::size_t>(n)));
  }
}

std::string case_name(const testing::TestParamInfo<Case>& info) {
  const char* const rules[] = {"cap", "exclude", "shift", "none"};
  const auto [rule, precision, symmetry] = info.param;
  return std::string(rules[static_cast<int>(rule)]) + (precision == Precision::mixed ? "_mixed" : "_double") +
         (symmetry == Symmetry::plain ? "_plain" : "_symmetric");
}

INSTANTIATE_TEST_SUITE_P(Cuda, EveryKernel,
                         testing::Combine(testing::Values(ThresholdRule::cap, ThresholdRule::exclude,
                                                          ThresholdRule::shift, ThresholdRule::none),
                                          testing::Values(Precision::double_, Precision::mixed),
                                          testing::Values(Symmetry::symmetric, Symmetry::plain)),
                         case_name);

TEST(Emulated, EveryKindOfTilePairIsMet) {
  const std::vector<Tile> tiles = make_tiles(test::cloud("towns", 4 * kTileSize));
  const PairSettings mixed{ThresholdRule::cap, 1000, Precision::mixed};
  EXPECT_EQ(tile_pair_kind(tiles[0], tiles[0], mixed), TilePairKind::within);
  EXPECT_EQ(tile_pair_kind(tiles[0], tiles[1], mixed), TilePairKind::near);
  EXPECT_EQ(tile_pair_kind(tiles[0], tiles[2], mixed), TilePairKind::far_mixed);
  EXPECT_EQ(tile_pair_kind(tiles[0], tiles[2], {ThresholdRule::cap, 1000, Precision::double_}), TilePairKind::far);
}

TEST(Emulated, AnyNumberOfLaunches) {
  for (const int tiles : {4, 5}) {
    const MergedPoints points = test::cloud("spread", static_cast<std::size_t>(tiles * kTileSize - 9));
    for (const Symmetry symmetry : {Symmetry::symmetric, Symmetry::plain}) {
      const PairSettings settings{ThresholdRule::cap, 1000, Precision::mixed};
      const EmulatedRun whole = emulate(points, settings, symmetry);
      EXPECT_EQ(whole.launches, 1U);
      const EmulatedRun rounds = emulate(points, settings, symmetry, static_cast<std::size_t>(tiles));
      EXPECT_GT(rounds.launches, 2U);
      EXPECT_EQ(rounds.sums.sum_per_m, whole.sums.sum_per_m);  // the same bits
      EXPECT_EQ(rounds.sums.ordered_pairs_within, whole.sums.ordered_pairs_within);
      const EmulatedRun pieces = emulate(points, settings, symmetry, 3);  // less than one round
      EXPECT_GT(pieces.launches, rounds.launches);
      EXPECT_LE(test::worst_difference(pieces.sums.sum_per_m, whole.sums.sum_per_m), 1e-15);
      EXPECT_EQ(pieces.sums.ordered_pairs_within, whole.sums.ordered_pairs_within);
    }
  }
}

TEST(Emulated, LargeMultiplicities) {
  MergedPoints points = test::cloud("towns", 2 * kTileSize);
  for (auto& m : points.multiplicity) m = 7'000'000;  // 3.6e9 in all: products and sums need 64 bits
  const PairSettings settings{ThresholdRule::cap, 1000, Precision::double_};
  const PairSums expected = test::naive_sums(points, settings);
  EXPECT_GT(expected.ordered_pairs_within, std::uint64_t{1} << 62);
  for (const Symmetry symmetry : {Symmetry::symmetric, Symmetry::plain}) {
    EXPECT_EQ(emulate(points, settings, symmetry).sums.ordered_pairs_within, expected.ordered_pairs_within);
  }
}

TEST(Emulated, NoPoints) { EXPECT_TRUE(plan_launches(0, Symmetry::symmetric).empty()); }

TEST(LaunchPlan, CoversEveryTilePairOnce) {
  for (const std::uint32_t tiles : {1U, 2U, 7U, 8U}) {
    for (const Symmetry symmetry : {Symmetry::symmetric, Symmetry::plain}) {
      for (const std::size_t max_pairs : {std::size_t{1}, std::size_t{3}, std::size_t{8}, std::size_t{20}}) {
        std::vector<int> met(std::size_t{tiles} * tiles, 0);
        for (const TileLaunch& launch : plan_launches(tiles, symmetry, max_pairs)) {
          EXPECT_LE(launch.pairs(), max_pairs);
          std::vector<bool> used(launch.pairs(), false);
          for (std::uint32_t k = launch.k_begin; k < launch.k_end; ++k) {
            for (std::uint32_t i = launch.i_begin; i < launch.i_end; ++i) {
              ASSERT_LT(launch.slot(k, i), used.size());
              EXPECT_FALSE(used[launch.slot(k, i)]);
              used[launch.slot(k, i)] = true;
              if (symmetry == Symmetry::symmetric && !pairs_in_round(i, k, tiles)) continue;
              const std::uint32_t j = partner(i, k, tiles);
              ++met[std::size_t{i} * tiles + j];
              if (symmetry == Symmetry::symmetric && k != 0) ++met[std::size_t{j} * tiles + i];
            }
          }
        }
        EXPECT_EQ(met, std::vector<int>(met.size(), 1));
      }
    }
  }
}

TEST(SimtEmulator, ReportsLanesThatPart) {
  EXPECT_THROW(simt::launch(32, 32,
                            [] {
                              if (simt::lane() < 5) simt::shuffle(1, 0);
                            }),
               std::logic_error);
  EXPECT_THROW(simt::launch(32, 32, [] { simt::shuffle(1, 32); }), std::out_of_range);
  std::vector<std::uint32_t> seen(64);
  simt::launch(33, 64, [&] {
    const auto next = simt::shuffle(static_cast<std::uint32_t>(simt::thread()), (simt::lane() + 1) % 32);
    seen[simt::thread()] = simt::shuffle(next, (simt::lane() + 1) % 32);
  });
  for (std::uint32_t k = 0; k < 64; ++k) EXPECT_EQ(seen[k], k / 32 * 32 + (k % 32 + 2) % 32);
}

}  // namespace
}  // namespace dscore
