#pragma once
// What scores say within their population, and against a benchmark (docs/measures.md).

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "host/results.h"
#include "kernels/backend.h"

namespace dscore {

/// The order statistics that a population's results need, from one sort. Scores in 1/km.
struct Percentiles {
  double mean = kMissing;
  double max = kMissing;
  std::array<double, 9> deciles{kMissing, kMissing, kMissing, kMissing, kMissing,
                                kMissing, kMissing, kMissing, kMissing};  ///< Q(0.1) .. Q(0.9)
  std::array<double, 2> bounds{kMissing, kMissing};                       ///< of strong and very strong concentration

  double median() const { return deciles[4]; }
};

/// The bounds are quantiles at `levels`, as P90 and P95. Everything is missing where there are no scores: none at all,
/// or those of a population of one.
Percentiles percentiles(const Backend& backend, std::span<const double> d, int quantile_type,
                        std::array<double, 2> levels = kClusterLevels);

/// The decile of each score, 1..10: one more than the number of decile bounds it exceeds, strictly. 0 for a missing
/// score.
std::vector<std::uint8_t> decile_of(std::span<const double> d, const Percentiles& own);

/// Concentration of each score against the benchmark's P90 and P95, strictly above; none where a bound is missing.
std::vector<Cluster> cluster_of(std::span<const double> d, double p90, double p95);

/// The share of scores strictly above a bound; missing where the bound or the scores are.
double share_above(std::span<const double> d, double bound);

}  // namespace dscore
