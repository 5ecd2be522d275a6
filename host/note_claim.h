#pragma once
// The note's claim on sensitivity, held against a sweep: a region on the periphery does not score low because it is far
// from the centre; high scores come from many near neighbours (docs/sensitivity.md).

#include <optional>
#include <string>
#include <vector>

#include "host/sweep_results.h"

namespace dscore {

/// Near, for this purpose: the upper bound of a distance band.
inline constexpr double kNearM = 10'000;

/// What a sweep says of it for one population.
struct NoteClaim {
  std::string population;
  std::size_t below = 0;             ///< moved regions whose mean score lies below the population's
  std::size_t still_below = 0;       ///< of these, those that still do where they were moved nearest to the centre
  double lead_from_near = kMissing;  ///< part of (mean D of those above P90 - mean D of all) from nearer than kNearM

  /// Whether there is anything to tell by: a lead, and a low region that was moved.
  bool is_tested() const { return !is_missing(lead_from_near) && below > 0; }
  /// High scores owe more than half of their lead to near neighbours, and at least half of the low regions stay low.
  bool holds() const { return is_tested() && lead_from_near > 0.5 && 2 * still_below >= below; }
};

/// By population; none where the sweep moved no region along its line to the centre, or has no band that ends at
/// kNearM.
std::vector<NoteClaim> note_claims(const SweepResults& results);

}  // namespace dscore
