#pragma once
// All translations between cells that a tree can ask for, and the orders of its levels.

#include <cstdint>
#include <vector>

#include "kernels/pair.h"
#include "kernels/series.h"

namespace dscore::tree {

using namespace series;  // NOLINT(google-build-using-namespace): what a tree is made of

class Translations {
 public:
  /// For cells of `side_m` halved up to `levels` times. error: of f, for each pair. separation: the least distance of
  /// the centres of two cells, in sides. May be called again: what is still right is kept.
  void set(ThresholdRule rule, double threshold_m, double side_m, int levels, double error, double separation,
           int threads);

  /// Terms of moments and series at a level are those below this; 0: no cells there are far enough from each other.
  int order(int level) const { return levels_[static_cast<std::size_t>(level)].order; }

  /// Between cells of this level whose centres are (dx, dy) >= 0 sides apart; null: there is none.
  const Translation* find(int level, std::uint32_t dx, std::uint32_t dy) const {
    const Level& at = levels_[static_cast<std::size_t>(level)];
    const double square = static_cast<double>(dx) * dx + static_cast<double>(dy) * dy;
    if (square < at.least_square || dx > at.reach || dy > at.reach) return nullptr;
    const Translation& found = tables_[at.table].known[dy * tables_[at.table].size + dx];
    return found.order > 0 && found.order <= at.order ? &found : nullptr;
  }

  /// Up and down between a level and the one above it.
  const Columns& to_parent(int level) const { return steps_[levels_[static_cast<std::size_t>(level)].step].to_parent; }
  const Columns& to_child(int level) const { return steps_[levels_[static_cast<std::size_t>(level)].step].to_child; }

 private:
  struct Level {
    int order = 0;
    double least_square = 0;
    std::uint32_t reach = 0;
    std::size_t table = 0;
    std::size_t step = 0;
  };
  struct Table {
    std::uint32_t size = 0;  ///< displacements 0 .. size - 1 an axis
    std::vector<Translation> known;
  };
  struct Step {
    int order, parent_order;
    Columns to_parent, to_child;
  };

  ThresholdRule rule_ = ThresholdRule::cap;
  double threshold_m_ = 0, side_m_ = 0, error_ = 0, separation_ = 0;
  std::vector<Level> levels_;
  std::vector<Table> tables_;
  std::vector<Step> steps_;
};

}  // namespace dscore::tree
