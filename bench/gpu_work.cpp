// The work that exact sums on a GPU have to do for the synthetic Netherlands, counted; and the time that the host takes
// to lay out the points for it. No GPU is needed. Prints one JSON object; bench/gpu_model.py makes times of it.

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "bench/timing.h"
#include "host/synth.h"
#include "kernels/backend.h"
#include "kernels/launch_plan.h"

namespace {

using namespace dscore;

/// Tile pairs by kind.
class Counts {
 public:
  /// The pair of tile i in round k, if it has one.
  void add(const std::vector<Tile>& tiles, std::uint32_t i, std::uint32_t k, Precision precision) {
    const auto tile_count = static_cast<std::uint32_t>(tiles.size());
    if (!pairs_in_round(i, k, tile_count)) return;
    const Tile& other = tiles[partner(i, k, tile_count)];
    ++of_kind_[static_cast<int>(tile_pair_kind(tiles[i], other, {ThresholdRule::cap, 1000, precision}))];
  }
  void print(std::size_t launches) const {
    std::printf("{\"launches\": %zu, \"within\": %zu, \"far_mixed\": %zu, \"far\": %zu, \"near\": %zu}", launches,
                of_kind_[0], of_kind_[1], of_kind_[2], of_kind_[3]);
  }

 private:
  std::size_t of_kind_[4] = {};  // by TilePairKind
};

/// By share, as the CUDA backend deals them.
void print_shares(const std::vector<Tile>& tiles, Precision precision) {
  const char* separator = "";
  for (const ShareLaunches& share : plan_shares(static_cast<std::uint32_t>(tiles.size()), Symmetry::symmetric)) {
    Counts counts;
    for (const TileLaunch& launch : share) {
      for (std::uint32_t k = launch.k_begin; k < launch.k_end; ++k) {
        for (std::uint32_t i = launch.i_begin; i < launch.i_end; ++i) counts.add(tiles, i, k, precision);
      }
    }
    std::printf("%s", separator);
    counts.print(share.size());
    separator = ", ";
  }
}

/// By round.
void print_rounds(const std::vector<Tile>& tiles, Precision precision) {
  const auto tile_count = static_cast<std::uint32_t>(tiles.size());
  for (std::uint32_t k = 0; k < round_count(tile_count); ++k) {
    Counts counts;
    for (std::uint32_t i = 0; i < tile_count; ++i) counts.add(tiles, i, k, precision);
    std::printf("%s", k == 0 ? "" : ", ");
    counts.print(1);
  }
}

void print_set(const std::string& name, const Register& all, std::uint64_t members) {
  std::vector<double> x, y;
  for (std::size_t k = 0; k < all.size(); ++k) {
    if ((all.membership[k] & members) == 0) continue;
    x.push_back(all.x_m[k]);
    y.push_back(all.y_m[k]);
  }
  const MergedPoints points = make_cpu_backend(0)->merge({x, y, {}});
  const std::vector<Tile> tiles = make_tiles(points);
  std::vector<double> layout_s(5);
  for (double& seconds : layout_s) {
    seconds = bench::seconds([&] {
      const std::vector<Tile> made = make_tiles(points);
      unpad(pad(points, made).x_m, made);
    });
  }
  std::printf("{\"name\": \"%s\", \"establishments\": %zu, \"locations\": %zu, \"host_layout_s\": %.3g,\n",
              name.c_str(), x.size(), points.size(), bench::median(layout_s));
  std::printf("     \"mixed\": [");
  print_shares(tiles, Precision::mixed);
  std::printf("],\n     \"double\": [");
  print_shares(tiles, Precision::double_);
  std::printf("],\n     \"mixed_rounds\": [");
  print_rounds(tiles, Precision::mixed);
  std::printf("]}");
}

/// Atoms: locations by membership pattern. What one sweep over them has to do at least: pairs of atoms that share a
/// population (a root each), and those times the populations that they share (two multiply-adds each).
void print_atoms(const Register& all) {
  std::vector<std::tuple<double, double, std::uint64_t>> atoms;
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (all.membership[k] != 0) atoms.emplace_back(all.x_m[k], all.y_m[k], all.membership[k]);
  }
  std::sort(atoms.begin(), atoms.end());
  atoms.erase(std::unique(atoms.begin(), atoms.end()), atoms.end());
  std::map<std::uint64_t, double> size_of_pattern;
  for (const auto& atom : atoms) ++size_of_pattern[std::get<2>(atom)];
  double pairs = 0;
  double shared = 0;
  for (const auto& [a, size_a] : size_of_pattern) {
    for (const auto& [b, size_b] : size_of_pattern) {
      if ((a & b) == 0) continue;
      pairs += size_a * size_b;
      shared += size_a * size_b * __builtin_popcountll(a & b);
    }
  }
  std::printf("{\"atoms\": %zu, \"patterns\": %zu, \"ordered_pairs_that_share\": %.6g, \"times_shared\": %.6g}",
              atoms.size(), size_of_pattern.size(), pairs, shared);
}

}  // namespace

int main() {
  const Register all = synthesise(SynthSettings{});
  std::printf("{\"populations\": [");
  for (std::size_t p = 0; p < all.populations.size(); ++p) {
    std::printf(p == 0 ? "\n    " : ",\n    ");
    print_set(all.populations[p].name, all, std::uint64_t{1} << p);
  }
  std::printf("],\n  \"union\": ");
  print_set("union", all, ~std::uint64_t{0});
  std::printf(",\n  \"atoms\": ");
  print_atoms(all);
  std::printf("}\n");
  return 0;
}
