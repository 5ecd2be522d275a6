#include "host/self_check.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "host/synth_random.h"
#include "kernels/exact_sums.h"
#include "kernels/stopwatch.h"

namespace dscore {
namespace {

/// The `count` locations with the largest value(p), those with the lower number first among equals.
template <class Value>
void take_largest(std::size_t locations, std::size_t count, Value value, std::vector<std::uint32_t>& targets) {
  if (count == 0) return;
  using Entry = std::pair<double, std::uint32_t>;
  const auto before = [](const Entry& a, const Entry& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  };
  std::vector<Entry> kept;  // a heap, the last of them on top
  for (std::uint32_t p = 0; p < locations; ++p) {
    const Entry entry(value(p), p);
    if (kept.size() == count) {
      if (!before(entry, kept.front())) continue;
      std::pop_heap(kept.begin(), kept.end(), before);
      kept.pop_back();
    }
    kept.push_back(entry);
    std::push_heap(kept.begin(), kept.end(), before);
  }
  for (const Entry& entry : kept) targets.push_back(entry.second);
}

/// The locations to check, each once, ascending.
std::vector<std::uint32_t> sample(const MergedPoints& points, std::span<const double> weights, const PairSums& sums,
                                  std::size_t count) {
  const std::size_t n = points.size();
  std::vector<std::uint32_t> targets;
  if (n <= count) {
    targets.resize(n);
    std::iota(targets.begin(), targets.end(), 0U);
    return targets;
  }
  take_largest(
      n, count / 4, [&](std::uint32_t p) { return sums.sum_per_m[p]; }, targets);
  take_largest(
      n, count / 4, [&](std::uint32_t p) { return -sums.sum_per_m[p]; }, targets);
  take_largest(
      n, count / 8, [&](std::uint32_t p) { return weights.empty() ? points.multiplicity[p] : weights[p]; }, targets);
  std::sort(targets.begin(), targets.end());
  targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  const std::size_t chosen = targets.size();
  for (std::uint64_t k = 0; targets.size() < count; ++k) {
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

SelfCheck check_sums(const MergedPoints& points, const PairSettings& settings, const PairSums& sums,
                     std::size_t targets_wanted, int threads, const Progress& progress,
                     std::span<const double> weights) {
  Stopwatch watch;
  const std::vector<std::uint32_t> targets = sample(points, weights, sums, targets_wanted);
  const std::vector<double> exact = exact_sums(points, settings, targets, threads, progress, weights);
  const double at_zero = coincident_value(settings.rule, settings.threshold_m, settings.decay);
  SelfCheck check;
  check.targets = targets.size();
  double squares = 0;
  for (std::size_t k = 0; k < targets.size(); ++k) {
    const std::uint32_t p = targets[k];
    const double off = std::fabs(sums.sum_per_m[p] - exact[k]);
    const double own = weights.empty() ? (points.multiplicity[p] - 1.0) * at_zero : 0;
    const double error = off == 0 ? 0 : off / (exact[k] + own);
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
