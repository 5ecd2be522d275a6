// The CUDA device as a Backend: the kernels of allpairs.cu, and Thrust for merging and statistics (kernels/reduce.h).

#include <thrust/device_vector.h>
#include <thrust/system/cuda/execution_policy.h>
#include <thrust/system_error.h>

#include <new>

#include "kernels/allpairs_cuda.h"
#include "kernels/backend.h"
#include "kernels/cuda_support.h"
#include "kernels/p3m/p3m_cuda.h"
#include "kernels/reduce.h"

namespace dscore {
namespace {

constexpr int kOldestMajor = 8;  // sm_80: what the kernels are compiled for, at least

/// A machine as kernels/reduce.h wants it.
struct DeviceMachine {
  auto policy() const { return thrust::cuda::par; }
  template <class T>
  using Vector = thrust::device_vector<T>;
};

/// MergedPoints in device memory.
struct DeviceMergedPoints {
  thrust::device_vector<double> x_m, y_m;
  thrust::device_vector<std::uint32_t> multiplicity, location;
};

template <class T>
thrust::device_vector<T> on_device(std::span<const T> values) {
  return thrust::device_vector<T>(values.begin(), values.end());
}

template <class T>
LargeArray<T> on_host(const thrust::device_vector<T>& values) {
  LargeArray<T> copy(values.size());
  thrust::copy(values.begin(), values.end(), copy.begin());
  return copy;
}

template <class T>
const T* raw(const thrust::device_vector<T>& values) {
  return thrust::raw_pointer_cast(values.data());
}

/// Runs Thrust code on about `bytes` of arrays, its errors turned into ours.
template <class Work>
auto with_errors(const char* what, std::size_t bytes, Work&& work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    cudaGetLastError();
    cuda::throw_no_memory(bytes, what);
  } catch (const thrust::system_error& error) {
    throw Error(std::string("CUDA: work on ") + what + " failed: " + error.what() +
                ". Run again; if it comes back, use --device cpu and report it with the output of `dscore info`.");
  }
}

class CudaBackend final : public Backend {
 public:
  CudaBackend() {
    cudaDeviceProp properties{};
    cuda::check(cudaGetDeviceProperties(&properties, 0), "reading the device's properties");
    cuda::check(cudaSetDevice(0), "choosing the device");
    description_ = std::string("cuda (") + properties.name + ", sm_" + std::to_string(properties.major) +
                   std::to_string(properties.minor) + ")";
  }

  std::string description() const override { return description_; }

  MergedPoints merge(const PointSet& points) const override {
    return with_errors("points to merge", points.size() * 64, [&] {
      const auto x = on_device(points.x_m);
      const auto y = on_device(points.y_m);
      const auto multiplicity = on_device(points.multiplicity);
      DeviceMergedPoints merged;
      reduce::merge(DeviceMachine{}, points.size(), raw(x), raw(y), multiplicity.empty() ? nullptr : raw(multiplicity),
                    merged);
      return MergedPoints{on_host(merged.x_m), on_host(merged.y_m), on_host(merged.multiplicity),
                          on_host(merged.location)};
    });
  }

  PairSums sum_pairs(const MergedPoints& points, const PairSettings& settings,
                     const Progress& progress) const override {
    return cuda::sum_pairs(points, settings, progress);
  }

  std::unique_ptr<p3m::Engine> make_fast() const override { return p3m::make_cuda_engine(threads()); }

  ScoreSummary summarise(std::span<const double> d, int quantile_type,
                         std::span<const double> probabilities) const override {
    return with_errors("scores to summarise", d.size() * 24, [&] {
      const auto scores = on_device(d);
      return reduce::summarise(DeviceMachine{}, d.size(), raw(scores), quantile_type, probabilities);
    });
  }

  RegionSums sum_by_region(std::span<const double> d, std::span<const double> jobs,
                           std::span<const std::uint16_t> region, std::size_t regions, double p90,
                           double p95) const override {
    return with_errors("scores to sum by region", d.size() * 40, [&] {
      const auto scores = on_device(d);
      const auto jobs_there = on_device(jobs);
      const auto region_there = on_device(region);
      return reduce::sum_by_region(DeviceMachine{}, d.size(), raw(scores), raw(jobs_there), raw(region_there), regions,
                                   p90, p95);
    });
  }

 private:
  std::string description_;
};

std::string version_text(int version) {  // 13000 is 13.0
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

}  // namespace

std::unique_ptr<Backend> make_cuda_backend() {
  const std::string reason = cuda_unusable_because();
  if (!reason.empty()) throw Error("--device cuda: " + reason);
  return std::make_unique<CudaBackend>();
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
  cudaDeviceProp properties{};
  if (const cudaError_t read = cudaGetDeviceProperties(&properties, 0); read != cudaSuccess) {
    return std::string("the CUDA device cannot be read: ") + cudaGetErrorString(read) + "." + instead +
           "look at nvidia-smi.";
  }
  if (properties.major < kOldestMajor) {
    return std::string("the ") + properties.name + " is too old: it is an sm_" + std::to_string(properties.major) +
           std::to_string(properties.minor) + ", and sm_80 (A100) or later is needed." + instead +
           "choose another GPU with CUDA_VISIBLE_DEVICES.";
  }
  return "";
}

std::vector<std::string> cuda_devices() {
  std::vector<std::string> devices;
  int driver = 0;
  int count = 0;
  if (cudaDriverGetVersion(&driver) != cudaSuccess || cudaGetDeviceCount(&count) != cudaSuccess) count = 0;
  for (int k = 0; k < count; ++k) {
    cudaDeviceProp properties{};
    if (cudaGetDeviceProperties(&properties, k) != cudaSuccess) continue;
    devices.push_back(std::string(properties.name) + ", sm_" + std::to_string(properties.major) +
                      std::to_string(properties.minor) + ", " + std::to_string(properties.totalGlobalMem / 1'000'000) +
                      " MB, driver for CUDA " + version_text(driver));
  }
  cudaGetLastError();
  return devices;
}

}  // namespace dscore
