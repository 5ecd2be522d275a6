#pragma once
// Locations in strips: by y in strips of a part of the cut-off, by x within a strip. All that are within the cut-off of
// a location stand in a few runs of consecutive slots.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/large_array.h"
#include "kernels/points.h"

namespace dscore::p3m {

/// Strips are R/2 high at most, and not lower than R/8.
inline constexpr int kFewestStrips = 2;
inline constexpr int kMostStrips = 8;
/// Every strip begins at a multiple of this: a vector of any instruction set, aligned, is of one strip alone.
inline constexpr std::size_t kSlotsAligned = 16;
inline constexpr std::uint32_t kNoLocation = ~std::uint32_t{0};

/// Many locations in a square of a strip, as wide as strips are high. It has whole vectors of slots to itself, filled
/// up by empty ones in the place of its last location.
struct Patch {
  std::size_t begin, end;  ///< slots: multiples of PatchRule::aligned
  std::size_t strip;
  std::int64_t column;    ///< from the origin, in widths of a patch
  std::size_t locations;  ///< slots that are not empty
};

/// Which squares become patches.
struct PatchRule {
  std::size_t least = 0;                ///< locations; 0: none does
  std::size_t aligned = kSlotsAligned;  ///< a vector's slots, or more
};

struct Strips {
  double x_origin_m = 0, y_origin_m = 0;  ///< the smallest coordinates
  double extent_m = 0;                    ///< no coordinate is farther from the origin
  double height_m = 0;
  int per_cutoff = kFewestStrips;  ///< a cut-off is so many strips high
  bool moved_exactly = false;      ///< no coordinate was rounded when the origin was taken off
  bool whole_metres = false;       ///< so, and all are whole metres from the origin
  std::vector<std::size_t> begin;  ///< strips + 1 slots
  std::vector<std::size_t>
      end;  ///< of each strip: after its last location or patch; up to the next begin slots are empty
  LargeArray<std::uint32_t> location;  ///< by slot; kNoLocation in an empty one
  LargeArray<double> x_m, y_m;         ///< from the origin; of an empty slot: far away, but in patches
  LargeArray<double> mass;  ///< establishments that the location stands for, or its weight; 0 in an empty slot

  std::vector<Patch> patches;            ///< by strip and column; what is not in one stands between them
  std::vector<std::size_t> first_patch;  ///< of each strip, and the end; empty where there are no patches
  double patch_width_m = 0;

  double largest_mass = 0;
  double about_all_mass = 0;       ///< to 1e-6: it was added up in any order
  LargeArray<std::uint64_t> item;  ///< what was sorted; kept for its memory

  // The same for FP32: whole units from the origin, so that differences are exact.
  double unit_m = 0;  ///< a power of two; 0 where there are none
  bool units_exact = false;
  LargeArray<std::int32_t> x_units, y_units;
  LargeArray<float> mass_f;

  std::size_t strips() const { return end.size(); }
  std::size_t slots() const { return x_m.size(); }
};

/// How many strips a cut-off R should have where a location has so many pairs within R: low strips leave out more of
/// what is beyond R, but every run costs something.
int strips_per_cutoff(double pairs_of_location);

/// Sorts the locations into strips of cutoff_m / per_cutoff. Masses are left for set_masses.
void make_strips(const MergedPoints& points, double cutoff_m, int per_cutoff, const PatchRule& patches, int threads,
                 Strips& strips);

/// Adds the coordinates in whole units.
void add_units(Strips& strips, int threads);

/// One multiplicity per location, or one weight >= 0.
void set_masses(std::span<const std::uint32_t> multiplicity, int threads, Strips& strips);
void set_masses(std::span<const double> weight, int threads, Strips& strips);

}  // namespace dscore::p3m
