#include "kernels/general_sums.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "kernels/error.h"
#include "kernels/general_tiles.h"

namespace dscore {
namespace {

/// Sums so far, band by band, M each. In a round a tile is once first and once second, so each array has one writer per
/// tile.
struct Totals {
  std::vector<double> as_first, as_second;
};

/// The sums of pairs of tiles by band.
class GeneralSums {
 public:
  GeneralSums(const GeneralPoints& points, const PairSettings& settings, std::span<const double> edges_m)
      : tiles_(points),
        settings_(settings),
        edges_m_(edges_up_to(edges_m, settings.cutoff_m)),
        bands_(edges_m.size() - 1),
        locations_(points.points.size()) {
    totals_.as_first.resize(bands_ * locations_);
    totals_.as_second.resize(bands_ * locations_);
  }

  /// Returns the ordered pairs within the threshold.
  std::uint64_t sum(int threads, const Progress& progress);

  /// The sums of all pairs, M x B.
  std::vector<double> take() {
    std::vector<double> sums(bands_ * locations_);
    for (std::size_t band = 0; band < bands_; ++band) {
      for (std::size_t p = 0; p < locations_; ++p) {
        const std::size_t k = band * locations_ + p;
        sums[p * bands_ + band] = totals_.as_first[k] + totals_.as_second[k];
      }
    }
    return sums;
  }

 private:
  std::uint64_t sum_tiles(std::uint32_t i, std::uint32_t j);
  void add(const double (&sums)[kMostBands][kGeneralTile], const Tile& tile, std::size_t first, std::size_t bands,
           std::vector<double>& totals) const;
  void add_all(double value, const Tile& tile, std::size_t band, std::vector<double>& totals) const;

  GeneralTiles tiles_;
  const PairSettings& settings_;
  std::vector<double> edges_m_;
  std::size_t bands_, locations_;
  Totals totals_;
};

void GeneralSums::add(const double (&sums)[kMostBands][kGeneralTile], const Tile& tile, std::size_t first,
                      std::size_t bands, std::vector<double>& totals) const {
  for (std::size_t band = 0; band < bands; ++band) {
    double* __restrict to = totals.data() + (first + band) * locations_ + tile.begin;
    for (std::uint32_t k = 0; k < tile.count; ++k) to[k] += sums[band][k];
  }
}

void GeneralSums::add_all(double value, const Tile& tile, std::size_t band, std::vector<double>& totals) const {
  double* const to = totals.data() + band * locations_ + tile.begin;
  for (std::uint32_t k = 0; k < tile.count; ++k) to[k] += value;
}

/// Sums a pair of tiles, or a tile with itself. Returns the ordered pairs within the threshold.
std::uint64_t GeneralSums::sum_tiles(std::uint32_t i, std::uint32_t j) {
  const GeneralTile& a = tiles_[i];
  const GeneralTile& b = tiles_[j];
  const GeneralWork work = work_of(tiles_, i, j, settings_, edges_m_);
  const std::size_t bands = work.end - work.first;
  if (work.kind == GeneralWork::Kind::nothing) return 0;
  if (work.kind == GeneralWork::Kind::constant) {
    const double value = coincident_value(settings_.rule, settings_.threshold_m, settings_.decay);
    if (bands > 0) {
      add_all(b.weight * value, a.box, work.first, totals_.as_first);
      add_all(a.weight * value, b.box, work.first, totals_.as_second);
    }
    return 2 * static_cast<std::uint64_t>(a.box.weight) * static_cast<std::uint64_t>(b.box.weight);
  }
  GeneralTileSums sums;
  const std::uint64_t within = sum_general(work.task, tiles_.side(i), tiles_.side(j), sums);
  add(sums.of_a, a.box, work.first, bands, totals_.as_first);
  if (i != j) add(sums.of_b, b.box, work.first, bands, totals_.as_second);
  return i == j ? within : 2 * within;
}

std::uint64_t GeneralSums::sum(int threads, const Progress& progress) {
  const std::uint32_t tiles = tiles_.size();
  const int team = cpu_threads(threads);
  std::uint64_t ordered = 0;
  // Tens of milliseconds between two looks at the progress.
  const std::uint32_t rounds = round_count(tiles);
  const std::uint32_t stride = std::max<std::uint32_t>(1, 4096 / tiles);
  for (std::uint32_t k_begin = 0; k_begin < rounds; k_begin += stride) {
    const std::uint32_t k_end = std::min(rounds, k_begin + stride);
#pragma omp parallel num_threads(team) reduction(+ : ordered)
    for (std::uint32_t k = k_begin; k < k_end; ++k) {
      // The barrier at the end of a round fixes the order in which a tile's sums are added.
#pragma omp for schedule(dynamic, 4)
      for (std::uint32_t i = 0; i < tiles; ++i) {
        if (pairs_in_round(i, k, tiles)) ordered += sum_tiles(i, partner(i, k, tiles));
      }
    }
    if (progress) progress(static_cast<double>(k_end) / rounds);
  }
  return ordered;
}

[[noreturn]] void refuse(std::size_t location, const char* column, double value, const char* what) {
  throw Error("location " + std::to_string(location + 1) + ", " + column + ": " + std::to_string(value) + " is not " +
              what);
}

void check_column(std::span<const double> values, std::size_t size, const char* column, double least, double most,
                  const char* what) {
  if (values.size() != size) {
    throw Error(std::string("sums over pairs: ") + std::to_string(values.size()) + " values of " + column + " for " +
                std::to_string(size) + " locations. Give one each.");
  }
  for (std::size_t p = 0; p < size; ++p) {
    if (!(values[p] >= least && values[p] <= most)) refuse(p, column, values[p], what);
  }
}

void check(const GeneralPoints& points, const PairSettings& settings) {
  const std::size_t m = points.points.size();
  if (!points.weight.empty()) {
    check_column(points.weight, m, "weight", 0, std::numeric_limits<double>::max(),
                 "a weight. Give finite numbers from 0.");
  }
  if (points.on_sphere() || !points.latitude_deg.empty()) {
    check_column(points.longitude_deg, m, "longitude", -180, 180, "a longitude. Give degrees from -180 to 180.");
    check_column(points.latitude_deg, m, "latitude", -90, 90, "a latitude. Give degrees from -90 to 90.");
  }
  if (!(settings.cutoff_m > 0)) {
    throw Error("cutoff_m: " + std::to_string(settings.cutoff_m) + " is not a distance. Give metres above 0.");
  }
}

void check_edges(std::span<const double> edges_m) {
  const auto bands = static_cast<std::ptrdiff_t>(edges_m.size()) - 1;
  if (bands < 1 || bands > kMostBands) {
    throw Error("distance bands: " + std::to_string(edges_m.size()) + " edges. Give 2 to " +
                std::to_string(kMostBands + 1) + ".");
  }
  for (std::size_t k = 0; k < edges_m.size(); ++k) {
    if (!(edges_m[k] >= 0 && (k == 0 || edges_m[k] > edges_m[k - 1]))) {
      throw Error("distance bands: edge " + std::to_string(k + 1) + ", " + std::to_string(edges_m[k]) +
                  " m, does not ascend. Give distances from 0, each larger than the one before.");
    }
  }
}

}  // namespace

BandSums band_sums(const GeneralPoints& points, const PairSettings& settings, std::span<const double> edges_m,
                   int threads, const Progress& progress) {
  check(points, settings);
  check_edges(edges_m);
  BandSums result;
  result.bands = edges_m.size() - 1;
  if (points.points.size() == 0) return result;
  GeneralSums sums(points, settings, edges_m);
  result.ordered_pairs_within = sums.sum(threads, progress);
  result.sum_per_m = sums.take();
  return result;
}

PairSums general_sums(const GeneralPoints& points, const PairSettings& settings, int threads,
                      const Progress& progress) {
  BandSums sums = band_sums(points, settings, std::array{0.0, settings.cutoff_m}, threads, progress);
  return {std::move(sums.sum_per_m), sums.ordered_pairs_within};
}

}  // namespace dscore
