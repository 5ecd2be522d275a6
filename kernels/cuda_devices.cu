// The CUDA devices: which can be used, and what to say where none can.

#include <algorithm>
#include <iterator>

#include "kernels/backend.h"
#include "kernels/cuda_devices.h"
#include "kernels/cuda_support.h"

namespace dscore {
namespace {

constexpr int kCompiledFor[] = {__CUDA_ARCH_LIST__};  // 800, 900: sm_80, sm_90
constexpr int kOldest = *std::min_element(std::begin(kCompiledFor), std::end(kCompiledFor)) / 10;

std::string version_text(int version) {  // 13000 is 13.0
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

std::string kind_of(const cudaDeviceProp& device) {
  return std::string(device.name) + ", sm_" + std::to_string(device.major) + std::to_string(device.minor);
}

/// Visible devices that can be read, by number.
std::vector<std::pair<int, cudaDeviceProp>> visible_devices() {
  std::vector<std::pair<int, cudaDeviceProp>> devices;
  int driver = 0;
  int count = 0;
  if (cudaDriverGetVersion(&driver) != cudaSuccess || driver == 0 || cudaGetDeviceCount(&count) != cudaSuccess) {
    count = 0;
  }
  for (int k = 0; k < count; ++k) {
    cudaDeviceProp properties{};
    if (cudaGetDeviceProperties(&properties, k) == cudaSuccess) devices.emplace_back(k, properties);
  }
  cudaGetLastError();
  return devices;
}

/// Whether this process may use a device, and keep memory on it (keep_memory). Makes no context.
bool is_open(int device) {
  int mode = cudaComputeModeProhibited;
  int pools = 0;
  cudaDeviceGetAttribute(&mode, cudaDevAttrComputeMode, device);
  cudaDeviceGetAttribute(&pools, cudaDevAttrMemoryPoolsSupported, device);
  cudaGetLastError();
  return mode != cudaComputeModeProhibited && pools != 0;
}

bool is_new_enough(const cudaDeviceProp& device) { return 10 * device.major + device.minor >= kOldest; }

}  // namespace

std::vector<int> cuda::usable_devices() {
  std::vector<int> usable;
  std::string kind;
  for (const auto& [number, device] : visible_devices()) {
    if (!is_new_enough(device) || !is_open(number)) continue;
    if (usable.empty()) kind = kind_of(device);
    if (kind_of(device) == kind) usable.push_back(number);
  }
  return usable;
}

std::string cuda::description_of(const std::vector<int>& devices) {
  cudaDeviceProp properties{};
  check(cudaGetDeviceProperties(&properties, devices.front()), "reading the device's properties");
  return (devices.size() > 1 ? std::to_string(devices.size()) + " x " : "") + kind_of(properties);
}

std::string cuda_unusable_because() {
  const std::string built = "(the program was built with CUDA " + version_text(CUDART_VERSION) + ")";
  const std::string instead = " Use --device cpu, or ";
  int driver = 0;
  if (cudaDriverGetVersion(&driver) != cudaSuccess || driver == 0) {
    return "no CUDA driver found " + built + "." + instead + "run on a node with a GPU.";
  }
  int count = 0;
  const cudaError_t status = cudaGetDeviceCount(&count);
  cudaGetLastError();
  if (status == cudaErrorInsufficientDriver) {
    return "the CUDA driver is too old: it serves CUDA " + version_text(driver) + " " + built + "." + instead +
           "update the driver, or build with that CUDA.";
  }
  if (status == cudaErrorNoDevice || (status == cudaSuccess && count == 0)) {
    return "a CUDA driver, but no CUDA device found " + built + "." + instead +
           "run on a node with a GPU (is CUDA_VISIBLE_DEVICES set?).";
  }
  if (status != cudaSuccess) {
    return std::string("the CUDA driver does not start: ") + cudaGetErrorString(status) + " " + built + "." + instead +
           "look at nvidia-smi.";
  }
  const auto devices = visible_devices();
  if (devices.empty()) return "no CUDA device can be read " + built + "." + instead + "look at nvidia-smi.";
  if (cuda::usable_devices().empty()) {
    const auto& [number, first] = devices.front();
    const std::string other = instead + "choose another GPU with CUDA_VISIBLE_DEVICES.";
    if (!is_new_enough(first)) {
      return "the " + kind_of(first) + ", is too old: sm_" + std::to_string(kOldest) +
             " or later is what the program was built for." + other;
    }
    return "the " + kind_of(first) + ", is closed to programs (compute mode prohibited), or has no memory pools." +
           other;
  }
  return "";
}

std::vector<std::string> cuda_devices() {
  int driver = 0;
  cudaDriverGetVersion(&driver);
  std::vector<std::string> devices;
  for (const auto& [number, device] : visible_devices()) {
    devices.push_back(kind_of(device) + ", " + std::to_string(device.totalGlobalMem / 1'000'000) +
                      " MB, driver for CUDA " + version_text(driver));
  }
  return devices;
}

}  // namespace dscore
