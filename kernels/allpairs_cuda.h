#pragma once
// The exact all-pairs sum on CUDA devices: plain declarations, no CUDA syntax. Only where the program is built with
// CUDA (allpairs.cu).

#include <span>
#include <vector>

#include "kernels/backend.h"
#include "kernels/launch_plan.h"

namespace dscore::cuda {

/// What tests and benchmarks may want different.
struct SumOptions {
  std::vector<int> devices = {};            ///< numbers, CUDA's; empty: usable_devices(). One may be named twice
  Symmetry symmetry = Symmetry::symmetric;  ///< plain: twice the work, a peer to check and measure against
  Cut cut = {};
  double* device_s = nullptr;  ///< if set: gets the seconds from the first kernel to the last, of the busiest device
};

/// As Backend::sum_pairs_each: the sums over each set of locations, several sets in flight, their shares dealt to all
/// devices. The bits depend on the set alone, not on the devices nor on the other sets. `progress` is called between
/// launches, while the devices work; if it throws, they are waited for and everything is released. Throws Error on
/// any failure of a device.
std::vector<PairSums> sum_pairs(std::span<const MergedPoints* const> sets, const PairSettings& settings,
                                const Progress& progress, const SumOptions& options = {});

/// Of one set.
PairSums sum_pairs(const MergedPoints& points, const PairSettings& settings, const Progress& progress,
                   const SumOptions& options = {});

}  // namespace dscore::cuda
