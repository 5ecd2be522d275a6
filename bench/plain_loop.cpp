#include "bench/plain_loop.h"

#include <algorithm>
#include <cmath>

// Compiled twice, with the name and flags that bench/CMakeLists.txt gives.
void dscore::bench::DSCORE_PLAIN_LOOP(const double* x, const double* y, std::size_t n, double t, double* d) {
#pragma omp parallel for schedule(dynamic, 64)
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < n; ++j) {
      if (j == i) continue;
      const double dx = x[i] - x[j];
      const double dy = y[i] - y[j];
      sum += 1 / std::max(std::sqrt(dx * dx + dy * dy), t);
    }
    d[i] = 1000 * sum / static_cast<double>(n - 1);
  }
}
