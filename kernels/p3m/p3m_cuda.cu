// The fast method on a CUDA device: its memory and launches (kernels/p3m/p3m_launch.cuh has the rest).

#include <memory>

#include "kernels/cuda_support.h"
#include "kernels/p3m/p3m_cuda.h"
#include "kernels/p3m/p3m_launch.cuh"

namespace dscore::p3m {
namespace {

/// A machine as p3m_launch.cuh wants it: the device that was current when it was made. Everything goes through the
/// stream of the calling thread, in order; set_points and execute end with nothing left in it.
class CudaMachine {
 public:
  /// Grows, and keeps its memory.
  template <class T>
  class Array {
   public:
    void resize(std::size_t n) {
      if (n <= room_) return;
      room_ = 0;
      buffer_.reset();  // first: there may not be room for both
      buffer_ = std::make_unique<cuda::Buffer<T>>(n, "fast sums");
      room_ = n;
    }
    T* data() { return buffer_ ? buffer_->get() : nullptr; }

   private:
    std::unique_ptr<cuda::Buffer<T>> buffer_;
    std::size_t room_ = 0;
  };

  template <class T>
  void to_device(Array<T>& array, const T* values, std::size_t n) {
    if (n == 0) return;
    cuda::check(cudaMemcpyAsync(array.data(), values, n * sizeof(T), cudaMemcpyHostToDevice, cudaStreamPerThread),
                "copying to the device");
    wait();  // the values may be gone by then
  }
  template <class T>
  void to_host(T* values, Array<T>& array, std::size_t n) {
    if (n == 0) return;
    cuda::check(cudaMemcpyAsync(values, array.data(), n * sizeof(T), cudaMemcpyDeviceToHost, cudaStreamPerThread),
                "copying from the device");
    wait();
  }
  template <class Kernel, class... Arguments>
  void launch(Kernel kernel, std::size_t threads, int block, const Arguments&... arguments) {
    if (threads == 0) return;
    const auto blocks = static_cast<unsigned>((threads + block - 1) / block);
    kernel<<<blocks, block, 0, cudaStreamPerThread>>>(arguments...);
    cuda::check(cudaGetLastError(), "starting a kernel");
  }
  void wait() { cuda::check(cudaStreamSynchronize(cudaStreamPerThread), "running the kernels"); }
  void use() { cuda::check(cudaSetDevice(device_), "choosing the device"); }

 private:
  static int current_device() {
    int device = 0;
    cuda::check(cudaGetDevice(&device), "asking for the device");
    return device;
  }
  int device_ = current_device();
};

}  // namespace

std::unique_ptr<Engine> make_cuda_engine(int threads) { return std::make_unique<DeviceP3m<CudaMachine>>(threads); }

}  // namespace dscore::p3m
