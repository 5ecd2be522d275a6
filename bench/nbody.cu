#include "bench/nbody.h"
#include "kernels/cuda_support.h"

namespace dscore::bench {
namespace {

constexpr int kBlock = 256;

/// x, y and multiplicity in one load, as the sample has positions and masses.
__global__ void nbody(const float4* source, int n, float inverse_threshold, float* sum) {
  __shared__ float4 tile[kBlock];
  const int i = blockIdx.x * kBlock + threadIdx.x;
  const float4 own = i < n ? source[i] : float4{0, 0, 0, 0};
  float total = 0;
  for (int begin = 0; begin < n; begin += kBlock) {
    const int j = begin + threadIdx.x;
    tile[threadIdx.x] = j < n ? source[j] : float4{0, 0, 0, 0};
    __syncthreads();
#pragma unroll 64
    for (int k = 0; k < kBlock; ++k) {
      const float4 other = tile[k];
      const float dx = own.x - other.x;
      const float dy = own.y - other.y;
      // 1/max(d, t); at d = 0 the root is infinite, and the smaller is 1/t.
      total += other.z * fminf(rsqrtf(dx * dx + dy * dy), inverse_threshold);
    }
    __syncthreads();
  }
  if (i < n) sum[i] = total - own.z * inverse_threshold;  // without itself
}

}  // namespace

double nbody_sums(const MergedPoints& points, float threshold_m, std::vector<float>& sum_per_m) {
  std::vector<float4> source;
  for (std::size_t p = 0; p < points.size(); ++p) {
    source.push_back({static_cast<float>(points.x_m[p]), static_cast<float>(points.y_m[p]),
                      static_cast<float>(points.multiplicity[p]), 0});
  }
  const auto n = static_cast<int>(source.size());
  cuda::Buffer<float4> there(source, "locations");
  cuda::Buffer<float> sum(source.size(), "sums");
  cuda::synchronise_thread();
  cuda::Stream stream;
  cuda::Event start, end;
  start.record(stream);
  nbody<<<(n + kBlock - 1) / kBlock, kBlock, 0, stream.get()>>>(there.get(), n, 1 / threshold_m, sum.get());
  cuda::check(cudaGetLastError(), "starting a kernel");
  end.record(stream);
  stream.synchronise();
  sum_per_m = sum.to_host();
  return end.seconds_since(start);
}

}  // namespace dscore::bench
