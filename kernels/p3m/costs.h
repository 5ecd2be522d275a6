#pragma once
// What the steps of the fast method, and exact sums, take on a machine: plans are chosen by it.

#include "kernels/pair.h"

namespace dscore::p3m {

/// What a mesh takes whose transforms and sums have one precision.
struct MeshCosts {
  double stencil_node_ns;  ///< per location and node that it is spread over
  double transform_ns;     ///< per node of the period: zeros first, transforms there and back
  double quickest_part;    ///< of a transform, where all its lengths are of the quickest
};

/// Nanoseconds. Only their ratios matter, but for what users are told.
struct Costs {
  const char* of;            ///< for people: the times are those "of a core"
  double near_float_ns;      ///< per pair within the cut-off, with those looked at in vain
  double near_double_ns;     ///< likewise
  double edge_part;          ///< of that, where the cut-off is t
  double patch_part;         ///< likewise, where many pairs are summed by patches; 1: none are
  double location_ns;        ///< per location: sorting, finding runs, vectors that are not full, copying
  MeshCosts double_mesh;     ///< FP64
  MeshCosts float_mesh;      ///< FP32
  double sample_ns;          ///< per node of the period: the kernel's sampling and transform, always FP64
  double setup_ns;           ///< once for a plan: polynomials, windows
  double fixed_ns;           ///< once for a set of locations: plans of transforms, threads and launches waited for
  double exact_double_ns;    ///< per unordered pair
  double exact_mixed_ns;     ///< likewise
  double exact_location_ns;  ///< per location: tiles that are not full, or near each other

  const MeshCosts& mesh(bool in_float) const { return in_float ? float_mesh : double_mesh; }
};

/// One core (AVX-512, 3.7 GHz), fitted to the times of all stages on the points of the benchmarks, cut-offs from 1 to
/// 5.5 km.
inline constexpr Costs kCoreCosts{
    .of = "of a core",
    .near_float_ns = 0.47,
    .near_double_ns = 1.2,
    .edge_part = 0.8,
    .patch_part = 0.65,
    .location_ns = 110,
    .double_mesh = {.stencil_node_ns = 0.31, .transform_ns = 5, .quickest_part = 0.8},
    .float_mesh = {.stencil_node_ns = 0.25, .transform_ns = 3.25, .quickest_part = 0.4},
    .sample_ns = 2.3,
    .setup_ns = 0.6e6,
    .fixed_ns = 0.4e6,
    .exact_double_ns = 0.5,
    .exact_mixed_ns = 0.165,
    .exact_location_ns = 130,
};

/// An H100: computed, not measured, from instructions (bench/results/cuda_resources.json), bytes and launches;
/// docs/method.md has the numbers. Near pairs and meshes are FP64's for every tolerance.
inline constexpr Costs kGpuCosts{
    .of = "of an H100",
    .near_float_ns = 0.0065,
    .near_double_ns = 0.0065,
    .edge_part = 0.75,
    .patch_part = 1,
    .location_ns = 6,
    .double_mesh = {.stencil_node_ns = 0.013, .transform_ns = 0.08, .quickest_part = 1},
    .float_mesh = {.stencil_node_ns = 0.013, .transform_ns = 0.08, .quickest_part = 1},
    .sample_ns = 0.03,
    .setup_ns = 2e6,
    .fixed_ns = 0.5e6,
    .exact_double_ns = 0.0007,
    .exact_mixed_ns = 0.00024,
    .exact_location_ns = 0,
};

/// What near pairs of other decays than 1/d take, as a part of near_double_ns, on a core.
constexpr double near_part_of(const Decay& decay) {
  if (decay.shape == DecayShape::exponential) return 2.0;
  const double halves = 2 * decay.parameter;  // by roots and products (pair_formula-inl.h)
  return halves == 1 || halves == 2 || halves == 3 || halves == 4 || halves == 6 ? 1.15 : 3.5;
}

}  // namespace dscore::p3m
