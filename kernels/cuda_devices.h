#pragma once
// Which CUDA devices the program uses: plain declarations, no CUDA syntax. Only where the program is built with CUDA
// (cuda_devices.cu).

#include <string>
#include <vector>

namespace dscore::cuda {

/// The visible devices (CUDA_VISIBLE_DEVICES) that the kernels were compiled for, as far as they are of the same kind
/// as the first of them: then they give the same bits. CUDA's numbers; empty if there is none.
std::vector<int> usable_devices();

/// "NVIDIA H100, sm_90"; of several "4 x NVIDIA H100, sm_90". Not empty.
std::string description_of(const std::vector<int>& devices);

}  // namespace dscore::cuda
