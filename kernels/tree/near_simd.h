#pragma once
// Sums over pairs of a leaf with locations near it, with the widest instructions the machine has (chosen at run time).

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/pair.h"

namespace dscore::tree {

/// Slots begin .. end - 1.
struct Run {
  std::uint32_t begin = 0, end = 0;
};

/// What is summed over pairs.
enum class PairTask {
  capped,  ///< 1/d of pairs at the threshold or beyond it, and the mass of those within (cap, exclude)
  shift,   ///< 1/(t+d), but not of a location with itself
  none,    ///< 1/d, but not of a location with itself
  within   ///< the mass within the threshold, a location's own included (as with capped), and no values
};

/// Locations by slot, metres.
struct Slots {
  const double* x_m;
  const double* y_m;
  const double* mass;
};

/// values[k] += sums of target targets.begin + k over the sources, in 1/m times mass; within[k] += the mass within the
/// threshold, decided exactly. in_float: FP32 inside, only for capped and within, and for masses below kMostFloatMass.
void sum_near(PairTask task, double threshold_m, bool in_float, const Slots& slots, Run targets,
              std::span<const Run> sources, double* values, double* within);

/// Sums of so many masses as FP32 adds up are exact below this.
inline constexpr double kMostFloatMass = 1 << 20;

}  // namespace dscore::tree
