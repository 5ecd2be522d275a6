#pragma once
// Which cells are wholly within the threshold of a cell, and which wholly beyond it; with the widest instructions the
// machine has (chosen at run time).

#include <cstdint>
#include <vector>

#include "kernels/large_array.h"
#include "kernels/tree/cells.h"

namespace dscore::tree {

/// Cells that another is to meet, with what that asks of them.
struct Candidates {
  std::vector<std::uint32_t> index;
  LargeArray<double> x_min, x_max, y_min, y_max, mass;  ///< kSpare more, of no meaning
  static constexpr std::size_t kSpare = 16;

  void clear() { index.clear(); }
  void reserve(std::size_t size);
  void add(const std::vector<Cell>& cells, std::uint32_t cell, double mass_of_cell);
};

/// Returns the mass of those within the threshold of the whole cell; appends those beyond it and all others, in order.
double meet(const Cell& cell, double threshold_m, const Candidates& candidates, std::vector<std::uint32_t>& beyond,
            std::vector<std::uint32_t>& others);

}  // namespace dscore::tree
