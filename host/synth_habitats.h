#pragma once
// Habitats: the kinds of place where establishments are, and the named ones among them.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace dscore::synth {

/// In brackets: what a region has of it, in the unit that the coefficients of host/synth_kinds.h count.
enum class Habitat : std::uint8_t {
  town,        ///< where people live (thousands of inhabitants of the towns)
  country,     ///< around and between the towns (thousands of inhabitants outside them)
  centre,      ///< city centres (sum over the towns of P^2/100, P thousand inhabitants: much more in a large city)
  estate,      ///< industrial estates, around the edge of a town (thousands of inhabitants of the towns)
  greenhouse,  ///< glass, nurseries and bulb fields (100 hectares, roughly)
  port,        ///< harbours, shipyards, skippers' towns, the airport (estimates, Rotterdam's basins 80 together)
  campus,      ///< universities (thousands of students)
  lodging,     ///< where the field workers of the greenhouse districts live and are registered
  studio,      ///< the media park
};
inline constexpr std::size_t kHabitats = 9;
inline constexpr std::size_t kFirstNamedHabitat = 4;

constexpr std::size_t index_of(Habitat habitat) { return static_cast<std::size_t>(habitat); }

template <class T>
using ByHabitat = std::array<T, kHabitats>;

/// A district known by name: a disc on which postcodes fall evenly.
struct NamedPlace {
  Habitat habitat;
  std::uint16_t region;  ///< index into kPublishedRegions
  const char* name;      ///< UTF-8
  std::int32_t x_m;      ///< centre in RD New, good to about 1 km, rounded to 100 m
  std::int32_t y_m;
  std::int32_t radius_m;
  double size;  ///< in the unit of its habitat
};

std::span<const NamedPlace> named_places();

}  // namespace dscore::synth
