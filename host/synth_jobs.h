#pragma once
// Sizes of establishments.

#include <cstdint>
#include <span>

#include "host/synth_random.h"

namespace dscore::synth {

/// Shares `total` jobs over the establishments of a cell, in whole numbers that sum to it: one each (random ones have
/// none where there are not enough), the others in proportion to draws with the tail of firms' sizes, P(v > x) =
/// 1/(1+x).
void share_jobs(Random& random, std::int64_t total, std::span<double> jobs);

/// Sizes where no total is published: P(jobs >= k) = 1/k up to 500, on average 6.8.
void draw_jobs(Random& random, std::span<double> jobs);

}  // namespace dscore::synth
