#pragma once
// How this machine compares with the one that predicted costs are of.

#include "kernels/backend.h"

namespace dscore {

/// The time that exact sums take on one thread here, over the time that is predicted for a core (kernels/p3m/costs.h):
/// measured in some 100 ms. 1 for a GPU, which is not measured.
double slowness(const Backend& backend);

}  // namespace dscore
