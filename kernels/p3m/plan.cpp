#include "kernels/p3m/plan.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <numbers>

#include "kernels/p3m/near_simd.h"
#include "kernels/p3m/split.h"

namespace dscore::p3m {
namespace {

using std::numbers::pi;

/// Cut-offs shorter than this part of the diameter need a mesh larger than kMostNodes.
constexpr double kMostCutoffs = 4096;
constexpr double kNextCutoff = 1.07;

/// The fading is as wide as three cut-offs: its frequencies are then well inside the mesh's.
constexpr double kFadeCutoffs = 3;

const std::vector<Recipe>& known_recipes(double tolerance) {
  static std::mutex mutex;
  static std::map<double, std::vector<Recipe>> known;
  const std::lock_guard<std::mutex> lock(mutex);
  const auto found = known.find(tolerance);
  if (found != known.end()) return found->second;
  return known.emplace(tolerance, recipes(tolerance)).first->second;
}

/// Whether what the mesh returns of a location's own mass is taken off to its last digits: where f(0) is 0, a score
/// owes nothing to its own location.
bool takes_off_own(ThresholdRule rule) { return rule == ThresholdRule::exclude || rule == ThresholdRule::none; }

/// f is the same for all pairs within t, and 1/d beyond.
bool has_edge(ThresholdRule rule) { return rule == ThresholdRule::cap || rule == ThresholdRule::exclude; }

/// Pairs within the threshold are counted among the near ones; and there f may have an edge. A cut-off of t itself,
/// where f has one, spares the roots; else it must not fall on it, for a pair may be found within t and not within the
/// cut-off.
double smallest_cutoff(const PairSettings& settings) {
  return settings.threshold_m * (has_edge(settings.rule) ? 1 : 1.0001);
}

}  // namespace

double predicted_exact_s(std::size_t locations, Precision precision, const Costs& costs) {
  const auto n = static_cast<double>(locations);
  return 0.5 * n * n * 1e-9 * (precision == Precision::mixed ? costs.exact_mixed_ns : costs.exact_double_ns);
}

// The errors of pairs mostly cancel, but not where few locations, or one tight cluster, make up a score. And scores are
// smaller than what the mesh adds for the near and the near part takes off again: a little (cap), or much, where they
// leave out the near; and a step that makes f even, f being steep at 0 (shift), has some high frequencies left.
// Measured on the clouds of the tests.
double tolerance_of_recipe(ThresholdRule rule, double tolerance, bool second_attempt) {
  const double part = rule == ThresholdRule::cap ? 1 : rule == ThresholdRule::shift ? 16 : 32;
  return std::max(tolerance / part / (second_attempt ? 64 : 1), kSmallestTolerance / 64);
}

bool Plan::same_mesh(const Plan& other) const {
  return tolerance == other.tolerance && recipe == other.recipe && cutoff_m == other.cutoff_m && shape == other.shape &&
         exact_own == other.exact_own;
}

Plan plan_with(const Cloud& cloud, const PairSettings& settings, double tolerance, const Recipe& recipe,
               double cutoff_m, const Costs& costs) {
  const auto locations = static_cast<double>(cloud.locations);
  const auto width = static_cast<std::size_t>(recipe.width);
  Plan plan;
  plan.tolerance = tolerance;
  plan.recipe = recipe;
  plan.cutoff_m = cutoff_m;
  plan.exact_own = takes_off_own(settings.rule);
  MeshShape& shape = plan.shape;
  shape.step_m = pi / recipe.oversampling * cutoff_m / frequency_reach(settings.rule, recipe.reach);
  shape.fade_from_m = cloud.diameter_m;
  shape.fade_over_m = kFadeCutoffs * cutoff_m;
  const auto steps = [&](double metres) { return static_cast<std::size_t>(std::ceil(metres / shape.step_m)); };
  const double free_space = shape.fade_from_m + shape.fade_over_m;
  shape.columns = steps(cloud.width_m) + 1 + width;
  shape.rows = steps(cloud.height_m) + 1 + width;
  shape.period_x = quick_length(steps(cloud.width_m + free_space) + width);
  shape.period_y = quick_length(steps(cloud.height_m + free_space) + width);
  plan.near_pairs = cloud.pairs_nearer(cutoff_m);
  const double nodes = static_cast<double>(shape.period_x) * static_cast<double>(shape.period_y);
  const double edge_part = has_edge(settings.rule) && cutoff_m == settings.threshold_m ? costs.edge_part : 1;
  const double near_ns =
      edge_part * (near_may_be_float(settings.rule, tolerance) ? costs.near_float_ns : costs.near_double_ns);
  const double stencil_ns = costs.stencil_node_ns * recipe.width * recipe.width;
  plan.predicted_s = 1e-9 * (plan.near_pairs * near_ns + locations * (costs.location_ns + stencil_ns) +
                             nodes * (costs.sample_ns + costs.transform_ns) + costs.setup_ns + costs.fixed_ns);
  return plan;
}

std::optional<Plan> make_plan(const Cloud& cloud, const PairSettings& settings, double tolerance, bool second_attempt,
                              const Costs& costs) {
  const double smallest = smallest_cutoff(settings);
  const double largest = std::max(cloud.diameter_m, smallest);
  std::optional<Plan> best;
  for (const Recipe& recipe : known_recipes(tolerance_of_recipe(settings.rule, tolerance, second_attempt))) {
    for (double cutoff = std::max(smallest, largest / kMostCutoffs); cutoff <= largest; cutoff *= kNextCutoff) {
      const double step = pi / recipe.oversampling * cutoff / frequency_reach(settings.rule, recipe.reach);
      const double across = (2 * cloud.diameter_m + kFadeCutoffs * cutoff) / step;
      if (across * across > kMostNodes) continue;
      const Plan plan = plan_with(cloud, settings, tolerance, recipe, cutoff, costs);
      if (!best || plan.predicted_s < best->predicted_s) best = plan;
    }
  }
  return best;
}

}  // namespace dscore::p3m
