#pragma once
// What analyses of a register take of memory: bytes, the program included, without meshes. Within a third where it was
// measured, on the synthetic Netherlands (1.2e5 to 3.6e6 establishments).

#include <cstddef>

#include "host/register.h"

namespace dscore {

/// All populations, with their points, scored once.
double scoring_bytes(const Register& input);

/// Besides: a changed register, and the scores and ranks of the baseline.
double sweep_bytes(const Register& input);

/// Besides: the pool of one sector; and how near sectors are to locations, `near` pairs of both (0: no cross tests).
double significance_bytes(std::size_t largest_pool, std::size_t near);

}  // namespace dscore
