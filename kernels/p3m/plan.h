#pragma once
// The cheapest way to keep a tolerance on given locations: cut-off, mesh and window.

#include <optional>
#include <span>
#include <vector>

#include "kernels/backend.h"
#include "kernels/p3m/cloud.h"
#include "kernels/p3m/costs.h"
#include "kernels/p3m/mesh.h"
#include "kernels/p3m/recipe.h"

namespace dscore::p3m {

struct Plan {
  double tolerance = 0;  ///< largest relative error of a score
  Recipe recipe;
  double cutoff_m = 0;
  MeshShape shape;             ///< without its origin
  bool exact_own = false;      ///< a location's own mass is taken off to its last digits
  bool may_be_float = false;   ///< near pairs may be summed in FP32 (near_in_float)
  bool mesh_in_float = false;  ///< on a CPU
  bool by_patches = false;     ///< near pairs, where many locations stand together; on a CPU
  double near_pairs = 0;       ///< predicted, unordered
  double predicted_s = 0;      ///< by the costs that it was chosen by
  double setup_s = 0;          ///< of that: once for all sets of locations that the plan serves

  /// Whether all is equal that does not come from the locations: what was set up for one serves the other.
  bool same_mesh(const Plan& other) const;
};

/// What exact pair sums of a precision take, seconds, with plain settings (else kernels/general_costs.h says).
double predicted_exact_s(std::size_t locations, Precision precision, const Costs& costs = kCoreCosts);

/// The plan with a given recipe and cut-off (at least t where f has an edge there), its mesh for locations within
/// `all`.
Plan plan_with(const Cloud& cloud, const Extent& all, const PairSettings& settings, double tolerance,
               const Recipe& recipe, double cutoff_m, const Costs& costs = kCoreCosts);

/// The tolerance of the recipe that keeps one of scores on ordinary locations with this cut-off; a second attempt,
/// after a check has failed, allows for the worst. 0: there is none, for want of digits.
class RecipeTolerance {
 public:
  RecipeTolerance(const Cloud& cloud, const PairSettings& settings, double tolerance, bool second_attempt);
  double operator()(double cutoff_m) const;

 private:
  const Cloud* cloud_;
  PairSettings settings_;
  double tolerance_;      ///< of scores
  double plain_;          ///< as if f were made of 1/d
  double least_sum_ = 0;  ///< other decays: Cloud::least_sum
};

/// The cheapest plan. None where the mesh would have more than kMostNodes nodes whatever the cut-off, or where scores
/// differ so much (other decays than 1/d) that the smallest would be lost in the roundings of the largest.
std::optional<Plan> make_plan(const Cloud& cloud, const PairSettings& settings, double tolerance,
                              bool second_attempt = false, const Costs& costs = kCoreCosts);

/// The cheapest plans for several sets together: as sets may share a mesh, there may be few of them. instead_s: what
/// something else would take for each set (kNothingElse: there is nothing else); a set has no plan where that is less,
/// or where there is none. Sets that share a mesh have their share of its setup in predicted_s.
std::vector<std::optional<Plan>> make_plans(const Clouds& clouds, const PairSettings& settings, double tolerance,
                                            std::span<const double> instead_s, const Costs& costs = kCoreCosts);

inline constexpr double kMostNodes = 2e8;
inline constexpr double kNothingElse = 1e6;  // seconds

}  // namespace dscore::p3m
