#pragma once
// Kinds of activity: which habitats they choose. All that is fitted about places stands in the table of
// host/synth_kinds.cpp and in the five lengths of host/synth_places.cpp.

#include <array>
#include <cstdint>

#include "host/synth_habitats.h"

namespace dscore::synth {

enum class Kind : std::uint8_t { farm, food_chain, factory, grower, transport, office, creative, everyday };
inline constexpr std::size_t kKinds = 8;

/// By kind: how strongly a unit of a habitat draws establishments. Within a region a habitat gets a share in proportion
/// to its coefficient times what the region has of it, so only the ratios within a kind matter.
extern const std::array<ByHabitat<double>, kKinds> kKindTable;

}  // namespace dscore::synth
