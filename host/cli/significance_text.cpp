#include "host/cli/significance_text.h"

#include <algorithm>
#include <vector>

#include "host/cli/text.h"

namespace dscore::cli {
namespace {

constexpr double kRate = 0.05;  ///< of false discoveries

std::string significant(const std::vector<RegionTest>& regions, double TestResult::*q) {
  const auto count = std::count_if(regions.begin(), regions.end(),
                                   [&](const RegionTest& region) { return region.mean_d.*q <= kRate; });
  return std::to_string(count);
}

}  // namespace

std::string text_of(const Significance& significance) {
  std::vector<std::vector<std::string>> rows = {
      {"sector", "establishments", "mean d", "draws: mean", "sd", "z", "p", "draws", "regions high", "regions low"}};
  std::size_t untested = 0;
  double largest_error = 0;
  std::size_t checked = 0;
  for (std::size_t p = 0; p < significance.populations.size(); ++p) {
    const PopulationTests& of = significance.populations[p];
    const TestResult& mean = of.statistics[kMeanD];
    if (is_missing(mean.observed)) {
      ++untested;
      continue;
    }
    rows.push_back({significance.input.populations[p].name, grouped(of.establishments), decimals(mean.observed, 4),
                    decimals(mean.null_mean, 4), decimals(mean.null_sd, 6), decimals(mean.z, 1),
                    decimals(mean.p_upper, 4), grouped(of.draws),
                    significant(significance.regions[p], &TestResult::q_upper),
                    significant(significance.regions[p], &TestResult::q_lower)});
    if (is_missing(of.check_largest)) continue;
    ++checked;
    largest_error = std::max(largest_error, of.check_largest);
  }
  std::string text = aligned(rows, 1);
  if (untested > 0) {
    text += std::to_string(untested) + (untested == 1 ? " population has" : " populations have") +
            " no benchmark, or one member: not tested\n";
  }
  text += "regions: high and low at a false discovery rate of 5 %\n";
  if (checked > 0) {
    text += "draws of " + std::to_string(checked) + (checked == 1 ? " sector" : " sectors") +
            " by p3m, checked on the sector and its first draw: largest error " + rate(largest_error) + '\n';
  }
  return text;
}

}  // namespace dscore::cli
