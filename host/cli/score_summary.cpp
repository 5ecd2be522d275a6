#include "host/cli/score_summary.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

#include "host/cli/text.h"
#include "host/results.h"
#include "kernels/quantile.h"

namespace dscore::cli {

ScoreSummary summarise_rows(const Backend& backend, std::span<const double> d,
                            std::span<const std::uint32_t> multiplicity, int quantile_type,
                            std::span<const double> probabilities) {
  if (multiplicity.empty()) return backend.summarise(d, quantile_type, probabilities);
  std::vector<std::uint32_t> order(d.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return d[a] < d[b]; });
  // up_to[k]: how many establishments the k + 1 lowest rows stand for; sorted establishment e is of the first row
  // whose up_to is above e.
  std::vector<std::uint64_t> up_to(d.size());
  std::uint64_t count = 0;
  long double sum = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    count += multiplicity[order[k]];
    up_to[k] = count;
    sum += static_cast<long double>(d[order[k]]) * multiplicity[order[k]];
  }
  const auto value = [&](std::size_t establishment) {
    const auto found = std::upper_bound(up_to.begin(), up_to.end(), establishment);
    return d[order[static_cast<std::size_t>(found - up_to.begin())]];
  };
  ScoreSummary summary{static_cast<double>(sum / static_cast<long double>(count)), value(count - 1), {}};
  for (const double p : probabilities) {
    const QuantilePosition at = quantile_position(count, p, quantile_type);
    const double low = value(at.low);
    summary.quantiles.push_back(at.weight == 0 ? low : low + at.weight * (value(at.high) - low));
  }
  return summary;
}

ScoreSummary summarise_scores(const Backend& backend, const Scores& scores, std::span<const std::uint32_t> multiplicity,
                              int quantile_type) {
  if (scores.establishments < 2) return {kMissing, kMissing, {kMissing, kMissing, kMissing}};
  constexpr std::array kProbabilities = {0.5, 0.9, 0.95};
  return summarise_rows(backend, scores.d, multiplicity, quantile_type, kProbabilities);
}

void record(Provenance& provenance, const ScoreSummary& summary) {
  provenance.set("mean_d", summary.mean);
  provenance.set("median_d", summary.quantiles[0]);
  provenance.set("max_d", summary.max);
  provenance.set("p90", summary.quantiles[1]);
  provenance.set("p95", summary.quantiles[2]);
}

std::string text_of(const ScoreSummary& summary, const Scores& scores, const Settings& settings) {
  const std::vector<std::vector<std::string>> table = {
      {"establishments", "locations", "mean d", "median", "max", "P90", "P95"},
      {grouped(scores.establishments), grouped(scores.locations), decimals(summary.mean, 4),
       decimals(summary.quantiles[0], 4), decimals(summary.max, 4), decimals(summary.quantiles[1], 4),
       decimals(summary.quantiles[2], 4)}};
  return aligned(table, 0) + "d in " + unit_of(settings.decay) + ", quantiles of type " +
         std::to_string(settings.quantile_type) + "; " + grouped(scores.pairs_within_threshold) +
         " ordered pairs within the threshold, " + grouped(scores.coincident_pairs) + " of them coincident\n";
}

}  // namespace dscore::cli
