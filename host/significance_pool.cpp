#include "host/significance_pool.h"

#include <algorithm>
#include <numeric>

#include "host/population_scores.h"

namespace dscore {
namespace {

constexpr double kSizeClasses[] = {2, 10, 50, 250};  // jobs, from which the next class begins

std::size_t size_class(double jobs) {
  return static_cast<std::size_t>(std::upper_bound(std::begin(kSizeClasses), std::end(kSizeClasses), jobs) -
                                  std::begin(kSizeClasses));
}

/// Numbers 0 .. bins - 1 in order of bin(k), those of a bin in their own order; `begin`: where each bin begins, and the
/// last ends.
template <class Bin>
std::vector<std::uint32_t> sorted_into(std::size_t size, std::size_t bins, Bin bin, std::vector<std::size_t>& begin) {
  begin.assign(bins + 1, 0);
  for (std::size_t k = 0; k < size; ++k) ++begin[bin(k) + 1];
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  std::vector<std::size_t> next(begin.begin(), begin.end() - 1);
  std::vector<std::uint32_t> order(size);
  for (std::size_t k = 0; k < size; ++k) order[next[bin(k)]++] = static_cast<std::uint32_t>(k);
  return order;
}

void flip(Labels& labels, std::size_t member) { labels[member / 64] ^= std::uint64_t{1} << member % 64; }

}  // namespace

std::size_t stratum_of(const Register& input, std::uint32_t row, Strata strata) {
  switch (strata) {
    case Strata::region:
      return input.region[row];
    case Strata::size:
      return size_class(input.jobs[row]);
    case Strata::none:
      break;
  }
  return 0;
}

Pool make_pool(const Backend& backend, const Register& input, std::size_t population, Strata strata) {
  const std::uint64_t sector = std::uint64_t{1} << population;
  const std::uint64_t both = sector | std::uint64_t{1} << *input.populations[population].benchmark;
  std::vector<std::uint32_t> rows;
  for (std::uint32_t i = 0; i < input.size(); ++i) {
    if ((input.membership[i] & both) != 0) rows.push_back(i);
  }

  Pool pool;
  pool.points = merged_rows(backend, input, rows);
  const LargeArray<std::uint32_t> location = std::move(pool.points.location);
  std::vector<std::size_t> begin;
  const std::vector<std::uint32_t> order = sorted_into(
      rows.size(), pool.points.size(), [&](std::size_t k) { return location[k]; }, begin);
  pool.row = gather(rows, order);
  pool.region = gather(input.region, pool.row);
  pool.points.location.resize(order.size());
  pool.sector.assign((order.size() + 63) / 64, 0);
  for (std::size_t member = 0; member < order.size(); ++member) {
    pool.points.location[member] = location[order[member]];
    if ((input.membership[pool.row[member]] & sector) == 0) continue;
    flip(pool.sector, member);
    ++pool.labelled;
  }

  if (strata == Strata::none) {
    pool.strata = {{0, pool.size(), pool.labelled}};
    return pool;
  }
  const std::size_t most = strata == Strata::region ? input.regions.size() : std::size(kSizeClasses) + 1;
  pool.by_stratum = sorted_into(
      pool.size(), most, [&](std::size_t member) { return stratum_of(input, pool.row[member], strata); }, begin);
  for (std::size_t s = 0; s < most; ++s) {
    Stratum stratum{begin[s], begin[s + 1], 0};
    for (std::size_t k = stratum.begin; k < stratum.end; ++k) {
      stratum.labelled += is_labelled(pool.sector, pool.member(k)) ? 1 : 0;
    }
    if (stratum.labelled > 0) pool.strata.push_back(stratum);
  }
  return pool;
}

// One more of those not yet chosen, each as likely, until there are enough: members are drawn, and drawn again where
// they were chosen before. Where more than half are to be labelled, those to be left out are chosen. At worst that
// takes 1.4 words for each, and, other than the permutation that Fisher and Yates keep, nothing but the bits of the
// result, which are in the cache.
void draw_labels(const Pool& pool, PhiloxStream random, Labels& labels) {
  labels.assign(pool.sector.size(), 0);
  for (const Stratum& stratum : pool.strata) {
    const bool leave_out = 2 * stratum.labelled > stratum.size();
    if (leave_out) {
      for (std::size_t k = stratum.begin; k < stratum.end; ++k) flip(labels, pool.member(k));
    }
    const auto size = static_cast<std::uint32_t>(stratum.size());
    for (std::size_t left = leave_out ? stratum.size() - stratum.labelled : stratum.labelled; left > 0;) {
      const std::size_t member = pool.member(stratum.begin + random.below(size));
      if (is_labelled(labels, member) != leave_out) continue;
      flip(labels, member);
      --left;
    }
  }
}

}  // namespace dscore
