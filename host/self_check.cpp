#include "host/self_check.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "host/synth_random.h"
#include "kernels/exact_sums.h"
#include "kernels/stopwatch.h"

namespace dscore {
namespace {

/// The locations to check, each once, ascending.
std::vector<std::uint32_t> sample(const MergedPoints& points, const PairSums& sums) {
  const std::size_t n = points.size();
  std::vector<std::uint32_t> all(n);
  std::iota(all.begin(), all.end(), 0U);
  if (n <= kCheckedTargets) return all;

  std::vector<std::uint32_t> targets;
  const auto take_first = [&](std::size_t count, auto before) {
    std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count), all.end(), before);
    targets.insert(targets.end(), all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count));
  };
  const auto by = [](const auto& value) {
    return [&value](std::uint32_t a, std::uint32_t b) { return value[a] != value[b] ? value[a] > value[b] : a < b; };
  };
  const auto larger = by(sums.sum_per_m);
  take_first(kCheckedTargets / 4, larger);
  take_first(kCheckedTargets / 4, [&](std::uint32_t a, std::uint32_t b) { return larger(b, a); });
  take_first(kCheckedTargets / 8, by(points.multiplicity));
  std::sort(targets.begin(), targets.end());
  targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  const std::size_t chosen = targets.size();
  for (std::uint64_t k = 0; targets.size() < kCheckedTargets; ++k) {
    const auto p = static_cast<std::uint32_t>(synth::mix((k + 1) * synth::kMixStep) % n);
    const auto end = targets.begin() + static_cast<std::ptrdiff_t>(chosen);
    if (!std::binary_search(targets.begin(), end, p) && std::find(end, targets.end(), p) == targets.end()) {
      targets.push_back(p);
    }
  }
  std::sort(targets.begin(), targets.end());
  return targets;
}

}  // namespace

SelfCheck check_sums(const MergedPoints& points, const PairSettings& settings, const PairSums& sums, int threads) {
  Stopwatch watch;
  const std::vector<std::uint32_t> targets = sample(points, sums);
  const std::vector<double> exact = exact_sums(points, settings, targets, threads);
  const double at_zero = coincident_value(settings.rule, settings.threshold_m);
  SelfCheck check;
  check.targets = targets.size();
  double squares = 0;
  for (std::size_t k = 0; k < targets.size(); ++k) {
    const std::uint32_t p = targets[k];
    const double off = std::fabs(sums.sum_per_m[p] - exact[k]);
    const double error = off == 0 ? 0 : off / (exact[k] + (points.multiplicity[p] - 1.0) * at_zero);
    check.largest = std::max(check.largest, error);
    squares += error * error;
  }
  // Among numbers that are none, nothing can be the largest or the smallest.
  for (const double sum : sums.sum_per_m) {
    if (!std::isfinite(sum)) check.largest = INFINITY;
  }
  check.rms = targets.empty() ? 0 : std::sqrt(squares / static_cast<double>(targets.size()));
  check.seconds = watch.lap();
  return check;
}

}  // namespace dscore
