#include "host/companies.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "kernels/sort_cpu.h"

namespace dscore {
namespace {

/// Counts the runs of one company in members [begin, end) of an order that keeps companies together.
CompanyShare share_of(std::span<const std::uint32_t> order, std::span<const std::int64_t> company,
                      std::span<const double> jobs) {
  CompanyShare share;
  double total = 0, largest = 0;
  for (std::size_t begin = 0; begin < order.size();) {
    double own = 0;
    std::size_t k = begin;
    for (; k < order.size() && company[order[k]] == company[order[begin]]; ++k) own += jobs[order[k]];
    total += own;
    largest = std::max(largest, own);
    ++share.companies;
    begin = k;
  }
  if (total > 0) share.largest_jobs_share = largest / total;
  return share;
}

/// Positions by company, and in the order of the register within one, so that jobs are added in it.
std::vector<std::uint32_t> by_company(std::span<const std::int64_t> company) {
  std::vector<std::uint32_t> order(company.size());
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  if (company.empty()) return order;
  const auto [least, most] = std::minmax_element(company.begin(), company.end());
  const auto offset = [base = static_cast<std::uint64_t>(*least)](std::int64_t number) {
    return static_cast<std::uint64_t>(number) - base;
  };
  if (offset(*most) >> 32U != 0) {
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return company[a] < company[b]; });
    return order;
  }
  std::vector<std::uint64_t> items(company.size());
  for (const std::uint32_t k : order) items[k] = offset(company[k]) << 32U | k;
  std::vector<std::uint64_t> scratch(items.size());
  sort_serial(items.data(), scratch.data(), items.size());
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = static_cast<std::uint32_t>(items[k]);
  return order;
}

/// Where each region begins in an order by region, and where the last one ends.
std::vector<std::size_t> region_begins(std::span<const std::uint16_t> region, std::size_t regions) {
  std::vector<std::size_t> begin(regions + 1, 0);
  for (const std::uint16_t r : region) ++begin[r + std::size_t{1}];
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  return begin;
}

}  // namespace

std::vector<CompanyShare> company_shares(std::span<const std::int64_t> company, std::span<const double> jobs,
                                         std::span<const std::uint16_t> region, std::size_t regions) {
  const std::vector<std::uint32_t> order = by_company(company);
  std::vector<CompanyShare> shares(regions + 1);
  shares[regions] = share_of(order, company, jobs);

  const std::vector<std::size_t> begin = region_begins(region, regions);
  std::vector<std::size_t> next = begin;
  std::vector<std::uint32_t> by_region(order.size());
  for (const std::uint32_t k : order) by_region[next[region[k]]++] = k;
  for (std::size_t r = 0; r < regions; ++r) {
    shares[r] = share_of(std::span(by_region).subspan(begin[r], begin[r + 1] - begin[r]), company, jobs);
  }
  return shares;
}

}  // namespace dscore
