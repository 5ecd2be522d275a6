// What stands in for the CUDA backend where the program is built without CUDA.

#include "kernels/backend.h"
#include "kernels/error.h"

namespace dscore {

std::unique_ptr<Backend> make_cuda_backend() { throw Error("--device cuda: " + cuda_unusable_because()); }

std::string cuda_unusable_because() {
  return "the program was built without CUDA. Use --device cpu, or build it where nvcc is on the PATH.";
}

std::vector<std::string> cuda_devices() { return {}; }

}  // namespace dscore
