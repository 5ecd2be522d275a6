#pragma once
// Towns and villages of the Netherlands: where people live, and so where postcodes are dense.

#include <cstddef>
#include <cstdint>
#include <span>

namespace dscore::synth {

/// A built-up place as it was about 2011. Not exhaustive: what lies between the towns is the region's rural background.
struct Town {
  std::uint16_t region;  ///< index into kPublishedRegions
  const char* name;      ///< UTF-8
  std::int32_t x_m;      ///< centre in RD New, good to about 1 km, rounded to 100 m
  std::int32_t y_m;
  double inhabitants;  ///< thousands, rounded
};

/// All towns, by region.
std::span<const Town> towns();

/// The towns of one region; never empty.
std::span<const Town> towns_of(std::size_t region);

}  // namespace dscore::synth
