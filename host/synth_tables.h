#pragma once
// Published figures that the synthetic Netherlands is built from: facts, no microdata.
//
// Source: PBL/CBS note "De ratio van ruimtelijk-economisch topsectorenbeleid" (2012), its table of populations and the
// tables of its annex. The regions' shares of all establishments are not published: they are the set nearest to the
// shares of inhabitants for which the published location quotients agree (sum over r of LQ_rs w_r = 1 for every s).

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace dscore::synth {

inline constexpr std::size_t kPopulations = 16;
inline constexpr std::size_t kBenchmarks = 2;  ///< the first two populations
inline constexpr std::size_t kSectors = kPopulations - kBenchmarks;
inline constexpr std::size_t kRegions = 40;
inline constexpr int kNone = -1;

struct PublishedPopulation {
  std::string name;
  std::string title;
  std::int64_t establishments = 0;
  int benchmark = kNone;  ///< index of the population it is compared with
};

struct PublishedRegion {
  const char* code;
  const char* name;
  const char* part;    ///< part of the country (landsdeel)
  double share;        ///< of all establishments
  double inhabitants;  ///< thousands, about 2011
};

extern const std::array<PublishedRegion, kRegions> kPublishedRegions;

struct PublishedFigures {
  std::array<PublishedPopulation, kPopulations> populations;
  /// Location quotient and jobs by sector (population minus kBenchmarks) and region.
  std::array<std::array<double, kRegions>, kSectors> quotient{};
  std::array<std::array<std::int32_t, kRegions>, kSectors> jobs{};
};

/// The tables of data/note_2012, which are compiled in.
const PublishedFigures& published();

}  // namespace dscore::synth
