#pragma once
// Dividing a whole number over cells.

#include <cstdint>
#include <span>
#include <vector>

namespace dscore::synth {

/// Divides `total` >= 0 over cells in proportion to `weights` (>= 0) by largest remainder, at most `capacity` in each
/// cell: what a full cell cannot take goes to the others in proportion. Cells without weight are used only when the
/// others are full. A cell with room is off its exact share by less than 1. The capacities sum to `total` at least.
std::vector<std::int64_t> apportion(std::int64_t total, std::span<const double> weights,
                                    std::span<const std::int64_t> capacity);

/// The same without limits.
std::vector<std::int64_t> apportion(std::int64_t total, std::span<const double> weights);

}  // namespace dscore::synth
