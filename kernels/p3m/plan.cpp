#include "kernels/p3m/plan.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <numbers>
#include <set>

#include "kernels/p3m/near_simd.h"
#include "kernels/p3m/patches.h"
#include "kernels/p3m/split.h"

namespace dscore::p3m {
namespace {

using std::numbers::pi;

/// Cut-offs shorter than this part of the diameter are not looked at: but in a narrow strip they would need a mesh
/// larger than kMostNodes.
constexpr double kMostCutoffs = 4096;
constexpr double kNextCutoff = 1.1;

/// Sets whose diameter is this part of that of all sets together are not planned for by themselves.
constexpr double kAsWide = 0.7;

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

/// Whether FP32 has digits enough for the mesh: scores are not smaller than what it adds, but for a little.
bool mesh_may_be_float(const PairSettings& settings, double tolerance) {
  return settings.rule == ThresholdRule::cap && is_plain(settings) && tolerance >= kFloatTolerance;
}

/// Pairs within the threshold are counted among the near ones; and there f may have an edge. A cut-off of t itself,
/// where f has one, spares the roots; else it must not fall on it, for a pair may be found within t and not within the
/// cut-off.
double smallest_cutoff(const PairSettings& settings) {
  return settings.threshold_m * (constant_within(settings.rule) ? 1 : 1.0001);
}

double step_of(ThresholdRule rule, const Recipe& recipe, double cutoff_m) {
  return pi / recipe.oversampling * cutoff_m / frequency_reach(rule, recipe.reach);
}

/// Where the smooth part begins to fade along an axis on which points are so far apart. Nearer than the cut-off it has
/// all of its frequencies, to which a fade would add its own.
double fade_from_m(double extent_m, double cutoff_m) { return std::max(extent_m, cutoff_m); }

/// The shortest period, metres: with a fade whose highest frequency is the smooth part's.
double period_m(double extent_m, ThresholdRule rule, const Recipe& recipe, double cutoff_m) {
  const double over_m = 2 * kFadeShare * recipe.reach / frequency_reach(rule, recipe.reach) * cutoff_m;
  return 2 * fade_from_m(extent_m, cutoff_m) + over_m;
}

double nodes_of(const MeshShape& shape) {
  return static_cast<double>(shape.period_x) * static_cast<double>(shape.period_y);
}

/// The nodes of the period, as many as would take as long if no length were quicker than others.
double transform_nodes(const MeshShape& shape, double quickest_part) {
  // Of the time, rows take about this, and columns; the rest is memory.
  constexpr double kRows = 0.3;
  constexpr double kColumns = 0.45;
  const double saved =
      (is_quickest_length(shape.period_x) ? kRows : 0) + (is_quickest_length(shape.period_y) ? kColumns : 0);
  return nodes_of(shape) * (1 - saved * (1 - quickest_part));
}

/// The periods, not shorter than these, whose transforms take least.
void set_periods(std::size_t least_x, std::size_t least_y, double quickest_part, MeshShape& shape) {
  double best = 0;
  MeshShape tried = shape;
  for (const std::size_t x : {quick_length(least_x), quickest_length(least_x)}) {
    for (const std::size_t y : {quick_length(least_y), quickest_length(least_y)}) {
      if (x == 0 || y == 0) continue;
      tried.period_x = x;
      tried.period_y = y;
      const double nodes = transform_nodes(tried, quickest_part);
      if (best > 0 && nodes >= best) continue;
      best = nodes;
      shape = tried;
    }
  }
}

/// The smallest tolerance of a recipe.
constexpr double kSmallestRecipe = kSmallestTolerance / 64;

/// What the errors of pairs add up to for the worst location, over the recipe's tolerance, the smooth part's value at 0
/// and the root of the number of pairs. Measured on clouds of the tests and the synthetic Netherlands.
constexpr double kErrorShare = 16;
constexpr double kErrorShareOfFew = 100;  ///< locations: one dense town is all that there is
constexpr std::size_t kFew = 6'000;

/// About the largest value that the mesh adds for a pair and the near part takes off again.
double value_at_zero(const PairSettings& settings, double cutoff_m, double tolerance) {
  const Decay& decay = settings.decay;
  const double reach = known_recipes(std::max(tolerance / 64, kSmallestRecipe)).front().reach;
  const bool product = near_is_product(settings.rule);
  if (decay.shape == DecayShape::exponential) {
    if (!product) return 1;
    // exp(-l d) shifts the frequencies of the step by i l: its window has exp(sqrt(c l R / 2) - l R / 2) more there.
    const double ranges = std::min(decay.parameter * cutoff_m, 0.5 * reach);
    return decay_value(decay, settings.threshold_m) * std::exp(std::sqrt(0.5 * reach * ranges) - 0.5 * ranges);
  }
  if (product) return decay_value(decay, settings.threshold_m);
  // The smooth part of d^-a at 0 over g(R), by the window exp(-c x^2 / 2) (split.h).
  const double half = 0.5 * decay.parameter;
  return decay_value(decay, cutoff_m) * std::pow(0.5 * reach, half) / std::tgamma(1 + half);
}

struct Candidate {
  Recipe recipe;
  double cutoff_m;
};

/// All that may be the cheapest, with a mesh for this extent and for sets that need these recipes.
std::vector<Candidate> candidates(const Extent& extent, const PairSettings& settings,
                                  std::span<const RecipeTolerance> needed) {
  const double smallest = smallest_cutoff(settings);
  const double largest = std::max(extent.diameter_m, smallest);
  std::vector<Candidate> found;
  for (double cutoff = std::max(smallest, largest / kMostCutoffs); cutoff <= largest; cutoff *= kNextCutoff) {
    std::set<double> tolerances;
    for (const RecipeTolerance& need : needed) tolerances.insert(need(cutoff));
    for (const double tolerance : tolerances) {
      if (tolerance == 0) continue;
      for (const Recipe& recipe : known_recipes(tolerance)) {
        const double step = step_of(settings.rule, recipe, cutoff);
        const auto nodes = [&](double metres) { return period_m(metres, settings.rule, recipe, cutoff) / step; };
        if (nodes(extent.width_m) * nodes(extent.height_m) <= kMostNodes) found.push_back({recipe, cutoff});
      }
    }
  }
  return found;
}

/// A plan but for what depends on the locations themselves.
Plan with_mesh(const Extent& all, const PairSettings& settings, double tolerance, const Candidate& candidate,
               bool second_attempt, const Costs& costs) {
  const Recipe& recipe = candidate.recipe;
  const double cutoff_m = candidate.cutoff_m;
  const auto width = static_cast<std::size_t>(recipe.width);
  Plan plan;
  plan.tolerance = tolerance;
  plan.recipe = recipe;
  plan.cutoff_m = cutoff_m;
  plan.exact_own = takes_off_own(settings.rule);
  plan.may_be_float = !second_attempt && near_may_be_float(settings, tolerance);
  plan.mesh_in_float = !second_attempt && mesh_may_be_float(settings, tolerance);
  MeshShape& shape = plan.shape;
  shape.step_m = step_of(settings.rule, recipe, cutoff_m);
  shape.fade_from_x_m = fade_from_m(all.width_m, cutoff_m);
  shape.fade_from_y_m = fade_from_m(all.height_m, cutoff_m);
  const auto steps = [&](double metres) { return static_cast<std::size_t>(std::ceil(metres / shape.step_m)); };
  shape.columns = steps(all.width_m) + 1 + width;
  shape.rows = steps(all.height_m) + 1 + width;
  const auto least = [&](double extent_m, std::size_t nodes) {
    return std::max(nodes, steps(period_m(extent_m, settings.rule, recipe, cutoff_m)));
  };
  set_periods(least(all.width_m, shape.columns), least(all.height_m, shape.rows),
              costs.mesh(plan.mesh_in_float).quickest_part, shape);
  plan.setup_s = 1e-9 * (transform_nodes(shape, costs.double_mesh.quickest_part) * costs.sample_ns + costs.setup_ns);
  return plan;
}

Plan for_cloud(const Cloud& cloud, const PairSettings& settings, Plan plan, const Costs& costs) {
  const auto locations = static_cast<double>(cloud.locations);
  plan.near_pairs = cloud.pairs_nearer(plan.cutoff_m);
  const bool edge = constant_within(settings.rule) && plan.cutoff_m == settings.threshold_m;
  double part = edge ? costs.edge_part : near_part_of(settings.decay);
  plan.by_patches =
      costs.patch_part < 1 && patches_serve(settings, plan.cutoff_m, plan.near_pairs / locations, plan.may_be_float);
  if (plan.by_patches) part *= costs.patch_part;
  const double near_ns = part * (plan.may_be_float ? costs.near_float_ns : costs.near_double_ns);
  const MeshCosts& mesh = costs.mesh(plan.mesh_in_float);
  const double stencil_ns = mesh.stencil_node_ns * plan.recipe.width * plan.recipe.width;
  plan.predicted_s =
      plan.setup_s + 1e-9 * (plan.near_pairs * near_ns + locations * (costs.location_ns + stencil_ns) +
                             transform_nodes(plan.shape, mesh.quickest_part) * mesh.transform_ns + costs.fixed_ns);
  return plan;
}

}  // namespace

double predicted_exact_s(std::size_t locations, Precision precision, const Costs& costs) {
  const auto n = static_cast<double>(locations);
  return 1e-9 * n *
         (0.5 * n * (precision == Precision::mixed ? costs.exact_mixed_ns : costs.exact_double_ns) +
          costs.exact_location_ns);
}

// The errors of pairs mostly cancel, but not where few locations, or one tight cluster, make up a score. And scores are
// smaller than what the mesh adds for the near and the near part takes off again: a little (cap), or much, where they
// leave out the near; and a step that makes f even, f being steep at 0 (shift), has some high frequencies left.
// Measured on the clouds of the tests: with towns of few locations, the largest error is up to 3.4 times the recipe's.
//
// Of other decays the smallest score may be far below what the mesh adds anywhere. Errors of pairs nearer than the
// cut-off, each a share of the smooth part's value at 0, add up like the root of their number.
RecipeTolerance::RecipeTolerance(const Cloud& cloud, const PairSettings& settings, double tolerance,
                                 bool second_attempt)
    : cloud_(&cloud), settings_(settings), tolerance_(tolerance / (second_attempt ? 64 : 1)) {
  const ThresholdRule rule = settings.rule;
  const std::size_t n = cloud.locations;
  const double of_rule = rule == ThresholdRule::cap ? 1 : rule == ThresholdRule::shift ? 16 : 32;
  const double of_size = n < kFew ? 8 : n < 30'000 ? 4 : n < 100'000 ? 2 : 1;
  plain_ = std::max(tolerance_ / std::max(of_rule, of_size), kSmallestRecipe);
  if (!is_plain(settings)) least_sum_ = cloud.least_sum(settings);
}

double RecipeTolerance::operator()(double cutoff_m) const {
  if (is_plain(settings_)) return plain_;
  const double nearer = 1 + 2 * cloud_->pairs_nearer(cutoff_m) / static_cast<double>(cloud_->locations);
  const double share = cloud_->locations < kFew ? kErrorShareOfFew : kErrorShare;
  const double error = share * value_at_zero(settings_, cutoff_m, tolerance_) * std::sqrt(nearer);
  double needed = plain_;
  while (needed >= kSmallestRecipe && needed * error > tolerance_ * least_sum_) needed /= 4;  // few recipes serve all
  return needed >= kSmallestRecipe ? needed : 0;
}

bool Plan::same_mesh(const Plan& other) const {
  return tolerance == other.tolerance && recipe == other.recipe && cutoff_m == other.cutoff_m && shape == other.shape &&
         exact_own == other.exact_own && may_be_float == other.may_be_float && mesh_in_float == other.mesh_in_float;
}

Plan plan_with(const Cloud& cloud, const Extent& all, const PairSettings& settings, double tolerance,
               const Recipe& recipe, double cutoff_m, const Costs& costs) {
  return for_cloud(cloud, settings, with_mesh(all, settings, tolerance, {recipe, cutoff_m}, false, costs), costs);
}

std::optional<Plan> make_plan(const Cloud& cloud, const PairSettings& settings, double tolerance, bool second_attempt,
                              const Costs& costs) {
  std::optional<Plan> best;
  const RecipeTolerance needed(cloud, settings, tolerance, second_attempt);
  for (const Candidate& candidate : candidates(cloud.extent, settings, {&needed, 1})) {
    const Plan mesh = with_mesh(cloud.extent, settings, tolerance, candidate, second_attempt, costs);
    const Plan plan = for_cloud(cloud, settings, mesh, costs);
    if (!best || plan.predicted_s < best->predicted_s) best = plan;
  }
  return best;
}

std::vector<std::optional<Plan>> make_plans(const Clouds& clouds, const PairSettings& settings, double tolerance,
                                            std::span<const double> instead_s, const Costs& costs) {
  const std::size_t sets = clouds.of_set.size();
  std::vector<std::optional<Plan>> plans(sets);
  std::vector<double> cost(instead_s.begin(), instead_s.end());
  for (std::size_t s = 0; s < sets; ++s) {
    // A set as wide as all others finds its own mesh among those for all.
    if (sets > 1 && clouds.of_set[s].extent.diameter_m > kAsWide * clouds.all.diameter_m) continue;
    plans[s] = make_plan(clouds.of_set[s], settings, tolerance, false, costs);
    if (plans[s] && plans[s]->predicted_s < cost[s]) {
      cost[s] = plans[s]->predicted_s;
    } else {
      plans[s].reset();
    }
  }
  if (sets < 2) return plans;

  // Small sets need a finer recipe, which serves larger ones as well.
  std::vector<RecipeTolerance> needed;
  for (const Cloud& cloud : clouds.of_set) needed.emplace_back(cloud, settings, tolerance, false);
  std::vector<Plan> meshes;
  for (const Candidate& candidate : candidates(clouds.all, settings, needed)) {
    meshes.push_back(with_mesh(clouds.all, settings, tolerance, candidate, false, costs));
  }
  // What the use of each costs each set, [mesh][set].
  std::vector<double> use_s;
  use_s.reserve(meshes.size() * sets);
  for (const Plan& mesh : meshes) {
    for (std::size_t s = 0; s < sets; ++s) {
      const bool serves = mesh.recipe.tolerance <= needed[s](mesh.cutoff_m);
      use_s.push_back(serves ? for_cloud(clouds.of_set[s], settings, mesh, costs).predicted_s - mesh.setup_s
                             : kNothingElse);
    }
  }
  // The mesh that saves most goes first, and then the next, as long as they save anything.
  while (true) {
    double most = 0;
    std::size_t best = 0;
    for (std::size_t m = 0; m < meshes.size(); ++m) {
      double saved = -meshes[m].setup_s;
      for (std::size_t s = 0; s < sets; ++s) saved += std::max(0.0, cost[s] - use_s[m * sets + s]);
      if (!(saved > most)) continue;
      most = saved;
      best = m;
    }
    if (most == 0) break;
    for (std::size_t s = 0; s < sets; ++s) {
      if (!(use_s[best * sets + s] < cost[s])) continue;
      plans[s] = for_cloud(clouds.of_set[s], settings, meshes[best], costs);
      cost[s] = use_s[best * sets + s];
    }
  }
  for (const Plan& mesh : meshes) {
    std::vector<Plan*> users;
    for (std::optional<Plan>& plan : plans) {
      if (plan && plan->same_mesh(mesh)) users.push_back(&*plan);
    }
    for (Plan* user : users) user->predicted_s -= mesh.setup_s * (1 - 1 / static_cast<double>(users.size()));
  }
  return plans;
}

}  // namespace dscore::p3m
