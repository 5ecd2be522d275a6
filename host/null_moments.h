#pragma once
// Mean and variance under random labelling, where they have closed forms: simple random samples without replacement
// (Cochran 1977, "Sampling techniques", sections 2.5 to 2.7; stratified, 5.3).

#include <span>
#include <vector>

#include "host/significance_pool.h"
#include "host/summation.h"

namespace dscore {

struct Moments {
  double mean = kMissing;
  double sd = kMissing;
};

/// Of the mean of `values` (one for each member of the pool) over the labelled members.
Moments moments_of_mean(const Pool& pool, std::span<const double> values);

/// Of the score, in 1/km, of each member i of the sector, in the order of the pool: i is labelled, and the other labels
/// are drawn. With one stratum, N in the pool and n labelled, that is the mean of f(d_ij) over n - 1 of N - 1 others j:
///   mean = A / (N - 1),  variance = S^2 / (n - 1) (1 - (n - 1) / (N - 1)),  S^2 = (B - A^2 / (N - 1)) / (N - 2)
/// with A and B the sums of f and f^2 over the others. A variance that is lost in the error of the sums is 0.
std::vector<Moments> moments_of_scores(const Backend& backend, const Pool& pool, const SumSettings& settings,
                                       const Progress& progress);

}  // namespace dscore
