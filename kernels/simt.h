#pragma once
// The few things a kernel needs from its machine: CUDA's under nvcc; elsewhere the emulator of tests/cuda, so that
// the same kernel source runs, warp by warp, in tests on machines without a GPU.

#include <cstddef>
#include <cstdint>

#include "kernels/pair.h"

#if defined(__CUDACC__)

#define DSCORE_KERNEL(threads, blocks) __global__ void __launch_bounds__(threads, blocks)
#define DSCORE_DEVICE __device__ __forceinline__
#define DSCORE_UNROLL _Pragma("unroll")
#define DSCORE_UNROLL_BY_4 _Pragma("unroll 4")
#define DSCORE_NO_UNROLL _Pragma("unroll 1")

namespace dscore::simt {

inline constexpr std::uint32_t kWarp = 32;

/// Index of the calling thread in its warp, and in the whole grid.
DSCORE_DEVICE std::uint32_t lane() { return threadIdx.x % kWarp; }
DSCORE_DEVICE std::size_t thread() { return static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x; }

/// The value that lane `source` of the same warp passes. All 32 lanes must call it together.
template <class T>
DSCORE_DEVICE T shuffle(T value, std::uint32_t source) {
  return __shfl_sync(0xffffffffU, value, static_cast<int>(source));
}

/// Adds to a counter that many threads share; whole numbers, so the order does not matter.
DSCORE_DEVICE void add(std::uint64_t* counter, std::uint64_t value) {
  atomicAdd(reinterpret_cast<unsigned long long*>(counter), static_cast<unsigned long long>(value));
}

}  // namespace dscore::simt

#else

#define DSCORE_KERNEL(threads, blocks) inline void
#define DSCORE_DEVICE inline
#define DSCORE_UNROLL
#define DSCORE_UNROLL_BY_4
#define DSCORE_NO_UNROLL
#include "tests/cuda/simt_emulator.h"

#endif
