#pragma once
// The exact all-pairs sum on a CUDA device: plain declarations, no CUDA syntax. Only where the program is built with
// CUDA (allpairs.cu).

#include <cstddef>

#include "kernels/backend.h"
#include "kernels/launch_plan.h"

namespace dscore::cuda {

/// What tests and benchmarks may want different.
struct SumOptions {
  Symmetry symmetry = Symmetry::symmetric;     ///< plain: twice the work, a peer to check and measure against
  std::size_t max_pairs = kMaxPairsPerLaunch;  ///< tile pairs in one launch
  double* device_s = nullptr;                  ///< if set: gets the seconds from the first kernel to the last
};

/// As Backend::sum_pairs. `progress` is called between launches, while the device works on the next one; if it throws,
/// the device is waited for and everything is released. Throws Error on any failure of the device.
PairSums sum_pairs(const MergedPoints& points, const PairSettings& settings, const Progress& progress,
                   const SumOptions& options = {});

}  // namespace dscore::cuda
