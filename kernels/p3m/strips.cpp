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
constexpr std::size_t kChunks = 16;     // of the locations, for counting by several threads
constexpr std::size_t kAhead = 24;      // reads under way at once
constexpr double kNarrowest = 1e-12;    // widths in strips that are none
constexpr double kFewestKeys = 0x1p14;  // of a column: one more or less does not matter (patches.cpp)

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

namespace {

/// What a strip is made of: runs of its sorted locations, each of one column.
struct Run {
  std::size_t begin, end;  ///< among the strip's locations
  std::int64_t column;
};

/// Columns of patches in units of the keys that locations are sorted by, so that they are runs of what is sorted.
struct Columns {
  std::uint64_t keys = 0;  ///< to a column; 0: there are no patches
  PatchRule patches;

  bool any() const { return keys > 0; }
  bool is_patch(const Run& run) const { return run.end - run.begin >= patches.least; }

  /// Calls work for each run of a strip.
  template <class Work>
  void for_runs(const std::uint64_t* sorted, std::size_t size, const Work& work) const {
    for (std::size_t begin = 0; begin < size;) {
      const std::uint64_t column = (sorted[begin] >> 32) / keys;
      const std::uint64_t next = (column + 1) * keys;
      std::size_t end = begin + 1;
      while (end < size && (sorted[end] >> 32) < next) ++end;
      work(Run{begin, end, static_cast<std::int64_t>(column)});
      begin = end;
    }
  }
};

std::size_t aligned(std::size_t slots, std::size_t to) { return (slots + to - 1) / to * to; }

/// How many slots a strip takes with its patches, which are added, by slots from the strip's first.
std::size_t lay_out(const std::uint64_t* sorted, std::size_t size, const Columns& columns, std::size_t strip,
                    std::vector<Patch>& patches) {
  std::size_t slot = 0;
  columns.for_runs(sorted, size, [&](const Run& run) {
    const bool is_patch = columns.is_patch(run);
    const std::size_t begin = is_patch ? aligned(slot, columns.patches.aligned) : slot;
    slot = begin + (run.end - run.begin);
    if (!is_patch) return;
    slot = aligned(slot, columns.patches.aligned);
    patches.push_back({begin, slot, strip, run.column, run.end - run.begin});
  });
  return slot;
}

/// Writes one strip's locations to their slots.
class StripWriter {
 public:
  StripWriter(const MergedPoints& points, Strips& strips, std::size_t strip)
      : points_(points),
        x_origin_m_(strips.x_origin_m),
        y_origin_m_(strips.y_origin_m),
        x_(&strips.x_m[strips.begin[strip]]),
        y_(&strips.y_m[strips.begin[strip]]),
        location_(&strips.location[strips.begin[strip]]) {}

  /// Of the sorted ones, those from begin on.
  void write(const std::uint64_t* sorted, std::size_t begin, std::size_t end, std::size_t size) {
    for (std::size_t k = begin; k < end; ++k) {
      if (k + kAhead < size) {  // locations of a strip stand far apart in memory
        const auto ahead = static_cast<std::uint32_t>(sorted[k + kAhead]);
        __builtin_prefetch(&points_.x_m[ahead]);
        __builtin_prefetch(&points_.y_m[ahead]);
      }
      const auto p = static_cast<std::uint32_t>(sorted[k]);
      double from_x, from_y, lost_x, lost_y;
      two_sum(points_.x_m[p], -x_origin_m_, from_x, lost_x);
      two_sum(points_.y_m[p], -y_origin_m_, from_y, lost_y);
      exact_ = exact_ && lost_x == 0 && lost_y == 0;
      whole_ = whole_ && is_whole(from_x) && is_whole(from_y);
      std::size_t hole = slot_++;  // the digits left out of the key put few out of order
      for (; hole > 0 && x_[hole - 1] > from_x; --hole) {
        x_[hole] = x_[hole - 1];
        y_[hole] = y_[hole - 1];
        location_[hole] = location_[hole - 1];
      }
      x_[hole] = from_x;
      y_[hole] = from_y;
      location_[hole] = p;
    }
  }
  /// Empty slots in the place of the last location, up to a patch, or its end.
  void fill(std::size_t aligned) {
    for (; slot_ % aligned != 0; ++slot_) {
      x_[slot_] = x_[slot_ - 1];
      y_[slot_] = y_[slot_ - 1];
      location_[slot_] = kNoLocation;
    }
  }
  /// Empty ones far away, up to the next strip; returns how many slots are before.
  std::size_t end() {
    const std::size_t used = slot_;
    for (; slot_ % kSlotsAligned != 0; ++slot_) {
      x_[slot_] = y_[slot_] = kFarAway;
      location_[slot_] = kNoLocation;
    }
    return used;
  }
  bool exact() const { return exact_; }
  bool whole() const { return whole_; }

 private:
  static bool is_whole(double metres) {  // from an origin, below 2^63
    return metres == static_cast<double>(static_cast<std::int64_t>(metres));
  }

  const MergedPoints& points_;
  double x_origin_m_, y_origin_m_;
  double *x_, *y_;
  std::uint32_t* location_;
  std::size_t slot_ = 0;
  bool exact_ = true;
  bool whole_ = true;
};

/// begin of every strip, by how many slots they take.
void place_strips(const std::vector<std::size_t>& slots_of, Strips& strips) {
  std::size_t slots = 0;
  for (std::size_t s = 0; s < slots_of.size(); ++s) {
    strips.begin[s] = slots;
    slots += aligned(slots_of[s], kSlotsAligned);
  }
  strips.begin[slots_of.size()] = slots;
  strips.location.resize(slots);
  strips.x_m.resize(slots);
  strips.y_m.resize(slots);
}

/// All patches, once it is known where strips begin.
void place_patches(const std::vector<std::vector<Patch>>& of_strip, Strips& strips) {
  strips.first_patch.reserve(of_strip.size() + 1);
  for (std::size_t s = 0; s < of_strip.size(); ++s) {
    strips.first_patch.push_back(strips.patches.size());
    for (Patch patch : of_strip[s]) {
      patch.begin += strips.begin[s];
      patch.end += strips.begin[s];
      strips.patches.push_back(patch);
    }
  }
  strips.first_patch.push_back(strips.patches.size());
}

}  // namespace

void make_strips(const MergedPoints& points, double cutoff_m, int per_cutoff, const PatchRule& patches, int threads,
                 Strips& strips) {
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
  std::vector<std::size_t> first_item(count + 1, 0);
  for (std::size_t s = 0; s < count; ++s) {
    std::size_t item = first_item[s];
    for (std::vector<std::uint32_t>& of_chunk : next) {
      const std::uint32_t size = of_chunk[s];
      of_chunk[s] = static_cast<std::uint32_t>(item);
      item += size;
    }
    first_item[s + 1] = item;
  }

  // By x within a strip: 32 digits of it, then the location.
  const bool has_width = box.x_max - box.x_min > kNarrowest * strips.height_m;
  const double keys_per_metre = has_width ? (0x1p32 - 1) / (box.x_max - box.x_min) : 0.0;
  strips.item.resize(n);
#pragma omp parallel for num_threads(threads) schedule(static, 1)
  for (std::size_t chunk = 0; chunk < kChunks; ++chunk) {
    const std::size_t end = std::min(n, (chunk + 1) * chunk_size);
    for (std::size_t p = chunk * chunk_size; p < end; ++p) {
      const auto key = static_cast<std::uint64_t>((points.x_m[p] - box.x_min) * keys_per_metre);
      strips.item[next[chunk][strip_of(p)]++] = key << 32 | p;
    }
  }

  Columns columns;
  strips.patches.clear();
  strips.first_patch.clear();
  const double keys = std::floor(strips.height_m * keys_per_metre);
  if (patches.least > 0 && keys >= kFewestKeys) {
    columns.keys = static_cast<std::uint64_t>(std::min(keys, 0x1p32));
    columns.patches = patches;
    strips.patch_width_m = static_cast<double>(columns.keys) / keys_per_metre;
  }
  strips.begin.resize(count + 1);
  strips.end.resize(count);
  std::vector<std::size_t> slots_of(count);
  std::vector<std::vector<Patch>> patches_of(count);
#pragma omp parallel num_threads(threads)
  {
    LargeArray<std::uint64_t> scratch;
#pragma omp for schedule(dynamic, 8)
    for (std::size_t s = 0; s < count; ++s) {
      std::uint64_t* const sorted = &strips.item[first_item[s]];
      const std::size_t size = first_item[s + 1] - first_item[s];
      if (scratch.size() < size) scratch.resize(2 * size);
      sort_serial(sorted, scratch.data(), size);
      slots_of[s] = columns.any() ? lay_out(sorted, size, columns, s, patches_of[s]) : size;
    }
  }
  place_strips(slots_of, strips);
  if (columns.any()) place_patches(patches_of, strips);

  bool exact = true;
  bool whole = true;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 8) reduction(&& : exact, whole)
  for (std::size_t s = 0; s < count; ++s) {
    const std::uint64_t* const sorted = &strips.item[first_item[s]];
    const std::size_t size = first_item[s + 1] - first_item[s];
    StripWriter writer(points, strips, s);
    if (columns.any()) {
      columns.for_runs(sorted, size, [&](const Run& run) {
        if (columns.is_patch(run)) writer.fill(patches.aligned);
        writer.write(sorted, run.begin, run.end, size);
        if (columns.is_patch(run)) writer.fill(patches.aligned);
      });
    } else {
      writer.write(sorted, 0, size, size);
    }
    strips.end[s] = strips.begin[s] + writer.end();
    exact = exact && writer.exact();
    whole = whole && writer.whole();
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
    const bool far = strips.x_m[slot] == kFarAway;
    const double x = far ? kFarUnits : strips.x_m[slot] * per_unit;
    const double y = far ? kFarUnits : strips.y_m[slot] * per_unit;
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
