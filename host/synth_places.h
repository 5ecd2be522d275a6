#pragma once
// Postcode points: where establishments of the synthetic Netherlands can be.

#include <cstdint>
#include <vector>

#include "host/synth_random.h"

namespace dscore::synth {

/// The Netherlands has about 450,000 postcodes of six characters, about 17 addresses each.
inline constexpr std::int64_t kPostcodes = 450'000;

/// The postcode points of one region, in random order, so that any first part of them is a sample.
struct Places {
  std::vector<double> x_m;  ///< whole metres
  std::vector<double> y_m;
  std::vector<double> nearby;      ///< postcodes of the whole country within about 4 km, at least 1
  std::vector<double> attraction;  ///< how many establishments the postcode draws compared with others, at least 1
};

/// The points of all regions, in proportion to inhabitants. In a region, a point belongs to a town in proportion to the
/// town's inhabitants; what the towns of the table lack of the region's inhabitants is rural. Around a town of P
/// thousand inhabitants the density falls as (1 - (r/R)^2)^3 with R = kTownRadius * sqrt(P); rural points fall evenly
/// on a disc around one of the region's towns.
std::vector<Places> make_places(std::uint64_t seed);

}  // namespace dscore::synth
