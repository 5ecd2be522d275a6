#include "kernels/p3m/p3m.h"

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <numeric>
#include <vector>

#include "kernels/loop_progress.h"
#include "kernels/p3m/near_simd.h"
#include "kernels/p3m/spread_simd.h"
#include "kernels/p3m/strips.h"
#include "kernels/stopwatch.h"
#include "kernels/within.h"

namespace dscore::p3m {
namespace {

/// Calls work(first, last) for blocks of `size` strips, first the even ones and then the odd ones: work that writes to
/// its own block and the next has one writer everywhere, and an order that does not depend on the threads. Of either,
/// those with most work (by strip, in any unit) go first, so that threads end together.
void in_blocks(const std::vector<double>& work_of_strip, std::size_t size, int threads,
               const std::function<void(std::size_t, std::size_t)>& work, LoopProgress& progress) {
  const std::size_t strips = work_of_strip.size();
  struct Block {
    double work;
    std::size_t first, last;
  };
  for (std::size_t parity = 0; parity < 2; ++parity) {
    std::vector<Block> blocks;
    for (std::size_t first = parity * size; first < strips; first += 2 * size) {
      const std::size_t last = std::min(strips, first + size);
      blocks.push_back(
          {std::accumulate(&work_of_strip[first], &work_of_strip[first] + (last - first), 0.0), first, last});
    }
    std::stable_sort(blocks.begin(), blocks.end(), [](const Block& a, const Block& b) { return a.work > b.work; });
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
    for (std::size_t b = 0; b < blocks.size(); ++b) {  // NOLINT(modernize-loop-convert): OpenMP
      if (progress.stopped()) continue;
      work(blocks[b].first, blocks[b].last);
      progress.add(blocks[b].work);
    }
    progress.rethrow();
  }
  progress.end();
}

std::vector<double> locations_of_strips(const Strips& strips) {
  std::vector<double> count(strips.strips());
  for (std::size_t s = 0; s < count.size(); ++s) count[s] = static_cast<double>(strips.end[s] - strips.begin[s]);
  return count;
}

/// About what near pairs take, had they no patches: locations, and those within the cut-off of each in its own strip,
/// by how close some that follow each other are.
std::vector<double> near_work_of_strips(const Strips& strips, double cutoff_m) {
  constexpr std::size_t kSome = 64;
  constexpr double kOfLocation = 10;
  std::vector<double> work(strips.strips(), 0.0);
  for (std::size_t s = 0; s < work.size(); ++s) {
    const auto all = static_cast<double>(strips.end[s] - strips.begin[s]);
    for (std::size_t slot = strips.begin[s]; slot < strips.end[s]; slot += kSome) {
      const std::size_t next = std::min(slot + kSome, strips.end[s]);
      const auto count = static_cast<double>(next - slot);
      const double width = strips.x_m[next - 1] - strips.x_m[slot];
      work[s] += count * (kOfLocation + (width * all > cutoff_m * count ? cutoff_m * count / width : all));
    }
  }
  return work;
}

/// What roundings of the mesh are of the smallest sum in a strip: much, where lonely places stand in the rows of a town
/// that is far away.
double error_share(const Strips& strips, const MeshShape& shape, const MeshWindow& window, std::size_t strip,
                   const std::vector<double>& error_of_row, const LargeArray<double>& sums) {
  double least = INFINITY;
  for (std::size_t slot = strips.begin[strip]; slot < strips.end[strip]; ++slot) {
    if (strips.location[slot] != kNoLocation) least = std::min(least, sums[slot]);
  }
  const double bottom = strips.height_m * static_cast<double>(strip) / shape.step_m;
  const auto first = static_cast<std::size_t>(bottom);
  const auto rows =
      static_cast<std::size_t>(strips.height_m / shape.step_m) + 2 + static_cast<std::size_t>(window.width());
  double most = 0;
  for (std::size_t row = first; row < std::min(first + rows, error_of_row.size()); ++row) {
    if (!(error_of_row[row] <= most)) most = error_of_row[row];  // or not a number
  }
  return least > 0 ? most / least : INFINITY;
}

/// Of the tolerance, what the root mean square of FP32's roundings may be. The largest were up to 7 times that, in
/// narrow meshes; ordinary clouds have a sixth of it.
constexpr double kMostErrorShare = 0.08;
/// Totals of masses that FP32 has room for, and for the squares of what they add up to.
constexpr double kSmallestTotal = 1e-6;
constexpr double kLargestTotal = 1e15;

double sum_of(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

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
  const double pairs = plan.near_pairs / static_cast<double>(std::max<std::size_t>(points.size(), 1));
  make_strips(points, plan.cutoff_m, plan.by_patches ? kPatchStrips : strips_per_cutoff(pairs),
              plan.by_patches ? patch_rule(plan.may_be_float) : PatchRule{}, threads_, strips_);
  if (plan.may_be_float) add_units(strips_, threads_);
  times_.sort_s = watch.lap();
  setup_ = &setup_for(settings, plan);
  patches_.set(near_kernel(), strips_, plan.tolerance);
  times_.mesh_s = watch.lap();
}

NearKernel P3m::near_kernel() const {
  return {setup_->settings, setup_->plan.cutoff_m, setup_->polynomial.data(),
          static_cast<int>(setup_->polynomial.size()) - 1};
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

template <class T>
bool P3m::sum_smooth(const Progress& progress) {
  const MeshShape& shape = setup_->plan.shape;
  const MeshWindow& window = *setup_->window;
  Stopwatch watch;
  nodes_.resize(shape.rows * shape.stride());
#pragma omp parallel for num_threads(threads_)
  for (std::size_t row = 0; row < shape.rows; ++row) {
    // As far as a window's last vectors reach.
    std::fill_n(&nodes_[row * shape.stride()], shape.columns + MeshWindow::kMaxWidth, 0.0);
  }
  // A block is at least as high as a window, so that only the next block's rows are shared.
  const auto window_strips = static_cast<std::size_t>((window.width() + 1) * shape.step_m / strips_.height_m) + 1;
  const std::vector<double> locations = locations_of_strips(strips_);
  LoopProgress spreading(progress, 0, 0.1, sum_of(locations));
  in_blocks(
      locations, window_strips, threads_,
      [&](std::size_t first, std::size_t last) { spread_strips(strips_, shape, window, first, last, nodes_.data()); },
      spreading);
  times_.spread_s = watch.lap();
  const MeshSums<T> at_nodes = setup_->mesh.convolve<T>(nodes_.data(), threads_);
  times_.transform_s = watch.lap();
  if (progress) progress(0.3);

  const OwnPart own{setup_->own, setup_->response.empty() ? nullptr : setup_->response.data()};
  sums_.resize(strips_.slots());
  std::vector<double> share(strips_.strips(), 0.0);
#pragma omp parallel for num_threads(threads_) schedule(dynamic, 4)
  for (std::size_t s = 0; s < strips_.strips(); ++s) {
    gather_strips(strips_, shape, window, s, s + 1, at_nodes.nodes, own, sums_.data());
    if (!at_nodes.error_of_row.empty()) share[s] = error_share(strips_, shape, window, s, at_nodes.error_of_row, sums_);
  }
  times_.gather_s = watch.lap();
  if (progress) progress(0.4);
  return std::all_of(share.begin(), share.end(),
                     [&](double of_strip) { return of_strip <= kMostErrorShare * setup_->plan.tolerance; });
}

PairSums P3m::sum(const Progress& progress) {
  const Plan& plan = setup_->plan;
  const std::size_t count = strips_.strips();
  take_out_dominant();
  const bool in_range = strips_.about_all_mass > kSmallestTotal && strips_.about_all_mass < kLargestTotal;
  if (!(plan.mesh_in_float && in_range && sum_smooth<float>(progress))) sum_smooth<double>(progress);

  PairSums result;
  Stopwatch watch;
  const PatchPairs* const by_patches = patches_.take(strips_, threads_);
  if (by_patches != nullptr) {
    const bool counts = !counted_.empty();
    const std::uint64_t pairs = patches_.add(strips_, counts, threads_, sums_.data());
    if (counts) result.ordered_pairs_within += pairs;
  }
  times_.patches_s = watch.lap();
  const NearKernel near = near_kernel();
  const bool in_float = plan.may_be_float && near_in_float(near, strips_, plan.tolerance);
  std::vector<std::uint64_t> within(count, 0);
  const std::vector<double> work = near_work_of_strips(strips_, plan.cutoff_m);
  LoopProgress summing(progress, 0.4, 1, sum_of(work));
  in_blocks(
      work, static_cast<std::size_t>(strips_.per_cutoff), threads_,
      [&](std::size_t first, std::size_t last) {
        within[first] = sum_near_strips(near, strips_, *points_, in_float, by_patches, first, last, sums_.data());
      },
      summing);

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
  dominant_.clear();
  if (strips_.largest_mass < (1 - 1e-6) * kDominantShare * strips_.about_all_mass) return;
  double all = 0;
  for (const double mass : strips_.mass) all += mass;
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
