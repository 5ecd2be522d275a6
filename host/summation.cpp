#include "host/summation.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "host/self_check.h"
#include "host/settings.h"  // decimal
#include "kernels/error.h"
#include "kernels/p3m/cloud.h"
#include "kernels/p3m/engine.h"

namespace dscore {
namespace {

/// Fewer are not worth a plan.
constexpr std::size_t kFewLocations = 1000;

std::string milliseconds(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g ms", 1000 * seconds);
  return text;
}

}  // namespace

SelfCheck pooled_check(const std::vector<SumReport>& sums) {
  SelfCheck pooled;
  double squares = 0;
  for (const SumReport& report : sums) {
    pooled.seconds += report.check.seconds;
    if (report.fell_back) continue;
    pooled.targets += report.check.targets;
    pooled.largest = std::max(pooled.largest, report.check.largest);
    squares += static_cast<double>(report.check.targets) * report.check.rms * report.check.rms;
  }
  if (pooled.targets > 0) pooled.rms = std::sqrt(squares / static_cast<double>(pooled.targets));
  return pooled;
}

Summation::Summation(const Backend& backend, const SumSettings& settings) : backend_(backend), settings_(settings) {
  if (settings.method != Method::exact) p3m_ = backend.make_fast();
}

Summation::~Summation() = default;

std::vector<SumPlan> Summation::plan(std::span<const MergedPoints* const> sets) const {
  std::vector<SumPlan> plans(sets.size());
  if (!p3m_) {
    for (SumPlan& plan : plans) plan.why = "asked for";
    return plans;
  }
  const p3m::Costs& costs = p3m_->costs();
  const bool automatic = settings_.method == Method::automatic;
  std::vector<std::size_t> many;  // sets that are worth a plan
  std::vector<const MergedPoints*> to_plan;
  std::vector<double> exact_s;
  for (std::size_t s = 0; s < sets.size(); ++s) {
    const std::size_t locations = sets[s]->size();
    plans[s].why = "few locations";
    if (locations < (automatic ? kFewLocations : 2)) continue;
    many.push_back(s);
    to_plan.push_back(sets[s]);
    exact_s.push_back(p3m::predicted_exact_s(locations, settings_.pairs.precision, costs));
  }
  if (many.empty()) return plans;
  const p3m::Clouds clouds = p3m::measure(to_plan, backend_.threads());
  const std::vector<double> nothing_else(many.size(), p3m::kNothingElse);
  const auto found =
      p3m::make_plans(clouds, settings_.pairs, settings_.tolerance, automatic ? exact_s : nothing_else, costs);
  double all_locations = 0;
  for (std::size_t k = 0; k < many.size(); ++k) {
    if (found[k]) all_locations += static_cast<double>(to_plan[k]->size());
  }
  for (std::size_t k = 0; k < many.size(); ++k) {
    SumPlan& plan = plans[many[k]];
    if (found[k]) plan.p3m = std::make_shared<p3m::Plan>(*found[k]);
    if (!found[k]) {
      plan.why = automatic ? "predicted " + milliseconds(exact_s[k]) + " " + costs.of + ", less than by a mesh"
                           : "a mesh fine enough would be too large";
      continue;
    }
    plan.why = automatic ? "predicted " + milliseconds(found[k]->predicted_s) + " against " + milliseconds(exact_s[k]) +
                               " " + costs.of
                         : "asked for";
    const double share = static_cast<double>(to_plan[k]->size()) / all_locations;
    plan.checked = std::max(kLeastChecked, static_cast<std::size_t>(share * kCheckedTargets));
  }
  return plans;
}

PairSums Summation::sum(const MergedPoints& points, const SumPlan& plan, const Progress& progress, SumReport& report) {
  report = {};
  const auto exact = [&](const std::string& why) {
    report.method = Method::exact;
    report.why = why;
    return backend_.sum_pairs(points, settings_.pairs, progress);
  };
  if (!plan.p3m) return exact(plan.why);
  for (const bool second : {false, true}) {
    std::optional<p3m::Plan> p3m = *plan.p3m;
    if (second) p3m = p3m::make_plan(p3m::measure(points), settings_.pairs, settings_.tolerance, true, p3m_->costs());
    const bool slower =
        second && settings_.method == Method::automatic && p3m &&
        p3m->predicted_s > p3m::predicted_exact_s(points.size(), settings_.pairs.precision, p3m_->costs());
    if (!p3m || slower) break;
    report.why = plan.why;
    report.cutoff_m = p3m->cutoff_m;

    const double part = settings_.check ? 0.6 : 1;
    p3m_->set_points(points, settings_.pairs, *p3m);
    PairSums sums = p3m_->execute({}, [&](double fraction) {
      if (progress && !second) progress(part * fraction);
    });
    if (settings_.check) {
      report.check = check_sums(points, settings_.pairs, sums, plan.checked, backend_.threads(), [&](double fraction) {
        if (progress && !second) progress(part + (1 - part) * fraction);
      });
      if (!(report.check.largest <= settings_.tolerance)) continue;
    }
    report.method = Method::p3m;
    return sums;
  }
  report.fell_back = true;
  return exact("fast sums were off by up to " + decimal(report.check.largest));
}

}  // namespace dscore
