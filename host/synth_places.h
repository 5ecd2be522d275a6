#pragma once
// Postcode points: where establishments of the synthetic Netherlands can be.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "host/synth_habitats.h"
#include "host/synth_random.h"

namespace dscore::synth {

/// The Netherlands has about 450,000 postcodes of six characters, about 17 addresses each.
inline constexpr std::int64_t kPostcodes = 450'000;

/// The postcode points of one region, in the order of a Hilbert curve: neighbours in the order are neighbours.
struct Places {
  std::vector<double> x_m;  ///< whole metres
  std::vector<double> y_m;
  std::vector<Habitat> habitat;
  std::vector<double> attraction;  ///< how many establishments it draws compared with others of its habitat, at least 1
  ByHabitat<double> size{};        ///< what the region has of each habitat
};

/// The points of all regions, in proportion to inhabitants. Around a town of P thousand inhabitants the density of
/// homes falls as (1 - (r/R)^2)^3 with R = kTownRadius * sqrt(P), its centre likewise with a smaller R, its industrial
/// estates lie evenly on a ring from 0.8 R to 1.6 R, and the country evenly on a disc (of towns drawn by sqrt(P)).
/// What the towns of the table lack of the region's inhabitants lives in the country. Below scale 1 as large a part of
/// the postcodes, so that as many establishments share one as at scale 1; above 1 there are no more than at 1.
/// But a region has at least `fewest[region]` points, where that is given.
std::vector<Places> make_places(std::uint64_t seed, double scale, std::span<const std::size_t> fewest = {});

/// Cumulative weights of the points for a kind of activity: a habitat gets its coefficient times its size, shared by
/// its points in proportion to attraction. The last is 1, but for rounding.
std::vector<double> cumulative_weights(const Places& places, const ByHabitat<double>& kind);

}  // namespace dscore::synth
