#include "kernels/p3m/p3m.h"

#include <omp.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "kernels/p3m/near_simd.h"
#include "kernels/p3m/spread_simd.h"
#include "kernels/p3m/strips.h"
#include "kernels/stopwatch.h"
#include "kernels/within.h"

namespace dscore::p3m {
namespace {

/// Calls work(first, last) for blocks of `size` strips, first the even ones and then the odd ones: work that writes to
/// its own block and the next has one writer everywhere, and an order that does not depend on the threads.
void in_blocks(std::size_t strips, std::size_t size, int threads,
               const std::function<void(std::size_t, std::size_t)>& work) {
  const std::size_t blocks = (strips + size - 1) / size;
  for (std::size_t parity = 0; parity < 2; ++parity) {
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
    for (std::size_t b = parity; b < blocks; b += 2) work(b * size, std::min(strips, (b + 1) * size));
  }
}

}  // namespace

P3m::P3m(int threads) : threads_(threads > 0 ? threads : omp_get_max_threads()) {}

void P3m::set_points(const MergedPoints& points, const PairSettings& settings, const Plan& plan) {
  points_ = &points;
  settings_ = settings;
  plan_ = plan;
  const Recipe& recipe = plan.recipe;
  Stopwatch watch;
  make_strips(points, plan.cutoff_m, threads_, strips_);
  if (near_may_be_float(settings.rule, plan.tolerance)) add_units(strips_, threads_);
  times_.sort_s = watch.lap();

  polynomial_ = near_polynomial(settings.rule, recipe.reach, kNearPolynomialShare * recipe.tolerance);
  window_.emplace(recipe.width, recipe.shape, kWindowPolynomialShare * recipe.tolerance);
  const Smooth smooth(settings.rule, settings.threshold_m, plan.cutoff_m, polynomial_);
  const double highest = frequency_reach(settings.rule, recipe.reach) / plan.cutoff_m * plan.shape.step_m;
  mesh_.set(plan.shape, *window_, smooth, highest, kFadeShare * recipe.reach, threads_);
  own_ = smooth(0);
  response_.clear();
  if (plan.exact_own) response_ = mesh_.response(static_cast<std::size_t>(recipe.width), threads_);
  times_.mesh_s = watch.lap();
}

PairSums P3m::execute(std::span<const std::uint32_t> multiplicity, const Progress& progress) {
  const auto report = [&](double fraction) {
    if (progress) progress(fraction);
  };
  const MeshShape& shape = plan_.shape;
  const std::size_t count = strips_.strips();
  Stopwatch watch;
  masses_ = multiplicity.empty() ? std::span<const std::uint32_t>(points_->multiplicity) : multiplicity;
  set_masses(masses_, threads_, strips_);
  take_out_dominant();

  nodes_.resize(shape.rows * shape.stride());
#pragma omp parallel for num_threads(threads_)
  for (std::size_t row = 0; row < shape.rows; ++row) {
    std::fill_n(&nodes_[row * shape.stride()], shape.stride(), 0.0);
  }
  // A block is at least as high as a window, so that only the next block's rows are shared.
  const auto window_strips = static_cast<std::size_t>((window_->width() + 1) * shape.step_m / strips_.height_m) + 1;
  in_blocks(count, window_strips, threads_, [&](std::size_t first, std::size_t last) {
    spread_strips(strips_, shape, *window_, first, last, nodes_.data());
  });
  times_.spread_s = watch.lap();
  report(0.1);
  mesh_.convolve(nodes_.data(), threads_);
  times_.transform_s = watch.lap();
  report(0.3);

  sums_.resize(strips_.slots());
#pragma omp parallel for num_threads(threads_) schedule(dynamic, 4)
  for (std::size_t s = 0; s < count; ++s) {
    gather_strips(strips_, shape, *window_, s, s + 1, nodes_.data(), response_.empty() ? nullptr : response_.data(),
                  own_, sums_.data());
  }
  times_.gather_s = watch.lap();
  report(0.5);

  const NearKernel near{settings_.rule, settings_.threshold_m, plan_.cutoff_m, polynomial_.data(),
                        static_cast<int>(polynomial_.size()) - 1};
  const bool in_float = near_in_float(near, strips_, plan_.tolerance);
  std::vector<std::uint64_t> within(count, 0);
  in_blocks(count, 2 * kStripsPerCutoff, threads_, [&](std::size_t first, std::size_t last) {
    within[first] = sum_near_strips(near, strips_, *points_, in_float, first, last, sums_.data());
  });

  PairSums result;
  for (const std::uint64_t pairs : within) result.ordered_pairs_within += 2 * pairs;
  result.sum_per_m.resize(points_->size());
#pragma omp parallel for num_threads(threads_)
  for (std::size_t slot = 0; slot < strips_.slots(); ++slot) {
    if (strips_.location[slot] != kNoLocation) result.sum_per_m[strips_.location[slot]] = sums_[slot];
  }
  add_dominant(result);
  times_.near_s = watch.lap();
  report(1);
  return result;
}

void P3m::take_out_dominant() {
  double all = 0;
  for (const double mass : strips_.mass) all += mass;
  dominant_.clear();
  strips_.largest_mass = 0;
  for (std::size_t slot = 0; slot < strips_.slots(); ++slot) {
    double& mass = strips_.mass[slot];
    if (mass > kDominantShare * all) {
      dominant_.push_back({strips_.location[slot], mass});
      mass = 0;
      if (strips_.unit_m > 0) strips_.mass_f[slot] = 0;
    }
    strips_.largest_mass = std::max(strips_.largest_mass, mass);
  }
  std::sort(dominant_.begin(), dominant_.end(),
            [](const Dominant& a, const Dominant& b) { return a.location < b.location; });
}

void P3m::add_dominant(PairSums& sums) const {
  if (dominant_.empty()) return;
  const double t = settings_.threshold_m;
  const auto is_dominant = [&](std::size_t p) {
    return std::any_of(dominant_.begin(), dominant_.end(), [&](const Dominant& d) { return d.location == p; });
  };
  std::uint64_t ordered = 0;
#pragma omp parallel for num_threads(threads_) reduction(+ : ordered)
  for (std::size_t p = 0; p < points_->size(); ++p) {
    const bool both_count = !is_dominant(p);  // else its partner counts the pair once more by itself
    const std::uint64_t mass = masses_[p];
    for (const Dominant& other : dominant_) {
      const std::uint32_t q = other.location;
      if (q == p) continue;
      const double dx = points_->x_m[p] - points_->x_m[q];
      const double dy = points_->y_m[p] - points_->y_m[q];
      const bool within = within_threshold(points_->x_m[p], points_->y_m[p], points_->x_m[q], points_->y_m[q], t);
      sums.sum_per_m[p] += other.mass * with_rule(settings_.rule, [&](auto rule) {
                             return pair_value<rule()>(dx * dx + dy * dy, within, Threshold<double>{t, 1 / t});
                           });
      if (within) ordered += (both_count ? 2 : 1) * mass * static_cast<std::uint64_t>(other.mass);
    }
  }
  sums.ordered_pairs_within += ordered;
}

}  // namespace dscore::p3m
