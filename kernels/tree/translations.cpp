#include "kernels/tree/translations.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace dscore::tree {
namespace {

using std::numbers::sqrt2;

/// Cells smaller than this part of t have no translations: those near t are too many sides away.
constexpr double kMostReach = 128;

}  // namespace

void Translations::set(ThresholdRule rule, double threshold_m, double side_m, int levels, double error,
                       double separation, int threads) {
  const bool homogeneous = rule != ThresholdRule::shift;  // then all levels share one table, whatever their side
  const bool same = error == error_ && separation == separation_ && homogeneous == (rule_ != ThresholdRule::shift) &&
                    (homogeneous || (side_m == side_m_ && threshold_m == threshold_m_));
  if (!same) tables_.clear();
  rule_ = rule;
  threshold_m_ = threshold_m;
  side_m_ = side_m;
  error_ = error;
  separation_ = separation;
  levels_.assign(static_cast<std::size_t>(levels) + 1, {});
  tables_.resize(homogeneous ? 1 : levels_.size());

  // Pairs of cells reach a level if those above them were near each other, or on both sides of t.
  struct Wanted {
    std::size_t table;
    std::uint32_t dx, dy;
    double threshold;
  };
  std::vector<Wanted> wanted;
  std::vector<std::vector<bool>> asked(tables_.size());
  for (int l = 0; l <= levels; ++l) {
    Level& level = levels_[static_cast<std::size_t>(l)];
    const double threshold = threshold_m / std::ldexp(side_m, -l);
    const double beyond = constant_within(rule) ? threshold : 0;
    const double least = std::max(separation, beyond - sqrt2);
    level.least_square = least * least;
    level.table = homogeneous ? 0 : static_cast<std::size_t>(l);
    const double reach = std::max(2 * separation + sqrt2, beyond + 3 * sqrt2);
    const double most = l < 16 ? std::ldexp(1.0, l) - 1 : 1e9;
    if (reach > kMostReach || most * sqrt2 < least) {
      level.reach = 0;
      level.least_square = 1;
      continue;
    }
    level.reach = static_cast<std::uint32_t>(std::min(reach, most));
    Table& table = tables_[level.table];
    if (table.size <= level.reach) {
      Table larger{level.reach + 1, std::vector<Translation>((level.reach + 1) * (level.reach + 1))};
      std::vector<bool> larger_asked(larger.known.size());
      for (std::uint32_t dy = 0; dy < table.size; ++dy) {
        for (std::uint32_t dx = 0; dx < table.size; ++dx) {
          larger.known[dy * larger.size + dx] = std::move(table.known[dy * table.size + dx]);
          if (!asked[level.table].empty()) {
            larger_asked[dy * larger.size + dx] = asked[level.table][dy * table.size + dx];
          }
        }
      }
      table = std::move(larger);
      asked[level.table] = std::move(larger_asked);
    }
    asked[level.table].resize(table.known.size());
    for (std::uint32_t dy = 0; dy <= level.reach; ++dy) {
      for (std::uint32_t dx = 0; dx <= level.reach; ++dx) {
        const std::size_t at = dy * table.size + dx;
        if (dx * dx + dy * dy < level.least_square || table.known[at].order != 0 || asked[level.table][at]) continue;
        asked[level.table][at] = true;
        wanted.push_back({level.table, dx, dy, threshold});
      }
    }
  }

#pragma omp parallel for num_threads(threads) schedule(dynamic, 4)
  for (const Wanted& want : wanted) {
    Table& table = tables_[want.table];
    const Kernel inverse = [](double d) { return 1 / d; };
    const Kernel shifted = [&](double d) { return 1 / (want.threshold + d); };
    const Kernel& f = homogeneous ? inverse : shifted;
    const double smallest = f(std::hypot(want.dx + 1.0, want.dy + 1.0));
    table.known[want.dy * table.size + want.dx] = make_translation(f, want.dx, want.dy, error * smallest);
  }
  std::uint32_t id = 0;
  for (Table& table : tables_) {
    for (Translation& translation : table.known) translation.id = id++;
  }

  for (int l = 0; l <= levels; ++l) {
    Level& level = levels_[static_cast<std::size_t>(l)];
    const Table& table = tables_[level.table];
    for (std::uint32_t dy = 0; level.reach > 0 && dy <= level.reach; ++dy) {
      for (std::uint32_t dx = 0; dx <= level.reach; ++dx) {
        if (dx * dx + dy * dy < level.least_square) continue;
        level.order = std::max(level.order, table.known[dy * table.size + dx].order);
      }
    }
    const int above = l > 0 ? order(l - 1) : 0;
    if (level.order == 0) level.order = above;  // too small for translations: for those above them
    if (above == 0) continue;
    const auto known = std::find_if(steps_.begin(), steps_.end(), [&](const Step& step) {
      return step.order == level.order && step.parent_order == above;
    });
    level.step = static_cast<std::size_t>(known - steps_.begin());
    if (known == steps_.end()) {
      steps_.push_back(
          {level.order, above, moments_to_parent(level.order, above), series_to_child(above, level.order)});
    }
  }
}

}  // namespace dscore::tree
