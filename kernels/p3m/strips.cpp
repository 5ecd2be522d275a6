#include "kernels/p3m/strips.h"

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "kernels/p3m/box.h"
#include "kernels/sort_cpu.h"
#include "kernels/within.h"

namespace dscore::p3m {
namespace {

constexpr double kFarAway = 1e12;                // metres: no cut-off reaches an empty slot
constexpr std::int32_t kFarUnits = 0x7fff'ffff;  // likewise; coordinates stay below half of it
constexpr double kMostUnits = 0x4000'0000;
constexpr double kSlack = 1e-9;  // locations nearer than the cut-off are per_cutoff strips apart at most, once rounded
constexpr std::size_t kChunks = 16;  // of the locations, for counting by several threads
constexpr std::size_t kAhead = 24;   // reads under way at once

/// An origin, just below the least coordinate, that positive coordinates are moved to without being rounded: all are
/// whole multiples of their last digit, and so is an origin that has no digits below the largest's last.
double origin_below(double least, double most) {
  if (!(least > 0)) return least;
  const double last_digit = std::ldexp(1.0, std::ilogb(most) - 52);
  return std::floor(least / last_digit) * last_digit;
}

}  // namespace

int strips_per_cutoff(double pairs_of_location) {
  constexpr double kRun = 50;  // locations that could be looked at while a run is found and its ends are trimmed
  const double of_square = pairs_of_location / (0.5 * std::numbers::pi);  // R x R
  int best = kFewestStrips;
  double least = 0;
  for (int strips = kFewestStrips; strips <= kMostStrips; ++strips) {
    const double height = 1.0 / strips;  // in R
    double area = height;                // half of its own strip, and above it as far as the top of that reaches
    for (int k = 1; k <= strips; ++k) area += 2 * height * std::sqrt(1 - (k - 1) * height * (k - 1) * height);
    const double looked_at = area * of_square + (strips + 1) * kRun;
    if (strips > kFewestStrips && looked_at >= least) continue;
    best = strips;
    least = looked_at;
  }
  return best;
}

void make_strips(const MergedPoints& points, double cutoff_m, int per_cutoff, int threads, Strips& strips) {
  const std::size_t n = points.size();
  Box box = box_of(points, threads);
  box.x_min = origin_below(box.x_min, box.x_max);
  box.y_min = origin_below(box.y_min, box.y_max);
  strips.unit_m = 0;
  strips.x_origin_m = box.x_min;
  strips.y_origin_m = box.y_min;
  strips.extent_m = std::max(box.width(), box.height());
  strips.per_cutoff = per_cutoff;
  strips.height_m = cutoff_m * (1 + kSlack) / per_cutoff;
  const auto count = static_cast<std::size_t>((box.y_max - box.y_min) / strips.height_m) + 1;

  const double per_metre = 1 / strips.height_m;
  const auto strip_of = [&](std::size_t p) {
    return std::min(count - 1, static_cast<std::size_t>((points.y_m[p] - box.y_min) * per_metre));
  };

  // How many locations of each chunk are in each strip, and from there where they go.
  const std::size_t chunk_size = (n + kChunks - 1) / kChunks;
  std::vector<std::vector<std::uint32_t>> next(kChunks);
#pragma omp parallel for num_threads(threads) schedule(static, 1)
  for (std::size_t chunk = 0; chunk < kChunks; ++chunk) {
    next[chunk].assign(count, 0);
    const std::size_t end = std::min(n, (chunk + 1) * chunk_size);
    for (std::size_t p = chunk * chunk_size; p < end; ++p) ++next[chunk][strip_of(p)];
  }
  strips.begin.resize(count + 1);
  strips.end.resize(count);
  std::size_t slots = 0;
  for (std::size_t s = 0; s < count; ++s) {
    strips.begin[s] = slots;
    for (std::vector<std::uint32_t>& of_chunk : next) {
      const std::uint32_t size = of_chunk[s];
      of_chunk[s] = static_cast<std::uint32_t>(slots);
      slots += size;
    }
    strips.end[s] = slots;
    slots = (slots + kSlotsAligned - 1) / kSlotsAligned * kSlotsAligned;
  }
  strips.begin[count] = slots;

  // By x within a strip: 32 digits of it, then the location.
  const double per_cell = box.x_max > box.x_min ? (0x1p32 - 1) / (box.x_max - box.x_min) : 0.0;
  strips.item.resize(slots);
#pragma omp parallel for num_threads(threads) schedule(static, 1)
  for (std::size_t chunk = 0; chunk < kChunks; ++chunk) {
    const std::size_t end = std::min(n, (chunk + 1) * chunk_size);
    for (std::size_t p = chunk * chunk_size; p < end; ++p) {
      const auto cell = static_cast<std::uint64_t>((points.x_m[p] - box.x_min) * per_cell);
      strips.item[next[chunk][strip_of(p)]++] = cell << 32 | p;
    }
  }

  strips.location.resize(slots);
  strips.x_m.resize(slots);
  strips.y_m.resize(slots);
  bool exact = true;
  bool whole = true;
  const auto is_whole = [](double metres) {  // from an origin, below 2^63
    return metres == static_cast<double>(static_cast<std::int64_t>(metres));
  };
#pragma omp parallel num_threads(threads) reduction(&& : exact, whole)
  {
    LargeArray<std::uint64_t> scratch;
#pragma omp for schedule(dynamic, 8)
    for (std::size_t s = 0; s < count; ++s) {
      const std::size_t begin = strips.begin[s];
      std::uint64_t* const sorted = &strips.item[begin];
      const std::size_t size = strips.end[s] - begin;
      if (scratch.size() < size) scratch.resize(2 * size);
      sort_serial(sorted, scratch.data(), size);
      double* const x = &strips.x_m[begin];
      double* const y = &strips.y_m[begin];
      std::uint32_t* const location = &strips.location[begin];
      for (std::size_t k = 0; k < size; ++k) {
        if (k + kAhead < size) {  // locations of a strip stand far apart in memory
          const auto ahead = static_cast<std::uint32_t>(sorted[k + kAhead]);
          __builtin_prefetch(&points.x_m[ahead]);
          __builtin_prefetch(&points.y_m[ahead]);
        }
        const auto p = static_cast<std::uint32_t>(sorted[k]);
        double from_x, from_y, lost_x, lost_y;
        two_sum(points.x_m[p], -box.x_min, from_x, lost_x);
        two_sum(points.y_m[p], -box.y_min, from_y, lost_y);
        exact = exact && lost_x == 0 && lost_y == 0;
        whole = whole && is_whole(from_x) && is_whole(from_y);
        std::size_t hole = k;  // the digits left out of the key put few out of order
        for (; hole > 0 && x[hole - 1] > from_x; --hole) {
          x[hole] = x[hole - 1];
          y[hole] = y[hole - 1];
          location[hole] = location[hole - 1];
        }
        x[hole] = from_x;
        y[hole] = from_y;
        location[hole] = p;
      }
      for (std::size_t slot = strips.end[s]; slot < strips.begin[s + 1]; ++slot) {
        strips.location[slot] = kNoLocation;
        strips.x_m[slot] = strips.y_m[slot] = kFarAway;
      }
    }
  }
  strips.moved_exactly = exact;
  strips.whole_metres = exact && whole;
}

void add_units(Strips& strips, int threads) {
  double extent = 1;
  for (std::size_t s = 0; s < strips.strips(); ++s) {
    if (strips.end[s] > strips.begin[s]) extent = std::max(extent, strips.x_m[strips.end[s] - 1]);
  }
  extent = std::max(extent, strips.height_m * static_cast<double>(strips.strips()));
  strips.unit_m = std::ldexp(1.0, std::ilogb(extent / kMostUnits) + 1);
  const std::size_t slots = strips.slots();
  strips.x_units.resize(slots);
  strips.y_units.resize(slots);
  const double per_unit = 1 / strips.unit_m;  // a power of two
  bool exact = strips.moved_exactly;
#pragma omp parallel for num_threads(threads) reduction(&& : exact)
  for (std::size_t slot = 0; slot < slots; ++slot) {
    // No branches.
    const bool empty = strips.location[slot] == kNoLocation;
    const double x = empty ? kFarUnits : strips.x_m[slot] * per_unit;
    const double y = empty ? kFarUnits : strips.y_m[slot] * per_unit;
    // Not by lround, a call; what is half a unit from two may go to either. NOLINTBEGIN(bugprone-incorrect-roundings)
    const auto x_units = static_cast<std::int32_t>(x + 0.5);
    const auto y_units = static_cast<std::int32_t>(y + 0.5);
    // NOLINTEND(bugprone-incorrect-roundings)
    strips.x_units[slot] = x_units;
    strips.y_units[slot] = y_units;
    exact &= static_cast<bool>(static_cast<int>(x == x_units) & static_cast<int>(y == y_units));
  }
  strips.units_exact = exact;
}

namespace {

template <class T>
void set_masses_of(std::span<const T> mass_of, int threads, Strips& strips) {
  const bool in_float = strips.unit_m > 0;
  strips.mass.resize(strips.slots());
  if (in_float) strips.mass_f.resize(strips.slots());
  double largest = 0;
  double all = 0;
#pragma omp parallel for num_threads(threads) reduction(max : largest) reduction(+ : all)
  for (std::size_t slot = 0; slot < strips.slots(); ++slot) {
    const std::uint32_t p = strips.location[slot];
    const double mass = p == kNoLocation ? 0 : static_cast<double>(mass_of[p]);
    strips.mass[slot] = mass;
    if (in_float) strips.mass_f[slot] = static_cast<float>(mass);
    largest = std::max(largest, mass);
    all += mass;
  }
  strips.largest_mass = largest;
  strips.about_all_mass = all;
}

}  // namespace

void set_masses(std::span<const std::uint32_t> multiplicity, int threads, Strips& strips) {
  set_masses_of(multiplicity, threads, strips);
}

void set_masses(std::span<const double> weight, int threads, Strips& strips) { set_masses_of(weight, threads, strips); }

}  // namespace dscore::p3m
