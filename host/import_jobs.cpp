#include "host/import_jobs.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <tuple>

namespace dscore {
namespace {

// Establishments that may have jobs, by company, municipality, and then their own order.
std::vector<std::uint32_t> in_order(const JobsTargets& targets) {
  std::vector<std::uint32_t> order;
  order.reserve(targets.company.size());
  for (std::uint32_t i = 0; i < targets.company.size(); ++i) {
    if (targets.company[i] >= 0 && targets.municipality[i] != kNoMunicipality) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::tuple(targets.company[a], targets.municipality[a], a) <
           std::tuple(targets.company[b], targets.municipality[b], b);
  });
  return order;
}

// Shares of `total` for the establishments of one company in one municipality; false if the keys could not tell.
bool share(double total, std::span<const std::uint32_t> group, std::span<const double> key,
           std::vector<double>& shares) {
  shares.assign(group.size(), total / static_cast<double>(group.size()));
  if (key.empty()) return true;
  double sum = 0;
  for (const std::uint32_t i : group) sum += key[i];  // NaN if one is missing
  if (!(sum > 0) || !std::isfinite(sum)) return false;
  for (std::size_t k = 0; k < group.size(); ++k) shares[k] = total * (key[group[k]] / sum);
  return true;
}

}  // namespace

void round_by_largest_remainder(std::span<double> shares, double total) {
  std::vector<double> remainder(shares.size());
  double floors = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double whole = std::floor(shares[i]);
    remainder[i] = shares[i] - whole;
    shares[i] = whole;
    floors += whole;
  }
  std::vector<std::size_t> order(shares.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return remainder[a] > remainder[b]; });
  const double left = std::round(total) - floors;
  for (std::size_t k = 0; k < order.size() && static_cast<double>(k) < left; ++k) shares[order[k]] += 1;
}

std::vector<double> distribute_jobs(std::vector<JobsRow>& rows, const JobsTargets& targets,
                                    const JobsSettings& settings, TableReport& jobs_report,
                                    TableReport& targets_report) {
  constexpr double kNone = -1;
  std::vector<double> jobs(targets.company.size(), kNone);
  std::vector<bool> no_key(targets.key.empty() ? 0 : jobs.size());
  const std::vector<std::uint32_t> order = in_order(targets);
  std::sort(rows.begin(), rows.end(), [](const JobsRow& a, const JobsRow& b) {
    return std::tuple(a.company, a.municipality, a.row) < std::tuple(b.company, b.municipality, b.row);
  });

  std::vector<std::uint64_t> without;  // rows that meet no establishment
  std::vector<double> shares;
  std::size_t at = 0;
  for (std::size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
    const std::pair group{rows[begin].company, rows[begin].municipality};
    double total = 0;
    for (end = begin; end < rows.size() && std::pair(rows[end].company, rows[end].municipality) == group; ++end) {
      total += rows[end].jobs;
    }
    const auto group_of = [&](std::size_t k) {
      return std::pair(targets.company[order[k]], targets.municipality[order[k]]);
    };
    while (at < order.size() && group_of(at) < group) ++at;
    const std::size_t first = at;
    while (at < order.size() && group_of(at) == group) ++at;
    const std::span members(order.data() + first, at - first);
    if (members.empty()) {
      for (std::size_t k = begin; k < end; ++k) without.push_back(k);
      continue;
    }
    jobs_report.kept += end - begin;
    const bool by_key = share(total, members, targets.key, shares);
    if (settings.round) round_by_largest_remainder(shares, total);
    for (std::size_t k = 0; k < members.size(); ++k) {
      jobs[members[k]] = shares[k];
      if (!by_key) no_key[members[k]] = true;
    }
  }

  std::sort(without.begin(), without.end(), [&](std::size_t a, std::size_t b) { return rows[a].row < rows[b].row; });
  for (const std::size_t k : without) {
    jobs_report.drop(Reason::jobs_without_establishment, rows[k].row,
                     [&] { return "company " + std::to_string(rows[k].company); });
  }
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const auto company = [&] {
      return targets.company[i] < 0 ? std::string() : "company " + std::to_string(targets.company[i]);
    };
    if (jobs[i] == kNone) {
      jobs[i] = settings.unmatched;
      targets_report.note(Reason::unmatched_jobs, targets.row[i], company);
    } else if (!no_key.empty() && no_key[i]) {
      targets_report.note(Reason::missing_key, targets.row[i], company);
    }
  }
  return jobs;
}

}  // namespace dscore
