#pragma once
// Ordering points in space: along a Hilbert curve, coincident points next to each other.

#include <thrust/binary_search.h>
#include <thrust/fill.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/transform_reduce.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "kernels/curve.h"
#include "kernels/reduce_machine.h"

namespace dscore::reduce {

/// Bounding box.
struct Box {
  double x_min = 0, x_max = 0, y_min = 0, y_max = 0;
};
struct BoxOfPoint {
  const double* x;
  const double* y;
  DSCORE_HD Box operator()(std::uint32_t i) const { return {x[i], x[i], y[i], y[i]}; }
};
struct BoxOfBoth {
  DSCORE_HD Box operator()(const Box& a, const Box& b) const {
    return {a.x_min < b.x_min ? a.x_min : b.x_min, a.x_max > b.x_max ? a.x_max : b.x_max,
            a.y_min < b.y_min ? a.y_min : b.y_min, a.y_max > b.y_max ? a.y_max : b.y_max};
  }
};

/// Makes the item of a point: its key on a Hilbert curve through the square over a box, and its row.
struct ItemOfPoint {
  const double* x;  ///< in the present order
  const double* y;
  std::uint64_t* item;
  bool rows_are_positions;  ///< else the row stands in the item already
  double x_min, y_min, side;

  DSCORE_HD std::uint32_t cell(double offset) const {
    // Divided, not multiplied by a reciprocal: the ratio is in [0, 1] however small the box, and reaches both ends,
    // so that a box with two points in it always gets two keys.
    const auto c = static_cast<std::uint32_t>(offset / side * 65536.0);
    return c < 65535U ? c : 65535U;
  }
  DSCORE_HD void operator()(std::uint32_t i) const {
    const std::uint32_t key = side > 0 ? curve_key(cell(x[i] - x_min), cell(y[i] - y_min)) : 0;
    item[i] = make_item(key, rows_are_positions ? i : row_of(item[i]));
  }
};

/// Brings rows and coordinates into the order of the items. Adding 0.0 turns -0.0 into 0.0.
struct GatherPoint {
  const double* x;
  const double* y;
  const std::uint64_t* item;
  std::uint32_t* row_sorted;
  double* x_sorted;
  double* y_sorted;
  DSCORE_HD void operator()(std::uint32_t i) const {
    const std::uint32_t row = row_of(item[i]);
    row_sorted[i] = row;
    x_sorted[i] = x[row] + 0.0;
    y_sorted[i] = y[row] + 0.0;
  }
};

/// Runs of equal keys up to this length are ordered by one thread each; longer ones get a curve of their own.
inline constexpr std::uint32_t kLongRun = 1024;

/// Points in the order of their keys; positions begin..end are looked at. Items are only read: while one thread orders
/// a run, others read its keys to find where their own begin.
struct KeyedPoints {
  const std::uint64_t* item;
  std::uint32_t* row;
  double* x;
  double* y;
  std::uint32_t begin, end;

  DSCORE_HD bool same_key(std::uint32_t i, std::uint32_t j) const { return key_of(item[i]) == key_of(item[j]); }
  DSCORE_HD bool is_head(std::uint32_t i) const { return i == begin || !same_key(i, i - 1); }
  DSCORE_HD bool is_long(std::uint32_t head) const { return end - head > kLongRun && same_key(head, head + kLongRun); }
};

/// If a run of at most kLongRun equal keys begins at i: orders it by (x, y), so that coincident points are neighbours.
/// If a longer one does: notes it.
struct OrderRun {
  KeyedPoints points;
  std::uint32_t* long_run;  ///< where one begins, for every kLongRun positions: more than one cannot

  DSCORE_HD void operator()(std::uint32_t i) const {
    if (!points.is_head(i)) return;
    if (points.is_long(i)) {
      long_run[(i - points.begin) / kLongRun] = i;
      return;
    }
    const double* const x = points.x;
    const double* const y = points.y;
    bool ordered = true;
    std::uint32_t e = i + 1;
    for (; e < points.end && points.same_key(i, e); ++e) {
      if (x[e] < x[e - 1] || (x[e] == x[e - 1] && y[e] < y[e - 1])) ordered = false;
    }
    if (!ordered) shell_sort(i, e);
  }

  /// Shell's sort with Ciura's gaps: an insertion sort where runs are short, never quadratic where they are long.
  DSCORE_HD void shell_sort(std::uint32_t begin, std::uint32_t end) const {
    std::uint32_t* const row = points.row;
    double* const x = points.x;
    double* const y = points.y;
    constexpr std::uint32_t gaps[] = {701, 301, 132, 57, 23, 10, 4, 1};
    for (const std::uint32_t gap : gaps) {
      for (std::uint32_t k = begin + gap; k < end; ++k) {
        const double x_k = x[k];
        const double y_k = y[k];
        const std::uint32_t row_k = row[k];
        std::uint32_t hole = k;
        for (; hole >= begin + gap; hole -= gap) {
          const std::uint32_t before = hole - gap;
          if (x[before] < x_k || (x[before] == x_k && y[before] <= y_k)) break;
          x[hole] = x[before];
          y[hole] = y[before];
          row[hole] = row[before];
        }
        x[hole] = x_k;
        y[hole] = y_k;
        row[hole] = row_k;
      }
    }
  }
};

/// Rows in space order, and their coordinates in that order.
template <class Machine>
struct SpaceOrder {
  VectorOf<Machine, std::uint32_t> row;
  VectorOf<Machine, double> x;
  VectorOf<Machine, double> y;
};

/// Orders n >= 1 points so that neighbours in the order are near in the plane and coincident points are consecutive.
template <class Machine>
SpaceOrder<Machine> order_in_space(const Machine& machine, std::uint32_t n, const double* x, const double* y) {
  SpaceOrder<Machine> order{VectorOf<Machine, std::uint32_t>(n), VectorOf<Machine, double>(n),
                            VectorOf<Machine, double>(n)};
  VectorOf<Machine, std::uint64_t> items(n);
  std::uint64_t* const item = raw(items);
  std::uint32_t* const row = raw(order.row);
  double* const x_sorted = raw(order.x);
  double* const y_sorted = raw(order.y);

  // First one curve over all the points; then a curve over every long run of equal keys (where an outlier stretches
  // the square, or at one very busy spot), and so on. A square with two points in it has two keys, so runs get
  // shorter until they are short or a single location.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges{{0, n}};
  bool first = true;
  while (!ranges.empty()) {
    const auto [begin, end] = ranges.back();
    ranges.pop_back();
    const double* const x_now = first ? x : x_sorted;  // in the present order
    const double* const y_now = first ? y : y_sorted;
    const thrust::counting_iterator<std::uint32_t> from(begin);
    const thrust::counting_iterator<std::uint32_t> to(end);

    constexpr double inf = std::numeric_limits<double>::infinity();
    const Box box = thrust::transform_reduce(machine.policy(), from, to, BoxOfPoint{x_now, y_now},
                                             Box{inf, -inf, inf, -inf}, BoxOfBoth{});
    const double side = std::max(box.x_max - box.x_min, box.y_max - box.y_min);
    if (!first && !(side > 0)) continue;  // one location

    for_each_index(machine, begin, end, ItemOfPoint{x_now, y_now, item, first, box.x_min, box.y_min, side});
    sort_items(machine, item + begin, end - begin);
    for_each_index(machine, begin, end, GatherPoint{x, y, item, row, x_sorted, y_sorted});
    first = false;

    const KeyedPoints points{item, row, x_sorted, y_sorted, begin, end};
    const std::uint32_t chunks = (end - begin - 1) / kLongRun + 1;
    VectorOf<Machine, std::uint32_t> long_runs(chunks);
    std::uint32_t* const long_run = raw(long_runs);
    thrust::fill_n(machine.policy(), long_run, chunks, end);  // end: none
    for_each_index(machine, begin, end, OrderRun{points, long_run});
    for (const std::uint32_t head : to_host<std::uint32_t>(machine, long_runs, chunks)) {
      if (head == end) continue;
      const std::uint64_t last_of_run = make_item(key_of(items[head]), 0xffffffffU);
      const std::uint64_t* const run_end = thrust::upper_bound(machine.policy(), item + head, item + end, last_of_run);
      ranges.emplace_back(head, static_cast<std::uint32_t>(run_end - item));
    }
  }
  return order;
}

}  // namespace dscore::reduce
