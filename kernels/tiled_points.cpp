#include "kernels/tiled_points.h"

#include <algorithm>
#include <numeric>

namespace dscore {

TiledPoints tile_points(const MergedPoints& points, Precision precision) {
  TiledPoints tiled;
  tiled.tiles = make_tiles(points);
  tiled.location.resize(points.size());
  std::iota(tiled.location.begin(), tiled.location.end(), 0);
  for (const Tile& tile : tiled.tiles) {
    const auto begin = tiled.location.begin() + tile.begin;
    const auto middle =
        std::stable_partition(begin, begin + tile.count, [&](std::uint32_t p) { return points.multiplicity[p] == 1; });
    tiled.ones.push_back(static_cast<int>(middle - begin));
  }
  const std::size_t padded = tiled.tiles.size() * kTileSize;
  tiled.x.assign(padded, points.x_m.back());
  tiled.y.assign(padded, points.y_m.back());
  tiled.multiplicity.assign(padded, 0);
  for (std::size_t k = 0; k < points.size(); ++k) {
    tiled.x[k] = points.x_m[tiled.location[k]];
    tiled.y[k] = points.y_m[tiled.location[k]];
    tiled.multiplicity[k] = points.multiplicity[tiled.location[k]];
  }
  if (precision == Precision::mixed) {
    tiled.x_f.resize(padded);
    tiled.y_f.resize(padded);
    tiled.multiplicity_f.assign(tiled.multiplicity.begin(), tiled.multiplicity.end());
    for (std::size_t k = 0; k < padded; ++k) {
      const Tile& tile = tiled.tiles[k / kTileSize];
      tiled.x_f[k] = half_metres(tiled.x[k], tile.x_centre());
      tiled.y_f[k] = half_metres(tiled.y[k], tile.y_centre());
    }
  }
  return tiled;
}

}  // namespace dscore
