#include "host/synth_jobs.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace dscore::synth {
namespace {

constexpr double kLargest = 500;

}  // namespace

void share_jobs(Random& random, std::int64_t total, std::span<double> jobs) {
  const auto number = std::ssize(jobs);
  if (total < number) {
    std::int64_t left = total;
    for (std::int64_t k = 0; k < number; ++k) {  // selection sampling (Knuth, algorithm S)
      const bool chosen = random.uniform() * static_cast<double>(number - k) < static_cast<double>(left);
      jobs[static_cast<std::size_t>(k)] = chosen ? 1 : 0;
      left -= chosen ? 1 : 0;
    }
    return;
  }
  std::vector<double> cumulative;
  double sum = 0;
  for (std::int64_t k = 0; k < number; ++k) {
    sum += 1 / std::max(random.positive(), 1 / kLargest) - 1;
    cumulative.push_back(sum);
  }
  // Rounding the cumulative shares, not the shares, makes the sum exact.
  const auto extra = static_cast<double>(total - number);
  double given = 0;
  for (std::size_t k = 0; k < jobs.size(); ++k) {
    const bool last = k + 1 == jobs.size();
    const double upto = last ? extra : std::min(extra, std::floor(extra * (cumulative[k] / sum)));
    jobs[k] = 1 + upto - given;
    given = upto;
  }
}

void draw_jobs(Random& random, std::span<double> jobs) {
  for (double& job : jobs) job = random.firm_size(kLargest);
}

}  // namespace dscore::synth
