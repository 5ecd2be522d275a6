#include "host/summation.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "host/self_check.h"
#include "host/settings.h"  // decimal
#include "kernels/error.h"
#include "kernels/p3m/cloud.h"
#include "kernels/p3m/engine.h"
#include "kernels/p3m/plan.h"

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
  if (settings.method != Method::exact) fast_ = backend.make_fast();
}

Summation::~Summation() = default;

PairSums Summation::sum(const MergedPoints& points, const Progress& progress, SumReport& report) {
  report = {};
  const auto exact = [&](const std::string& why) {
    report.method = Method::exact;
    report.why = why;
    return backend_.sum_pairs(points, settings_.pairs, progress);
  };
  if (settings_.method == Method::exact) return exact("asked for");
  const bool few = points.size() < (settings_.method == Method::p3m ? 2 : kFewLocations);
  if (few) return exact("few locations");
  const p3m::Cloud cloud = p3m::measure(points);
  for (const bool second : {false, true}) {
    const p3m::Costs& costs = fast_->costs();
    const auto plan = p3m::make_plan(cloud, settings_.pairs, settings_.tolerance, second, costs);
    const double exact_s = p3m::predicted_exact_s(points.size(), settings_.pairs.precision, costs);
    const bool slower = plan && settings_.method == Method::automatic && plan->predicted_s > exact_s;
    if (second && (!plan || slower)) break;
    if (!plan) return exact("a mesh fine enough would be too large");
    const std::string predicted =
        "predicted " + milliseconds(plan->predicted_s) + " against " + milliseconds(exact_s) + " " + costs.of;
    if (slower) return exact(predicted);
    report.why = settings_.method == Method::automatic ? predicted : "asked for";
    report.cutoff_m = plan->cutoff_m;

    const double part = settings_.check ? 0.6 : 1;
    fast_->set_points(points, settings_.pairs, *plan);
    PairSums sums = fast_->execute({}, [&](double fraction) {
      if (progress && !second) progress(part * fraction);
    });
    if (settings_.check) {
      report.check = check_sums(points, settings_.pairs, sums, backend_.threads());
      if (!(report.check.largest <= settings_.tolerance)) continue;
      if (progress) progress(1);
    }
    report.method = Method::p3m;
    return sums;
  }
  report.fell_back = true;
  return exact("fast sums were off by up to " + decimal(report.check.largest));
}

}  // namespace dscore
