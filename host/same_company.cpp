#include "host/same_company.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/host_threads.h"
#include "kernels/sphere.h"
#include "kernels/within.h"

namespace dscore {
namespace {

/// f of two rows.
template <ThresholdRule rule, class Decreasing>
double value_of(const CompanyRows& rows, std::size_t i, std::size_t j, const PairSettings& settings,
                Threshold<double> threshold, Decreasing g) {
  double square = 0;
  bool within = false, beyond = false;
  if (rows.longitude_deg.empty()) {
    const double dx = rows.x_m[i] - rows.x_m[j];
    const double dy = rows.y_m[i] - rows.y_m[j];
    square = dx * dx + dy * dy;
    const auto nearer = [&](double d) {
      return within_threshold(rows.x_m[i], rows.y_m[i], rows.x_m[j], rows.y_m[j], d);
    };
    within = nearer(threshold.t);
    beyond = has_cutoff(settings) && !nearer(settings.cutoff_m);
  } else {
    const auto nearer = [&](double d) {
      return nearer_on_sphere(rows.longitude_deg[i], rows.latitude_deg[i], rows.longitude_deg[j], rows.latitude_deg[j],
                              d);
    };
    const double d =
        distance_on_sphere(rows.longitude_deg[i], rows.latitude_deg[i], rows.longitude_deg[j], rows.latitude_deg[j]);
    square = d * d;
    within = nearer(threshold.t);
    beyond = has_cutoff(settings) && !nearer(settings.cutoff_m);
  }
  return beyond ? 0 : pair_value<rule>(square, within, threshold, g);
}

}  // namespace

std::vector<double> same_company(const CompanyRows& rows, const PairSettings& settings, int threads) {
  const std::size_t n = rows.x_m.size();
  std::vector<double> sum(n, 0);
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < n; ++i) {
    if (rows.company[i] >= 0) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return rows.company[a] < rows.company[b]; });
  std::vector<std::size_t> begin;  // of each company that has more than one
  for (std::size_t k = 0, end = 0; k < order.size(); k = end) {
    end = k;
    while (end < order.size() && rows.company[order[end]] == rows.company[order[k]]) ++end;
    if (end - k > 1) begin.push_back(k);
  }
  const auto weight = [&](std::size_t i) { return rows.weight.empty() ? 1.0 : rows.weight[i]; };
  with_rule(settings.rule, [&](auto rule) {
    with_decay<double>(settings.decay, [&](auto g) {
      const Threshold<double> threshold{settings.threshold_m, decay_value(settings.decay, settings.threshold_m)};
      for_each_on_threads(begin.size(), static_cast<std::size_t>(threads), [&](std::size_t c) {
        const std::size_t first = begin[c];
        std::size_t last = first;
        while (last < order.size() && rows.company[order[last]] == rows.company[order[first]]) ++last;
        for (std::size_t a = first; a < last; ++a) {
          const std::uint32_t i = order[a];
          for (std::size_t b = first; b < last; ++b) {
            if (a == b) continue;
            const std::uint32_t j = order[b];
            sum[i] += weight(j) * value_of<rule()>(rows, i, j, settings, threshold, g);
          }
        }
      });
    });
  });
  return sum;
}

}  // namespace dscore
