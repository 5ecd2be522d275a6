#include "kernels/tree/tree.h"

#include <omp.h>

#include <algorithm>

#include "kernels/stopwatch.h"
#include "kernels/tree/walk.h"

namespace dscore::tree {
namespace {

/// Looks at the progress while subtrees are walked, where there are many locations.
constexpr std::size_t kReports = 16;

/// Fewer locations are one thread's.
constexpr std::size_t kWorthThreads = 8192;

PairTask task_of(ThresholdRule rule) {
  if (constant_within(rule)) return PairTask::capped;
  return rule == ThresholdRule::shift ? PairTask::shift : PairTask::none;
}

}  // namespace

Tree::Tree(int threads) : threads_(threads > 0 ? threads : omp_get_max_threads()) {}

void Tree::set_points(const MergedPoints& points, const PairSettings& settings, const Plan& plan) {
  points_ = &points;
  settings_ = settings;
  plan_ = plan;
  Stopwatch watch;
  team_ = points.size() < kWorthThreads ? 1 : threads_;
  make_cells(points, plan.leaf_size, team_, cells_);
  times_.cells_s = watch.lap();

  int levels = 0;
  for (const Cell& cell : cells_.cells) levels = std::max<int>(levels, cell.level);
  translations_.set(settings.rule, settings.threshold_m, cells_.side_m, levels, plan.error, plan.separation, threads_);
  moments_begin_.resize(cells_.cells.size());
  std::size_t size = 0;
  for (std::size_t c = 0; c < cells_.cells.size(); ++c) {
    moments_begin_[c] = size;
    size += static_cast<std::size_t>(padded_terms(translations_.order(cells_.cells[c].level)));
  }
  moments_.resize(size);
  times_.translations_s = watch.lap();
}

void Tree::sum_moments(std::uint32_t index) {
  const Cell& cell = cells_.cells[index];
  double& mass = mass_of_cell_[index];
  mass = 0;
  const int order = translations_.order(cell.level);
  double* moments = moments_.data() + moments_begin_[index];
  if (cell.children == 0) {
    for (std::uint32_t s = cell.begin; s < cell.end; ++s) mass += mass_[s];
    if (order == 0) return;
    moments_of_points(order, square_of(cells_, cell), &cells_.x_m[cell.begin], &cells_.y_m[cell.begin],
                      &mass_[cell.begin], cell.count(), moments);
    return;
  }
  const int size = padded_terms(order);
  std::fill_n(moments, size, 0.0);
  for (std::uint32_t c = cell.first_child; c < cell.first_child + cell.children; ++c) {
    mass += mass_of_cell_[c];
    if (order == 0) continue;
    const Cell& child = cells_.cells[c];
    const double* const from = moments_.data() + moments_begin_[c];
    apply(translations_.to_parent(child.level), padded_terms(translations_.order(child.level)), size,
          mirror_signs(quarter_mirrored(child)), &from, &moments, 1);
  }
}

void Tree::sum_all_moments() {
  mass_of_cell_.resize(cells_.cells.size());
  const std::size_t subtrees = cells_.subtrees.size();
#pragma omp parallel for num_threads(team_) schedule(dynamic, 1)
  for (std::size_t k = 0; k < subtrees; ++k) {
    const auto [root, below] = cells_.subtrees[k];
    const std::uint32_t first = cells_.cells[root].first_child;
    for (std::uint32_t c = first + below; c-- > first;) sum_moments(c);
    sum_moments(root);
  }
  std::vector<bool> done(cells_.cells.size(), false);
  std::uint32_t above = 0;
  for (const auto& [root, below] : cells_.subtrees) {
    done[root] = true;
    above = std::max(above, root + 1);
  }
  for (std::uint32_t c = above; c-- > 0;) {
    if (!done[c]) sum_moments(c);
  }
}

PairSums Tree::execute(std::span<const std::uint32_t> multiplicity, const Progress& progress) {
  const std::size_t slots = cells_.slots();
  PairSums result;
  result.sum_per_m.resize(slots);
  if (slots == 0) return result;
  Stopwatch watch;
  const std::span<const std::uint32_t> masses =
      multiplicity.empty() ? std::span<const std::uint32_t>(points_->multiplicity) : multiplicity;
  mass_.resize(slots + Cells::kSpareSlots);
  double largest = 0;
#pragma omp parallel for num_threads(team_) reduction(max : largest)
  for (std::size_t s = 0; s < slots; ++s) {
    mass_[s] = masses[cells_.location[s]];
    largest = std::max(largest, mass_[s]);
  }
  std::fill_n(&mass_[slots], Cells::kSpareSlots, 0.0);
  sum_all_moments();
  times_.moments_s = watch.lap();
  if (progress) progress(0.05);

  const bool in_float = may_be_float(settings_.rule, plan_.error) && largest < kMostFloatMass;
  const Landscape landscape{cells_,       translations_, moments_begin_,        moments_.data(),
                            mass_.data(), mass_of_cell_, settings_.threshold_m, in_float};
  LargeArray<double> sums(slots);
  LargeArray<double> within(slots);
  std::vector<PairTask> passes{task_of(settings_.rule)};
  if (passes[0] != PairTask::capped) passes.push_back(PairTask::within);
  for (std::size_t pass = 0; pass < passes.size(); ++pass) {
    const std::vector<Walk::Task> tasks = Walk(landscape, passes[pass]).tasks();
    std::vector<Walk> walks(static_cast<std::size_t>(team_), Walk(landscape, passes[pass]));
    const std::size_t reports = slots < kWorthThreads ? 1 : kReports;
    for (std::size_t report = 0; report < reports; ++report) {
      const std::size_t first = tasks.size() * report / reports;
      const std::size_t last = tasks.size() * (report + 1) / reports;
#pragma omp parallel for num_threads(team_) schedule(dynamic, 1)
      for (std::size_t k = first; k < last; ++k) {
        walks[static_cast<std::size_t>(omp_get_thread_num())].run(tasks[k], sums.data(), within.data());
      }
      const double done =
          static_cast<double>(pass * reports + report + 1) / static_cast<double>(passes.size() * reports);
      if (progress) progress(0.05 + 0.95 * done);
    }
  }

  // A location is within the threshold of itself.
  const double value_within =
      settings_.rule == ThresholdRule::cap ? coincident_value(settings_.rule, settings_.threshold_m) : 0;
  std::uint64_t ordered = 0;
#pragma omp parallel for num_threads(team_) reduction(+ : ordered)
  for (std::size_t s = 0; s < slots; ++s) {
    const double others = within[s] - mass_[s];
    result.sum_per_m[cells_.location[s]] = sums[s] + others * value_within;
    ordered += static_cast<std::uint64_t>(mass_[s]) * static_cast<std::uint64_t>(others);
  }
  result.ordered_pairs_within = ordered;
  times_.walk_s = watch.lap();
  return result;
}

}  // namespace dscore::tree
