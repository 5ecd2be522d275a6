#pragma once
// What benchmarks time by.

#include <algorithm>
#include <functional>
#include <vector>

#include "kernels/stopwatch.h"

namespace dscore::bench {

inline double seconds(const std::function<void()>& work) {
  Stopwatch watch;
  work();
  return watch.lap();
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace dscore::bench
