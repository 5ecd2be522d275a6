#pragma once
// The parameters that keep a tolerance on given locations, and about what they cost.

#include <cstdint>

#include "kernels/backend.h"

namespace dscore::tree {

struct Plan {
  double tolerance = 0;         ///< largest relative error of a score
  double error = 0;             ///< of f, for each pair of locations that is summed by series
  double separation = 0;        ///< least distance of two cells that are, between their centres, in sides
  std::uint32_t leaf_size = 0;  ///< most locations of a leaf
  double predicted_s = 0;       ///< on one thread of the machine that the costs were measured on
};

/// Whether the rule and the tolerance let FP32 sum pairs of locations: values near 0 need all their digits.
bool may_be_float(ThresholdRule rule, double tolerance);

/// The same for the settings and the points given; there is always one. A second attempt, after a check has failed,
/// asks for more of each pair.
Plan make_plan(const MergedPoints& points, const PairSettings& settings, double tolerance, bool second_attempt = false);

}  // namespace dscore::tree
