#pragma once
// A quadtree over merged locations: squares that halve from level to level, down to leaves of few locations.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "kernels/large_array.h"
#include "kernels/points.h"

namespace dscore::tree {

/// Squares are not halved more often than this: extents of 1e8 m come down to a decimetre.
inline constexpr int kMostLevels = 30;

struct Cell {
  std::uint32_t begin = 0, end = 0;  ///< slots
  std::uint32_t first_child = 0;     ///< children follow each other, after their parent
  std::uint8_t children = 0;         ///< 0: a leaf
  std::uint8_t level = 0;
  std::uint32_t column = 0, row = 0;                  ///< of the square, in squares of this level
  double x_min = 0, x_max = 0, y_min = 0, y_max = 0;  ///< of its locations, metres

  std::uint32_t count() const { return end - begin; }
};

struct Cells {
  double x_origin_m = 0, y_origin_m = 0, side_m = 0;  ///< the square of the root, cells[0]
  std::vector<Cell> cells;
  /// Subtrees that threads work on: the root, and how many cells are below it (from its first child on). Cells above
  /// and roots come first.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> subtrees;
  LargeArray<std::uint32_t> location;  ///< by slot
  LargeArray<double> x_m, y_m;         ///< by slot, as merged; kSpareSlots more, of no meaning

  static constexpr std::size_t kSpareSlots = 16;
  double side(int level) const;
  std::size_t slots() const { return location.size(); }
};

/// The same cells for any number of threads. Keeps memory.
void make_cells(const MergedPoints& points, std::uint32_t leaf_size, int threads, Cells& cells);

}  // namespace dscore::tree
