#pragma once
// f itself along a row of nodes, with the widest instructions the machine has (chosen at run time).

#include <cstddef>

#include "kernels/backend.h"

namespace dscore::p3m {

/// Elements after the last one that add_far_row() may write to.
inline constexpr std::size_t kFarRowPadding = 8;

/// to[k] += weight times f at (k step_m, y_m), metres, for k = first .. last - 1 (and garbage after that,
/// kFarRowPadding elements at most). All of these beyond the threshold.
void add_far_row(const PairSettings& settings, double y_m, double step_m, std::size_t first, std::size_t last,
                 double weight, double* to);

}  // namespace dscore::p3m
