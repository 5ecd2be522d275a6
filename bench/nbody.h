#pragma once
// A peer, not the product: the all-pairs sum as CUDA's n-body sample computes forces. One target a thread, tiles of
// sources in shared memory, FP32 throughout, rsqrtf; no symmetry, no bounds, no FP64 sums.

#include <vector>

#include "kernels/points.h"

namespace dscore::bench {

/// sum over q != p of m_q / max(d_pq, t), 1/m, for each location; the device's seconds for the kernel.
double nbody_sums(const MergedPoints& points, float threshold_m, std::vector<float>& sum_per_m);

}  // namespace dscore::bench
