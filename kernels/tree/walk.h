#pragma once
// The walk down the tree: every cell meets those that its parent could not be done with.

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/pair.h"
#include "kernels/series_simd.h"
#include "kernels/tree/cells.h"
#include "kernels/tree/meet_simd.h"
#include "kernels/tree/near_simd.h"
#include "kernels/tree/translations.h"

namespace dscore::tree {

/// The square of a cell.
Square square_of(const Cells& cells, const Cell& cell);

/// Which way a cell's quarter is turned, so that it is the one of the larger coordinates.
inline std::uint32_t quarter_mirrored(const Cell& cell) {
  return ((cell.column & 1U) != 0 ? 0U : 1U) | ((cell.row & 1U) != 0 ? 0U : 2U);
}

/// What is walked through.
struct Landscape {
  const Cells& cells;
  const Translations& translations;
  const std::vector<std::size_t>& moments_begin;  ///< by cell
  const double* moments;
  const double* mass;  ///< by slot
  const std::vector<double>& mass_of_cell;
  double threshold_m;
  bool may_be_float;
};

/// Work of one thread at a time.
class Walk {
 public:
  /// A subtree, and what came down to its root.
  struct Task {
    std::uint32_t root;
    double within;                          ///< mass wholly within the threshold
    LargeArray<double> series;              ///< of the parent, aligned for apply(); empty: none
    std::vector<std::uint32_t> candidates;  ///< cells to meet
  };

  Walk(const Landscape& landscape, PairTask task);

  /// Walks from the root of all to the roots of the subtrees.
  std::vector<Task> tasks();

  /// Writes, by slot: sums over pairs, in 1/m times mass, or nothing (PairTask::within); the mass within the threshold,
  /// a location's own included, or nothing (shift, none).
  void run(const Task& task, double* sums, double* within);

 private:
  /// A cell that was visited; those above come first.
  struct Visit {
    std::uint32_t cell;
    std::uint32_t parent;  ///< visit; kNone: the task's
    std::size_t series;    ///< where its series begins
    bool has_series;
    double within;
    std::uint32_t near_begin, near_end;  ///< runs, of a leaf
  };
  /// A translation to the series of a visit.
  struct Request {
    const Translation* translation;
    std::uint32_t source, visit;
  };
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  void begin();
  void visit(std::uint32_t cell, std::uint32_t parent, double within);
  void meet_all(const Cell& target, std::uint32_t visit, const Candidates& candidates, Candidates& kept);
  bool translates(const Cell& target, std::uint32_t visit, std::uint32_t source);
  void keep(std::uint32_t source, Candidates& kept);
  void be_near(const Cell& source);
  void apply_translations();
  void take_series(const double* task_series);
  void sum_leaves(double* sums, double* within);

  const Landscape& on_;
  PairTask task_;
  bool capped_;
  std::vector<bool> is_root_;  ///< while tasks are collected
  std::vector<Task> collected_;
  std::vector<std::uint32_t> collected_from_;  ///< visits of the tasks' parents

  std::vector<Candidates> depths_;
  Candidates open_, opened_;
  std::vector<std::uint32_t> beyond_, others_;
  std::vector<Visit> visits_;
  std::vector<Request> requests_;
  std::vector<std::uint64_t> order_, scratch_;
  std::vector<Run> near_;
  LargeArray<double> series_;
  std::size_t series_size_ = 0;
  LargeArray<double> leaf_sums_, leaf_within_;
};

}  // namespace dscore::tree
