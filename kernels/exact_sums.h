#pragma once
// Exact sums for some of the locations: what a fast method is held against.

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/backend.h"

namespace dscore {

/// sum over q != p of w_q f(d_pq), in FP64, for the locations `targets`, in the unit of f. weights: w, >= 0, one per
/// location; empty: the multiplicities. The same bits for any number of threads.
std::vector<double> exact_sums(const MergedPoints& points, const PairSettings& settings,
                               std::span<const std::uint32_t> targets, int threads, const Progress& progress = {},
                               std::span<const double> weights = {});

}  // namespace dscore
