#pragma once
// What the general sums take, predicted.

#include <span>

#include "kernels/general_sums.h"

namespace dscore {

/// Seconds of one core (AVX-512, 2.6 GHz) that general_sums takes for these locations, or band_sums where edges are
/// given; within about a quarter. With great circles where `on_sphere` is set: the points are in the plane all the
/// same, which tells as well how far they are. Looks at pairs of tiles only, of 64 tiles at most: a millisecond.
double predicted_general_s(const MergedPoints& points, const PairSettings& settings, bool on_sphere = false,
                           std::span<const double> edges_m = {});

}  // namespace dscore
