#pragma once
// Every fast sum is held against exact ones on a sample of its own locations.

#include "host/summation.h"

namespace dscore {

/// Locations in the sample: a quarter each has the largest sums and the smallest, an eighth the largest multiplicities,
/// and the rest is drawn, always the same way.
inline constexpr std::size_t kCheckedTargets = 1024;

/// Relative errors of the scores that these sums make.
SelfCheck check_sums(const MergedPoints& points, const PairSettings& settings, const PairSums& sums, int threads);

}  // namespace dscore
