#include "kernels/p3m/cloud.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "kernels/p3m/box.h"

namespace dscore::p3m {
namespace {

constexpr double kMostCells = 256;  // along the longer side

/// Square cells over a box.
struct Cells {
  Box box;
  double side_m;
  double per_metre;
  std::size_t columns, rows;

  explicit Cells(const Box& all) : box(all), side_m(std::max(1e-6, longer_side(all) / (kMostCells - 1))) {
    per_metre = 1 / side_m;
    columns = static_cast<std::size_t>(all.width() * per_metre) + 1;  // as count() has them, to the last bit
    rows = static_cast<std::size_t>(all.height() * per_metre) + 1;
  }
  std::vector<std::uint32_t> count(const MergedPoints& points, int threads) const {
    std::vector<std::uint32_t> all(columns * rows, 0);
    const auto cell_of = [&](std::size_t p) {
      return static_cast<std::size_t>((points.y_m[p] - box.y_min) * per_metre) * columns +
             static_cast<std::size_t>((points.x_m[p] - box.x_min) * per_metre);
    };
    if (threads == 1) {
      for (std::size_t p = 0; p < points.size(); ++p) ++all[cell_of(p)];
      return all;
    }
#pragma omp parallel num_threads(threads)
    {
      std::vector<std::uint32_t> of_cell(all.size(), 0);
#pragma omp for nowait
      for (std::size_t p = 0; p < points.size(); ++p) ++of_cell[cell_of(p)];
#pragma omp critical(dscore_p3m_cells)
      for (std::size_t c = 0; c < all.size(); ++c) all[c] += of_cell[c];
    }
    return all;
  }

 private:
  static double longer_side(const Box& all) { return std::max(all.width(), all.height()); }
};

/// The columns of each row that are occupied, from .. to - 1. Their farthest two corners are at least as far apart as
/// any two locations.
struct Occupied {
  std::vector<double> from, to;

  explicit Occupied(std::size_t rows) : from(rows, INFINITY), to(rows, -INFINITY) {}

  void add(const std::vector<std::uint32_t>& count, std::size_t columns) {
    for (std::size_t r = 0; r < from.size(); ++r) {
      const auto row = count.begin() + static_cast<std::ptrdiff_t>(r * columns);
      const auto end = row + static_cast<std::ptrdiff_t>(columns);
      const auto first = std::find_if(row, end, [](std::uint32_t n) { return n > 0; });
      if (first == end) continue;
      auto last = end - 1;
      while (*last == 0) --last;
      add_row(r, static_cast<double>(first - row), static_cast<double>(last - row + 1));
    }
  }
  void add(const Occupied& other) {
    for (std::size_t r = 0; r < from.size(); ++r) add_row(r, other.from[r], other.to[r]);
  }
  double diameter_m(double side_m, const Box& box) const {
    double widest = 0;  // of two rows, whichever
    for (const double end : to) widest = std::max(widest, end);
    double farthest = 0;
    for (std::size_t a = 0; a < from.size(); ++a) {
      for (std::size_t b = from.size(); b-- > a;) {
        const auto up = static_cast<double>(b - a + 1);
        if (widest * widest + up * up <= farthest) break;
        const double across = std::max(to[a] - from[b], to[b] - from[a]);
        if (across > 0) farthest = std::max(farthest, across * across + up * up);
      }
    }
    return std::min(std::sqrt(farthest) * side_m, std::hypot(box.width(), box.height())) * (1 + 1e-9);
  }

 private:
  void add_row(std::size_t r, double first, double end) {
    from[r] = std::min(from[r], first);
    to[r] = std::max(to[r], end);
  }
};

/// Locations in each cell, row by row.
struct Counts {
  std::vector<std::uint32_t> count;
  std::size_t columns, rows;

  std::uint32_t at(std::size_t row, std::size_t column) const { return count[row * columns + column]; }

  /// The same in cells of twice the side.
  Counts coarser() const {
    Counts next{{}, (columns + 1) / 2, (rows + 1) / 2};
    next.count.resize(next.columns * next.rows);
    std::vector<std::uint32_t> both(2 * next.columns, 0);  // two rows as one
    for (std::size_t r = 0; r < rows; r += 2) {
      const std::uint32_t* const one = &count[r * columns];
      const std::uint32_t* const other = r + 1 < rows ? one + columns : nullptr;
      for (std::size_t c = 0; c < columns; ++c) both[c] = one[c] + (other == nullptr ? 0 : other[c]);
      std::uint32_t* const to = &next.count[r / 2 * next.columns];
      for (std::size_t c = 0; c < next.columns; ++c) to[c] = both[2 * c] + both[2 * c + 1];
    }
    return next;
  }
};

/// Pairs in one cell, by level.
std::vector<double> pairs_by_level(Counts counts) {
  std::vector<double> same_cell;
  while (true) {
    std::uint64_t ordered = 0;  // below the square of all locations, who are fewer than 2^32
    for (const std::uint64_t n : counts.count) ordered += n * (n - 1);
    same_cell.push_back(0.5 * static_cast<double>(ordered));
    if (counts.columns == 1 && counts.rows == 1) return same_cell;
    counts = counts.coarser();
  }
}

}  // namespace

Clouds measure(std::span<const MergedPoints* const> sets, int threads) {
  // Threads have a set each, or one set has all of them. (A team within a team would be made anew each time.)
  const int inner = sets.size() > 1 ? 1 : threads;
  const auto for_each_set = [&](const auto& work) {
    if (sets.size() == 1) return work(0);
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
    for (std::size_t s = 0; s < sets.size(); ++s) work(s);
  };
  std::vector<Box> boxes(sets.size());
  Clouds clouds;
  clouds.of_set.resize(sets.size());
  for_each_set([&](std::size_t s) { boxes[s] = box_of(*sets[s], inner); });
  Box all;
  for (const Box& box : boxes) all.add(box);
  const Cells cells(all);
  std::vector<Occupied> occupied(sets.size(), Occupied(cells.rows));
  for_each_set([&](std::size_t s) {
    Cloud& cloud = clouds.of_set[s];
    cloud.locations = sets[s]->size();
    cloud.cell_m = cells.side_m;
    if (cloud.locations == 0) return;
    cloud.columns = cells.columns;
    cloud.in_cell = cells.count(*sets[s], inner);
    occupied[s].add(cloud.in_cell, cells.columns);
    cloud.extent = {boxes[s].width(), boxes[s].height(), occupied[s].diameter_m(cells.side_m, boxes[s])};
    cloud.same_cell = pairs_by_level({cloud.in_cell, cells.columns, cells.rows});
  });
  Occupied by_any(cells.rows);
  for (const Occupied& one : occupied) by_any.add(one);
  clouds.all = {all.width(), all.height(), sets.empty() ? 0 : by_any.diameter_m(cells.side_m, all)};
  return clouds;
}

Cloud measure(const MergedPoints& points, int threads) {
  const MergedPoints* const set = &points;
  return measure({&set, 1}, threads).of_set.front();
}

double Cloud::pairs_nearer(double d_m) const {
  if (locations == 0) return 0;
  // Two places in a square of side s are on average 0.52 s apart: as many pairs as in a circle of about that radius.
  const double side = d_m / 0.52;
  const double level = std::log2(side / cell_m);
  const double all = 0.5 * static_cast<double>(locations) * static_cast<double>(locations - 1);
  if (level <= 0) return std::min(all, same_cell.front() * side * side / (cell_m * cell_m));
  const auto below = static_cast<std::size_t>(level);
  if (below + 1 >= same_cell.size()) return all;
  const double part = level - static_cast<double>(below);
  return same_cell[below] + (same_cell[below + 1] - same_cell[below]) * part;
}

double Cloud::least_sum(const PairSettings& settings) const {
  const double shift_m = settings.rule == ThresholdRule::shift ? settings.threshold_m : 0;
  const auto g = [&](double d_m) { return decay_value(settings.decay, d_m + shift_m); };
  const bool power = settings.decay.shape == DecayShape::power;
  // A power comes from near and far, an exponential from within some ranges.
  constexpr std::size_t kMostCells = 16;
  const std::size_t reach = power ? kMostCells : 4;
  Counts counts{in_cell, columns, in_cell.size() / columns};
  double side_m = cell_m;
  const auto too_fine = [&] {
    return power ? std::max(counts.columns, counts.rows) > kMostCells : side_m < 2 / settings.decay.parameter;
  };
  for (; too_fine() && counts.count.size() > 1; side_m *= 2) counts = counts.coarser();
  std::vector<double> value((reach + 1) * (reach + 1));
  for (std::size_t dy = 0; dy <= reach; ++dy) {
    for (std::size_t dx = 0; dx <= reach; ++dx) {
      value[dy * (reach + 1) + dx] =
          g(side_m * std::hypot(static_cast<double>(dx), static_cast<double>(dy)) + (dx + dy == 0 ? 0.5 * side_m : 0));
    }
  }
  if (settings.rule == ThresholdRule::exclude) value[0] = 0;  // who shares a cell may be within t
  const double others = static_cast<double>(locations) * g(extent.diameter_m);
  double least = INFINITY;
  for (std::size_t row = 0; row < counts.rows; ++row) {
    for (std::size_t column = 0; column < counts.columns; ++column) {
      if (counts.at(row, column) == 0) continue;
      double sum = (power ? 0 : others) - value[0];  // not of itself
      for (std::size_t r = row - std::min(row, reach); r < std::min(counts.rows, row + reach + 1); ++r) {
        for (std::size_t c = column - std::min(column, reach); c < std::min(counts.columns, column + reach + 1); ++c) {
          const std::size_t dy = r > row ? r - row : row - r;
          const std::size_t dx = c > column ? c - column : column - c;
          sum += counts.at(r, c) * value[dy * (reach + 1) + dx];
        }
      }
      least = std::min(least, sum);
    }
  }
  return std::max(least, others);
}

}  // namespace dscore::p3m
