#include "kernels/tree/cells.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace dscore::tree {
namespace {

/// Cells with at most one in this many of all locations are roots of subtrees.
constexpr std::size_t kSubtrees = 256;

/// Positions in the smallest squares of the root's, by slot.
struct Grid {
  LargeArray<std::uint32_t> column, row;
};

/// The quarter of a cell of this level that a slot is in: bit 0 for x, bit 1 for y.
std::uint32_t quarter(const Grid& grid, std::size_t slot, int level) {
  const int shift = kMostLevels - 1 - level;
  return (grid.column[slot] >> shift & 1U) | (grid.row[slot] >> shift & 1U) << 1U;
}

/// Sorts the slots of a cell by quarter, each in the order they had.
void sort_by_quarter(const Cell& cell, Grid& grid, LargeArray<std::uint32_t>& location) {
  struct Slot {
    std::uint32_t column, row, location;
  };
  std::array<std::vector<Slot>, 4> of;
  for (std::size_t s = cell.begin; s < cell.end; ++s) {
    of[quarter(grid, s, cell.level)].push_back({grid.column[s], grid.row[s], location[s]});
  }
  std::size_t s = cell.begin;
  for (const std::vector<Slot>& slots : of) {
    for (const Slot& slot : slots) {
      grid.column[s] = slot.column;
      grid.row[s] = slot.row;
      location[s++] = slot.location;
    }
  }
}

/// Appends the children of cells[parent]. Locations come along a curve that visits quarter after quarter; only where
/// merging ordered them otherwise (at its finest squares) they are sorted.
void split(std::size_t parent, Grid& grid, LargeArray<std::uint32_t>& location, std::vector<Cell>& cells) {
  const Cell cell = cells[parent];
  const auto runs = [&](std::array<Cell, 4>& run) {
    std::size_t found = 0;
    std::uint32_t seen = 0;
    std::uint32_t last = 4;
    for (std::uint32_t s = cell.begin; s < cell.end; ++s) {
      const std::uint32_t q = quarter(grid, s, cell.level);
      if (q == last) continue;
      if ((seen >> q & 1U) != 0) return std::size_t{0};
      if (found > 0) run[found - 1].end = s;
      run[found].begin = s;
      run[found].level = static_cast<std::uint8_t>(cell.level + 1);
      run[found].column = 2 * cell.column + (q & 1U);
      run[found].row = 2 * cell.row + (q >> 1U);
      ++found;
      seen |= 1U << q;
      last = q;
    }
    run[found - 1].end = cell.end;
    return found;
  };
  std::array<Cell, 4> run{};
  std::size_t found = runs(run);
  if (found == 0) {
    sort_by_quarter(cell, grid, location);
    found = runs(run);
  }
  cells[parent].first_child = static_cast<std::uint32_t>(cells.size());
  cells[parent].children = static_cast<std::uint8_t>(found);
  cells.insert(cells.end(), run.begin(), run.begin() + static_cast<std::ptrdiff_t>(found));
}

/// The bounds of a cell's locations; of its children's, if it has any.
void set_bounds(Cells& tree, std::size_t index) {
  Cell& cell = tree.cells[index];
  cell.x_min = cell.y_min = INFINITY;
  cell.x_max = cell.y_max = -INFINITY;
  for (std::uint32_t c = cell.first_child; c < cell.first_child + cell.children; ++c) {
    const Cell& child = tree.cells[c];
    cell.x_min = std::min(cell.x_min, child.x_min);
    cell.x_max = std::max(cell.x_max, child.x_max);
    cell.y_min = std::min(cell.y_min, child.y_min);
    cell.y_max = std::max(cell.y_max, child.y_max);
  }
  if (cell.children > 0) return;
  for (std::size_t s = cell.begin; s < cell.end; ++s) {
    cell.x_min = std::min(cell.x_min, tree.x_m[s]);
    cell.x_max = std::max(cell.x_max, tree.x_m[s]);
    cell.y_min = std::min(cell.y_min, tree.y_m[s]);
    cell.y_max = std::max(cell.y_max, tree.y_m[s]);
  }
}

}  // namespace

double Cells::side(int level) const { return std::ldexp(side_m, -level); }

void make_cells(const MergedPoints& points, std::uint32_t leaf_size, int threads, Cells& tree) {
  const std::size_t n = points.size();
  double x_min = INFINITY;
  double x_max = -INFINITY;
  double y_min = INFINITY;
  double y_max = -INFINITY;
#pragma omp parallel for num_threads(threads) reduction(min : x_min, y_min) reduction(max : x_max, y_max)
  for (std::size_t p = 0; p < n; ++p) {
    x_min = std::min(x_min, points.x_m[p]);
    x_max = std::max(x_max, points.x_m[p]);
    y_min = std::min(y_min, points.y_m[p]);
    y_max = std::max(y_max, points.y_m[p]);
  }
  tree.x_origin_m = x_min;
  tree.y_origin_m = y_min;
  tree.side_m = std::max({x_max - x_min, y_max - y_min, 1e-300});

  // The squares of merging (kernels/reduce_order.h), halved further.
  Grid grid;
  grid.column.resize(n);
  grid.row.resize(n);
  tree.location.resize(n);
  constexpr std::uint32_t squares = 1U << kMostLevels;
  const auto square = [&](double offset) {
    return static_cast<std::uint32_t>(std::min(offset / tree.side_m * squares, squares - 1.0));
  };
#pragma omp parallel for num_threads(threads)
  for (std::size_t p = 0; p < n; ++p) {
    grid.column[p] = square(points.x_m[p] - x_min);
    grid.row[p] = square(points.y_m[p] - y_min);
    tree.location[p] = static_cast<std::uint32_t>(p);
  }

  const auto splits = [&](const Cell& cell, std::size_t most) {
    return cell.count() > most && cell.level < kMostLevels;
  };
  const std::size_t most = std::max<std::size_t>(leaf_size, n / kSubtrees);
  std::vector<Cell> above(1);
  above[0].end = static_cast<std::uint32_t>(n);
  for (std::size_t c = 0; c < above.size(); ++c) {
    if (splits(above[c], most)) split(c, grid, tree.location, above);
  }
  // What was not split is the root of a subtree; it stands with the others' children, so that subtrees hold what is
  // below their roots.
  std::vector<std::uint32_t> roots;
  for (std::size_t c = 0; c < above.size(); ++c) {
    if (above[c].children == 0) roots.push_back(static_cast<std::uint32_t>(c));
  }
  std::vector<std::vector<Cell>> below(roots.size());
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
  for (std::size_t r = 0; r < roots.size(); ++r) {
    std::vector<Cell>& cells = below[r];
    cells.push_back(above[roots[r]]);
    for (std::size_t c = 0; c < cells.size(); ++c) {
      if (splits(cells[c], leaf_size)) split(c, grid, tree.location, cells);
    }
  }
  tree.cells.assign(above.begin(), above.end());
  tree.subtrees.clear();
  for (std::size_t r = 0; r < roots.size(); ++r) {
    // The root stays where it is: of its own vector, only what comes after it is appended.
    const auto first = static_cast<std::uint32_t>(tree.cells.size());
    Cell& root = tree.cells[roots[r]];
    root.children = below[r][0].children;
    root.first_child = first;
    tree.subtrees.emplace_back(roots[r], static_cast<std::uint32_t>(below[r].size() - 1));
    for (std::size_t c = 1; c < below[r].size(); ++c) {
      Cell cell = below[r][c];
      if (cell.children > 0) cell.first_child += first - 1;
      tree.cells.push_back(cell);
    }
    below[r] = {};
  }

  tree.x_m.resize(n + Cells::kSpareSlots);
  tree.y_m.resize(n + Cells::kSpareSlots);
#pragma omp parallel for num_threads(threads)
  for (std::size_t s = 0; s < n + Cells::kSpareSlots; ++s) {
    tree.x_m[s] = s < n ? points.x_m[tree.location[s]] : tree.x_origin_m;
    tree.y_m[s] = s < n ? points.y_m[tree.location[s]] : tree.y_origin_m;
  }
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
  for (std::size_t r = 0; r < tree.subtrees.size(); ++r) {
    const auto [root, count] = tree.subtrees[r];
    const std::size_t first = tree.cells[root].first_child;
    for (std::size_t c = first + count; c-- > first;) set_bounds(tree, c);
    set_bounds(tree, root);
  }
  for (std::size_t c = above.size(); c-- > 0;) {
    if (tree.cells[c].children > 0) set_bounds(tree, c);
  }
}

}  // namespace dscore::tree
