#pragma once
// Exact sums over all pairs, in FP64, for whatever the tuned sums (kernels/allpairs_cpu.h) do not do: any decay, a
// cut-off, distance bands, great-circle distances, real-valued weights.

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/backend.h"

namespace dscore {

/// Locations, and what may be known of them beside: spans of M entries each, or empty.
struct GeneralPoints {
  const MergedPoints& points;
  std::span<const double> weight = {};         ///< what a location counts as a neighbour, >= 0; empty: its multiplicity
  std::span<const double> longitude_deg = {};  ///< -180 to 180; with latitude_deg: distances are great circles on a
  std::span<const double> latitude_deg = {};   ///< sphere (kernels/sphere.h). Empty: distances are those in the plane

  bool on_sphere() const { return !longitude_deg.empty(); }
};

/// sum over q != p of w_q f(d_pq) in 1/m, over pairs with d < cutoff_m. ordered_pairs_within counts multiplicities,
/// beyond the cut-off too. threads = 0: all that OpenMP offers; the sums are the same bits for any number. `precision`
/// has no part in it. Throws Error where weights or positions are not in range.
///
/// In the plane d < t and d < cutoff_m are decided exactly (kernels/within.h). On the sphere distances are good to
/// 1e-15 of themselves, from a millimetre to a quarter of the globe, for the degrees as given; pairs whose squared
/// distance is nearer to that of t or the cut-off than 3e-15 of it (1e-14 beyond 9 degrees) are decided in long double
/// (nearer_on_sphere). Degrees of 52 are doubles 0.8 nm apart: of places that came from RD New, a pair at 1 m has its
/// distance to 2e-9.
PairSums general_sums(const GeneralPoints& points, const PairSettings& settings, int threads,
                      const Progress& progress = {});

/// The most bands.
inline constexpr int kMostBands = 32;

/// Sums parted by distance.
struct BandSums {
  std::size_t bands = 0;
  std::vector<double> sum_per_m;           ///< M x B, location by location
  std::uint64_t ordered_pairs_within = 0;  ///< as in PairSums
};

/// Band k has the pairs with edges_m[k] <= d < edges_m[k + 1], decided as t is. Edges ascend strictly, the first is at
/// least 0 and the last may be infinite; at most kMostBands bands. Where the first is 0 and the last beyond all pairs,
/// the bands of a location add up to its sum. Memory: 3 M x B sums.
BandSums band_sums(const GeneralPoints& points, const PairSettings& settings, std::span<const double> edges_m,
                   int threads, const Progress& progress = {});

}  // namespace dscore
