#pragma once
// Locations as the CPU's pair sums want them: in tiles, padded, also in FP32.

#include <cstdint>
#include <vector>

#include "kernels/allpairs_simd.h"
#include "kernels/large_array.h"
#include "kernels/tiles.h"

namespace dscore {

/// The points in tiles, every tile padded to kTileSize. Within a tile, locations with one establishment come first.
struct TiledPoints {
  std::vector<Tile> tiles;
  std::vector<int> ones;                       // of each tile: locations with one establishment
  std::vector<std::uint32_t> location;         // M: which merged location stands at each place
  LargeArray<double> x, y, multiplicity;       // metres
  LargeArray<float> x_f, y_f, multiplicity_f;  // half metres from the tile's centre; only for mixed precision

  TileSide<double> side(std::uint32_t tile) const {
    const std::size_t begin = std::size_t{tile} * kTileSize;
    return {&x[begin], &y[begin], &multiplicity[begin], static_cast<int>(tiles[tile].count), ones[tile]};
  }
  TileSide<float> side_mixed(std::uint32_t tile) const {
    const std::size_t begin = std::size_t{tile} * kTileSize;
    return {&x_f[begin], &y_f[begin], &multiplicity_f[begin], static_cast<int>(tiles[tile].count), ones[tile]};
  }
};

/// FP32 coordinates of TilePairKind::far_mixed.
inline float half_metres(double x_m, double origin_m) { return static_cast<float>(2 * (x_m - origin_m)); }

TiledPoints tile_points(const MergedPoints& points, Precision precision);

}  // namespace dscore
