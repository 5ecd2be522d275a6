#include "host/statistics.h"

#include <algorithm>

namespace dscore {

Percentiles percentiles(const Backend& backend, std::span<const double> d, int quantile_type,
                        std::array<double, 2> levels) {
  Percentiles result;
  if (d.empty() || is_missing(d.front())) return result;  // scores are missing all together
  const std::array<double, 11> probabilities{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, levels[0], levels[1]};
  const ScoreSummary summary = backend.summarise(d, quantile_type, probabilities);
  result.mean = summary.mean;
  result.max = summary.max;
  std::copy_n(summary.quantiles.begin(), result.deciles.size(), result.deciles.begin());
  std::copy_n(summary.quantiles.end() - 2, 2, result.bounds.begin());
  return result;
}

std::vector<std::uint8_t> decile_of(std::span<const double> d, const Percentiles& own) {
  std::vector<std::uint8_t> decile;
  decile.reserve(d.size());
  for (const double score : d) {
    int exceeded = 0;
    for (const double bound : own.deciles) exceeded += score > bound ? 1 : 0;
    decile.push_back(static_cast<std::uint8_t>(is_missing(score) ? 0 : exceeded + 1));
  }
  return decile;
}

std::vector<Cluster> cluster_of(std::span<const double> d, double p90, double p95) {
  std::vector<Cluster> cluster;
  cluster.reserve(d.size());
  for (const double score : d) {  // nothing is above a missing bound
    cluster.push_back(score > p95 ? Cluster::very_strong : score > p90 ? Cluster::strong : Cluster::none);
  }
  return cluster;
}

double share_above(std::span<const double> d, double bound) {
  if (d.empty() || is_missing(d.front()) || is_missing(bound)) return kMissing;
  const auto above = std::count_if(d.begin(), d.end(), [bound](double score) { return score > bound; });
  return static_cast<double>(above) / static_cast<double>(d.size());
}

}  // namespace dscore
