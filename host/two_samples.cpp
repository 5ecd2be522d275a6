#include "host/two_samples.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "host/p_values.h"

namespace dscore {
namespace {

constexpr std::size_t kBuckets = 1U << 15U;

bool scored(std::span<const double> d) { return !d.empty() && !is_missing(d.front()); }  // missing all together

}  // namespace

double kolmogorov_upper_tail(double x) {
  if (x <= 0) return 1;
  using std::numbers::pi;
  if (x < 1.18) {  // the other series of the same function, which converges where this one does not
    const double y = std::exp(-pi * pi / (8 * x * x));
    return 1 - std::sqrt(2 * pi) / x * (y + std::pow(y, 9) + std::pow(y, 25) + std::pow(y, 49));
  }
  const double y = std::exp(-2 * x * x);
  return 2 * (y - std::pow(y, 4) + std::pow(y, 9) - std::pow(y, 16));
}

TwoSamples compare(std::span<const double> sample, std::span<const double> reference) {
  TwoSamples result;
  if (!scored(sample) || !scored(reference)) return result;
  const ReferenceSample cut(reference);
  std::vector<std::uint32_t> count(cut.classes(), 0);
  for (const double score : sample) ++count[cut.class_of(score)];
  const ReferenceSample::Comparison found = cut.compare(count);
  const auto n = static_cast<double>(sample.size());
  const auto m = static_cast<double>(reference.size());
  result.superiority = found.superiority;
  result.kolmogorov_smirnov = found.largest_distance;
  result.kolmogorov_smirnov_p = kolmogorov_upper_tail(std::sqrt(n * m / (n + m)) * found.largest_distance);
  result.mann_whitney_u = found.superiority * n * m;

  std::vector<double> all(sample.begin(), sample.end());
  all.insert(all.end(), reference.begin(), reference.end());
  std::sort(all.begin(), all.end());
  const double size = n + m;
  double ties = 0;  // sum of t^3 - t over groups of t equal scores
  for (std::size_t k = 0; k < all.size();) {
    std::size_t end = k + 1;
    while (end < all.size() && all[end] == all[k]) ++end;
    const auto t = static_cast<double>(end - k);
    ties += t * (t * t - 1);
    k = end;
  }
  const double variance = n * m / 12 * (size + 1 - ties / (size * (size - 1)));
  if (variance > 0) {
    result.mann_whitney_z = (result.mann_whitney_u - n * m / 2) / std::sqrt(variance);
    result.mann_whitney_p = std::min(1.0, 2 * normal_upper_tail(std::fabs(result.mann_whitney_z)));
  }
  return result;
}

ReferenceSample::ReferenceSample(std::span<const double> values) : distinct_(values.begin(), values.end()) {
  std::sort(distinct_.begin(), distinct_.end());
  std::size_t kept = 0;
  for (std::size_t k = 0; k < distinct_.size(); ++k) {
    if (kept > 0 && distinct_[k] == distinct_[kept - 1]) continue;
    below_.push_back(k);
    distinct_[kept++] = distinct_[k];
  }
  below_.push_back(distinct_.size());
  distinct_.resize(kept);

  const double width = distinct_.back() - distinct_.front();
  per_width_ = width > 0 ? static_cast<double>(kBuckets) / width : 0;
  bucket_.assign(kBuckets + 2, 0);
  std::size_t next = 0;
  for (std::size_t k = 0; k < kept; ++k) {
    const auto bucket = static_cast<std::size_t>((distinct_[k] - distinct_.front()) * per_width_);
    while (next <= bucket) bucket_[next++] = static_cast<std::uint32_t>(k);
  }
  while (next < bucket_.size()) bucket_[next++] = static_cast<std::uint32_t>(kept);
}

std::uint32_t ReferenceSample::class_of(double score) const {
  if (score < distinct_.front()) return 0;
  if (score > distinct_.back()) return static_cast<std::uint32_t>(2 * distinct_.size());
  const auto bucket = static_cast<std::size_t>((score - distinct_.front()) * per_width_);
  const auto begin = distinct_.begin() + bucket_[bucket];
  const auto found = std::lower_bound(begin, distinct_.begin() + bucket_[bucket + 1], score);
  const auto k = static_cast<std::uint32_t>(found - distinct_.begin());
  return 2 * k + (k < distinct_.size() && *found == score ? 1 : 0);
}

ReferenceSample::Comparison ReferenceSample::compare(std::span<std::uint32_t> count) const {
  std::uint64_t size = 0;
  std::uint64_t twice_larger = 0;  // pairs in which the sample's is larger, twice, and equal ones once
  for (std::size_t k = 0; k < distinct_.size(); ++k) {
    if ((count[2 * k] | count[2 * k + 1]) == 0) continue;
    size += count[2 * k] + count[2 * k + 1];
    twice_larger += 2 * below_[k] * count[2 * k] + (below_[k] + below_[k + 1]) * count[2 * k + 1];
  }
  const std::uint64_t all = below_.back();
  size += count.back();
  twice_larger += 2 * all * count.back();

  // The functions are farthest apart just before, or at, a score of the sample.
  std::uint64_t largest = 0;  // distance times both sizes
  std::uint64_t so_far = 0;   // of the sample
  const auto distance = [&](std::uint64_t below) {
    const std::uint64_t a = so_far * all;
    const std::uint64_t b = below * size;
    largest = std::max(largest, a > b ? a - b : b - a);
  };
  const auto pass = [&](std::size_t c, std::uint64_t below_before, std::uint64_t below_after) {
    if (count[c] == 0) return;
    distance(below_before);
    so_far += count[c];
    distance(below_after);
    count[c] = 0;
  };
  for (std::size_t k = 0; k < distinct_.size(); ++k) {
    if ((count[2 * k] | count[2 * k + 1]) == 0) continue;
    pass(2 * k, below_[k], below_[k]);
    pass(2 * k + 1, below_[k], below_[k + 1]);
  }
  pass(2 * distinct_.size(), all, all);
  const double pairs = static_cast<double>(size) * static_cast<double>(all);
  return {static_cast<double>(twice_larger) / (2 * pairs), static_cast<double>(largest) / pairs};
}

}  // namespace dscore
