#include "host/summation.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

#include "host/self_check.h"
#include "host/settings.h"  // decimal
#include "kernels/error.h"
#include "kernels/p3m/cloud.h"
#include "kernels/p3m/engine.h"
#include "kernels/p3m/plan.h"
#include "kernels/tree/tree.h"

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
  const auto wanted = [&](Method method) { return settings.method == method || settings.method == Method::automatic; };
  if (wanted(Method::p3m)) fast_ = backend.make_fast();
  if (wanted(Method::tree)) tree_ = backend.make_tree();
  if ((settings.method == Method::p3m && !fast_) || (settings.method == Method::tree && !tree_)) {
    throw UsageError(std::string("--method ") + name_of(settings.method) +
                     ": there is none on a GPU. Take --device cpu, or --method exact or auto.");
  }
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
  if (!fast_ && !tree_) return exact("on a GPU");
  const bool automatic = settings_.method == Method::automatic;
  if (points.size() < (automatic ? kFewLocations : 2)) return exact("few locations");
  const p3m::Cloud cloud = fast_ ? p3m::measure(points) : p3m::Cloud();
  for (const bool second : {false, true}) {
    std::optional<p3m::Plan> mesh_plan;
    std::optional<tree::Plan> tree_plan;
    if (fast_) mesh_plan = p3m::make_plan(cloud, settings_.pairs, settings_.tolerance, second);
    if (tree_) tree_plan = tree::make_plan(points, settings_.pairs, settings_.tolerance, second);
    const bool by_tree = tree_plan && (!mesh_plan || tree_plan->predicted_s < mesh_plan->predicted_s);
    if (!mesh_plan && !by_tree) {
      if (second) break;
      return exact("a mesh fine enough would be too large");
    }
    const double predicted_s = by_tree ? tree_plan->predicted_s : mesh_plan->predicted_s;
    const double exact_s = p3m::predicted_exact_s(points.size(), settings_.pairs.precision);
    const bool slower = automatic && predicted_s > exact_s;
    if (second && slower) break;
    const std::string predicted =
        "predicted " + milliseconds(predicted_s) + " against " + milliseconds(exact_s) + " of a core";
    if (slower) return exact(predicted);
    report.why = automatic ? predicted : "asked for";
    report.cutoff_m = by_tree ? 0 : mesh_plan->cutoff_m;

    const double part = settings_.check ? 0.6 : 1;
    const Progress progress_of_sums = [&](double fraction) {
      if (progress && !second) progress(part * fraction);
    };
    PairSums sums;
    if (by_tree) {
      tree_->set_points(points, settings_.pairs, *tree_plan);
      sums = tree_->execute({}, progress_of_sums);
    } else {
      fast_->set_points(points, settings_.pairs, *mesh_plan);
      sums = fast_->execute({}, progress_of_sums);
    }
    if (settings_.check) {
      report.check = check_sums(points, settings_.pairs, sums, backend_.threads());
      if (!(report.check.largest <= settings_.tolerance)) continue;
      if (progress) progress(1);
    }
    report.method = by_tree ? Method::tree : Method::p3m;
    return sums;
  }
  report.fell_back = true;
  return exact("fast sums were off by up to " + decimal(report.check.largest));
}

}  // namespace dscore
