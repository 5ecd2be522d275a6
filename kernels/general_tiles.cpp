#include "kernels/general_tiles.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace dscore {

GeneralTiles::GeneralTiles(const GeneralPoints& points) : on_sphere_(points.on_sphere()) {
  const std::size_t m = points.points.size();
  const std::size_t tiles = (m + kGeneralTile - 1) / kGeneralTile;
  for (LargeArray<double>* column : {&x_, &y_, &weight_, &multiplicity_}) column->resize(tiles * kGeneralTile);
  if (on_sphere_) cosine_.resize(tiles * kGeneralTile);
  for (std::size_t begin = 0; begin < m; begin += kGeneralTile) {
    GeneralTile tile;
    tile.box.begin = static_cast<std::uint32_t>(begin);
    tile.box.count = static_cast<std::uint32_t>(std::min<std::size_t>(kGeneralTile, m - begin));
    const std::size_t last = begin + tile.box.count - 1;
    for (std::size_t k = begin; k < begin + kGeneralTile; ++k) set(points, k, std::min(k, last));
    measure(tile);
    tiles_.push_back(tile);
  }
}

GeneralSide GeneralTiles::side(std::uint32_t tile) const {
  const std::size_t begin = std::size_t{tile} * kGeneralTile;
  return {&x_[begin],
          &y_[begin],
          on_sphere_ ? &cosine_[begin] : nullptr,
          &weight_[begin],
          &multiplicity_[begin],
          static_cast<int>(tiles_[tile].box.count)};
}

DistanceBounds GeneralTiles::bounds(const GeneralTile& a, const GeneralTile& b) const {
  return on_sphere_ ? distance_bounds_on_sphere(a.box, b.box, a.cosine, b.cosine) : distance_bounds(a.box, b.box);
}

Metric GeneralTiles::metric(const GeneralTile& a, const GeneralTile& b) const {
  if (!on_sphere_) return Metric::plane;
  return within_series(a.box, b.box) ? Metric::sphere_series : Metric::sphere;
}

/// The place becomes that location; or, where they differ, one at the same position that weighs nothing.
void GeneralTiles::set(const GeneralPoints& points, std::size_t place, std::size_t location) {
  const bool real = place == location;
  x_[place] = on_sphere_ ? points.longitude_deg[location] : points.points.x_m[location];
  y_[place] = on_sphere_ ? points.latitude_deg[location] : points.points.y_m[location];
  if (on_sphere_) cosine_[place] = cosine_of_latitude(y_[place]);
  multiplicity_[place] = real ? points.points.multiplicity[location] : 0.0;
  weight_[place] = !real ? 0.0 : points.weight.empty() ? multiplicity_[place] : points.weight[location];
}

void GeneralTiles::measure(GeneralTile& tile) const {
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

std::vector<double> edges_up_to(std::span<const double> edges_m, double cutoff_m) {
  std::vector<double> edges;
  for (const double edge_m : edges_m) {
    edges.push_back(std::min(edge_m, cutoff_m));
    if (edge_m >= cutoff_m) break;
  }
  return edges;
}

GeneralWork work_of(const GeneralTiles& tiles, std::uint32_t i, std::uint32_t j, const PairSettings& settings,
                    std::span<const double> edges_m) {
  const GeneralTile& a = tiles[i];
  const GeneralTile& b = tiles[j];
  const double t = settings.threshold_m;
  const auto [nearest, farthest] = tiles.bounds(a, b);
  // From the last band that begins at `nearest` or before, to that of `farthest`.
  const auto from = std::upper_bound(edges_m.begin(), edges_m.end(), nearest) - edges_m.begin();
  const auto to = std::upper_bound(edges_m.begin(), edges_m.end(), farthest) - edges_m.begin();
  GeneralWork work;
  work.first = static_cast<std::size_t>(std::max<std::ptrdiff_t>(from - 1, 0));
  work.end = std::max(work.first, std::min(static_cast<std::size_t>(to), edges_m.size() - 1));
  const bool any = work.first < work.end;
  if (!any && nearest >= t) return work;

  if (i != j && constant_within(settings.rule) && farthest < t && (!any || from == to)) {
    work.kind = GeneralWork::Kind::constant;
    return work;
  }
  work.kind = GeneralWork::Kind::pairs;
  work.task.metric = tiles.metric(a, b);
  work.task.settings = &settings;
  work.task.far = nearest >= t && nearest >= kShortestFar;
  work.task.self = i == j;
  work.task.end_wanted = 0;
  if (any) {
    work.task.inner_m = edges_m.subspan(from, to - from);
    work.task.first_wanted = from == 0 ? 1 : 0;  // what is nearer than all edges is in no band
    work.task.end_wanted = work.task.first_wanted + static_cast<int>(work.end - work.first);
  }
  return work;
}

}  // namespace dscore
