#pragma once
// Exact sums of few targets over many sources, with the widest instructions the machine has (chosen at run time).

#include "kernels/allpairs_simd.h"
#include "kernels/backend.h"

namespace dscore {

/// sums[k] += sum over the sources at another place than target k of mass f(d), in the unit of f; the masses are the
/// multiplicities of `sources`, and may be any number >= 0. far: every pair is at t or beyond (TilePairKind::far).
void add_exact_sums(const PairSettings& settings, bool far, const TileSide<double>& targets,
                    const TileSide<double>& sources, double* sums);

}  // namespace dscore
