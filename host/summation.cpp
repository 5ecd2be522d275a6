#include "host/summation.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

#include "host/self_check.h"
#include "host/settings.h"  // decimal
#include "kernels/error.h"
#include "kernels/general_costs.h"
#include "kernels/general_sums.h"
#include "kernels/p3m/cloud.h"
#include "kernels/p3m/engine.h"
#include "kernels/tree/tree.h"

namespace dscore {
namespace {

/// Fewer are not worth a plan.
constexpr std::size_t kFewLocations = 1000;

/// Of a check, by a core (AVX-512, 2.6 GHz): per pair of a checked location and any other.
constexpr double kCheckedPairNs = 0.9;

std::string milliseconds(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g ms", 1000 * seconds);
  return text;
}

}  // namespace

double predicted_exact_s(const MergedPoints& points, const PairSettings& settings, const p3m::Costs& costs) {
  return is_plain(settings) ? p3m::predicted_exact_s(points.size(), settings.precision, costs)
                            : predicted_general_s(points, settings);
}

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
  if (settings.to_degrees) {
    if (settings.method == Method::p3m || settings.method == Method::tree) {
      throw UsageError(std::string("--method ") + name_of(settings.method) +
                       ": great circles are summed exactly. Take --method exact or auto, or --distance plane.");
    }
    return;
  }
  if (has_cutoff(settings.pairs)) {  // then few pairs are left, and f jumps to 0: nothing for a mesh or a tree
    if (settings.method == Method::p3m || settings.method == Method::tree) {
      throw UsageError(std::string("--method ") + name_of(settings.method) +
                       ": sums up to a cut-off are exact. Take --method exact or auto, or no cut-off.");
    }
    return;
  }
  const bool other_decay = settings.pairs.decay != Decay{};
  if (settings.method == Method::tree && (other_decay || settings.weighted)) {
    throw UsageError(
        "--method tree: it sums 1/d alone, and counts establishments. Take --method p3m, exact or auto for other "
        "decays "
        "and for jobs.");
  }
  const auto wanted = [&](Method method) { return settings.method == method || settings.method == Method::automatic; };
  // A GPU's mesh knows 1/d and multiplicities; whatever else is summed exactly beside it, by the CPU.
  const bool meshes = backend.kind() == "cpu" || !(other_decay || settings.weighted);
  if (settings.method == Method::p3m && !meshes) {
    throw UsageError("--method p3m: on a GPU it sums 1/d alone, and counts establishments. Take --device cpu.");
  }
  if (wanted(Method::p3m) && meshes) p3m_ = backend.make_p3m();
  if (wanted(Method::tree) && !other_decay && !settings.weighted) tree_ = backend.make_tree();
  if (settings.method == Method::tree && !tree_) {
    throw UsageError("--method tree: there is none on a GPU. Take --device cpu, or --method p3m, exact or auto.");
  }
}

Summation::~Summation() = default;

/// What there is to choose from for one set, by predicted cost.
struct Summation::Choice {
  double exact_s = 0;
  tree::Plan tree;
  double least_s = p3m::kNothingElse;  ///< of what may be taken instead of a mesh
};

Summation::Choice Summation::choice_for(const MergedPoints& points, bool second_attempt) const {
  Choice choice;
  choice.exact_s = predicted_exact_s(points, settings_.pairs, costs());
  if (settings_.method == Method::automatic) choice.least_s = choice.exact_s;
  if (tree_) {
    choice.tree = tree::make_plan(points, settings_.pairs, settings_.tolerance, second_attempt);
    choice.least_s = std::min(choice.least_s, choice.tree.predicted_s);
  }
  return choice;
}

const p3m::Costs& Summation::costs() const { return p3m_ ? p3m_->costs() : p3m::kCoreCosts; }

SumPlan Summation::plan_by(const Choice& choice, const std::optional<p3m::Plan>& p3m) const {
  const bool automatic = settings_.method == Method::automatic;
  SumPlan plan;
  double predicted_s = choice.exact_s;
  if (p3m) {
    plan.p3m = std::make_shared<p3m::Plan>(*p3m);
    predicted_s = p3m->predicted_s;
  } else if (tree_ && (!automatic || choice.tree.predicted_s <= choice.least_s)) {
    plan.tree = std::make_shared<tree::Plan>(choice.tree);
    predicted_s = choice.tree.predicted_s;
  }
  if (!automatic) {
    plan.why = !plan.exact()               ? "asked for"
               : is_plain(settings_.pairs) ? "a mesh fine enough would be too large"
                                           : "no mesh keeps the tolerance of the smallest scores";
  } else if (plan.exact()) {
    plan.why = "predicted " + milliseconds(predicted_s) + " " + costs().of + ", less than any fast method";
  } else {
    plan.why = "predicted " + milliseconds(predicted_s) + " against " + milliseconds(choice.exact_s) + " " + costs().of;
  }
  return plan;
}

std::vector<SumPlan> Summation::plan(std::span<const MergedPoints* const> sets) const {
  std::vector<SumPlan> plans(sets.size());
  if (settings_.method == Method::exact || has_cutoff(settings_.pairs) || settings_.to_degrees) {
    for (SumPlan& plan : plans) {
      plan.why = settings_.method == Method::exact ? "asked for"
                 : settings_.to_degrees            ? "great circles"
                                                   : "up to a cut-off";
    }
    return plans;
  }
  std::vector<std::size_t> many;  // sets that are worth a plan
  std::vector<const MergedPoints*> to_plan;
  std::vector<Choice> choices;
  std::vector<double> instead_s;
  for (std::size_t s = 0; s < sets.size(); ++s) {
    plans[s].why = "few locations";
    if (sets[s]->size() < (settings_.method == Method::automatic ? kFewLocations : 2)) continue;
    many.push_back(s);
    to_plan.push_back(sets[s]);
    choices.push_back(choice_for(*sets[s], false));
    instead_s.push_back(choices.back().least_s);
  }
  std::vector<std::optional<p3m::Plan>> meshes(many.size());
  if (p3m_ && !many.empty()) {
    const p3m::Clouds clouds = p3m::measure(to_plan, backend_.threads());
    meshes = p3m::make_plans(clouds, settings_.pairs, settings_.tolerance, instead_s, costs());
  }
  double all_locations = 0;
  for (std::size_t k = 0; k < many.size(); ++k) {
    plans[many[k]] = plan_by(choices[k], meshes[k]);
    if (!plans[many[k]].exact()) all_locations += static_cast<double>(to_plan[k]->size());
  }
  for (std::size_t k = 0; k < many.size(); ++k) {
    const double share = static_cast<double>(to_plan[k]->size()) / all_locations;
    SumPlan& plan = plans[many[k]];
    if (!plan.exact()) plan.checked = std::max(kLeastChecked, static_cast<std::size_t>(share * kCheckedTargets));
  }
  return plans;
}

double Summation::predicted_s(const MergedPoints& points, const SumPlan& plan) const {
  const double threads = backend_.threads();
  const bool on_cpu = backend_.kind() == "cpu";
  const double of_machine = on_cpu ? threads : 1;  // that its costs are of
  if (plan.exact()) {
    const bool by_machine = is_plain(settings_.pairs) && !settings_.weighted && !settings_.to_degrees;
    if (!by_machine) return predicted_general_s(points, settings_.pairs, bool(settings_.to_degrees)) / threads;
    const p3m::Costs& exact_costs = on_cpu ? p3m::kCoreCosts : p3m::kGpuCosts;
    return p3m::predicted_exact_s(points.size(), settings_.pairs.precision, exact_costs) / of_machine;
  }
  double predicted_s = (plan.p3m ? plan.p3m->predicted_s : plan.tree->predicted_s) / of_machine;
  if (settings_.weighted) predicted_s += predicted_general_s(points, within_threshold()) / threads;
  if (!settings_.check) return predicted_s;
  const double pairs = static_cast<double>(std::min(plan.checked, points.size())) * static_cast<double>(points.size());
  return predicted_s + 1e-9 * kCheckedPairNs * pairs / threads;
}

double Summation::predicted_bytes(const SumPlan& plan) { return plan.p3m ? plan.p3m->shape.bytes() : 0; }

/// The plan of a second attempt, after a check has failed: exact where that is no more costly.
SumPlan Summation::finer(const MergedPoints& points, const SumPlan& first) const {
  const Choice choice = choice_for(points, true);
  std::optional<p3m::Plan> mesh;
  if (p3m_) mesh = p3m::make_plan(p3m::measure(points), settings_.pairs, settings_.tolerance, true, costs());
  if (mesh && mesh->predicted_s > choice.least_s) mesh.reset();
  SumPlan plan = plan_by(choice, mesh);
  plan.checked = first.checked;
  return plan;
}

PairSums Summation::exact(const MergedPoints& points, std::span<const double> weights, const Progress& progress) const {
  if (weights.empty() && is_plain(settings_.pairs) && !settings_.to_degrees) {
    return backend_.sum_pairs(points, settings_.pairs, progress);
  }
  std::vector<double> longitude, latitude;
  if (settings_.to_degrees) {
    longitude.assign(points.x_m.begin(), points.x_m.end());
    latitude.assign(points.y_m.begin(), points.y_m.end());
    settings_.to_degrees(longitude, latitude);
  }
  return general_sums({points, weights, longitude, latitude}, settings_.pairs, backend_.threads(), progress);
}

/// What counts the pairs within the threshold: with weights a mesh does not.
PairSettings Summation::within_threshold() const {
  PairSettings near = settings_.pairs;
  near.cutoff_m = near.threshold_m;
  return near;
}

std::uint64_t Summation::pairs_within(const MergedPoints& points, const Progress& progress) const {
  return general_sums({points}, within_threshold(), backend_.threads(), progress).ordered_pairs_within;
}

PairSums Summation::sum(const MergedPoints& points, const SumPlan& first, const Progress& progress, SumReport& report,
                        std::span<const double> weights) {
  report = {};
  const auto exact_because = [&](const std::string& why) {
    report.method = Method::exact;
    report.why = why;
    return exact(points, weights, progress);
  };
  if (first.exact()) return exact_because(first.why);
  for (const bool second : {false, true}) {
    const SumPlan plan = second ? finer(points, first) : first;
    if (plan.exact()) break;
    report.why = plan.why;
    report.cutoff_m = plan.p3m ? plan.p3m->cutoff_m : 0;

    const double part = settings_.check ? 0.6 : 1;
    const Progress progress_of_sums = [&](double fraction) {  // a second attempt begins anew
      if (progress) progress(part * fraction);
    };
    PairSums sums;
    if (plan.p3m) {
      p3m_->set_points(points, settings_.pairs, *plan.p3m);
      sums = weights.empty() ? p3m_->execute({}, progress_of_sums) : p3m_->execute_weighted(weights, progress_of_sums);
      if (!weights.empty()) sums.ordered_pairs_within = pairs_within(points, progress_of_sums);
    } else {
      tree_->set_points(points, settings_.pairs, *plan.tree);
      sums = tree_->execute({}, progress_of_sums);
    }
    if (settings_.check) {
      const Progress progress_of_check = [&](double fraction) {
        if (progress) progress(part + (1 - part) * fraction);
      };
      report.check =
          check_sums(points, settings_.pairs, sums, plan.checked, backend_.threads(), progress_of_check, weights);
      if (!(report.check.largest <= settings_.tolerance)) continue;
    }
    report.method = plan.p3m ? Method::p3m : Method::tree;
    return sums;
  }
  report.fell_back = true;
  return exact_because("fast sums were off by up to " + decimal(report.check.largest));
}

}  // namespace dscore
