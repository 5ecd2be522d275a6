#pragma once
// Sums by region.

#include <thrust/binary_search.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/iterator/transform_iterator.h>
#include <thrust/transform.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/backend.h"
#include "kernels/reduce_statistics.h"

namespace dscore::reduce {

/// A stretch of at most kSumChunk rows, all of one region, in the order of regions; and what they sum to.
struct RegionChunk {
  std::uint32_t begin = 0, end = 0;
};
struct RegionChunkSums {
  CompensatedSum jobs, d_score;
  std::uint32_t above_p90 = 0, above_p95 = 0;
};

struct SumRegionChunk {
  const double* d;
  const double* jobs;
  const std::uint64_t* item;
  const RegionChunk* chunk;
  RegionChunkSums* sums;
  double p90, p95;
  DSCORE_HD void operator()(std::uint32_t c) const {
    RegionChunkSums result;
    for (std::uint32_t i = chunk[c].begin; i < chunk[c].end; ++i) {
      const std::uint32_t r = row_of(item[i]);
      result.jobs.add(jobs[r]);
      result.d_score.add(d[r]);
      result.above_p90 += d[r] > p90 ? 1U : 0U;
      result.above_p95 += d[r] > p95 ? 1U : 0U;
    }
    sums[c] = result;
  }
};

struct ItemOfRegion {
  const std::uint16_t* region;
  DSCORE_HD std::uint64_t operator()(std::uint32_t i) const { return make_item(region[i], i); }
};
struct LastItemOfKey {
  DSCORE_HD std::uint64_t operator()(std::uint32_t key) const { return make_item(key, 0xffffffffU); }
};

/// Sums over the rows of each region; region[k] < regions for each of n rows.
template <class Machine>
RegionSums sum_by_region(const Machine& machine, std::size_t n, const double* d, const double* jobs,
                         const std::uint16_t* region, std::size_t regions, double p90, double p95) {
  RegionSums result;
  result.establishments.assign(regions, 0);
  result.jobs.assign(regions, 0);
  result.d_score.assign(regions, 0);
  result.above_p90.assign(regions, 0);
  result.above_p95.assign(regions, 0);
  if (n == 0) return result;

  const thrust::counting_iterator<std::uint32_t> from(0);
  VectorOf<Machine, std::uint64_t> items(n);
  std::uint64_t* const item = raw(items);
  thrust::transform(machine.policy(), from, from + n, item, ItemOfRegion{region});
  sort_items(machine, item, n);

  VectorOf<Machine, std::uint32_t> region_ends(regions);
  const auto last_items = thrust::make_transform_iterator(from, LastItemOfKey{});
  thrust::upper_bound(machine.policy(), item, item + n, last_items, last_items + regions, raw(region_ends));
  const std::vector<std::uint32_t> end = to_host<std::uint32_t>(machine, region_ends, regions);

  std::vector<RegionChunk> chunks;
  std::vector<std::size_t> region_of_chunk;
  for (std::size_t r = 0; r < regions; ++r) {
    const std::uint32_t begin = r == 0 ? 0 : end[r - 1];
    result.establishments[r] = end[r] - begin;
    for (std::uint32_t at = begin; at < end[r]; at += std::min(kSumChunk, end[r] - at)) {
      chunks.push_back({at, at + std::min(kSumChunk, end[r] - at)});
      region_of_chunk.push_back(r);
    }
  }

  VectorOf<Machine, RegionChunk> chunks_there = from_host<RegionChunk>(machine, chunks);
  VectorOf<Machine, RegionChunkSums> sums_there(chunks.size());
  for_each_index(machine, 0, static_cast<std::uint32_t>(chunks.size()),
                 SumRegionChunk{d, jobs, item, raw(chunks_there), raw(sums_there), p90, p95});
  const std::vector<RegionChunkSums> sums = to_host<RegionChunkSums>(machine, sums_there, chunks.size());

  std::vector<CompensatedSum> jobs_sum(regions);
  std::vector<CompensatedSum> d_sum(regions);
  for (std::size_t c = 0; c < chunks.size(); ++c) {
    const std::size_t r = region_of_chunk[c];
    jobs_sum[r].add(sums[c].jobs);
    d_sum[r].add(sums[c].d_score);
    result.above_p90[r] += sums[c].above_p90;
    result.above_p95[r] += sums[c].above_p95;
  }
  for (std::size_t r = 0; r < regions; ++r) {
    result.jobs[r] = jobs_sum[r].value();
    result.d_score[r] = d_sum[r].value();
  }
  return result;
}

}  // namespace dscore::reduce
