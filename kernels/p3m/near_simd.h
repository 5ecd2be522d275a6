#pragma once
// The near part over pairs in strips, with the widest instructions the machine has (chosen at run time).

#include <cstddef>
#include <cstdint>

#include "kernels/backend.h"
#include "kernels/p3m/patch_pairs.h"
#include "kernels/p3m/strips.h"

namespace dscore::p3m {

/// What near pairs are summed by. Polynomial: near_polynomial() of split.h, lowest power first.
struct NearKernel {
  PairSettings settings;
  double cutoff_m = 0;
  const double* powers = nullptr;
  int degree = 0;
};

/// Whether settings and tolerance let FP32 sum near pairs: values near 0 are not kept by `none`, and other decays than
/// 1/d are FP64's.
bool near_may_be_float(const PairSettings& settings, double tolerance);

/// Whether FP32 may sum near pairs in whole units: distances at the threshold and beyond must keep their digits.
bool near_in_float(const NearKernel& kernel, const Strips& strips, double tolerance);

/// Adds to sums[slot] the near part of all pairs (of different locations) whose lower strip is one of first .. last -
/// 1, for both sides, in the unit of f times mass; returns the sum of m_p m_q over those within the threshold, each
/// pair once and decided exactly (by `points`). Writes to slots of strips first .. last - 1 + strips.per_cutoff.
/// elsewhere: leaves out these pairs (rule cap, R = t); null where there are none.
std::uint64_t sum_near_strips(const NearKernel& kernel, const Strips& strips, const MergedPoints& points, bool in_float,
                              const PatchPairs* elsewhere, std::size_t first, std::size_t last, double* sums);

}  // namespace dscore::p3m
