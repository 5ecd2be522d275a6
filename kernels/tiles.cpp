#include "kernels/tiles.h"

#include <cmath>

namespace dscore {

std::vector<Tile> make_tiles(const MergedPoints& points) {
  std::vector<Tile> tiles;
  tiles.reserve((points.size() + kTileSize - 1) / kTileSize);
  for (std::size_t begin = 0; begin < points.size(); begin += kTileSize) {
    const std::size_t end = std::min(begin + kTileSize, points.size());
    Tile tile;
    tile.begin = static_cast<std::uint32_t>(begin);
    tile.count = static_cast<std::uint32_t>(end - begin);
    tile.x_min = tile.x_max = points.x_m[begin];
    tile.y_min = tile.y_max = points.y_m[begin];
    tile.whole_metres = true;
    for (std::size_t p = begin; p < end; ++p) {
      tile.x_min = std::min(tile.x_min, points.x_m[p]);
      tile.x_max = std::max(tile.x_max, points.x_m[p]);
      tile.y_min = std::min(tile.y_min, points.y_m[p]);
      tile.y_max = std::max(tile.y_max, points.y_m[p]);
      tile.weight += points.multiplicity[p];
      tile.whole_metres &= points.x_m[p] == std::floor(points.x_m[p]) && points.y_m[p] == std::floor(points.y_m[p]);
    }
    tiles.push_back(tile);
  }
  return tiles;
}

}  // namespace dscore
