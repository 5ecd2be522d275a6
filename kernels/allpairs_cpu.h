#pragma once
// All pairs on the CPU: rounds of tile pairs over threads.

#include "kernels/backend.h"

namespace dscore {

/// Backend::sum_pairs on the CPU. threads = 0: all that OpenMP offers. The sums are the same bits for any number.
PairSums sum_pairs_cpu(const MergedPoints& points, const PairSettings& settings, int threads, const Progress& progress);

}  // namespace dscore
