#include "host/squared_sums.h"

#include <algorithm>

#include "kernels/within.h"

namespace dscore {

std::vector<double> squared_sums(const MergedPoints& points, std::span<const std::uint32_t> multiplicity,
                                 const PairSettings& settings, std::span<const std::uint32_t> targets, int threads,
                                 const Progress& progress) {
  constexpr std::size_t kTargetsALook = 512;
  std::vector<double> sums(targets.size());
  const double t = settings.threshold_m;
  std::vector<double> mass(multiplicity.begin(), multiplicity.end());
  for (std::size_t look = 0; look < targets.size(); look += kTargetsALook) {
    const std::size_t end = std::min(targets.size(), look + kTargetsALook);
#pragma omp parallel for num_threads(threads) schedule(dynamic, 8)
    for (std::size_t k = look; k < end; ++k) {
      const double x = points.x_m[targets[k]];
      const double y = points.y_m[targets[k]];
      double sum = 0;
      if (settings.rule == ThresholdRule::cap) {
#pragma omp simd reduction(+ : sum)
        for (std::size_t q = 0; q < points.size(); ++q) {
          const double dx = points.x_m[q] - x;
          const double dy = points.y_m[q] - y;
          sum += mass[q] / std::max(dx * dx + dy * dy, t * t);
        }
        sum -= mass[targets[k]] / (t * t);
      } else {
        for (std::size_t q = 0; q < points.size(); ++q) {
          if (q == targets[k]) continue;
          const double dx = points.x_m[q] - x;
          const double dy = points.y_m[q] - y;
          const bool within = within_threshold(x, y, points.x_m[q], points.y_m[q], t);
          const double f = with_rule(settings.rule, [&](auto rule) {
            return pair_value<rule()>(dx * dx + dy * dy, within, Threshold<double>{t, 1 / t});
          });
          sum += mass[q] * f * f;
        }
      }
      sums[k] = sum;
    }
    if (progress) progress(static_cast<double>(end) / static_cast<double>(targets.size()));
  }
  return sums;
}

}  // namespace dscore
