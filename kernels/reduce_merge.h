#pragma once
// Merging coincident points.

#include <thrust/scan.h>

#include <cstddef>
#include <cstdint>

#include "kernels/reduce_order.h"

namespace dscore::reduce {

/// Positions that one thread looks through, in order, for the beginnings of locations.
inline constexpr std::uint32_t kScanChunk = 256;

/// Locations among points in space order.
struct Locations {
  const double* x;
  const double* y;
  std::uint32_t n;

  DSCORE_HD bool begins(std::uint32_t i) const { return i == 0 || x[i] != x[i - 1] || y[i] != y[i - 1]; }
  DSCORE_HD std::uint32_t chunk_end(std::uint32_t begin) const {
    return n - begin < kScanChunk ? n : begin + kScanChunk;
  }
};

/// How many locations begin in a chunk.
struct CountLocations {
  Locations locations;
  std::uint32_t* count;
  DSCORE_HD void operator()(std::uint32_t chunk) const {
    const std::uint32_t begin = chunk * kScanChunk;
    const std::uint32_t end = locations.chunk_end(begin);
    std::uint32_t n = 0;
    for (std::uint32_t i = begin; i < end; ++i) n += locations.begins(i) ? 1U : 0U;
    count[chunk] = n;
  }
};

/// Writes the location of every row of a chunk, and the coordinates and first position of the locations beginning in
/// it.
struct WriteLocations {
  Locations locations;
  const std::uint32_t* row;
  const std::uint32_t* total;  ///< locations that begin up to the end of each chunk
  std::uint32_t* location;
  double* x_merged;
  double* y_merged;
  std::uint32_t* first;
  DSCORE_HD void operator()(std::uint32_t chunk) const {
    const std::uint32_t begin = chunk * kScanChunk;
    const std::uint32_t end = locations.chunk_end(begin);
    std::uint32_t next = chunk == 0 ? 0 : total[chunk - 1];
    for (std::uint32_t i = begin; i < end; ++i) {
      if (locations.begins(i)) {
        x_merged[next] = locations.x[i];
        y_merged[next] = locations.y[i];
        first[next] = i;
        ++next;
      }
      location[row[i]] = next - 1;
    }
  }
};

/// Establishments at a location: its rows, or the sum of their multiplicities.
struct MultiplicityOfLocation {
  const std::uint32_t* row;
  const std::uint32_t* first;
  std::uint32_t locations, rows;
  const std::uint32_t* of_row;  ///< or null
  std::uint32_t* multiplicity;
  DSCORE_HD void operator()(std::uint32_t l) const {
    const std::uint32_t begin = first[l];
    const std::uint32_t end = l + 1 < locations ? first[l + 1] : rows;
    std::uint32_t sum = end - begin;
    if (of_row != nullptr) {
      sum = 0;
      for (std::uint32_t i = begin; i < end; ++i) sum += of_row[row[i]];
    }
    multiplicity[l] = sum;
  }
};

/// Merges coincident points: `merged` gets M locations in space order, and each row's location. n < 2^32.
template <class Machine, class Merged>
void merge(const Machine& machine, std::size_t n, const double* x, const double* y, const std::uint32_t* multiplicity,
           Merged& merged) {
  merged.location.resize(n);
  if (n == 0) {
    merged.x_m.resize(0);
    merged.y_m.resize(0);
    merged.multiplicity.resize(0);
    return;
  }
  const auto rows = static_cast<std::uint32_t>(n);
  const SpaceOrder<Machine> order = order_in_space(machine, rows, x, y);
  const Locations locations{raw(order.x), raw(order.y), rows};
  const std::uint32_t* const row = raw(order.row);

  const std::uint32_t chunks = (rows - 1) / kScanChunk + 1;
  VectorOf<Machine, std::uint32_t> totals(chunks);
  std::uint32_t* const total = raw(totals);
  for_each_index(machine, 0, chunks, CountLocations{locations, total});
  thrust::inclusive_scan(machine.policy(), total, total + chunks, total);

  const std::uint32_t merged_size = totals[chunks - 1];
  merged.x_m.resize(merged_size);
  merged.y_m.resize(merged_size);
  merged.multiplicity.resize(merged_size);
  VectorOf<Machine, std::uint32_t> first(merged_size);
  for_each_index(
      machine, 0, chunks,
      WriteLocations{locations, row, total, raw(merged.location), raw(merged.x_m), raw(merged.y_m), raw(first)});
  for_each_index(machine, 0, merged_size,
                 MultiplicityOfLocation{row, raw(first), merged_size, rows, multiplicity, raw(merged.multiplicity)});
}

}  // namespace dscore::reduce
