#include "kernels/p3m/p3m.h"

#include <omp.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <vector>

#include "kernels/p3m/near_simd.h"
#include "kernels/p3m/spread_simd.h"
#include "kernels/p3m/strips.h"
#include "kernels/stopwatch.h"
#include "kernels/within.h"

namespace dscore::p3m {
namespace {

/// Calls work(first, last) for blocks of `size` strips, first the even ones and then the odd ones: work that writes to
/// its own block and the next has one writer everywhere, and an order that does not depend on the threads. In so many
/// turns, one after another; calls between(fraction) after each.
void in_blocks(std::size_t strips, std::size_t size, int threads, std::size_t turns,
               const std::function<void(std::size_t, std::size_t)>& work, const Progress& between) {
  const std::size_t blocks = (strips + size - 1) / size;
  turns = std::min(turns, blocks);
  for (std::size_t turn = 0; turn < turns; ++turn) {
    const std::size_t first = blocks * turn / turns;
    const std::size_t last = blocks * (turn + 1) / turns;
    for (std::size_t parity = 0; parity < 2; ++parity) {
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
      for (std::size_t b = first + parity; b < last; b += 2) work(b * size, std::min(strips, (b + 1) * size));
    }
    between(static_cast<double>(turn + 1) / static_cast<double>(turns));
  }
}

/// Work between two looks at the progress: some tenths of a second.
constexpr double kLocationsATurn = 5e6;
constexpr double kPairsATurn = 2e8;

/// Meshes of other plans are kept as long as all have no more nodes: about 80 MB.
constexpr double kKeptNodes = 4e7;

}  // namespace

P3m::P3m(int threads) : threads_(threads > 0 ? threads : omp_get_max_threads()) {}

P3m::Setup& P3m::setup_for(const PairSettings& settings, const Plan& plan) {
  const auto serves = [&](const Setup& setup) {
    return same_pairs(setup.settings, settings) && setup.plan.same_mesh(plan);
  };
  const auto found = std::find_if(setups_.begin(), setups_.end(), serves);
  if (found != setups_.end()) {
    setups_.splice(setups_.begin(), setups_, found);
    setups_.front().plan = plan;  // the same mesh; what is predicted is of these points
    return setups_.front();
  }
  // The memory of one that has to go serves again.
  const auto nodes = [](const Plan& p) {
    return static_cast<double>(p.shape.period_x) * static_cast<double>(p.shape.period_y);
  };
  double kept = nodes(plan);
  for (const Setup& setup : setups_) kept += nodes(setup.plan);
  bool reuses = false;
  while (setups_.size() > (reuses ? 1U : 0U) && kept > kKeptNodes) {
    kept -= nodes(setups_.back().plan);
    if (reuses) setups_.pop_front();
    setups_.splice(setups_.begin(), setups_, std::prev(setups_.end()));
    reuses = true;
  }
  if (!reuses) setups_.emplace_front();
  Setup& setup = setups_.front();
  setup.plan = {};  // should what follows fail, it serves nothing
  const Recipe& recipe = plan.recipe;
  setup.settings = settings;
  setup.polynomial = near_polynomial(settings, plan.cutoff_m, recipe.reach, kNearPolynomialShare * recipe.tolerance);
  setup.window.emplace(recipe.width, recipe.shape, kWindowPolynomialShare * recipe.tolerance);
  const Smooth smooth(settings, plan.cutoff_m, setup.polynomial);
  const double highest = frequency_reach(settings.rule, recipe.reach) / plan.cutoff_m * plan.shape.step_m;
  setup.mesh.set(plan.shape, *setup.window, smooth, highest, kFadeShare * recipe.reach, threads_);
  setup.own = smooth(0);
  setup.response.clear();
  if (plan.exact_own) setup.response = setup.mesh.response(static_cast<std::size_t>(recipe.width), threads_);
  setup.plan = plan;
  return setup;
}

void P3m::set_points(const MergedPoints& points, const PairSettings& settings, const Plan& plan) {
  points_ = &points;
  Stopwatch watch;
  make_strips(points, plan.cutoff_m, threads_, strips_);
  if (plan.may_be_float) add_units(strips_, threads_);
  times_.sort_s = watch.lap();
  setup_ = &setup_for(settings, plan);
  times_.mesh_s = watch.lap();
}

PairSums P3m::execute(std::span<const std::uint32_t> multiplicity, const Progress& progress) {
  counted_ = multiplicity.empty() ? std::span<const std::uint32_t>(points_->multiplicity) : multiplicity;
  set_masses(counted_, threads_, strips_);
  return sum(progress);
}

PairSums P3m::execute_weighted(std::span<const double> weights, const Progress& progress) {
  counted_ = {};
  set_masses(weights, threads_, strips_);
  return sum(progress);
}

PairSums P3m::sum(const Progress& progress) {
  const auto report = [&](double fraction) {
    if (progress) progress(fraction);
  };
  const Plan& plan = setup_->plan;
  const MeshShape& shape = plan.shape;
  const MeshWindow& window = *setup_->window;
  const std::size_t count = strips_.strips();
  Stopwatch watch;
  take_out_dominant();

  nodes_.resize(shape.rows * shape.stride());
#pragma omp parallel for num_threads(threads_)
  for (std::size_t row = 0; row < shape.rows; ++row) {
    // As far as a window's last vectors reach.
    std::fill_n(&nodes_[row * shape.stride()], shape.columns + MeshWindow::kMaxWidth, 0.0);
  }
  // A block is at least as high as a window, so that only the next block's rows are shared.
  const auto window_strips = static_cast<std::size_t>((window.width() + 1) * shape.step_m / strips_.height_m) + 1;
  const auto many = 1 + static_cast<std::size_t>(static_cast<double>(points_->size()) / kLocationsATurn);
  in_blocks(
      count, window_strips, threads_, many,
      [&](std::size_t first, std::size_t last) { spread_strips(strips_, shape, window, first, last, nodes_.data()); },
      [&](double fraction) { report(0.1 * fraction); });
  times_.spread_s = watch.lap();
  setup_->mesh.convolve(nodes_.data(), threads_);
  times_.transform_s = watch.lap();
  report(0.3);

  const std::vector<double>& response = setup_->response;
  sums_.resize(strips_.slots());
#pragma omp parallel for num_threads(threads_) schedule(dynamic, 4)
  for (std::size_t s = 0; s < count; ++s) {
    gather_strips(strips_, shape, window, s, s + 1, nodes_.data(), response.empty() ? nullptr : response.data(),
                  setup_->own, sums_.data());
  }
  times_.gather_s = watch.lap();
  report(0.4);

  const NearKernel near{setup_->settings, plan.cutoff_m, setup_->polynomial.data(),
                        static_cast<int>(setup_->polynomial.size()) - 1};
  const bool in_float = plan.may_be_float && near_in_float(near, strips_, plan.tolerance);
  std::vector<std::uint64_t> within(count, 0);
  in_blocks(
      count, 2 * kStripsPerCutoff, threads_, 1 + static_cast<std::size_t>(plan.near_pairs / kPairsATurn),
      [&](std::size_t first, std::size_t last) {
        within[first] = sum_near_strips(near, strips_, *points_, in_float, first, last, sums_.data());
      },
      [&](double fraction) { report(0.4 + 0.6 * fraction); });

  PairSums result;
  for (const std::uint64_t pairs : within) result.ordered_pairs_within += counted_.empty() ? 0 : 2 * pairs;
  result.sum_per_m.resize(points_->size());
#pragma omp parallel for num_threads(threads_)
  for (std::size_t slot = 0; slot < strips_.slots(); ++slot) {
    if (strips_.location[slot] != kNoLocation) result.sum_per_m[strips_.location[slot]] = sums_[slot];
  }
  add_dominant(result);
  times_.near_s = watch.lap();
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
  const double t = setup_->settings.threshold_m;
  const Decay& decay = setup_->settings.decay;
  const Threshold<double> threshold{t, decay_value(decay, t)};
  const auto is_dominant = [&](std::size_t p) {
    return std::any_of(dominant_.begin(), dominant_.end(), [&](const Dominant& d) { return d.location == p; });
  };
  std::uint64_t ordered = 0;
#pragma omp parallel for num_threads(threads_) reduction(+ : ordered)
  for (std::size_t p = 0; p < points_->size(); ++p) {
    const bool both_count = !is_dominant(p);  // else its partner counts the pair once more by itself
    const std::uint64_t mass = counted_.empty() ? 0 : counted_[p];
    for (const Dominant& other : dominant_) {
      const std::uint32_t q = other.location;
      if (q == p) continue;
      const double dx = points_->x_m[p] - points_->x_m[q];
      const double dy = points_->y_m[p] - points_->y_m[q];
      const bool within = within_threshold(points_->x_m[p], points_->y_m[p], points_->x_m[q], points_->y_m[q], t);
      sums.sum_per_m[p] += other.mass * with_rule(setup_->settings.rule, [&](auto rule) {
                             return with_decay<double>(decay, [&](auto g) {
                               return pair_value<rule()>(dx * dx + dy * dy, within, threshold, g);
                             });
                           });
      if (within) ordered += (both_count ? 2 : 1) * mass * static_cast<std::uint64_t>(other.mass);
    }
  }
  sums.ordered_pairs_within += ordered;
}

}  // namespace dscore::p3m
