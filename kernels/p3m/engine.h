#pragma once
// What the fast method offers, on whatever machine: plan (kernels/p3m/plan.h), set points, execute.

#include <cstdint>
#include <span>

#include "kernels/backend.h"
#include "kernels/p3m/plan.h"

namespace dscore::p3m {

class Engine {
 public:
  virtual ~Engine() = default;

  /// What its steps take, and exact sums on the same machine.
  virtual const Costs& costs() const = 0;

  /// The points are borrowed until the next call. The plan must have been made for them, or for points with a wider
  /// extent, and for the settings; settings.precision is not used. What depends on the plan alone is kept for as long
  /// as it stays the same, and memory from one set of points to the next.
  virtual void set_points(const MergedPoints& points, const PairSettings& settings, const Plan& plan) = 0;

  /// Backend::sum_pairs, of points with these multiplicities (as many as locations; empty: those they came with). The
  /// same bits for any number of threads; pairs within the threshold are counted exactly.
  virtual PairSums execute(std::span<const std::uint32_t> multiplicity, const Progress& progress) = 0;

  /// The same by real weights of the locations as neighbours, >= 0, as many as locations: sum over q != p of w_q f(d).
  /// No pairs are counted. Throws Error where the machine cannot.
  virtual PairSums execute_weighted(std::span<const double> weights, const Progress& progress) = 0;
};

}  // namespace dscore::p3m
