#pragma once
// Every fast sum is held against exact ones on a sample of its own locations.

#include "host/summation.h"

namespace dscore {

/// Locations in the samples of a run.
inline constexpr std::size_t kCheckedTargets = 1024;
/// Locations in the sample of a population.
inline constexpr std::size_t kLeastChecked = 32;

/// Relative errors of the scores that these sums make, on so many targets: a quarter each has the largest sums and the
/// smallest, an eighth the largest multiplicities, and the rest is drawn, always the same way.
/// With weights (of the locations as neighbours, one each) errors are those of the sums over other locations.
SelfCheck check_sums(const MergedPoints& points, const PairSettings& settings, const PairSums& sums,
                     std::size_t targets, int threads, const Progress& progress = {},
                     std::span<const double> weights = {});

}  // namespace dscore
