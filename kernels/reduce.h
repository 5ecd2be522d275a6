#pragma once
// Merging, statistics and sums by region, written once over Thrust: backend_cpu.cpp instantiates them with
// thrust::omp::par, backend_cuda.cu with thrust::cuda::par. Everything is deterministic, and the same on both: sorts
// are total, and sums of doubles run over fixed chunks in a fixed order.
//
// `machine` and what its pointers reach: kernels/reduce_machine.h.
//
//   merge(machine, n, x, y, multiplicity or nullptr, merged)   merged: x_m, y_m, multiplicity, location: any vectors
//                                                              with resize() and data() that the policy reaches
//                                                              (MergedPoints on the CPU, Vectors on a GPU)
//   summarise(machine, n, d, quantile_type, probabilities)                     -> ScoreSummary, on the host
//   sum_by_region(machine, n, d, jobs, region, regions, p90, p95)              -> RegionSums, on the host

#include "kernels/reduce_merge.h"
#include "kernels/reduce_regions.h"
#include "kernels/reduce_statistics.h"
