#include "host/agreement.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "host/results.h"

namespace dscore {
namespace {

/// Pairs of things that a list ties.
double tied_pairs(const std::vector<std::uint32_t>& count) {
  double pairs = 0;
  for (const double n : count) pairs += 0.5 * n * (n - 1);
  return pairs;
}

/// Mid-ranks less their mean, by rank.
std::vector<double> centred_mid_ranks(const std::vector<std::uint32_t>& count, std::size_t n) {
  std::vector<double> centred;
  double before = 0;
  for (const double same : count) {
    centred.push_back(before + 0.5 * (same - 1) - 0.5 * (static_cast<double>(n) - 1));
    before += same;
  }
  return centred;
}

/// Counts of ranks, added up below each (Fenwick 1994).
class CountsBelow {
 public:
  explicit CountsBelow(std::size_t ranks) : tree_(ranks + 1, 0) {}
  void add(std::uint32_t rank) {
    for (std::size_t k = rank + 1; k < tree_.size(); k += k & (~k + 1)) ++tree_[k];
  }
  /// How many of those added have this rank or a lower one.
  std::uint32_t up_to(std::uint32_t rank) const {
    std::uint32_t sum = 0;
    for (std::size_t k = rank + 1; k > 0; k &= k - 1) sum += tree_[k];
    return sum;
  }

 private:
  std::vector<std::uint32_t> tree_;
};

}  // namespace

Ranks ranks_of(std::span<const double> values) {
  std::vector<std::pair<double, std::uint32_t>> order;
  order.reserve(values.size());
  for (const double value : values) order.emplace_back(value, static_cast<std::uint32_t>(order.size()));
  std::sort(order.begin(), order.end());
  Ranks ranks;
  ranks.rank.resize(values.size());
  for (std::size_t k = 0; k < order.size(); ++k) {
    if (k == 0 || order[k].first != order[k - 1].first) ranks.count.push_back(0);
    ++ranks.count.back();
    ranks.rank[order[k].second] = static_cast<std::uint32_t>(ranks.count.size() - 1);
  }
  return ranks;
}

Agreement agreement(const Ranks& a, const Ranks& b) {
  const std::size_t n = a.rank.size();
  Agreement result{.compared = n, .spearman = kMissing, .kendall = kMissing};
  if (n < 2 || a.count.size() < 2 || b.count.size() < 2) return result;

  const std::vector<double> mid_a = centred_mid_ranks(a.count, n);
  const std::vector<double> mid_b = centred_mid_ranks(b.count, n);
  double ab = 0, aa = 0, bb = 0;
  std::vector<std::uint64_t> both(n);  // a's rank, then b's
  for (std::size_t i = 0; i < n; ++i) {
    const double from_a = mid_a[a.rank[i]];
    const double from_b = mid_b[b.rank[i]];
    ab += from_a * from_b;
    aa += from_a * from_a;
    bb += from_b * from_b;
    both[i] = std::uint64_t{a.rank[i]} << 32U | b.rank[i];
  }
  result.spearman = std::clamp(ab / std::sqrt(aa * bb), -1.0, 1.0);

  std::sort(both.begin(), both.end());
  CountsBelow before(b.count.size());
  double discordant = 0, tied_in_both = 0;
  std::size_t same = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto rank_b = static_cast<std::uint32_t>(both[i]);
    // Those before, of a lower or the same rank in a, with a higher one in b. With the same in a there is none: they
    // stand in the order of b.
    discordant += static_cast<double>(i - before.up_to(rank_b));
    before.add(rank_b);
    same = i > 0 && both[i] == both[i - 1] ? same + 1 : 0;
    tied_in_both += static_cast<double>(same);
  }
  const double pairs = 0.5 * static_cast<double>(n) * static_cast<double>(n - 1);
  const double tied_a = tied_pairs(a.count);
  const double tied_b = tied_pairs(b.count);
  const double concordant = pairs - tied_a - tied_b + tied_in_both - discordant;
  result.kendall =
      std::clamp((concordant - discordant) / std::sqrt((pairs - tied_a) * (pairs - tied_b)), -1.0, 1.0);
  return result;
}

Agreement agreement(std::span<const double> a, std::span<const double> b) {
  std::vector<double> both_a, both_b;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (is_missing(a[i]) || is_missing(b[i])) continue;
    both_a.push_back(a[i]);
    both_b.push_back(b[i]);
  }
  return agreement(ranks_of(both_a), ranks_of(both_b));
}

}  // namespace dscore
