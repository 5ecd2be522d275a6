#pragma once
// How much of a population's scores comes from near, and how much from afar: shares by distance band.

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/general_sums.h"

namespace dscore {

/// Where scores come from: the share of each distance band in the sum of the D of some establishments, B shares each.
/// They add up to 1 where the bands hold all pairs; kMissing (host/results.h) where there is nothing to share: no
/// establishments, or no neighbour that counts.
struct BandShares {
  std::vector<double> all;                   ///< of the population
  std::vector<double> top;                   ///< of its establishments that are marked as such
  std::vector<std::vector<double>> regions;  ///< R: of those of each region
};

/// What is known of the establishments (rows), beside where they are. Spans of N entries each, or empty.
struct BandMembers {
  std::span<const std::uint16_t> region = {};  ///< below the number of regions; empty: there are none
  std::span<const std::uint8_t> top = {};      ///< not 0: one of BandShares::top, such as D > P90; empty: none is
  std::span<const double> weight = {};         ///< what a row counts as a neighbour, >= 0; empty: 1 each
};

/// Of one population: its rows merged to locations (points.multiplicity counts the rows of each), as in
/// kernels/general_sums.h; points.weight is not used, but made of the rows' weights. Band k has the pairs with
/// edges_m[k] <= d < edges_m[k + 1]; establishments at the same place count f(0) to each other in the first band, so
/// edges_m[0] must be 0. Memory: 3 M x B sums. Throws Error where edges, weights or positions are not in range.
BandShares band_shares(const GeneralPoints& points, const BandMembers& members, std::size_t regions,
                       const PairSettings& settings, std::span<const double> edges_m, int threads,
                       const Progress& progress = {});

}  // namespace dscore
