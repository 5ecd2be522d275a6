#include "kernels/tree/plan.h"

#include <algorithm>
#include <cmath>

#include "kernels/tree/near_simd.h"
#include "kernels/tree/translations.h"

namespace dscore::tree {
namespace {

/// Nearer cells need longer series, farther ones leave more pairs of locations (the quickest of four, measured).
constexpr double kSeparation = 2.8;
/// Smaller leaves spend their time on finding each other, larger ones on pairs of locations.
constexpr std::uint32_t kLeafSize = 48;
/// The second attempt is as much finer as that of p3m.
constexpr double kSecondAttempt = 64;

// Nanoseconds on one core (AVX-512, 2.6 GHz), measured by bench/fast_bench; in the same unit as p3m's.
constexpr double kLocationNs = 300;    // per location: cells, moments, series
constexpr double kValueNs = 0.165;     // per location and number of a translation
constexpr double kPairFloatNs = 0.27;  // per pair of locations, one way
constexpr double kPairDoubleNs = 0.6;
constexpr double kPairShiftNs = 1.2;
constexpr double kTableNs = 4000;  // per number of a translation: making them

/// Pairs of locations per location: those of leaves near each other, and those of leaves on both sides of t, per root
/// of the locations in t^2.
constexpr double kPairsNear = 600;
constexpr double kPairsAcross = 75;

/// The mean root of the number of locations in t^2, from the bounds of some runs of consecutive locations.
double mean_root_density(const MergedPoints& points, double threshold_m) {
  constexpr std::size_t kSamples = 512;
  constexpr std::size_t kRun = 64;
  constexpr double kBoundsOverArea = 1.5;  // of what such a run covers (measured)
  const std::size_t n = points.size();
  if (n == 0) return 0;
  const std::size_t run = std::min(kRun, n);
  double sum = 0;
  for (std::size_t k = 0; k < kSamples; ++k) {
    const std::size_t begin = (n - run) * k / kSamples;
    const auto extent = [&](const LargeArray<double>& at) {
      const auto [least, most] = std::minmax_element(&at[begin], &at[begin] + run);
      return *most - *least;
    };
    const double width = extent(points.x_m);
    const double height = extent(points.y_m);
    const double longer = std::max(width, height);  // of a run on a line
    const double area = std::max({width * height, longer * longer / static_cast<double>(run), 1e-12});
    sum += std::sqrt(kBoundsOverArea * static_cast<double>(run) / area);
  }
  return sum / kSamples * threshold_m;
}

}  // namespace

bool may_be_float(ThresholdRule rule, double tolerance) {
  return constant_within(rule) && tolerance >= kFloatTolerance;
}

Plan make_plan(const MergedPoints& points, const PairSettings& settings, double tolerance, bool second_attempt) {
  Plan plan;
  plan.tolerance = tolerance;
  plan.error = second_attempt ? std::max(tolerance / kSecondAttempt, kSmallestTolerance / 8) : tolerance;
  plan.separation = kSeparation;
  plan.leaf_size = kLeafSize;

  const auto n = static_cast<double>(points.size());
  const double order = 1 - 2.05 * std::log10(plan.error);  // of cells three sides apart
  const double values = order * (order + 1) * (order + 2) * (order + 3) / 24;
  const double across = std::min(kPairsAcross * mean_root_density(points, settings.threshold_m), n);
  const double near = std::min(kPairsNear, n);
  double pairs_ns = 0;
  if (constant_within(settings.rule)) {
    pairs_ns = (near + across) * (may_be_float(settings.rule, plan.error) ? kPairFloatNs : kPairDoubleNs);
  } else {
    pairs_ns = near * (settings.rule == ThresholdRule::shift ? kPairShiftNs : kPairDoubleNs) + across * kPairDoubleNs;
  }
  plan.predicted_s = 1e-9 * (n * (kLocationNs + kValueNs * values + pairs_ns) + kTableNs * values);
  return plan;
}

}  // namespace dscore::tree
