#pragma once
// CUDA's resources with owners, and its error codes as exceptions. For .cu files.

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kernels/error.h"

namespace dscore::cuda {

/// Throws Error unless `status` is success; `what` says what was being done, e.g. "copying points to the device".
inline void check(cudaError_t status, const char* what) {
  if (status == cudaSuccess) return;
  cudaGetLastError();  // told here, and not again by the next call
  int device = 0;
  cudaGetDevice(&device);
  throw Error("CUDA device " + std::to_string(device) + ": " + what + " failed: " + cudaGetErrorString(status) +
              ". Run again; if it comes back, use --device cpu and report it with the output of `dscore info`.");
}

[[noreturn]] inline void throw_no_memory(std::size_t bytes, const std::string& what) {
  int device = 0;
  std::size_t free = 0;
  std::size_t total = 0;
  cudaGetDevice(&device);
  cudaMemGetInfo(&free, &total);
  const auto mb = [](std::size_t n) { return std::to_string((n + 999'999) / 1'000'000) + " MB"; };
  throw Error("CUDA device " + std::to_string(device) + " has no room for " + mb(bytes) + " of " + what + " (" +
              mb(free) + " of its " + mb(total) + " are free). End other programs on the GPU, or use --device cpu.");
}

/// For destructors: an error is neither told nor left for the next check.
inline void ignore(cudaError_t status) noexcept {
  if (status != cudaSuccess) cudaGetLastError();
}

/// Makes a device the calling thread's, for as long as this lives.
class OnDevice {
 public:
  explicit OnDevice(int device) {
    check(cudaGetDevice(&before_), "asking for the device");
    changed_ = before_ != device;
    if (changed_) check(cudaSetDevice(device), ("choosing device " + std::to_string(device)).c_str());
  }
  ~OnDevice() {
    if (changed_) ignore(cudaSetDevice(before_));
  }
  OnDevice(const OnDevice&) = delete;
  OnDevice& operator=(const OnDevice&) = delete;

 private:
  int before_ = 0;
  bool changed_ = false;
};

/// The queue that a host thread's small work goes through: copies, Thrust, and memory, which is given out and taken
/// back in the order of this queue. Two threads do not wait for one another.
inline cudaStream_t thread_stream() { return cudaStreamPerThread; }
inline void synchronise_thread() { check(cudaStreamSynchronize(thread_stream()), "working on the device"); }

/// Memory of the thread's device, from a pool that keeps what is given back (keep_memory): cudaMalloc and cudaFree
/// would stop the whole device each time.
inline void* allocate(std::size_t bytes, const char* what) {
  void* data = nullptr;
  const cudaError_t status = cudaMallocAsync(&data, bytes, thread_stream());
  if (status == cudaErrorMemoryAllocation) {
    cudaGetLastError();  // not sticky: the device can be used again
    throw_no_memory(bytes, what);
  }
  check(status, "allocating device memory");
  return data;
}
/// Work on other streams that uses the memory must be done.
inline void release(void* data) noexcept { ignore(cudaFreeAsync(data, thread_stream())); }

/// Has the thread's device keep released memory for this process.
inline void keep_memory() {
  int device = 0;
  cudaMemPool_t pool = nullptr;
  std::uint64_t all = ~std::uint64_t{0};
  check(cudaGetDevice(&device), "asking for the device");
  check(cudaDeviceGetDefaultMemPool(&pool, device), "asking for the device's memory pool");
  check(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &all), "keeping device memory");
}

/// Copies elements to or from the host after what is in the stream, and waits. From ordinary memory: arrays that are
/// copied once are not worth pinning, which costs more than it saves.
template <class T>
void copy(T* to, const T* from, std::size_t n, cudaStream_t stream = thread_stream()) {
  if (n == 0) return;
  check(cudaMemcpyAsync(to, from, n * sizeof(T), cudaMemcpyDefault, stream), "copying to or from the device");
  check(cudaStreamSynchronize(stream), "copying to or from the device");
}

/// An array of T in the memory of the device that was the thread's when it was made. Contents unspecified.
template <class T>
class Buffer {
 public:
  Buffer() = default;
  Buffer(std::size_t size, const char* what) : size_(size) {
    if (size == 0) return;
    check(cudaGetDevice(&device_), "asking for the device");
    data_ = static_cast<T*>(allocate(size * sizeof(T), what));
  }
  Buffer(std::span<const T> values, const char* what) : Buffer(values.size(), what) {
    copy(data_, values.data(), size_);
  }
  ~Buffer() {
    if (data_ == nullptr) return;
    int before = device_;  // no OnDevice here: it could throw
    ignore(cudaGetDevice(&before));
    if (before != device_) ignore(cudaSetDevice(device_));
    release(data_);
    if (before != device_) ignore(cudaSetDevice(before));
  }
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  T* get() { return data_; }
  const T* get() const { return data_; }
  std::size_t size() const { return size_; }
  void clear(cudaStream_t stream = thread_stream()) {
    if (size_ > 0) check(cudaMemsetAsync(data_, 0, size_ * sizeof(T), stream), "clearing device memory");
  }
  /// The first n elements, after what is in the stream.
  std::vector<T> to_host(std::size_t n, cudaStream_t stream = thread_stream()) const {
    std::vector<T> values(n);
    copy<T>(values.data(), data_, n, stream);
    return values;
  }
  std::vector<T> to_host() const { return to_host(size_); }

 private:
  void swap(Buffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(device_, other.device_);
  }

  T* data_ = nullptr;
  std::size_t size_ = 0;
  int device_ = 0;
};

/// A queue of device work; waits for it before it goes.
class Stream {
 public:
  Stream() { check(cudaStreamCreate(&stream_), "creating a stream"); }
  ~Stream() {
    ignore(cudaStreamSynchronize(stream_));
    ignore(cudaStreamDestroy(stream_));
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
  ~Event() { ignore(cudaEventDestroy(event_)); }
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
