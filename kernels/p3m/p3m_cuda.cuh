#pragma once
// Device code of the fast method: from locations to the mesh, through its transforms, back to the locations, and the
// near pairs. Every value has one thread that writes it, and adds in a fixed order: no floating-point atomics, the same
// bits in every run. Slots and strips are those of strips.h; kernels/p3m/p3m_launch.cuh says in what order kernels run.

#include "kernels/p3m/fft_cuda.cuh"
#include "kernels/p3m/split.h"
#include "kernels/p3m/strips.h"
#include "kernels/p3m/window.h"
#include "kernels/simt.h"
#include "kernels/within.h"

namespace dscore::p3m {

inline constexpr int kDeviceBlock = 128;
inline constexpr int kMostPowers = 64;  ///< of a polynomial (polynomial.h)

/// Strips in device memory.
struct DeviceStrips {
  const std::uint32_t* begin;     ///< slots: of each strip
  const std::uint32_t* end;       ///< after its last location
  const std::uint32_t* location;  ///< by slot; kNoLocation in an empty one
  double* x_m;                    ///< by slot, as they were given; far away in an empty one
  double* y_m;
  double* mass;  ///< by slot, without dominant locations
  std::uint32_t count;
  std::uint32_t slots;
  double x_origin_m, y_origin_m, height_m;
};

/// The mesh in device memory. Two rows of nodes are one row of complex numbers, the second as the imaginary part.
struct DeviceMesh {
  std::uint32_t rows, columns;       ///< of nodes that points are spread over
  std::uint32_t pairs;               ///< of rows
  std::uint32_t period_x, period_y;  ///< of the transforms
  std::uint32_t frequencies;         ///< along x, that anything is left of
  std::uint32_t stride;              ///< of the rows of the spectrum: at least as many
  double per_step;                   ///< 1 / step, 1/m
};

/// MeshWindow in device memory.
struct DeviceWindow {
  const double* powers;
  int width, degree;
};

/// What the smooth part is sampled by; samples.h says how.
struct DeviceSmooth {
  double threshold_m, cutoff_m, step_m;
  const double *weight_x, *weight_y;  ///< fade_weights, with zeros up to the period
  int powers;                         ///< how many
  double power[kMostPowers];
};

/// The faded smooth part so many columns and rows away.
template <ThresholdRule rule>
DSCORE_DEVICE double faded(const DeviceSmooth& smooth, std::uint32_t columns, std::uint32_t rows) {
  const double weight = smooth.weight_x[columns] * smooth.weight_y[rows];
  if (weight == 0) return 0;
  const double x = columns;
  const double y = rows;
  const double d = smooth.step_m * square_root(x * x + y * y);
  const Threshold<double> threshold{smooth.threshold_m, 1 / smooth.threshold_m};
  return weight *
         smooth_value<rule>(d, threshold, Cutoff{smooth.cutoff_m, 1 / smooth.cutoff_m}, smooth.power, smooth.powers);
}

/// Samples of rows 0 .. period_y / 2, even along both axes, with the images that a period makes; two rows as one of
/// complex numbers. One thread each.
template <ThresholdRule rule>
DSCORE_KERNEL(kDeviceBlock, 4)
sample(DeviceMesh mesh, DeviceSmooth smooth, DeviceComplex* rows) {
  const auto thread = static_cast<std::uint32_t>(simt::thread());
  const std::uint32_t column = thread % mesh.period_x;
  const std::uint32_t pair = thread / mesh.period_x;
  if (pair > mesh.period_y / 4) return;
  double sum[2] = {0, 0};
  DSCORE_NO_UNROLL
  for (std::uint32_t image = 0; image < 8; ++image) {
    const std::uint32_t row = 2 * pair + image / 4;
    const std::uint32_t across = image % 2 == 0 ? column : mesh.period_x - column;
    const std::uint32_t up = image / 2 % 2 == 0 ? row : mesh.period_y - row;
    const double value = faded<rule>(smooth, across, up);
    sum[0] += image < 4 ? value : 0;
    sum[1] += image < 4 ? 0 : value;
  }
  rows[std::size_t(pair) * mesh.period_x + column] = {sum[0], sum[1]};
}

/// From the samples' rows, transformed, the columns of the frequencies along x, two as one of complex numbers: all of
/// it is real, and even. One thread per element: [row][pair of frequencies].
DSCORE_KERNEL(kDeviceBlock, 8)
turn_samples(DeviceMesh mesh, std::uint32_t frequency_pairs, const DeviceComplex* rows, DeviceComplex* columns) {
  const auto thread = static_cast<std::uint32_t>(simt::thread());
  const std::uint32_t k = 2 * (thread % frequency_pairs);
  const std::uint32_t y = thread / frequency_pairs;
  if (y >= mesh.period_y) return;
  const std::uint32_t row = 2 * y <= mesh.period_y ? y : mesh.period_y - y;
  const DeviceComplex* const of = rows + std::size_t(row / 2) * mesh.period_x + k;
  columns[thread] = row % 2 == 0 ? DeviceComplex{of[0].re, of[1].re} : DeviceComplex{of[0].im, of[1].im};
}

/// From these columns, transformed, what spectra are multiplied by: [frequency y][frequency x], frequencies along y up
/// to period_y / 2, 2 frequency_pairs in a row. One thread per pair.
DSCORE_KERNEL(kDeviceBlock, 8)
make_symbol(DeviceMesh mesh, std::uint32_t frequency_pairs, const DeviceComplex* columns, const double* undo_x,
            const double* undo_y, std::uint32_t frequencies_y, double* symbol) {
  const auto thread = static_cast<std::uint32_t>(simt::thread());
  const std::uint32_t k = 2 * (thread % frequency_pairs);
  const std::uint32_t ky = thread / frequency_pairs;
  if (ky > mesh.period_y / 2) return;
  const double nodes = static_cast<double>(mesh.period_x) * static_cast<double>(mesh.period_y);
  DSCORE_UNROLL
  for (std::uint32_t one = 0; one < 2; ++one) {
    const std::uint32_t kx = k + one;
    const bool nothing = kx >= mesh.frequencies || ky >= frequencies_y;
    const double both = one == 0 ? columns[thread].re : columns[thread].im;
    symbol[2 * std::size_t(thread) + one] = nothing ? 0.0 : both * undo_x[kx] * undo_y[ky] / nodes;
  }
}

/// A unit mass at the first node. One thread per element of the pairs of rows.
DSCORE_KERNEL(kDeviceBlock, 8) put_unit_mass(DeviceMesh mesh, DeviceComplex* nodes) {
  const std::size_t thread = simt::thread();
  if (thread < std::size_t(mesh.pairs) * mesh.period_x) nodes[thread] = {thread == 0 ? 1.0 : 0.0, 0};
}

/// What it gives to the nodes around (conjugated), width x width. One thread each.
DSCORE_KERNEL(kDeviceBlock, 8)
take_response(DeviceMesh mesh, const DeviceComplex* nodes, std::uint32_t width, double* response) {
  const auto thread = static_cast<std::uint32_t>(simt::thread());
  if (thread >= width * width) return;
  const std::uint32_t row = thread / width;
  const DeviceComplex& pair = nodes[std::size_t(row / 2) * mesh.period_x + thread % width];
  response[thread] = row % 2 == 0 ? pair.re : -pair.im;
}

/// The first slot of begin .. end - 1 that is not left of x (from the origin).
DSCORE_DEVICE std::uint32_t first_slot_from(const DeviceStrips& strips, std::uint32_t begin, std::uint32_t end,
                                            double x) {
  while (begin < end) {
    const std::uint32_t middle = begin + (end - begin) / 2;
    if (strips.x_m[middle] - strips.x_origin_m < x) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

/// Puts the coordinates of locations into their slots: one thread each.
DSCORE_KERNEL(kDeviceBlock, 8) fill_slots(DeviceStrips strips, const double* x_m, const double* y_m) {
  constexpr double far_away = 1e12;  // metres: no cut-off reaches an empty slot
  const auto slot = static_cast<std::uint32_t>(simt::thread());
  if (slot >= strips.slots) return;
  const std::uint32_t p = strips.location[slot];
  strips.x_m[slot] = p == kNoLocation ? far_away : x_m[p];
  strips.y_m[slot] = p == kNoLocation ? far_away : y_m[p];
}

/// Likewise the masses.
DSCORE_KERNEL(kDeviceBlock, 8) fill_masses(DeviceStrips strips, const std::uint32_t* multiplicity) {
  const auto slot = static_cast<std::uint32_t>(simt::thread());
  if (slot >= strips.slots) return;
  const std::uint32_t p = strips.location[slot];
  strips.mass[slot] = p == kNoLocation ? 0.0 : multiplicity[p];
}

// Spreading. A warp has a tile of nodes, a lane each, and goes through the locations whose window may reach the tile.
inline constexpr std::uint32_t kTileColumns = 8;
inline constexpr std::uint32_t kTileRows = simt::kWarp / kTileColumns;
inline constexpr std::uint32_t kSpreadTogether = 4;  ///< locations: their chains of operations run side by side

/// The mass that locations spread to a lane's node, from slots first .. last - 1.
DSCORE_DEVICE double mass_at_node(const DeviceStrips& strips, const DeviceMesh& mesh, const DeviceWindow& window,
                                  std::uint32_t first, std::uint32_t last, int column, int row, double sum) {
  DSCORE_NO_UNROLL
  for (std::uint32_t slot = first; slot < last; slot += kSpreadTogether) {
    double z_x[kSpreadTogether], z_y[kSpreadTogether], x[kSpreadTogether], y[kSpreadTogether], mass[kSpreadTogether];
    int i[kSpreadTogether], j[kSpreadTogether];
    DSCORE_UNROLL
    for (std::uint32_t k = 0; k < kSpreadTogether; ++k) {
      const std::uint32_t at = slot + k < last ? slot + k : last - 1;
      const double u = (strips.x_m[at] - strips.x_origin_m) * mesh.per_step;
      const double v = (strips.y_m[at] - strips.y_origin_m) * mesh.per_step;
      const double first_u = ceil(u);
      const double first_v = ceil(v);
      i[k] = column - static_cast<int>(first_u);
      j[k] = row - static_cast<int>(first_v);
      const bool reached = slot + k < last && i[k] >= 0 && i[k] < window.width && j[k] >= 0 && j[k] < window.width;
      if (!reached) i[k] = j[k] = 0;
      mass[k] = reached ? strips.mass[at] : 0;
      z_x[k] = 2 * (first_u - u) - 1;
      z_y[k] = 2 * (first_v - v) - 1;
      x[k] = window.powers[i[k]];
      y[k] = window.powers[j[k]];
    }
    const double* power = window.powers;
    DSCORE_NO_UNROLL
    for (int n = 0; n < window.degree; ++n) {
      power += MeshWindow::kMaxWidth;
      DSCORE_UNROLL
      for (std::uint32_t k = 0; k < kSpreadTogether; ++k) {
        x[k] = fma(x[k], z_x[k], power[i[k]]);
        y[k] = fma(y[k], z_y[k], power[j[k]]);
      }
    }
    DSCORE_UNROLL
    for (std::uint32_t k = 0; k < kSpreadTogether; ++k) sum = fma(mass[k] * x[k], y[k], sum);
  }
  return sum;
}

/// One warp per tile of the mesh, period_x wide and 2 pairs high. Writes every node, those that nobody reaches too.
DSCORE_KERNEL(kDeviceBlock, 5)
spread(DeviceStrips strips, DeviceMesh mesh, DeviceWindow window, DeviceComplex* nodes) {
  const auto warp = static_cast<std::uint32_t>(simt::thread() / simt::kWarp);
  const std::uint32_t across = (mesh.period_x + kTileColumns - 1) / kTileColumns;
  const auto first_column = static_cast<int>(warp % across * kTileColumns);
  const auto first_row = static_cast<int>(warp / across * kTileRows);
  const int column = first_column + static_cast<int>(simt::lane() % kTileColumns);
  const int row = first_row + static_cast<int>(simt::lane() / kTileColumns);
  double sum = 0;
  if (first_column < static_cast<int>(mesh.columns) && first_row < static_cast<int>(mesh.rows)) {
    // A location reaches the columns from ceil(x per_step) on. The margin is for rounding.
    constexpr double margin = 1e-6;
    const double step = 1 / mesh.per_step;
    const double from_x = (first_column - window.width - margin) * step;
    const double to_x = (first_column + static_cast<int>(kTileColumns) - 1 + margin) * step;
    const double strips_per_step = step / strips.height_m;
    const double lowest = floor((first_row - window.width) * strips_per_step - margin);
    const double highest = floor((first_row + static_cast<int>(kTileRows) - 1) * strips_per_step + margin);
    const auto count = static_cast<double>(strips.count);
    const auto begin = static_cast<std::uint32_t>(fmax(lowest, 0.0));
    const auto end = static_cast<std::uint32_t>(fmin(highest + 1, count));
    DSCORE_NO_UNROLL
    for (std::uint32_t s = begin; s < end; ++s) {
      const std::uint32_t first = first_slot_from(strips, strips.begin[s], strips.end[s], from_x);
      const std::uint32_t last = first_slot_from(strips, first, strips.end[s], to_x);
      sum = mass_at_node(strips, mesh, window, first, last, column, row, sum);
    }
  }
  if (column >= static_cast<int>(mesh.period_x) || row >= static_cast<int>(2 * mesh.pairs)) return;
  DeviceComplex& pair = nodes[std::size_t(row / 2) * mesh.period_x + column];
  (row % 2 == 0 ? pair.re : pair.im) = sum;
}

/// Two rows a + i b, transformed to F: a has (F(k) + F*(-k)) / 2 and b has (F(k) - F*(-k)) / 2i. One thread per pair of
/// the spectrum's rows and frequency; rows beyond the nodes' are zeros.
DSCORE_KERNEL(kDeviceBlock, 8)
part_rows(DeviceMesh mesh, const DeviceComplex* rows, DeviceComplex* spectrum) {
  const auto thread = static_cast<std::uint32_t>(simt::thread());
  const std::uint32_t k = thread % mesh.stride;
  const std::uint32_t pair = thread / mesh.stride;
  if (pair >= mesh.period_y / 2 || k >= mesh.frequencies) return;
  DeviceComplex a{0, 0};
  DeviceComplex b{0, 0};
  if (pair < mesh.pairs) {
    const DeviceComplex f = rows[std::size_t(pair) * mesh.period_x + k];
    const DeviceComplex g = rows[std::size_t(pair) * mesh.period_x + (k == 0 ? 0 : mesh.period_x - k)];
    a = {0.5 * (f.re + g.re), 0.5 * (f.im - g.im)};
    b = {0.5 * (f.im + g.im), 0.5 * (g.re - f.re)};
  }
  spectrum[std::size_t(2 * pair) * mesh.stride + k] = a;
  spectrum[std::size_t(2 * pair + 1) * mesh.stride + k] = b;
}

/// Times the transform of the smooth part, conjugated: the way back is the forward transform of the conjugate,
/// conjugated. One thread per element.
DSCORE_KERNEL(kDeviceBlock, 8)
multiply(DeviceMesh mesh, const double* symbol, std::uint32_t symbol_stride, DeviceComplex* spectrum) {
  const auto thread = static_cast<std::uint32_t>(simt::thread());
  const std::uint32_t kx = thread % mesh.stride;
  const std::uint32_t ky = thread / mesh.stride;
  if (ky >= mesh.period_y || kx >= mesh.frequencies) return;
  const double factor = symbol[std::size_t(2 * ky <= mesh.period_y ? ky : mesh.period_y - ky) * symbol_stride + kx];
  DeviceComplex& value = spectrum[std::size_t(ky) * mesh.stride + kx];
  value = {value.re * factor, -(value.im * factor)};
}

/// The inverse of part_rows, of conjugates: from the conjugated spectra A* and B* the conjugate of A + i B, which at
/// -k is A + i B of the conjugates. One thread per pair of rows and column.
DSCORE_KERNEL(kDeviceBlock, 8)
join_rows(DeviceMesh mesh, const DeviceComplex* spectrum, DeviceComplex* rows) {
  const auto thread = static_cast<std::uint32_t>(simt::thread());
  const std::uint32_t column = thread % mesh.period_x;
  const std::uint32_t pair = thread / mesh.period_x;
  if (pair >= mesh.pairs) return;
  DeviceComplex both{0, 0};
  const bool positive = column < mesh.frequencies;
  const std::uint32_t k = positive ? column : mesh.period_x - column;
  if (k < mesh.frequencies) {
    const DeviceComplex a = spectrum[std::size_t(2 * pair) * mesh.stride + k];
    const DeviceComplex b = spectrum[std::size_t(2 * pair + 1) * mesh.stride + k];
    both = positive ? DeviceComplex{a.re + b.im, a.im - b.re} : DeviceComplex{a.re - b.im, -(a.im + b.re)};
  }
  rows[std::size_t(pair) * mesh.period_x + column] = both;
}

/// sum of the values of all lanes, to all lanes.
template <class T>
DSCORE_DEVICE T sum_of_lanes(T value) {
  for (std::uint32_t step = simt::kWarp / 2; step > 0; step /= 2) {
    value += simt::shuffle(value, simt::lane() ^ step);
  }
  return value;
}

/// One warp per slot: sums[slot] becomes the sums at the nodes, conjugated, as the window weighs them, less what the
/// mesh returns of the location's own mass: by the mesh's response (width x width), or (null) `own`.
DSCORE_KERNEL(kDeviceBlock, 8)
gather(DeviceStrips strips, DeviceMesh mesh, DeviceWindow window, const DeviceComplex* nodes, const double* response,
       double own, double* sums) {
  const auto slot = static_cast<std::uint32_t>(simt::thread() / simt::kWarp);
  if (slot >= strips.slots) return;
  const auto lane = static_cast<int>(simt::lane());
  if (strips.location[slot] == kNoLocation) {
    if (lane == 0) sums[slot] = 0;
    return;
  }
  const double u = (strips.x_m[slot] - strips.x_origin_m) * mesh.per_step;
  const double v = (strips.y_m[slot] - strips.y_origin_m) * mesh.per_step;
  const double first_u = ceil(u);
  const double first_v = ceil(v);
  const double z_x = 2 * (first_u - u) - 1;
  const double z_y = 2 * (first_v - v) - 1;
  const bool has_weight = lane < window.width;
  double x = 0;  // a lane's weights: of its column, and of its row
  double y = 0;
  if (has_weight) {
    const double* power = window.powers + lane;
    x = y = *power;
    DSCORE_NO_UNROLL
    for (int n = 0; n < window.degree; ++n) {
      power += MeshWindow::kMaxWidth;
      x = fma(x, z_x, *power);
      y = fma(y, z_y, *power);
    }
  }
  const std::size_t column = static_cast<std::size_t>(first_u) + simt::lane();
  const auto row = static_cast<std::uint32_t>(first_v);
  double sum = 0;
  DSCORE_UNROLL_BY_4
  for (int j = 0; j < window.width; ++j) {
    const double weight = simt::shuffle(y, static_cast<std::uint32_t>(j));
    double value = 0;
    if (has_weight) {
      const DeviceComplex& pair = nodes[std::size_t((row + j) / 2) * mesh.period_x + column];
      value = (row + j) % 2 == 0 ? pair.re : -pair.im;
    }
    sum = fma(weight, value, sum);
  }
  const double total = sum_of_lanes(x * sum);
  double self = own;
  if (response != nullptr) {
    // The weights' correlations, by lag: a lane's own.
    double along_x = 0;
    double along_y = 0;
    DSCORE_NO_UNROLL
    for (int k = 0; k < window.width; ++k) {
      const std::uint32_t later = (simt::lane() + k) % simt::kWarp;
      const double x_later = simt::shuffle(x, later);
      const double y_later = simt::shuffle(y, later);
      const bool inside = lane + k < window.width;
      along_x = fma(simt::shuffle(x, static_cast<std::uint32_t>(k)), inside ? x_later : 0.0, along_x);
      along_y = fma(simt::shuffle(y, static_cast<std::uint32_t>(k)), inside ? y_later : 0.0, along_y);
    }
    const double ways = lane == 0 ? 1 : 2;
    double of_column = 0;
    DSCORE_NO_UNROLL
    for (int dy = 0; dy < window.width; ++dy) {
      const double weight = simt::shuffle(ways * along_y, static_cast<std::uint32_t>(dy));
      of_column = fma(weight, has_weight ? response[dy * window.width + lane] : 0.0, of_column);
    }
    self = sum_of_lanes(ways * along_x * of_column);
  }
  if (lane == 0) sums[slot] = total - self * strips.mass[slot];
}

// Near pairs. A warp has a group of 32 slots of one strip, a lane each; the slots that may be within the cut-off of one
// of them stand in one run of each strip around. All lanes read the same one at a time.
inline constexpr std::uint32_t kNearTogether = 4;  ///< neighbours: their chains of operations run side by side
inline constexpr int kStripsPerCutoff = 2;
inline constexpr std::uint32_t kRuns = 2 * kStripsPerCutoff + 1;
static_assert(kSlotsAligned % kNearTogether == 0 && 2 * kRuns <= simt::kWarp);

struct DeviceGroup {
  std::uint32_t slot, strip;
};

struct DeviceNear {
  double threshold_m, cutoff_m;
  double surely_within, surely_not;      ///< squared distances around the threshold's; between, it is decided exactly
  double reach_m[kStripsPerCutoff + 1];  ///< along x, that the cut-off has so many strips away, and a little more
  double to_z;                           ///< the polynomial's argument, from squares or (products) distances
  int degree;
  double powers[kMostPowers];  ///< highest first; for sums, in 1/m
};

/// f(d) - smooth(d), or 0 beyond the cut-off, of squared distances; edge: the cut-off is t.
template <ThresholdRule rule, bool edge>
DSCORE_DEVICE void near_values(const DeviceNear& near, const double (&square)[kNearTogether],
                               const bool (&within)[kNearTogether], double (&value)[kNearTogether]) {
  constexpr bool product = near_is_product(rule);
  const Threshold<double> threshold{near.threshold_m, 1 / near.threshold_m};
  double z[kNearTogether];
  DSCORE_UNROLL
  for (std::uint32_t k = 0; k < kNearTogether; ++k) {
    z[k] = fma(product ? square_root(square[k]) : square[k], near.to_z, -1.0);
    value[k] = near.powers[0];
  }
  DSCORE_UNROLL_BY_4
  for (int n = 1; n <= near.degree; ++n) {
    const double power = near.powers[n];
    DSCORE_UNROLL
    for (std::uint32_t k = 0; k < kNearTogether; ++k) value[k] = fma(value[k], z[k], power);
  }
  DSCORE_UNROLL
  for (std::uint32_t k = 0; k < kNearTogether; ++k) {
    if constexpr (edge) {
      value[k] = within[k] ? coincident_value(rule, near.threshold_m) - value[k] : 0.0;
    } else {
      const double f = pair_value<rule>(square[k], within[k], threshold);
      const double rest = product ? f * value[k] : f - value[k];
      value[k] = square[k] < near.cutoff_m * near.cutoff_m ? rest : 0.0;
    }
  }
}

/// One warp per group: adds the near part to the sums of its slots, and counts the ordered pairs within the threshold,
/// each decided exactly.
template <ThresholdRule rule, bool edge>
DSCORE_KERNEL(kDeviceBlock, 4)
near_pairs(DeviceStrips strips, const DeviceGroup* groups, std::uint32_t group_count, DeviceNear near, double* sums,
           std::uint64_t* ordered_pairs_within) {
  const auto warp = static_cast<std::uint32_t>(simt::thread() / simt::kWarp);
  if (warp >= group_count) return;
  const DeviceGroup group = groups[warp];
  const std::uint32_t lane = simt::lane();
  const std::uint32_t end = strips.end[group.strip];
  const std::uint32_t last = end - group.slot < simt::kWarp ? end - 1 : group.slot + simt::kWarp - 1;
  const std::uint32_t slot = group.slot + lane < last ? group.slot + lane : last;
  const bool member = group.slot + lane <= last;  // else a copy of the last one, without mass
  const double xi = strips.x_m[slot];
  const double yi = strips.y_m[slot];
  const double mi = member ? strips.mass[slot] : 0;

  // A lane finds one end of one run.
  std::uint32_t found = 0;
  if (lane < 2 * kRuns) {
    const int away = static_cast<int>(lane / 2) - kStripsPerCutoff;
    const int s = static_cast<int>(group.strip) + away;
    if (s >= 0 && s < static_cast<int>(strips.count)) {
      const double reach = near.reach_m[away < 0 ? -away : away];
      const double x = lane % 2 == 0 ? strips.x_m[group.slot] - strips.x_origin_m - reach
                                     : strips.x_m[last] - strips.x_origin_m + reach;
      found = first_slot_from(strips, strips.begin[s], strips.end[s], x);
    }
  }

  double sum = 0;
  double mass_within = 0;  // whole numbers below 2^32: exact
  DSCORE_NO_UNROLL
  for (std::uint32_t run = 0; run < kRuns; ++run) {
    // Whole groups of neighbours: strips begin at multiples, and end in empty slots.
    const std::uint32_t run_begin = simt::shuffle(found, 2 * run) / kNearTogether * kNearTogether;
    const std::uint32_t run_end = simt::shuffle(found, 2 * run + 1);
    DSCORE_NO_UNROLL
    for (std::uint32_t j = run_begin; j < run_end; j += kNearTogether) {
      const double* const x = strips.x_m + j;
      const double* const y = strips.y_m + j;
      const double* const m = strips.mass + j;
      double square[kNearTogether], value[kNearTogether], mass[kNearTogether];
      bool within[kNearTogether];
      bool grey = false;
      DSCORE_UNROLL
      for (std::uint32_t k = 0; k < kNearTogether; ++k) {
        const double dx = xi - x[k];
        const double dy = yi - y[k];
        mass[k] = m[k];
        square[k] = fma(dx, dx, dy * dy);
        within[k] = square[k] < near.surely_within;
        grey = grey || (!within[k] && square[k] <= near.surely_not);
      }
      if (grey) {
        std::uint32_t decided = 0;
        DSCORE_NO_UNROLL
        for (std::uint32_t k = 0; k < kNearTogether; ++k) {  // one copy of the code, and no index that varies
          decided |= (within_threshold(xi, yi, x[k], y[k], near.threshold_m) ? 1U : 0U) << k;
        }
        DSCORE_UNROLL
        for (std::uint32_t k = 0; k < kNearTogether; ++k) within[k] = (decided >> k & 1U) != 0;
      }
      DSCORE_UNROLL
      for (std::uint32_t k = 0; k < kNearTogether; ++k) mass[k] = j + k == slot ? 0.0 : mass[k];
      near_values<rule, edge>(near, square, within, value);
      DSCORE_UNROLL
      for (std::uint32_t k = 0; k < kNearTogether; ++k) {
        sum = fma(mass[k], value[k], sum);
        mass_within += within[k] ? mass[k] : 0.0;
      }
    }
  }
  if (member) sums[slot] += sum;
  const std::uint64_t count = sum_of_lanes(static_cast<std::uint64_t>(mi) * static_cast<std::uint64_t>(mass_within));
  if (lane == 0 && count > 0) simt::add(ordered_pairs_within, count);
}

/// A location with so much of the mass that its pairs are summed one by one (p3m.h).
struct DeviceDominant {
  double x_m, y_m, mass;
  std::uint32_t location;
};

/// One thread per slot: adds the pairs with dominant locations, and puts the sum at its location.
template <ThresholdRule rule>
DSCORE_KERNEL(kDeviceBlock, 6)
finish(DeviceStrips strips, const DeviceDominant* dominant, std::uint32_t dominants, double threshold_m,
       const double* sums, double* sum_per_m, std::uint64_t* ordered_pairs_within) {
  const auto slot = static_cast<std::uint32_t>(simt::thread());
  if (slot >= strips.slots || strips.location[slot] == kNoLocation) return;
  const Threshold<double> threshold{threshold_m, 1 / threshold_m};
  const std::uint32_t p = strips.location[slot];
  double mass = strips.mass[slot];
  std::uint64_t ways = 2;  // a dominant location's partner counts the pair once more by itself
  for (std::uint32_t k = 0; k < dominants; ++k) {
    if (dominant[k].location != p) continue;
    mass = dominant[k].mass;
    ways = 1;
  }
  double sum = sums[slot];
  std::uint64_t ordered = 0;
  for (std::uint32_t k = 0; k < dominants; ++k) {
    const DeviceDominant& other = dominant[k];
    if (other.location == p) continue;
    const double dx = strips.x_m[slot] - other.x_m;
    const double dy = strips.y_m[slot] - other.y_m;
    const bool within = within_threshold(strips.x_m[slot], strips.y_m[slot], other.x_m, other.y_m, threshold_m);
    sum += other.mass * pair_value<rule>(dx * dx + dy * dy, within, threshold);
    if (within) ordered += ways * static_cast<std::uint64_t>(mass) * static_cast<std::uint64_t>(other.mass);
  }
  sum_per_m[p] = sum;
  if (ordered > 0) simt::add(ordered_pairs_within, ordered);
}

}  // namespace dscore::p3m
