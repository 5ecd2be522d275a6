#include "kernels/p3m/patches.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "kernels/p3m/split.h"
#include "kernels/pair.h"
#include "kernels/series_simd.h"

namespace dscore::p3m {
namespace {

/// Squares with fewer locations are not worth the empty slots that they need.
constexpr std::size_t kLeastInPatch = 16;
/// Unordered, within t: with fewer, too few squares are full to pay for the empty slots of the others (measured).
constexpr double kPairsForPatches = 1'500;
constexpr double kPairsForPatchesInFloat = 2'000;
/// What series leave out, over the tolerance and f within t. A score has at least m f(t) of each neighbour of mass m
/// that is summed by them, and its own mass is no more than theirs, so they add twice this to its relative error at
/// most.
constexpr double kErrorShare = 0.05;
/// Of a patch's mass, what one location may have: what series leave out of its own mass is then no more than of its
/// neighbours'.
constexpr double kLargestOwnShare = 0.5;
/// Longer series take longer than the pairs.
constexpr int kLongestOrder = 21;
/// Makes up for what puts a location beyond its square: digits left out of the keys that tell columns (2^-14 of one at
/// most), coordinates rounded as they were moved, strips that are higher by a billionth.
constexpr double kSlack = 1e-3;
/// A pair of patches takes as long as so many pairs of locations.
constexpr double kLeastPairs = 400;
/// Patches whose sums are made at once, so that each translation serves many while it is in the cache; but few in all
/// must serve all threads.
std::size_t block_of(std::size_t patches) { return std::clamp<std::size_t>(patches / 256, 4, 64); }
constexpr int kNoPatch = -1;

/// Which patches are so many columns and strips from one.
class Partners {
 public:
  Partners(const Strips& strips, const PatchPairs& pairs, std::size_t index) {
    of_.fill(kNoPatch);
    for (int up = -kMostStrips; up <= kMostStrips; ++up) {
      pairs.for_partners(strips, index, up, [&](std::size_t found) {
        const auto right = static_cast<int>(strips.patches[found].column - strips.patches[index].column);
        at(right, up) = static_cast<int>(found);
      });
    }
  }
  int& at(int right, int up) {
    const int place = (up + kMostStrips) * kRow + right + kMostStrips;
    return of_[static_cast<std::size_t>(place)];
  }
  template <class Work>
  void for_each(const Work& work) const {
    for (const int patch : of_) {
      if (patch != kNoPatch) work(static_cast<std::size_t>(patch));
    }
  }

 private:
  static constexpr int kRow = 2 * kMostStrips + 1;
  std::array<int, std::size_t{kRow} * kRow> of_;
};

/// Collects patches that need the same translation.
class Batch {
 public:
  Batch(const series::Translation& translation, std::uint32_t mirrored)
      : translation_(translation), sign_(series::mirror_signs(mirrored)) {}
  ~Batch() { flush(); }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  void add(const double* moments, double* values) {
    from_[waiting_] = moments;
    to_[waiting_] = values;
    if (++waiting_ == series::kAtOnce) flush();
  }

 private:
  void flush() {
    const int size = series::padded_terms(translation_.order);
    if (waiting_ > 0) series::apply(translation_.matrix, size, size, sign_, from_.data(), to_.data(), waiting_);
    waiting_ = 0;
  }

  const series::Translation& translation_;
  const double* sign_;
  std::array<const double*, series::kAtOnce> from_{};
  std::array<double*, series::kAtOnce> to_{};
  int waiting_ = 0;
};

series::Square square_of(const Strips& strips, const Patch& patch) {
  return {(static_cast<double>(patch.column) + 0.5) * strips.patch_width_m,
          (static_cast<double>(patch.strip) + 0.5) * strips.height_m, 0.5 * strips.height_m};
}

}  // namespace

bool patches_can_serve(const PairSettings& settings, double cutoff_m) {
  return settings.rule == ThresholdRule::cap && cutoff_m == settings.threshold_m;
}

bool patches_serve(const PairSettings& settings, double cutoff_m, double pairs_of_location, bool in_float) {
  return patches_can_serve(settings, cutoff_m) &&
         pairs_of_location >= (in_float ? kPairsForPatchesInFloat : kPairsForPatches);
}

PatchRule patch_rule(bool in_float) { return {kLeastInPatch, in_float ? kSlotsAligned : kSlotsAligned / 2}; }

bool PatchTranslations::set(const NearKernel& kernel, double column_m, double side_m, int strips_per_cutoff,
                            double error) {
  const double t = kernel.settings.threshold_m;
  const Threshold<double> threshold{t, decay_value(kernel.settings.decay, t)};
  const Cutoff cutoff{kernel.cutoff_m, decay_value(kernel.settings.decay, kernel.cutoff_m)};
  const auto powers = static_cast<std::size_t>(kernel.degree) + 1;
  const series::Kernel near = [&](double sides) {  // nearer than the cut-off
    return threshold.at_t - smooth_value<ThresholdRule::cap>(sides * side_m, threshold, cutoff, kernel.powers, powers);
  };
  zero_ = near(0);
  order_ = 0;
  columns_.fill(-1);
  for (int strips = 0; strips <= strips_per_cutoff; ++strips) {
    int& most = columns_[static_cast<std::size_t>(strips)];
    while (most < kMostStrips && (1 + kSlack) * side_m * std::hypot(most + 2, strips + 1) <= t) {
      ++most;
      series::Translation& made = known_[static_cast<std::size_t>(strips)][static_cast<std::size_t>(most)];
      made = series::make_translation(near, most * column_m / side_m, strips, error);
      if (made.order == 0 || made.order > kLongestOrder) return false;
      order_ = std::max(order_, made.order);
    }
  }
  return columns_[0] > 0;
}

void PatchSums::set(const NearKernel& kernel, const Strips& strips, double tolerance) {
  taken_.assign(strips.patches.size(), 0);
  const double error = kErrorShare * tolerance * decay_value(kernel.settings.decay, kernel.settings.threshold_m);
  serves_ = !strips.patches.empty() && patches_can_serve(kernel.settings, kernel.cutoff_m) &&
            translations_.set(kernel, strips.patch_width_m, strips.height_m, strips.per_cutoff, error);
}

const PatchPairs* PatchSums::take(const Strips& strips, int threads) {
  if (!serves_) return nullptr;
  const int order = translations_.order();
  const auto stride = static_cast<std::size_t>(series::padded_terms(order));
  moments_.resize(strips.patches.size() * stride);
#pragma omp parallel for num_threads(threads) schedule(dynamic, 4)
  for (std::size_t n = 0; n < strips.patches.size(); ++n) {
    const Patch& patch = strips.patches[n];
    double largest = 0;
    double all = 0;
    for (std::size_t slot = patch.begin; slot < patch.end; ++slot) {
      largest = std::max(largest, strips.mass[slot]);
      all += strips.mass[slot];
    }
    taken_[n] = largest <= kLargestOwnShare * all ? 1 : 0;
    if (taken_[n] == 0) continue;
    series::moments_of_points(order, square_of(strips, patch), &strips.x_m[patch.begin], &strips.y_m[patch.begin],
                              &strips.mass[patch.begin], patch.end - patch.begin, &moments_[n * stride]);
  }
  pairs_ = {taken_.data(), translations_.columns(), kLeastPairs};
  return &pairs_;
}

std::uint64_t PatchSums::add(const Strips& strips, bool counts, int threads, double* sums) const {
  const int order = translations_.order();
  const auto stride = static_cast<std::size_t>(series::padded_terms(order));
  std::vector<std::uint64_t> mass(counts ? strips.patches.size() : 0);
  const std::size_t block = block_of(strips.patches.size());
  std::uint64_t ordered = 0;
#pragma omp parallel num_threads(threads) reduction(+ : ordered)
  {
#pragma omp for schedule(static)
    for (std::size_t n = 0; n < mass.size(); ++n) {
      if (taken_[n] == 0) continue;
      for (std::size_t slot = strips.patches[n].begin; slot < strips.patches[n].end; ++slot) {
        const auto m = static_cast<std::uint64_t>(strips.mass[slot]);
        mass[n] += m;
        ordered -= m * m;  // pairs with itself, which are added below (modulo 2^64)
      }
    }
    LargeArray<double> values;  // series of a block's patches
    std::vector<Partners> partners;
    std::vector<std::size_t> of_block;
#pragma omp for schedule(dynamic, 1)
    for (std::size_t first = 0; first < strips.patches.size(); first += block) {
      partners.clear();
      of_block.clear();
      for (std::size_t n = first; n < std::min(first + block, strips.patches.size()); ++n) {
        if (taken_[n] == 0) continue;
        of_block.push_back(n);
        partners.emplace_back(strips, pairs_, n);
        if (counts) partners.back().for_each([&](std::size_t other) { ordered += mass[n] * mass[other]; });
      }
      values.assign(of_block.size() * stride, 0.0);
      for (int up = -kMostStrips; up <= kMostStrips; ++up) {
        const int columns = pairs_.columns[static_cast<std::size_t>(std::abs(up))];
        for (int right = -columns; right <= columns; ++right) {
          // Translations are to the right and up: from what a patch has on its right, or above, they are mirrored.
          Batch batch(translations_.find(std::abs(right), std::abs(up)), (right > 0 ? 1U : 0U) | (up > 0 ? 2U : 0U));
          for (std::size_t b = 0; b < of_block.size(); ++b) {
            const int other = partners[b].at(right, up);
            if (other != kNoPatch) batch.add(&moments_[static_cast<std::size_t>(other) * stride], &values[b * stride]);
          }
        }
      }
      for (std::size_t b = 0; b < of_block.size(); ++b) {
        const Patch& patch = strips.patches[of_block[b]];
        series::add_series(order, square_of(strips, patch), &values[b * stride], &strips.x_m[patch.begin],
                           &strips.y_m[patch.begin], patch.end - patch.begin, sums + patch.begin);
        for (std::size_t slot = patch.begin; slot < patch.end; ++slot) {  // their own part
          sums[slot] -= translations_.near_zero() * strips.mass[slot];
        }
      }
    }
  }
  return ordered;
}

}  // namespace dscore::p3m
