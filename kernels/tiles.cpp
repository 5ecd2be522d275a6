#include "kernels/tiles.h"

#include <cmath>

namespace dscore {

std::vector<Tile> make_tiles(const MergedPoints& points) {
  std::vector<Tile> tiles;
  tiles.reserve((points.size() + kTileSize - 1) / kTileSize);
  for (std::size_t begin = 0; begin < points.size(); begin += kTileSize) {
    const std::size_t end = std::min(begin + kTileSize, points.size());
    Tile tile = bounds_of(points.x_m, points.y_m, begin, end);
    tile.begin = static_cast<std::uint32_t>(begin);
    tile.whole_metres = true;
    for (std::size_t p = begin; p < end; ++p) {
      tile.weight += points.multiplicity[p];
      tile.whole_metres &= points.x_m[p] == std::floor(points.x_m[p]) && points.y_m[p] == std::floor(points.y_m[p]);
    }
    tiles.push_back(tile);
  }
  return tiles;
}

}  // namespace dscore
