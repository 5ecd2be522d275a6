#pragma once
// Sums of f^2 over all pairs, exactly.

#include <span>
#include <vector>

#include "kernels/backend.h"

namespace dscore {

/// sum over q != p of m_q f(d_pq)^2, in FP64, for the locations `targets`, in 1/m2. The same bits for any number of
/// threads.
std::vector<double> squared_sums(const MergedPoints& points, std::span<const std::uint32_t> multiplicity,
                                 const PairSettings& settings, std::span<const std::uint32_t> targets, int threads,
                                 const Progress& progress);

}  // namespace dscore
