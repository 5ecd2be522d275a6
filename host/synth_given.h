#pragma once
// Places of the user's (real postcodes, for instance) that take the place of the synthetic Netherlands' own.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dscore {

/// Columns of equal length.
struct GivenPlaces {
  std::vector<double> x_m;  ///< RD New
  std::vector<double> y_m;
  std::vector<double> weight;  ///< above 0: how much a place draws, its addresses for instance; only ratios matter
  std::vector<std::uint16_t> region;  ///< index into the 40 COROP regions
  std::size_t size() const { return x_m.size(); }
};

namespace synth {

struct Places;  // host/synth_places.h

/// Moves every point of a region to one of the places given for it: that with the least distance / sqrt(weight), so
/// that a place's catchment area grows with its weight (of places that tie, the first). Alike weights: the nearest.
/// A region without a place is left without points.
void move_to(const GivenPlaces& given, std::vector<Places>& regions);

/// Points by region that are enough for most of the places to draw one: four for each place.
std::vector<std::size_t> points_for(const GivenPlaces& given, std::size_t regions);

}  // namespace synth
}  // namespace dscore
