#pragma once
// Sums over pairs, by the exact method or by a fast one that is held against it.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernels/backend.h"

namespace dscore {

namespace p3m {
struct Costs;
struct Plan;
}  // namespace p3m
namespace tree {
struct Plan;
}

enum class Method {
  automatic,  ///< the quickest one, as predicted from the locations
  exact,      ///< every pair (kernels/allpairs_cpu.h, kernels/allpairs.cu)
  p3m,        ///< a mesh for the far, pairs for the near (kernels/p3m)
  tree        ///< a tree of cells that sum up what is far (kernels/tree/tree.h); 1/d on the CPU only
};

/// Replaces metres in the plane by degrees: x by longitude, y by latitude.
using ToDegrees = std::function<void(std::span<double> x, std::span<double> y)>;

struct SumSettings {
  PairSettings pairs;  ///< its precision is of the exact method
  Method method = Method::exact;
  double tolerance = 1e-9;    ///< largest relative error of a score by a fast method
  bool check = true;          ///< hold fast sums against exact ones
  bool weighted = false;      ///< sums will be asked for with weights
  ToDegrees to_degrees = {};  ///< if given, distances are great circles (kernels/general_sums.h), summed exactly
};

/// Scores held against exact ones: relative errors.
struct SelfCheck {
  std::size_t targets = 0;  ///< locations checked; 0: no check was made
  double largest = 0;
  double rms = 0;
  double seconds = 0;
};

/// What was done, and why.
struct SumReport {
  Method method = Method::exact;  ///< the one whose sums were taken
  std::string why;                ///< one clause, for people
  double cutoff_m = 0;            ///< p3m: pairs nearer than this were summed one by one
  bool fell_back = false;         ///< a fast method missed the tolerance, and exact sums were taken instead
  SelfCheck check;                ///< of the fast method
};

/// How one set of locations is to be summed: by a fast method that there is a plan for, or else exactly.
struct SumPlan {
  std::shared_ptr<const p3m::Plan> p3m;
  std::shared_ptr<const tree::Plan> tree;
  std::string why;          ///< one clause, for people
  std::size_t checked = 0;  ///< locations to hold against exact sums

  bool exact() const { return !p3m && !tree; }
};

/// What exact sums of any settings take in the plane, seconds; costs: of the machine.
double predicted_exact_s(const MergedPoints& points, const PairSettings& settings, const p3m::Costs& costs);

/// The checks of those sums that were taken, as one; its seconds are of all checks.
SelfCheck pooled_check(const std::vector<SumReport>& sums);

/// Sums for one set of locations after another; keeps memory from one to the next.
class Summation {
 public:
  /// settings.tolerance must be in range.
  Summation(const Backend& backend, const SumSettings& settings);
  ~Summation();
  Summation(const Summation&) = delete;
  Summation& operator=(const Summation&) = delete;

  const Backend& backend() const { return backend_; }
  const SumSettings& settings() const { return settings_; }

  /// Plans for several sets together: they share what they can, and kCheckedTargets (host/self_check.h) in all are
  /// checked, but at least kLeastChecked of each.
  std::vector<SumPlan> plan(std::span<const MergedPoints* const> sets) const;

  /// Seconds that sum() takes on this machine by a plan, check included, if the plan's sums pass it.
  double predicted_s(const MergedPoints& points, const SumPlan& plan) const;
  /// Memory that it takes for that, beside what grows with the points.
  static double predicted_bytes(const SumPlan& plan);

  /// As Backend::sum_pairs. Fast sums that a check finds off are made once more by a finer plan, and if they are off
  /// again, exactly. weights: what the locations count as neighbours, >= 0, one each, instead of their multiplicities;
  /// settings.weighted then. Pairs within the threshold are counted by multiplicities all the same. Throws Error where
  /// the machine cannot sum these settings, or weights.
  PairSums sum(const MergedPoints& points, const SumPlan& plan, const Progress& progress, SumReport& report,
               std::span<const double> weights = {});

 private:
  struct Choice;
  Choice choice_for(const MergedPoints& points, bool second_attempt) const;
  SumPlan plan_by(const Choice& choice, const std::optional<p3m::Plan>& p3m) const;
  SumPlan finer(const MergedPoints& points, const SumPlan& first) const;
  const p3m::Costs& costs() const;
  PairSettings within_threshold() const;
  std::uint64_t pairs_within(const MergedPoints& points, const Progress& progress) const;
  PairSums exact(const MergedPoints& points, std::span<const double> weights, const Progress& progress) const;

  const Backend& backend_;
  SumSettings settings_;
  std::unique_ptr<p3m::Engine> p3m_;
  std::unique_ptr<tree::Tree> tree_;
};

}  // namespace dscore
