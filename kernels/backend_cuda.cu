// CUDA devices as a Backend: the kernels of allpairs.cu on all of them, and Thrust for merging and statistics
// (kernels/reduce.h) on the first.

#include <thrust/system/cuda/execution_policy.h>
#include <thrust/system_error.h>

#include <future>

#include "kernels/allpairs_cuda.h"
#include "kernels/backend.h"
#include "kernels/cuda_devices.h"
#include "kernels/cuda_support.h"
#include "kernels/host_threads.h"
#include "kernels/p3m/p3m_cuda.h"
#include "kernels/reduce.h"

namespace dscore {
namespace {

/// Host threads of for_each: enough to fill the gaps between the steps of one, and few enough for any node.
constexpr std::size_t kHostThreads = 4;

/// Device memory for Thrust's own needs.
struct TemporaryMemory {
  using value_type = char;
  char* allocate(std::ptrdiff_t bytes) { return static_cast<char*>(cuda::allocate(bytes, "work space")); }
  void deallocate(char* data, std::size_t) { cuda::release(data); }
};
inline TemporaryMemory temporary_memory;

/// cuda::Buffer as kernels/reduce.h wants a Vector.
template <class T>
class DeviceVector {
 public:
  DeviceVector() = default;
  explicit DeviceVector(std::size_t n) : buffer_(n, "values") {}

  void resize(std::size_t n) { buffer_ = cuda::Buffer<T>(n, "values"); }
  std::size_t size() const { return buffer_.size(); }
  T* data() { return buffer_.get(); }
  const T* data() const { return buffer_.get(); }
  T operator[](std::size_t i) const {
    T value;
    cuda::copy(&value, data() + i, 1);
    return value;
  }

 private:
  cuda::Buffer<T> buffer_;
};

/// A machine as kernels/reduce.h wants it: the host thread's device and stream.
struct DeviceMachine {
  auto policy() const { return thrust::cuda::par(temporary_memory).on(cuda::thread_stream()); }
  template <class T>
  using Vector = DeviceVector<T>;
  template <class T>
  void copy(T* to, const T* from, std::size_t n) const {
    cuda::copy(to, from, n);
  }
};

/// MergedPoints in device memory.
struct DeviceMergedPoints {
  DeviceVector<double> x_m, y_m;
  DeviceVector<std::uint32_t> multiplicity, location;
};

template <class T>
DeviceVector<T> on_device(std::span<const T> values) {
  return reduce::from_host<T>(DeviceMachine{}, values);
}

template <class T>
LargeArray<T> on_host(const DeviceVector<T>& values) {
  LargeArray<T> copy(values.size());
  cuda::copy(copy.data(), values.data(), values.size());
  return copy;
}

/// Runs Thrust code, its errors turned into ours. (Its memory comes from cuda::allocate, which has errors of its own.)
template <class Work>
auto with_errors(const char* what, Work&& work) {
  try {
    return work();
  } catch (const thrust::system_error& error) {
    throw Error(std::string("CUDA: work on ") + what + " failed: " + error.what() +
                ". Run again; if it comes back, use --device cpu and report it with the output of `dscore info`.");
  }
}

void require_plain(const PairSettings& settings) {
  if (is_plain(settings)) return;
  throw Error(
      "--device cuda: exact sums on a GPU are of the inverse distance over all pairs, without a cut-off or another "
      "decay. Use --device cpu.");
}

class CudaBackend final : public Backend {
 public:
  /// Starts the devices, which takes some tenths of a second, while the caller goes on: he has a file to read.
  CudaBackend() : devices_(cuda::usable_devices()), description_("cuda (" + cuda::description_of(devices_) + ")") {
    for (const int device : devices_) {
      started_.push_back(std::async(std::launch::async, [device] {
        cuda::check(cudaSetDevice(device), ("choosing device " + std::to_string(device)).c_str());
        cuda::check(cudaFree(nullptr), "starting the device");
        cuda::keep_memory();
      }));
    }
  }

  std::string description() const override { return description_; }

  MergedPoints merge(const PointSet& points) const override {
    const cuda::OnDevice here(first_device());
    return with_errors("points to merge", [&] {
      const auto x = on_device(points.x_m);
      const auto y = on_device(points.y_m);
      const auto multiplicity = on_device(points.multiplicity);
      DeviceMergedPoints merged;
      reduce::merge(DeviceMachine{}, points.size(), x.data(), y.data(), multiplicity.data(), merged);
      return MergedPoints{on_host(merged.x_m), on_host(merged.y_m), on_host(merged.multiplicity),
                          on_host(merged.location)};
    });
  }

  PairSums sum_pairs(const MergedPoints& points, const PairSettings& settings,
                     const Progress& progress) const override {
    require_plain(settings);
    wait_for_devices();
    return cuda::sum_pairs(points, settings, progress, {.devices = devices_});
  }

  bool takes_several() const override { return true; }

  std::vector<PairSums> sum_pairs_each(std::span<const MergedPoints* const> sets, const PairSettings& settings,
                                       const Progress& progress) const override {
    require_plain(settings);
    wait_for_devices();
    return cuda::sum_pairs(sets, settings, progress, {.devices = devices_});
  }

  void for_each(std::size_t n, const std::function<void(std::size_t)>& work) const override {
    for_each_on_threads(n, kHostThreads, work);
  }

  std::unique_ptr<p3m::Engine> make_p3m() const override {
    const cuda::OnDevice here(first_device());
    return p3m::make_cuda_engine(threads());
  }

  ScoreSummary summarise(std::span<const double> d, int quantile_type,
                         std::span<const double> probabilities) const override {
    const cuda::OnDevice here(first_device());
    return with_errors("scores to summarise", [&] {
      const auto scores = on_device(d);
      return reduce::summarise(DeviceMachine{}, d.size(), scores.data(), quantile_type, probabilities);
    });
  }

  RegionSums sum_by_region(std::span<const double> d, std::span<const double> jobs,
                           std::span<const std::uint16_t> region, std::size_t regions, double p90,
                           double p95) const override {
    const cuda::OnDevice here(first_device());
    return with_errors("scores to sum by region", [&] {
      const auto scores = on_device(d);
      const auto jobs_there = on_device(jobs);
      const auto region_there = on_device(region);
      return reduce::sum_by_region(DeviceMachine{}, d.size(), scores.data(), jobs_there.data(), region_there.data(),
                                   regions, p90, p95);
    });
  }

 private:
  void wait_for_devices() const {
    for (const std::shared_future<void>& device : started_) device.get();
  }
  int first_device() const {
    started_.front().get();
    return devices_.front();
  }

  std::vector<int> devices_;
  std::string description_;
  std::vector<std::shared_future<void>> started_;
};

}  // namespace

std::unique_ptr<Backend> make_cuda_backend() {
  const std::string reason = cuda_unusable_because();
  if (!reason.empty()) throw Error("--device cuda: " + reason);
  return std::make_unique<CudaBackend>();
}

}  // namespace dscore
