#pragma once
// How many establishments and jobs of which activity in which region: everything that is decided before a place is
// drawn. Activities are disjoint and make up the register; populations are unions of their parts.

#include <array>
#include <cstdint>

#include "host/synth_kinds.h"
#include "host/synth_tables.h"

namespace dscore::synth {

/// All establishments of the register (31-12-2011; a round figure).
inline constexpr std::int64_t kEstablishments = 1'200'000;

/// Indices of populations in PublishedFigures::populations.
inline constexpr int kIndustry = 0, kServices = 1, kFoodBroad = 2, kFoodNarrow = 3, kLifeSciences = 4,
                     kManufacturing = 5, kBrainport = 6, kTechServices = 7, kChemicals = 8, kHorticulture = 9,
                     kLogistics = 10, kWater = 11, kMedia = 12, kCulture = 13, kCreativeServices = 14, kEnergy = 15;

/// A part of the register. The shares inside the benchmarks follow from the SBI codes that the sectors are mostly made
/// of, as do the kinds of activity, which say where it is found: assumptions of ours.
struct Activity {
  int sector;       ///< the population it belongs to, or kNone
  int inner;        ///< the population within that one it belongs to too, or kNone
  double industry;  ///< share inside the industry benchmark (SBI 10-32, 38.3)
  double services;  ///< share inside the services benchmark (SBI 09, 33, 58-63, 69-74, 80-82)
  Kind kind;
  double other;     ///< share that is of another kind
  Kind other_kind;  ///< that kind
};

inline constexpr std::size_t kActivities = 17;
extern const std::array<Activity, kActivities> kActivityTable;

/// Where an establishment stands with the benchmarks, which exclude each other.
enum class Side : std::uint8_t { industry, services, neither };
inline constexpr std::size_t kSides = 3;

template <class T>
using ByRegion = std::array<T, kRegions>;

struct Plan {
  std::array<ByRegion<std::array<std::int64_t, kSides>>, kActivities> establishments{};
  /// Jobs to be shared out; -1 where nothing is published (activities outside all sectors).
  std::array<ByRegion<std::int64_t>, kActivities> jobs{};

  std::int64_t establishments_of(std::size_t activity, std::size_t region) const;
};

/// Whole numbers for a scale in (0, 100]; every population has at least one establishment.
Plan make_plan(double scale);

}  // namespace dscore::synth
