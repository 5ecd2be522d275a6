#pragma once
// Locations in strips: by y in strips of half a cut-off, by x within a strip. All that are within the cut-off of a
// location stand in a few runs of consecutive slots.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/large_array.h"
#include "kernels/points.h"

namespace dscore::p3m {

/// A strip is this part of the cut-off high.
inline constexpr int kStripsPerCutoff = 2;
/// Every strip begins at a multiple of this: a vector of any instruction set, aligned, is of one strip alone.
inline constexpr std::size_t kSlotsAligned = 16;
inline constexpr std::uint32_t kNoLocation = ~std::uint32_t{0};

struct Strips {
  double x_origin_m = 0, y_origin_m = 0;  ///< the smallest coordinates
  double height_m = 0;
  bool moved_exactly = false;          ///< no coordinate was rounded when the origin was taken off
  std::vector<std::size_t> begin;      ///< strips + 1 slots
  std::vector<std::size_t> end;        ///< of each strip: after its last location; up to the next begin slots are empty
  LargeArray<std::uint32_t> location;  ///< by slot; kNoLocation in an empty one
  LargeArray<double> x_m, y_m;         ///< from the origin; of an empty slot: far away
  LargeArray<double> mass;  ///< establishments that the location stands for, or its weight; 0 in an empty slot

  double largest_mass = 0;
  LargeArray<std::uint64_t> item;  ///< what was sorted; kept for its memory

  // The same for FP32: whole units from the origin, so that differences are exact.
  double unit_m = 0;  ///< a power of two; 0 where there are none
  bool units_exact = false;
  LargeArray<std::int32_t> x_units, y_units;
  LargeArray<float> mass_f;

  std::size_t strips() const { return end.size(); }
  std::size_t slots() const { return x_m.size(); }
};

/// Sorts the locations into strips of cutoff_m / kStripsPerCutoff. Masses are left for set_masses.
void make_strips(const MergedPoints& points, double cutoff_m, int threads, Strips& strips);

/// Adds the coordinates in whole units.
void add_units(Strips& strips, int threads);

/// One multiplicity per location, or one weight >= 0.
void set_masses(std::span<const std::uint32_t> multiplicity, int threads, Strips& strips);
void set_masses(std::span<const double> weight, int threads, Strips& strips);

}  // namespace dscore::p3m
