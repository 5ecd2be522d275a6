#include "kernels/general_sums.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <utility>

#include "kernels/error.h"
#include "kernels/general_sums_simd.h"
#include "kernels/large_array.h"
#include "kernels/sphere.h"
#include "kernels/tiles.h"

namespace dscore {
namespace {

/// A run of consecutive locations: its box (longitudes and latitudes, on a sphere), and all that it weighs.
struct GeneralTile {
  Tile box;  ///< its weight is that of the multiplicities
  CosineRange cosine;
  double weight = 0;
};

/// The locations in tiles, every tile padded to kGeneralTile.
class Located {
 public:
  explicit Located(const GeneralPoints& points) : on_sphere_(points.on_sphere()) {
    const std::size_t m = points.points.size();
    const std::size_t tiles = (m + kGeneralTile - 1) / kGeneralTile;
    for (LargeArray<double>* column : {&x_, &y_, &weight_, &multiplicity_}) column->resize(tiles * kGeneralTile);
    if (on_sphere_) cosine_.resize(tiles * kGeneralTile);
    for (std::size_t begin = 0; begin < m; begin += kGeneralTile) {
      GeneralTile tile;
      tile.box.begin = static_cast<std::uint32_t>(begin);
      tile.box.count = static_cast<std::uint32_t>(std::min<std::size_t>(kGeneralTile, m - begin));
      for (std::size_t k = begin; k < begin + kGeneralTile; ++k)
        set(points, k, std::min(k, begin + tile.box.count - 1));
      measure(tile);
      tiles_.push_back(tile);
    }
  }

  std::uint32_t size() const { return static_cast<std::uint32_t>(tiles_.size()); }
  const GeneralTile& operator[](std::uint32_t tile) const { return tiles_[tile]; }

  GeneralSide side(std::uint32_t tile) const {
    const std::size_t begin = std::size_t{tile} * kGeneralTile;
    return {&x_[begin],
            &y_[begin],
            on_sphere_ ? &cosine_[begin] : nullptr,
            &weight_[begin],
            &multiplicity_[begin],
            static_cast<int>(tiles_[tile].box.count)};
  }

  DistanceBounds bounds(const GeneralTile& a, const GeneralTile& b) const {
    return on_sphere_ ? distance_bounds_on_sphere(a.box, b.box, a.cosine, b.cosine) : distance_bounds(a.box, b.box);
  }
  Metric metric(const GeneralTile& a, const GeneralTile& b) const {
    if (!on_sphere_) return Metric::plane;
    return within_series(a.box, b.box) ? Metric::sphere_series : Metric::sphere;
  }

 private:
  /// Place k becomes location p; or, where they differ, one at the same position that weighs nothing.
  void set(const GeneralPoints& points, std::size_t k, std::size_t p) {
    x_[k] = on_sphere_ ? points.longitude_deg[p] : points.points.x_m[p];
    y_[k] = on_sphere_ ? points.latitude_deg[p] : points.points.y_m[p];
    if (on_sphere_) cosine_[k] = cosine_of_latitude(y_[k]);
    multiplicity_[k] = k == p ? points.points.multiplicity[p] : 0.0;
    weight_[k] = k != p ? 0.0 : points.weight.empty() ? multiplicity_[k] : points.weight[p];
  }

  void measure(GeneralTile& tile) const {
    const auto range = [&](const LargeArray<double>& column) {
      const auto begin = column.begin() + tile.box.begin;
      const auto [least, most] = std::minmax_element(begin, begin + tile.box.count);
      return std::pair(*least, *most);
    };
    std::tie(tile.box.x_min, tile.box.x_max) = range(x_);
    std::tie(tile.box.y_min, tile.box.y_max) = range(y_);
    if (on_sphere_) std::tie(tile.cosine.least, tile.cosine.most) = range(cosine_);
    for (std::uint32_t k = tile.box.begin; k < tile.box.begin + tile.box.count; ++k) {
      tile.box.weight += multiplicity_[k];
      tile.weight += weight_[k];
    }
  }

  bool on_sphere_;
  std::vector<GeneralTile> tiles_;
  LargeArray<double> x_, y_, cosine_, weight_, multiplicity_;
};

/// Sums so far, location by location, B each. In a round a tile is once first and once second, so each array has one
/// writer per tile.
struct Totals {
  std::vector<double> as_first, as_second;
};

/// The sums of pairs of tiles by band.
class GeneralSums {
 public:
  GeneralSums(const GeneralPoints& points, const PairSettings& settings, std::span<const double> edges_m)
      : located_(points), settings_(settings), stride_(edges_m.size() - 1) {
    // Bands beyond the cut-off stay empty.
    for (const double edge_m : edges_m) {
      edges_m_.push_back(std::min(edge_m, settings.cutoff_m));
      if (edge_m >= settings.cutoff_m) break;
    }
    totals_.as_first.resize(points.points.size() * stride_);
    totals_.as_second.resize(points.points.size() * stride_);
  }

  /// Returns the ordered pairs within the threshold.
  std::uint64_t sum(int threads, const Progress& progress);

  /// The sums of all pairs, M x B.
  std::vector<double> take() {
    for (std::size_t k = 0; k < totals_.as_first.size(); ++k) totals_.as_first[k] += totals_.as_second[k];
    return std::move(totals_.as_first);
  }

 private:
  std::uint64_t sum_tiles(std::uint32_t i, std::uint32_t j);
  void add(const double (&sums)[kMostBands][kGeneralTile], const Tile& tile, std::size_t first, std::size_t bands,
           std::vector<double>& totals) const;
  void add_all(double value, const Tile& tile, std::size_t band, std::vector<double>& totals) const;

  Located located_;
  const PairSettings& settings_;
  std::vector<double> edges_m_;
  std::size_t stride_;  ///< bands of a location
  Totals totals_;
};

void GeneralSums::add(const double (&sums)[kMostBands][kGeneralTile], const Tile& tile, std::size_t first,
                      std::size_t bands, std::vector<double>& totals) const {
  double* to = &totals[tile.begin * stride_ + first];
  for (std::uint32_t k = 0; k < tile.count; ++k, to += stride_) {
    for (std::size_t band = 0; band < bands; ++band) to[band] += sums[band][k];
  }
}

void GeneralSums::add_all(double value, const Tile& tile, std::size_t band, std::vector<double>& totals) const {
  for (std::size_t k = tile.begin; k < tile.begin + tile.count; ++k) totals[k * stride_ + band] += value;
}

/// Sums a pair of tiles, or a tile with itself. Returns the ordered pairs within the threshold.
std::uint64_t GeneralSums::sum_tiles(std::uint32_t i, std::uint32_t j) {
  const GeneralTile& a = located_[i];
  const GeneralTile& b = located_[j];
  const double t = settings_.threshold_m;
  const auto [nearest, farthest] = located_.bounds(a, b);
  // The bands that there can be pairs in: from the last that begins at `nearest` or before, to that of `farthest`.
  const auto from = std::upper_bound(edges_m_.begin(), edges_m_.end(), nearest) - edges_m_.begin();
  const auto to = std::upper_bound(edges_m_.begin(), edges_m_.end(), farthest) - edges_m_.begin();
  const auto first = static_cast<std::size_t>(std::max<std::ptrdiff_t>(from - 1, 0));
  const std::size_t end = std::min(static_cast<std::size_t>(to), edges_m_.size() - 1);
  const bool any = first < end;
  if (!any && nearest >= t) return 0;

  const bool constant = constant_within(settings_.rule);
  if (i != j && constant && farthest < t && (!any || from == to)) {
    if (any) {
      const double value = coincident_value(settings_.rule, t, settings_.decay);  // that of every pair here
      add_all(b.weight * value, a.box, first, totals_.as_first);
      add_all(a.weight * value, b.box, first, totals_.as_second);
    }
    return 2 * static_cast<std::uint64_t>(a.box.weight) * static_cast<std::uint64_t>(b.box.weight);
  }

  GeneralTask task;
  task.metric = located_.metric(a, b);
  task.settings = &settings_;
  task.far = nearest >= t && nearest >= kShortestFar;
  task.self = i == j;
  task.end_wanted = 0;
  if (any) {
    task.inner_m = std::span(edges_m_).subspan(from, to - from);
    task.first_wanted = from == 0 ? 1 : 0;  // what is nearer than all edges is in no band
    task.end_wanted = task.first_wanted + static_cast<int>(end - first);
  }
  GeneralTileSums sums;
  const std::uint64_t within = sum_general(task, located_.side(i), located_.side(j), sums);
  if (any) {
    add(sums.of_a, a.box, first, end - first, totals_.as_first);
    if (i != j) add(sums.of_b, b.box, first, end - first, totals_.as_second);
  }
  return i == j ? within : 2 * within;
}

std::uint64_t GeneralSums::sum(int threads, const Progress& progress) {
  const std::uint32_t tiles = located_.size();
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
