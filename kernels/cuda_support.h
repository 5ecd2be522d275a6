#pragma once
// CUDA's resources with owners, and its error codes as exceptions. For .cu files.

#include <cuda_runtime.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "kernels/error.h"

namespace dscore::cuda {

/// Throws Error unless `status` is success; `what` says what was being done, e.g. "copying points to the device".
inline void check(cudaError_t status, const char* what) {
  if (status == cudaSuccess) return;
  throw Error(std::string("CUDA: ") + what + " failed: " + cudaGetErrorString(status) +
              ". Run again; if it comes back, use --device cpu and report it with the output of `dscore info`.");
}

[[noreturn]] inline void throw_no_memory(std::size_t bytes, const std::string& what) {
  std::size_t free = 0;
  std::size_t total = 0;
  cudaMemGetInfo(&free, &total);
  const auto mb = [](std::size_t n) { return std::to_string((n + 999'999) / 1'000'000) + " MB"; };
  throw Error("the GPU has no room for " + mb(bytes) + " of " + what + " (" + mb(free) + " of its " + mb(total) +
              " are free). End other programs on the GPU, or use --device cpu.");
}

/// An array of T in device memory. Contents unspecified.
template <class T>
class Buffer {
 public:
  Buffer(std::size_t size, const char* what) : size_(size) {
    if (size == 0) return;
    const cudaError_t status = cudaMalloc(reinterpret_cast<void**>(&data_), size * sizeof(T));
    if (status == cudaErrorMemoryAllocation) {
      cudaGetLastError();  // not sticky: the device can be used again
      throw_no_memory(size * sizeof(T), what);
    }
    check(status, "allocating device memory");
  }
  Buffer(const std::vector<T>& values, const char* what) : Buffer(values.size(), what) {
    check(cudaMemcpy(data_, values.data(), size_ * sizeof(T), cudaMemcpyHostToDevice), "copying to the device");
  }
  ~Buffer() { cudaFree(data_); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  T* get() { return data_; }
  void clear() { check(cudaMemset(data_, 0, size_ * sizeof(T)), "clearing device memory"); }
  std::vector<T> to_host() const {
    std::vector<T> values(size_);
    check(cudaMemcpy(values.data(), data_, size_ * sizeof(T), cudaMemcpyDeviceToHost), "copying from the device");
    return values;
  }

 private:
  T* data_ = nullptr;
  std::size_t size_;
};

/// A queue of device work; waits for it before it goes.
class Stream {
 public:
  Stream() { check(cudaStreamCreate(&stream_), "creating a stream"); }
  ~Stream() {
    cudaStreamSynchronize(stream_);
    cudaStreamDestroy(stream_);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  cudaStream_t get() const { return stream_; }
  void synchronise() { check(cudaStreamSynchronize(stream_), "running the kernels"); }

 private:
  cudaStream_t stream_ = nullptr;
};

/// A point in a stream that others can wait for and that has a time.
class Event {
 public:
  Event() { check(cudaEventCreate(&event_), "creating an event"); }
  ~Event() { cudaEventDestroy(event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void record(const Stream& stream) { check(cudaEventRecord(event_, stream.get()), "recording an event"); }
  void wait() { check(cudaEventSynchronize(event_), "running the kernels"); }
  void hold(const Stream& stream) const {  // the stream goes on when this point is reached
    check(cudaStreamWaitEvent(stream.get(), event_, 0), "ordering the kernels");
  }
  double seconds_since(const Event& start) const {
    float milliseconds = 0;
    check(cudaEventElapsedTime(&milliseconds, start.event_, event_), "timing the kernels");
    return milliseconds * 1e-3;
  }

 private:
  cudaEvent_t event_ = nullptr;
};

}  // namespace dscore::cuda
