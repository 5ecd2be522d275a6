#pragma once
// Locations as the general sums want them: in tiles, and what there is to do for each pair of tiles.

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/general_sums.h"
#include "kernels/general_sums_simd.h"
#include "kernels/large_array.h"
#include "kernels/sphere.h"
#include "kernels/tiles.h"

namespace dscore {

/// A run of consecutive locations: its box (longitudes and latitudes, on a sphere), and all that it weighs.
struct GeneralTile {
  Tile box;  ///< its weight is that of the multiplicities
  CosineRange cosine;
  double weight = 0;
};

/// The locations in tiles, every tile padded to kGeneralTile.
class GeneralTiles {
 public:
  explicit GeneralTiles(const GeneralPoints& points);

  std::uint32_t size() const { return static_cast<std::uint32_t>(tiles_.size()); }
  const GeneralTile& operator[](std::uint32_t tile) const { return tiles_[tile]; }
  GeneralSide side(std::uint32_t tile) const;

  DistanceBounds bounds(const GeneralTile& a, const GeneralTile& b) const;
  Metric metric(const GeneralTile& a, const GeneralTile& b) const;

 private:
  void set(const GeneralPoints& points, std::size_t place, std::size_t location);
  void measure(GeneralTile& tile) const;

  bool on_sphere_;
  std::vector<GeneralTile> tiles_;
  LargeArray<double> x_, y_, cosine_, weight_, multiplicity_;
};

/// The edges as far as the cut-off, which is the last one then. The bands behind it are empty.
std::vector<double> edges_up_to(std::span<const double> edges_m, double cutoff_m);

/// What there is to do for a pair of tiles.
struct GeneralWork {
  enum class Kind {
    nothing,   ///< all pairs are beyond the bands, and beyond t
    constant,  ///< all pairs are within t, in one band or none, and have the same value
    pairs      ///< pair by pair
  };
  Kind kind = Kind::nothing;
  std::size_t first = 0, end = 0;  ///< the bands that there can be pairs in
  GeneralTask task;                ///< of Kind::pairs
};

/// Tiles i and j, which may be the same. The edges must outlive the work.
GeneralWork work_of(const GeneralTiles& tiles, std::uint32_t i, std::uint32_t j, const PairSettings& settings,
                    std::span<const double> edges_m);

}  // namespace dscore
