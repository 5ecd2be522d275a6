#include "host/p_values.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/quantile.h"

namespace dscore {
namespace {

__extension__ using Wide = __int128;

/// The squares of a million (2^20) differences, times a million, fit 128 bits.
constexpr double kLargestDifference = 0x1p43;
constexpr int kBitsBelowScale = 34;

/// Of type 7, of values in order.
double quantile(std::span<const double> sorted, double p) {
  const QuantilePosition at = quantile_position(sorted.size(), p, 7);
  return interpolate(sorted[at.low], sorted[at.high], at.weight);
}

}  // namespace

double normal_upper_tail(double z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); }

std::vector<double> benjamini_hochberg(std::span<const double> p) {
  std::vector<std::size_t> order;
  for (std::size_t k = 0; k < p.size(); ++k) {
    if (!is_missing(p[k])) order.push_back(k);
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> q(p.size(), kMissing);
  const auto tests = static_cast<double>(order.size());
  double least = 1;
  for (std::size_t rank = order.size(); rank > 0; --rank) {
    least = std::min(least, p[order[rank - 1]] * tests / static_cast<double>(rank));
    q[order[rank - 1]] = least;
  }
  return q;
}

Tally::Tally(double observed, double scale, std::uint32_t stop_early)
    : observed_(observed), exponent_(std::ilogb(scale) - kBitsBelowScale), stop_early_(stop_early) {}

void Tally::count(Side& side) const {
  if (stop_early_ > 0 && side.count == stop_early_) return;
  if (++side.count == stop_early_) side.settled_after = draws_;
}

void Tally::add(double value) {
  if (is_missing(value) || is_missing(observed_)) return;
  ++draws_;
  if (value >= observed_) count(upper_);
  if (value <= observed_) count(lower_);
  const double difference = std::ldexp(value - observed_, -exponent_);
  const auto units =
      static_cast<std::int64_t>(std::nearbyint(std::clamp(difference, -kLargestDifference, kLargestDifference)));
  sum_ += units;
  squares_ += static_cast<Wide>(units) * units;
  min_ = draws_ == 1 ? value : std::min(min_, value);
  max_ = draws_ == 1 ? value : std::max(max_, value);
}

bool Tally::settled() const {
  return is_missing(observed_) || (stop_early_ > 0 && upper_.settled_after > 0 && lower_.settled_after > 0);
}

double Tally::p_value(const Side& side) const {
  if (side.settled_after > 0) return static_cast<double>(stop_early_) / static_cast<double>(side.settled_after);
  return (static_cast<double>(side.count) + 1) / (static_cast<double>(draws_) + 1);
}

TestResult Tally::test(std::span<const double> kept) const {
  TestResult test;
  test.observed = observed_;
  if (is_missing(observed_)) return test;
  test.draws = draws_;
  test.p_upper = p_value(upper_);
  test.p_lower = p_value(lower_);
  test.p_two_sided = std::min(1.0, 2 * std::min(test.p_upper, test.p_lower));
  if (draws_ == 0) return test;
  const auto draws = static_cast<double>(draws_);
  test.null_mean = observed_ + std::ldexp(static_cast<double>(sum_) / draws, exponent_);
  test.min = min_;
  test.max = max_;
  if (draws_ > 1) {
    const Wide spread = squares_ * static_cast<Wide>(draws_) - sum_ * sum_;  // exact, so never below 0
    test.null_sd = std::ldexp(std::sqrt(static_cast<double>(spread) / draws / (draws - 1)), exponent_);
  }
  std::vector<double> sorted;
  std::copy_if(kept.begin(), kept.end(), std::back_inserter(sorted), [](double value) { return !is_missing(value); });
  std::sort(sorted.begin(), sorted.end());
  if (!sorted.empty()) {
    test.low = quantile(sorted, 0.025);
    test.high = quantile(sorted, 0.975);
  }
  return test;
}

}  // namespace dscore
