#pragma once
// What the groups of a sweep, and its bands, take: predicted without scoring anything.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/sweep_plan.h"
#include "kernels/backend.h"

namespace dscore {

/// Seconds of this machine, with all of its threads.
class SweepCosts {
 public:
  /// All are borrowed.
  SweepCosts(const Backend& backend, const Register& input, const SweepPlan& plan);

  /// Scores of all populations under a setting.
  double scores_s(const SweepSetting& setting);
  /// Tables of scores, and what is compared with the baseline: once for each setting.
  double tables_s() const;
  /// The distance bands of one population.
  double bands_s(std::size_t population) const;
  /// Memory, for all that was asked for so far.
  double bytes() const;

 private:
  const std::vector<double>& sums_s(const Settings& settings);

  const Backend& backend_;
  const Register& input_;
  const SweepPlan& plan_;
  std::vector<MergedPoints> sets_;  ///< P, and all establishments, if they are a benchmark in the plan
  double mesh_bytes_ = 0;           ///< the largest
  double members_ = 0;              ///< of all populations
  std::map<std::string, std::vector<double>> known_;  ///< sums_s, by scores_text
};

}  // namespace dscore
