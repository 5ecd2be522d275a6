// The CUDA kernels' own source, run warp by warp on the CPU against the plain double loop.

#include <gtest/gtest.h>

#include <limits>
#include <tuple>

#include "kernels/allpairs_launch.cuh"
#include "kernels/shares.h"
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

/// Works on shares as a lane of allpairs.cu does, with memory of its own.
class EmulatedLane {
 public:
  struct Set {
    explicit Set(const MergedPoints& points) : tiles(make_tiles(points)), padded(pad(points, tiles)) {}
    cuda::TileArrays arrays() const {
      return {padded.x_m.data(), padded.y_m.data(), padded.multiplicity.data(), tiles.data(),
              static_cast<std::uint32_t>(tiles.size())};
    }
    std::vector<Tile> tiles;
    PaddedPoints padded;
    SharesTotal total;
  };
  struct Batch {
    PairSettings settings;
    Symmetry symmetry;
    std::size_t max_pairs;
    std::vector<Set> sets;
    std::size_t launches = 0;
  };

  explicit EmulatedLane(Batch& batch) : batch_(batch) {}

  void begin(const Share& share) {
    EXPECT_EQ(share_, nullptr);
    share_ = &share;
    total_.assign(batch_.sets[share.set].padded.x_m.size(), 0.0);
    within_ = 0;
  }
  void launch(const Share& share, const TileLaunch& launch) {
    EXPECT_EQ(share_, &share);
    // Poisoned afresh: a slot that is read but was not written in this launch would show in the totals.
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> row(launch.pairs() * kTileSize, nan);
    std::vector<double> column(launch.pairs() * kTileSize, nan);
    std::vector<int> parts;
    cuda::run_launch(EmulatedMachine{parts}, batch_.symmetry, batch_.sets[share.set].arrays(), launch, batch_.settings,
                     cuda::Partials{row.data(), column.data(), &within_}, total_.data());
    EXPECT_EQ(parts, (std::vector<int>{0, 1, 2}));
    EXPECT_LE(launch.pairs(), batch_.max_pairs);
    ++batch_.launches;
    ++launches_;
  }
  void finish(const Share& share) {
    EXPECT_EQ(share_, &share);
    share_ = nullptr;
    batch_.sets[share.set].total.add(share.index, std::move(total_), within_);
  }
  std::size_t launches() const { return launches_; }

 private:
  Batch& batch_;
  const Share* share_ = nullptr;
  std::vector<double> total_;
  std::uint64_t within_ = 0;
  std::size_t launches_ = 0;
};

struct EmulatedRun {
  std::vector<PairSums> sums;  ///< of each set
  std::size_t launches = 0;    ///< in all
  std::vector<std::size_t> launches_of_lane;
};

EmulatedRun emulate(const std::vector<MergedPoints>& sets, const PairSettings& settings, Symmetry symmetry,
                    const Cut& cut = {}, std::size_t lane_count = 1) {
  EmulatedLane::Batch batch{settings, symmetry, cut.max_pairs_per_launch, {}};
  std::vector<std::vector<ShareLaunches>> plans;
  for (const MergedPoints& points : sets) {
    batch.sets.emplace_back(points);
    plans.push_back(plan_shares(batch.sets.back().arrays().tile_count, symmetry, cut));
  }
  std::vector<EmulatedLane> lanes(lane_count, EmulatedLane(batch));
  double last = 0;
  run_shares(lanes, deal_order(plans), [&](double fraction) {
    EXPECT_GT(fraction, last);
    last = fraction;
  });
  EXPECT_EQ(last, 1);

  EmulatedRun run;
  run.launches = batch.launches;
  for (const EmulatedLane& lane : lanes) run.launches_of_lane.push_back(lane.launches());
  for (const EmulatedLane::Set& set : batch.sets) {
    run.sums.push_back({unpad(set.total.sum(), set.tiles), set.total.ordered_pairs_within()});
  }
  return run;
}

PairSums emulate(const MergedPoints& points, const PairSettings& settings, Symmetry symmetry) {
  return emulate(std::vector<MergedPoints>{points}, settings, symmetry).sums.front();
}

double tolerance(Precision precision) { return precision == Precision::mixed ? 1e-6 : 1e-13; }

using Case = std::tuple<ThresholdRule, Precision, Symmetry>;
class EveryKernel : public testing::TestWithParam<Case> {
 protected:
  PairSettings settings() const { return {std::get<0>(GetParam()), 1000, std::get<1>(GetParam())}; }
  Symmetry symmetry() const { return std::get<2>(GetParam()); }

  void expect_like_reference(const MergedPoints& points) const {
    const PairSums sums = emulate(points, settings(), symmetry());
    const PairSums expected = test::naive_sums(points, settings());
    EXPECT_LE(test::worst_difference(sums.sum_per_m, expected.sum_per_m), tolerance(settings().precision));
    EXPECT_EQ(sums.ordered_pairs_within, expected.ordered_pairs_within);
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
    const std::vector<MergedPoints> sets{test::cloud("spread", static_cast<std::size_t>(tiles * kTileSize - 9))};
    for (const Symmetry symmetry : {Symmetry::symmetric, Symmetry::plain}) {
      const PairSettings settings{ThresholdRule::cap, 1000, Precision::mixed};
      const EmulatedRun whole = emulate(sets, settings, symmetry);
      EXPECT_EQ(whole.launches, 1U);
      const EmulatedRun rounds = emulate(sets, settings, symmetry, {static_cast<std::size_t>(tiles)});
      EXPECT_GT(rounds.launches, 2U);
      EXPECT_EQ(rounds.sums[0].sum_per_m, whole.sums[0].sum_per_m);  // the same bits
      EXPECT_EQ(rounds.sums[0].ordered_pairs_within, whole.sums[0].ordered_pairs_within);
      const EmulatedRun pieces = emulate(sets, settings, symmetry, {3});  // less than one round
      EXPECT_GT(pieces.launches, rounds.launches);
      EXPECT_LE(test::worst_difference(pieces.sums[0].sum_per_m, whole.sums[0].sum_per_m), 1e-15);
      EXPECT_EQ(pieces.sums[0].ordered_pairs_within, whole.sums[0].ordered_pairs_within);
    }
  }
}

TEST(Emulated, AnyNumberOfDevices) {
  // Several sets in one run; cut so finely that the larger ones have several shares of several launches.
  const std::vector<MergedPoints> sets{
      test::cloud("spread", 3 * kTileSize - 9), test::cloud("towns", 300), {}, test::cloud("towns", 5 * kTileSize + 1)};
  const Cut cut{2, 2};
  for (const Symmetry symmetry : {Symmetry::symmetric, Symmetry::plain}) {
    const PairSettings settings{ThresholdRule::cap, 1000, Precision::mixed};
    const EmulatedRun one = emulate(sets, settings, symmetry, cut, 1);
    EXPECT_EQ(plan_shares(6, symmetry, cut).size(), 6U);
    for (std::size_t k = 0; k < sets.size(); ++k) {
      const PairSums expected = test::naive_sums(sets[k], settings);
      EXPECT_LE(test::worst_difference(one.sums[k].sum_per_m, expected.sum_per_m), 1e-6);
      EXPECT_EQ(one.sums[k].ordered_pairs_within, expected.ordered_pairs_within);
      const EmulatedRun alone = emulate({sets[k]}, settings, symmetry, cut, 1);
      EXPECT_EQ(alone.sums[0].sum_per_m, one.sums[k].sum_per_m);  // whatever else is in the run
    }
    for (const std::size_t devices : {2, 3, 8}) {
      const EmulatedRun many = emulate(sets, settings, symmetry, cut, devices);
      EXPECT_EQ(many.launches, one.launches);
      for (const std::size_t launches : many.launches_of_lane) EXPECT_GT(launches, 0U);  // all of them work
      for (std::size_t k = 0; k < sets.size(); ++k) {
        EXPECT_EQ(many.sums[k].sum_per_m, one.sums[k].sum_per_m);  // the same bits
        EXPECT_EQ(many.sums[k].ordered_pairs_within, one.sums[k].ordered_pairs_within);
      }
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
    EXPECT_EQ(emulate(points, settings, symmetry).ordered_pairs_within, expected.ordered_pairs_within);
  }
}

TEST(Emulated, NoPoints) {
  EXPECT_TRUE(plan_shares(0, Symmetry::symmetric).empty());
  const EmulatedRun none = emulate(std::vector<MergedPoints>{}, {}, Symmetry::symmetric);
  EXPECT_EQ(none.launches, 0U);
}

TEST(SharesTotal, AddsInTheOrderOfShares) {
  const std::vector<std::vector<double>> totals{{1e16, 1}, {1, 2}, {-1e16, 3}, {1, 4}};
  for (const std::vector<std::uint32_t>& order : {std::vector<std::uint32_t>{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}}) {
    SharesTotal total;
    for (const std::uint32_t k : order) total.add(k, totals[k], k);
    EXPECT_EQ(total.sum(), (std::vector<double>{((1e16 + 1) - 1e16) + 1, 10}));
    EXPECT_EQ(total.ordered_pairs_within(), 6U);
  }
}

TEST(SharePlan, SharesAreAsWideAsEachOther) {
  EXPECT_EQ(plan_shares(11, Symmetry::symmetric).size(), 1U);  // not worth more
  for (const std::uint32_t tiles : {181U, 841U, 3907U}) {
    const std::vector<ShareLaunches> shares = plan_shares(tiles, Symmetry::symmetric);
    EXPECT_EQ(shares.size(), tiles < 200 ? 4U : kMostShares);
    std::uint32_t next = 0;
    for (const ShareLaunches& share : shares) {
      EXPECT_EQ(share.front().i_begin, next);
      next = share.back().i_end;
      EXPECT_LE(next - share.front().i_begin, tiles / shares.size() + 1);
    }
    EXPECT_EQ(next, tiles);
  }
}

TEST(SharePlan, CoversEveryTilePairOnce) {
  for (const std::uint32_t tiles : {1U, 2U, 7U, 8U}) {
    for (const Symmetry symmetry : {Symmetry::symmetric, Symmetry::plain}) {
      for (const Cut& cut : {Cut{1, 1}, Cut{3, 100}, Cut{3, 9}, Cut{8, 1}, Cut{20, 100}, Cut{20, 16}}) {
        std::vector<int> met(std::size_t{tiles} * tiles, 0);
        for (const ShareLaunches& share : plan_shares(tiles, symmetry, cut)) {
          for (const TileLaunch& launch : share) {
            EXPECT_LE(launch.pairs(), cut.max_pairs_per_launch);
            std::vector<bool> used(launch.pairs(), false);
            for (std::uint32_t k = launch.k_begin; k < launch.k_end; ++k) {
              for (std::uint32_t i = launch.i_begin; i < launch.i_end; ++i) {
                ASSERT_LT(launch.slot(k, i), used.size());
                EXPECT_FALSE(used[launch.slot(k, i)]);
                used[launch.slot(k, i)] = true;
                if (symmetry == Symmetry::symmetric && !pairs_in_round(i, k, tiles)) continue;
                const std::uint32_t j = partner(i, k, tiles);
                EXPECT_TRUE(launch.touches(i, tiles) && launch.touches(j, tiles));
                ++met[std::size_t{i} * tiles + j];
                if (symmetry == Symmetry::symmetric && k != 0) ++met[std::size_t{j} * tiles + i];
              }
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
