#pragma once
// The general sums of one tile pair on the CPU, with the widest instructions the machine has (chosen at run time).
// In three steps over blocks of pairs that stay in the first cache: squared distances, values, sums.

#include <cstdint>
#include <span>

#include "kernels/backend.h"
#include "kernels/general_sums.h"

namespace dscore {

/// Fewer locations than in the tiles of the tuned sums: more pairs of tiles lie wholly within a band, or beyond a
/// cut-off.
inline constexpr int kGeneralTile = 128;

/// How distances are made.
enum class Metric {
  plane,          ///< from x and y in metres
  sphere_series,  ///< great circles, from degrees; tiles that are within_series (kernels/sphere.h)
  sphere          ///< great circles of any length, by sines and arcsines
};

/// One side of a tile pair: kGeneralTile entries each, of which `count` are real; the ones after those repeat a real
/// one with weight and multiplicity 0.
struct GeneralSide {
  const double* x;       ///< metres, or longitudes in degrees
  const double* y;       ///< metres, or latitudes in degrees
  const double* cosine;  ///< of the latitudes; spheres only
  const double* weight;
  const double* multiplicity;  ///< whole numbers
  int count;
};

/// What is asked of a tile pair.
struct GeneralTask {
  Metric metric = Metric::plane;
  const PairSettings* settings = nullptr;
  bool far = false;                 ///< every pair is at t or beyond, and at kShortestFar or beyond
  bool self = false;                ///< both sides are the same tile: of_a alone is summed, over all q != p
  std::span<const double> inner_m;  ///< ascending distances that part the pairs into inner_m.size() + 1 bands
  int first_wanted = 0;             ///< the bands that are wanted, counted from the nearest
  int end_wanted = 1;
};

/// Sums of f by band, kGeneralTile entries each; entries after `count` are not meaningful.
struct GeneralTileSums {
  alignas(64) double of_a[kMostBands][kGeneralTile];
  alignas(64) double of_b[kMostBands][kGeneralTile];
};

/// Row k of `sums` becomes that of band first_wanted + k: of_a[k][p] = sum over q in b of w_q f(d_pq), 1/m, and so
/// of_b. Returns, unless all are far, the sum over pairs (ordered pairs p != q of the tile itself) of m_p m_q [d < t].
std::uint64_t sum_general(const GeneralTask& task, const GeneralSide& a, const GeneralSide& b, GeneralTileSums& sums);

}  // namespace dscore
