#include "host/companies.h"

#include <algorithm>
#include <numeric>

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

}  // namespace

std::vector<CompanyShare> company_shares(std::span<const std::int64_t> company, std::span<const double> jobs,
                                         std::span<const std::uint16_t> region, std::size_t regions) {
  std::vector<std::uint32_t> order(company.size());
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  // Stable, so that jobs are added in the order of the register, whatever the library.
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return company[a] < company[b]; });
  const CompanyShare nation = share_of(order, company, jobs);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return region[a] < region[b]; });

  std::vector<CompanyShare> shares(regions + 1);
  auto begin = order.begin();
  for (std::size_t r = 0; r < regions; ++r) {
    const auto end = std::find_if(begin, order.end(), [&](auto k) { return region[k] != r; });
    shares[r] = share_of({begin, end}, company, jobs);
    begin = end;
  }
  shares[regions] = nation;
  return shares;
}

}  // namespace dscore
