#include "kernels/p3m/strips.h"

#include <omp.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "kernels/sort_cpu.h"

namespace dscore::p3m {
namespace {

constexpr double kFarAway = 1e12;                // metres: no cut-off reaches an empty slot
constexpr std::int32_t kFarUnits = 0x7fff'ffff;  // likewise; coordinates stay below half of it
constexpr double kMostUnits = 0x4000'0000;

struct Box {
  double x_min = INFINITY, x_max = -INFINITY, y_min = INFINITY, y_max = -INFINITY;
};

Box box_of(const MergedPoints& points) {
  Box box;
  for (std::size_t p = 0; p < points.size(); ++p) {
    box.x_min = std::min(box.x_min, points.x_m[p]);
    box.x_max = std::max(box.x_max, points.x_m[p]);
    box.y_min = std::min(box.y_min, points.y_m[p]);
    box.y_max = std::max(box.y_max, points.y_m[p]);
  }
  return box;
}

}  // namespace

void make_strips(const MergedPoints& points, double cutoff_m, int threads, Strips& strips) {
  const std::size_t n = points.size();
  const Box box = box_of(points);
  strips.unit_m = 0;
  strips.x_origin_m = box.x_min;
  strips.y_origin_m = box.y_min;
  strips.height_m = cutoff_m / kStripsPerCutoff;
  const auto count = static_cast<std::size_t>((box.y_max - box.y_min) / strips.height_m) + 1;

  // Sorted by strip, then by as many leading digits of x as there is room for beside the location.
  const int strip_bits = std::bit_width(count - 1);
  const double x_cells = std::ldexp(1.0, 32 - strip_bits);
  const double per_cell = box.x_max > box.x_min ? (x_cells - 1) / (box.x_max - box.x_min) : 0.0;
  const auto strip_of = [&](std::size_t p) {
    return std::min(count - 1, static_cast<std::size_t>((points.y_m[p] - box.y_min) / strips.height_m));
  };
  LargeArray<std::uint64_t> item(n);
#pragma omp parallel for num_threads(threads)
  for (std::size_t p = 0; p < n; ++p) {
    const auto cell = static_cast<std::uint64_t>((points.x_m[p] - box.x_min) * per_cell);
    const std::uint64_t key = (static_cast<std::uint64_t>(strip_of(p)) << (32 - strip_bits)) | cell;
    item[p] = key << 32 | p;
  }
  sort_parallel(item.data(), n);

  std::vector<std::size_t> first(count + 1, n);  // of the sorted items
  for (std::size_t k = n; k-- > 0;) first[item[k] >> 32 >> (32 - strip_bits)] = k;
  for (std::size_t s = count; s-- > 0;) first[s] = std::min(first[s], first[s + 1]);
  strips.begin.resize(count + 1);
  strips.end.resize(count);
  std::size_t slots = 0;
  for (std::size_t s = 0; s < count; ++s) {
    const std::size_t size = first[s + 1] - first[s];
    strips.begin[s] = slots;
    strips.end[s] = slots + size;
    slots += (size + kSlotsAligned - 1) / kSlotsAligned * kSlotsAligned;
  }
  strips.begin[count] = slots;

  strips.location.resize(slots);
  strips.x_m.resize(slots);
  strips.y_m.resize(slots);
#pragma omp parallel for num_threads(threads) schedule(dynamic, 8)
  for (std::size_t s = 0; s < count; ++s) {
    const std::size_t begin = strips.begin[s];
    for (std::size_t slot = begin; slot < strips.end[s]; ++slot) {
      const auto location = static_cast<std::uint32_t>(item[first[s] + slot - begin]);
      const double x = points.x_m[location] - box.x_min;
      std::size_t hole = slot;  // the digits left out of the key put few out of order
      for (; hole > begin && strips.x_m[hole - 1] > x; --hole) {
        strips.x_m[hole] = strips.x_m[hole - 1];
        strips.location[hole] = strips.location[hole - 1];
      }
      strips.x_m[hole] = x;
      strips.location[hole] = location;
    }
    for (std::size_t slot = begin; slot < strips.end[s]; ++slot) {
      strips.y_m[slot] = points.y_m[strips.location[slot]] - box.y_min;
    }
    for (std::size_t slot = strips.end[s]; slot < strips.begin[s + 1]; ++slot) {
      strips.location[slot] = kNoLocation;
      strips.x_m[slot] = strips.y_m[slot] = kFarAway;
    }
  }
}

void add_units(const MergedPoints& points, Strips& strips, int threads) {
  double extent = 1;
  for (std::size_t s = 0; s < strips.strips(); ++s) {
    if (strips.end[s] > strips.begin[s]) extent = std::max(extent, strips.x_m[strips.end[s] - 1]);
  }
  extent = std::max(extent, strips.height_m * static_cast<double>(strips.strips()));
  strips.unit_m = std::ldexp(1.0, std::ilogb(extent / kMostUnits) + 1);
  const std::size_t slots = strips.slots();
  strips.x_units.resize(slots);
  strips.y_units.resize(slots);
  bool exact = true;
#pragma omp parallel for num_threads(threads) reduction(&& : exact)
  for (std::size_t slot = 0; slot < slots; ++slot) {
    if (strips.location[slot] == kNoLocation) {
      strips.x_units[slot] = strips.y_units[slot] = kFarUnits;
      continue;
    }
    const double x = strips.x_m[slot] / strips.unit_m;
    const double y = strips.y_m[slot] / strips.unit_m;
    strips.x_units[slot] = static_cast<std::int32_t>(std::lround(x));
    strips.y_units[slot] = static_cast<std::int32_t>(std::lround(y));
    const std::uint32_t p = strips.location[slot];
    exact = exact && x == strips.x_units[slot] && y == strips.y_units[slot] &&
            points.x_m[p] == strips.x_m[slot] + strips.x_origin_m &&
            points.y_m[p] == strips.y_m[slot] + strips.y_origin_m;
  }
  strips.units_exact = exact;
}

void set_masses(std::span<const std::uint32_t> multiplicity, int threads, Strips& strips) {
  const bool in_float = strips.unit_m > 0;
  strips.mass.resize(strips.slots());
  if (in_float) strips.mass_f.resize(strips.slots());
  double largest = 0;
#pragma omp parallel for num_threads(threads) reduction(max : largest)
  for (std::size_t slot = 0; slot < strips.slots(); ++slot) {
    const std::uint32_t p = strips.location[slot];
    const double mass = p == kNoLocation ? 0 : multiplicity[p];
    strips.mass[slot] = mass;
    if (in_float) strips.mass_f[slot] = static_cast<float>(mass);
    largest = std::max(largest, mass);
  }
  strips.largest_mass = largest;
}

}  // namespace dscore::p3m
