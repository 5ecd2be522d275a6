#include "host/null_moments.h"

#include <algorithm>
#include <cmath>

#include "host/partial_sums.h"

namespace dscore {
namespace {

constexpr double kRounding = 1e-12;  ///< of squares: values that differ by less are the same

/// Variance of the sum of k of N values, drawn without replacement; `around`: the sum over all N of squared differences
/// from their mean.
double variance_of_sum(double k, double size, double around) {
  return size < 2 ? 0 : k * (1 - k / size) * around / (size - 1);
}

}  // namespace

Moments moments_of_mean(const Pool& pool, std::span<const double> values) {
  double mean = 0;
  double variance = 0;
  const auto n = static_cast<double>(pool.labelled);
  for (const Stratum& stratum : pool.strata) {
    const auto size = static_cast<double>(stratum.size());
    double sum = 0;
    for (std::size_t k = stratum.begin; k < stratum.end; ++k) sum += values[pool.member(k)];
    double around = 0;  // the mean
    double squares = 0;
    for (std::size_t k = stratum.begin; k < stratum.end; ++k) {
      const double value = values[pool.member(k)];
      around += (value - sum / size) * (value - sum / size);
      squares += value * value;
    }
    const auto labelled = static_cast<double>(stratum.labelled);
    mean += labelled * sum / size;
    if (around > kRounding * squares) variance += variance_of_sum(labelled, size, around);
  }
  return {mean / n, std::sqrt(variance) / n};
}

std::vector<Moments> moments_of_scores(const Backend& backend, const Pool& pool, const SumSettings& settings,
                                       const Progress& progress) {
  const double at_zero = coincident_value(settings.pairs.rule, settings.pairs.threshold_m, settings.pairs.decay);
  std::vector<std::uint32_t> member;  // of the sector
  for (std::size_t k = 0; k < pool.size(); ++k) {
    if (is_labelled(pool.sector, k)) member.push_back(static_cast<std::uint32_t>(k));
  }
  const double lost = 4 * std::max(settings.tolerance, kRounding);
  std::vector<double> mean(member.size(), 0.0);
  std::vector<double> variance(member.size(), 0.0);
  PartialSums values(backend, settings, pool.points);
  const std::unique_ptr<Backend> cpu = make_cpu_backend(backend.threads());  // a GPU has no sums of f^2
  SumSettings of_squares = settings;
  of_squares.pairs = squared(settings.pairs);
  PartialSums squares(*cpu, of_squares, pool.points);
  std::vector<std::uint32_t> multiplicity(pool.points.size());
  std::vector<bool> inside(pool.size());
  for (std::size_t s = 0; s < pool.strata.size(); ++s) {
    const Stratum& stratum = pool.strata[s];
    std::fill(multiplicity.begin(), multiplicity.end(), 0);
    std::fill(inside.begin(), inside.end(), false);
    for (std::size_t k = stratum.begin; k < stratum.end; ++k) {
      ++multiplicity[pool.points.location[pool.member(k)]];
      inside[pool.member(k)] = true;
    }
    const auto part = [&](double fraction) {
      if (progress) progress((static_cast<double>(s) + fraction) / static_cast<double>(pool.strata.size()));
    };
    const std::vector<double> sums = values.of(multiplicity, [&](double fraction) { part(0.5 * fraction); });
    const std::vector<double> square_sums =
        squares.of(multiplicity, [&](double fraction) { part(0.5 + 0.5 * fraction); });
    for (std::size_t k = 0; k < member.size(); ++k) {
      const std::uint32_t location = pool.points.location[member[k]];
      const double own = inside[member[k]] ? 1 : 0;  // the member itself is not drawn
      const double others = multiplicity[location] - own;
      const double size = static_cast<double>(stratum.size()) - own;
      const double labelled = static_cast<double>(stratum.labelled) - own;
      if (size == 0) continue;
      const double sum = sums[location] + others * at_zero;
      mean[k] += labelled * sum / size;
      const double square = square_sums[location] + others * at_zero * at_zero;
      const double around = square - sum * sum / size;
      if (around > lost * square) variance[k] += variance_of_sum(labelled, size, around);
    }
  }
  std::vector<Moments> moments(member.size());
  const double per_km = 1000.0 / (static_cast<double>(pool.labelled) - 1);
  for (std::size_t k = 0; k < moments.size(); ++k) moments[k] = {per_km * mean[k], per_km * std::sqrt(variance[k])};
  return moments;
}

}  // namespace dscore
