#pragma once
// The baseline: the double loop that a researcher would write in C++, over establishments, in double, on OpenMP.

#include <cstddef>

namespace dscore::bench {

/// d[i] = 1000/(n-1) * sum over j != i of 1 / max(d_ij, t); coordinates and t in metres. Compiled with -O3.
void plain_loop(const double* x, const double* y, std::size_t n, double t, double* d);

/// The same source compiled with -O3 -march=native -ffast-math, so that the compiler may use vectors.
void plain_loop_native(const double* x, const double* y, std::size_t n, double t, double* d);

}  // namespace dscore::bench
