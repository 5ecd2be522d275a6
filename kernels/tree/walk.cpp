#include "kernels/tree/walk.h"

#include <algorithm>

#include "kernels/sort_cpu.h"

namespace dscore::tree {
namespace {

// Nanoseconds on one core (AVX-512, 2.6 GHz); only their ratios matter.
constexpr double kPairNs = 0.25;       // per pair of locations
constexpr double kValueNs = 0.04;      // per number of a translation
constexpr double kTranslationNs = 40;  // per translation besides

/// Leaves wider than this times t are summed in FP64: coordinates from one of their locations have too few digits in
/// FP32.
constexpr double kMostFloatWidth = 4;

std::uint32_t distance(std::uint32_t a, std::uint32_t b) { return a > b ? a - b : b - a; }

}  // namespace

Square square_of(const Cells& cells, const Cell& cell) {
  const double side = cells.side(cell.level);
  return {cells.x_origin_m + side * (cell.column + 0.5), cells.y_origin_m + side * (cell.row + 0.5), 0.5 * side};
}

Walk::Walk(const Landscape& landscape, PairTask task)
    : on_(landscape),
      task_(task),
      capped_(task == PairTask::capped || task == PairTask::within),
      depths_(kMostLevels + 2) {}

void Walk::begin() {
  visits_.clear();
  requests_.clear();
  near_.clear();
  series_size_ = 0;
}

std::vector<Walk::Task> Walk::tasks() {
  is_root_.assign(on_.cells.cells.size(), false);
  for (const auto& [root, below] : on_.cells.subtrees) is_root_[root] = true;
  begin();
  depths_[0].clear();
  depths_[0].add(on_.cells.cells, 0, on_.mass_of_cell[0]);
  visit(0, kNone, 0);
  is_root_.clear();
  apply_translations();
  take_series(nullptr);
  for (std::size_t k = 0; k < collected_.size(); ++k) {
    if (collected_from_[k] == kNone) continue;
    const Visit& from = visits_[collected_from_[k]];
    if (!from.has_series) continue;
    const double* const series = &series_[from.series];
    const int order = on_.translations.order(on_.cells.cells[from.cell].level);
    collected_[k].series.assign(series, series + padded_terms(order));
  }
  return std::move(collected_);
}

void Walk::run(const Task& task, double* sums, double* within) {
  begin();
  const Cell& root = on_.cells.cells[task.root];
  Candidates& candidates = depths_[root.level];
  candidates.clear();
  for (const std::uint32_t c : task.candidates) candidates.add(on_.cells.cells, c, on_.mass_of_cell[c]);
  visit(task.root, kNone, task.within);
  if (task_ != PairTask::within) {
    apply_translations();
    take_series(task.series.empty() ? nullptr : task.series.data());
  }
  sum_leaves(sums, within);
}

void Walk::visit(std::uint32_t index, std::uint32_t parent, double within) {
  const Cell& cell = on_.cells.cells[index];
  const Candidates& candidates = depths_[cell.level];
  if (!is_root_.empty() && is_root_[index]) {
    collected_.push_back({index, within, {}, candidates.index});
    collected_from_.push_back(parent);
    return;
  }
  const auto here = static_cast<std::uint32_t>(visits_.size());
  const auto near_begin = static_cast<std::uint32_t>(near_.size());
  visits_.push_back({index, parent, series_size_, false, within, near_begin, near_begin});
  series_size_ += static_cast<std::size_t>(padded_terms(on_.translations.order(cell.level)));
  Candidates& kept = depths_[cell.level + 1U];
  kept.clear();
  meet_all(cell, here, candidates, kept);
  visits_[here].near_end = static_cast<std::uint32_t>(near_.size());
  const double within_here = visits_[here].within;
  for (std::uint32_t c = cell.first_child; c < cell.first_child + cell.children; ++c) visit(c, here, within_here);
}

void Walk::meet_all(const Cell& target, std::uint32_t visit, const Candidates& candidates, Candidates& kept) {
  const std::vector<Cell>& cells = on_.cells.cells;
  const bool leaf = target.children == 0;
  const Candidates* now = &candidates;
  while (!now->index.empty()) {
    beyond_.clear();
    others_.clear();
    if (capped_) {
      visits_[visit].within += meet(target, on_.threshold_m, *now, beyond_, others_);
      if (task_ == PairTask::within) beyond_.clear();
    } else {
      beyond_ = now->index;
    }
    open_.clear();
    for (const std::uint32_t source : beyond_) {
      if (translates(target, visit, source)) continue;
      const Cell& cell = cells[source];
      if (leaf && (cell.children == 0 || kPairNs * target.count() * cell.count() < kTranslationNs)) {
        be_near(cell);
      } else {
        keep(source, leaf ? open_ : kept);
      }
    }
    for (const std::uint32_t source : others_) {
      if (leaf && cells[source].children == 0) {
        be_near(cells[source]);
      } else {
        keep(source, leaf ? open_ : kept);
      }
    }
    std::swap(open_, opened_);
    now = &opened_;
  }
}

bool Walk::translates(const Cell& target, std::uint32_t visit, std::uint32_t source) {
  const Cell& from = on_.cells.cells[source];
  if (from.level != target.level) return false;
  const Translation* const translation =
      on_.translations.find(target.level, distance(target.column, from.column), distance(target.row, from.row));
  if (translation == nullptr) return false;
  const double pairs_ns = kPairNs * target.count() * from.count();
  if (target.children == 0 && pairs_ns < kTranslationNs + kValueNs * static_cast<double>(translation->values)) {
    return false;
  }
  requests_.push_back({translation, source, visit});
  return true;
}

/// The children of a source, or itself where it has none, are met later.
void Walk::keep(std::uint32_t source, Candidates& kept) {
  const std::vector<Cell>& cells = on_.cells.cells;
  const Cell& cell = cells[source];
  if (cell.children == 0) kept.add(cells, source, on_.mass_of_cell[source]);
  for (std::uint32_t c = cell.first_child; c < cell.first_child + cell.children; ++c) {
    kept.add(cells, c, on_.mass_of_cell[c]);
  }
}

void Walk::be_near(const Cell& source) {
  const bool first = near_.size() == visits_.back().near_begin;
  if (!first && near_.back().end == source.begin) {
    near_.back().end = source.end;
  } else {
    near_.push_back({source.begin, source.end});
  }
}

/// By translation, those of one together: its matrix stays in the cache.
void Walk::apply_translations() {
  const auto mirrored = [&](const Request& request) {
    const Cell& target = on_.cells.cells[visits_[request.visit].cell];
    const Cell& source = on_.cells.cells[request.source];
    return (target.column < source.column ? 1U : 0U) | (target.row < source.row ? 2U : 0U);
  };
  order_.resize(requests_.size());
  scratch_.resize(requests_.size());
  for (std::size_t k = 0; k < requests_.size(); ++k) {
    order_[k] = (std::uint64_t{requests_[k].translation->id} * 4 + mirrored(requests_[k])) << 32U | k;
  }
  sort_serial(order_.data(), scratch_.data(), order_.size());
  if (series_.size() < series_size_) series_.resize(series_size_);
  std::fill_n(series_.data(), series_size_, 0.0);
  for (std::size_t k = 0; k < order_.size();) {
    const std::uint64_t key = order_[k] >> 32U;
    const double* from[kAtOnce];
    double* to[kAtOnce];
    int count = 0;
    const Translation* const translation = requests_[order_[k] & 0xffffffffU].translation;
    for (; count < kAtOnce && k < order_.size() && order_[k] >> 32U == key; ++k, ++count) {
      const Request& request = requests_[order_[k] & 0xffffffffU];
      Visit& visit = visits_[request.visit];
      visit.has_series = true;
      from[count] = on_.moments + on_.moments_begin[request.source];
      to[count] = &series_[visit.series];
    }
    const int size = padded_terms(translation->order);
    apply(translation->matrix, size, size, mirror_signs(static_cast<std::uint32_t>(key & 3U)), from, to, count);
  }
}

/// Completes the series by those of the parents.
void Walk::take_series(const double* task_series) {
  for (Visit& visit : visits_) {
    const Cell& cell = on_.cells.cells[visit.cell];
    const int size = padded_terms(on_.translations.order(cell.level));
    double* series = series_.data() + visit.series;
    if (visit.has_series) {
      const double per_metre = 1 / on_.cells.side(cell.level);
      for (int k = 0; k < size; ++k) series[k] *= per_metre;
    }
    const double* parent = nullptr;
    if (visit.parent == kNone) {
      parent = task_series;
    } else if (visits_[visit.parent].has_series) {
      parent = series_.data() + visits_[visit.parent].series;
    }
    if (parent == nullptr) continue;
    visit.has_series = true;
    apply(on_.translations.to_child(cell.level), padded_terms(on_.translations.order(cell.level - 1)), size,
          mirror_signs(quarter_mirrored(cell)), &parent, &series, 1);
  }
}

void Walk::sum_leaves(double* sums, double* within) {
  const Cells& cells = on_.cells;
  for (const Visit& visit : visits_) {
    const Cell& leaf = cells.cells[visit.cell];
    if (leaf.children > 0) continue;
    const std::size_t count = leaf.count();
    const double width = std::max(leaf.x_max - leaf.x_min, leaf.y_max - leaf.y_min);
    const bool in_float = on_.may_be_float && width <= kMostFloatWidth * on_.threshold_m;
    leaf_sums_.assign(count + Cells::kSpareSlots, 0.0);
    leaf_within_.assign(count, visit.within);
    if (visit.has_series) {
      add_series(on_.translations.order(leaf.level), square_of(cells, leaf), &series_[visit.series],
                 &cells.x_m[leaf.begin], &cells.y_m[leaf.begin], count, leaf_sums_.data());
    }
    sum_near(task_, on_.threshold_m, in_float, {cells.x_m.data(), cells.y_m.data(), on_.mass}, {leaf.begin, leaf.end},
             std::span(near_).subspan(visit.near_begin, visit.near_end - visit.near_begin), leaf_sums_.data(),
             leaf_within_.data());
    for (std::size_t k = 0; k < count; ++k) {
      if (task_ != PairTask::within) sums[leaf.begin + k] = leaf_sums_[k];
      if (capped_) within[leaf.begin + k] = leaf_within_[k];
    }
  }
}

}  // namespace dscore::tree
