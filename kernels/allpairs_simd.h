#pragma once
// The sums of one tile pair on the CPU, with the widest instructions the machine has (chosen at run time).

#include <cstdint>

#include "kernels/pair.h"
#include "kernels/tiles.h"

namespace dscore {

/// One side of a tile pair: kTileSize entries, of which `count` are real; those of multiplicity 1 come first. The
/// entries after the real ones repeat one of them with multiplicity 0.
template <class T>
struct TileSide {
  const T* x;
  const T* y;
  const T* multiplicity;  ///< whole numbers
  int count;
  int ones;  ///< how many have multiplicity 1: they are added, not multiplied
};

/// Sums of f over a tile pair, 1/m: of_a[p] = sum over q in b of m_q f(d_pq), of_b[q] = sum over p in a of m_p f(d_pq).
/// kTileSize entries each; those after `count` are not meaningful.
struct TilePairSums {
  alignas(64) double of_a[kTileSize];
  alignas(64) double of_b[kTileSize];
};

/// Tiles a and b are TilePairKind::far_mixed. Coordinates are relative to one origin and in half metres (doubled): the
/// Newton step for 1/sqrt then needs no factor 1/2.
void sum_far_mixed(ThresholdRule rule, double threshold_m, const TileSide<float>& a, const TileSide<float>& b,
                   TilePairSums& sums);

/// Tiles a and b are TilePairKind::far. Coordinates in metres.
void sum_far(ThresholdRule rule, double threshold_m, const TileSide<double>& a, const TileSide<double>& b,
             TilePairSums& sums);

/// Any two tiles, coordinates in metres. Returns the sum over pairs of m_p m_q [d_pq < t], decided exactly.
std::uint64_t sum_near(ThresholdRule rule, double threshold_m, const TileSide<double>& a, const TileSide<double>& b,
                       TilePairSums& sums);

/// One tile with itself: of_a over all q != p. Returns the count of ordered pairs p != q, weighted as above.
std::uint64_t sum_self(ThresholdRule rule, double threshold_m, const TileSide<double>& a, TilePairSums& sums);

/// The same in FP32, for tiles that are exact in it (exact_in_float) and of weight below kMaxFloatWeight. Coordinates
/// as for sum_far_mixed; `exact_a` and `exact_b` are the same locations in metres, by which pairs at the threshold are
/// decided.
std::uint64_t sum_near_mixed(ThresholdRule rule, double threshold_m, const TileSide<float>& a, const TileSide<float>& b,
                             const TileSide<double>& exact_a, const TileSide<double>& exact_b, TilePairSums& sums);
std::uint64_t sum_self_mixed(ThresholdRule rule, double threshold_m, const TileSide<float>& a,
                             const TileSide<double>& exact_a, TilePairSums& sums);

/// Counts below this are exact in FP32.
inline constexpr double kMaxFloatWeight = 16'777'216;

}  // namespace dscore
