#pragma once
// What a sensitivity analysis finds (io/schema.md).

#include <string>
#include <vector>

#include "host/bands.h"
#include "host/describe.h"
#include "host/provenance.h"
#include "host/register.h"

namespace dscore {

/// What a setting changes for one population, against the baseline: over the establishments, and regions, that have a
/// score in both.
struct PopulationChange {
  std::uint64_t compared = 0;         ///< establishments
  double spearman = kMissing;         ///< of their scores
  double kendall = kMissing;          ///< tau-b
  std::uint64_t entered = 0;          ///< establishments that come to lie above the benchmark's P90
  std::uint64_t left = 0;             ///< that no longer do
  double region_spearman = kMissing;  ///< of the regions' mean scores
  double region_kendall = kMissing;
  std::uint64_t types_changed = 0;  ///< regions of another type
};

/// How a population's scores were summed (SumReport).
struct SumsTaken {
  std::uint8_t exact = 0;           ///< 1: every pair; 0: a fast method
  std::uint8_t fell_back = 0;       ///< 1: exactly, since fast sums missed the tolerance
  double largest_error = kMissing;  ///< of fast scores held against exact ones; missing where none were
};

struct SettingResult {
  std::vector<PopulationResult> populations;       ///< P
  std::vector<std::vector<RegionResult>> regions;  ///< P x R
  std::vector<PopulationChange> changes;           ///< P; of the baseline, against itself
  std::vector<SumsTaken> sums;                     ///< P
};

struct SweepResults {
  std::vector<Population> populations;
  std::vector<Region> regions;
  std::vector<std::string> factor, value, text;  ///< S: of each setting (host/sweep_plan.h); the first is the baseline
  std::vector<std::string> unit;                 ///< S: of its scores; those of another unit are not to be compared
  std::vector<SettingResult> settings;           ///< S
  std::vector<double> band_edges_m;              ///< upper bounds of all bands but the last
  std::vector<BandShares> bands;   ///< P, or none: where the baseline's scores come from; top: of those above their
                                   ///< population's own P90
  std::vector<double> top_mean_d;  ///< P, with the bands: the mean score of those
  Provenance provenance, input_provenance;
};

/// The sums of all settings together.
struct SumsOverall {
  std::uint64_t sums = 0;  ///< settings x populations
  std::uint64_t exact = 0;
  std::uint64_t fell_back = 0;
  double largest_error = kMissing;
};
SumsOverall sums_overall(const SweepResults& results);

}  // namespace dscore
