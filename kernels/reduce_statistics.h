#pragma once
// Mean, maximum and quantiles. Sums of doubles are compensated and run over fixed chunks in a fixed order.

#include <thrust/transform.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "kernels/backend.h"
#include "kernels/quantile.h"
#include "kernels/reduce_machine.h"

namespace dscore::reduce {

/// A sum that keeps its rounding error (Neumaier 1974).
struct CompensatedSum {
  double sum = 0;
  double error = 0;

  DSCORE_HD void add(double value) {
    const double next = sum + value;
    const bool sum_is_larger = (sum < 0 ? -sum : sum) >= (value < 0 ? -value : value);
    error += sum_is_larger ? (sum - next) + value : (value - next) + sum;
    sum = next;
  }
  DSCORE_HD void add(const CompensatedSum& other) {
    add(other.sum);
    error += other.error;
  }
  DSCORE_HD double value() const { return sum + error; }
};

/// Values that one thread adds up in order. Fixed, so that a sum does not depend on the number of threads.
inline constexpr std::uint32_t kSumChunk = 1024;

struct SumOfChunk {
  const double* value;
  std::uint32_t n;
  CompensatedSum* sum;
  DSCORE_HD void operator()(std::uint32_t chunk) const {
    const std::uint32_t begin = chunk * kSumChunk;
    const std::uint32_t end = n - begin < kSumChunk ? n : begin + kSumChunk;
    CompensatedSum total;
    for (std::uint32_t i = begin; i < end; ++i) total.add(value[i]);
    sum[chunk] = total;
  }
};

/// Sum of n < 2^32 values, the same bits everywhere.
template <class Machine>
double sum(const Machine& machine, std::size_t n, const double* value) {
  const auto chunks = static_cast<std::uint32_t>((n + kSumChunk - 1) / kSumChunk);
  if (chunks == 0) return 0;
  VectorOf<Machine, CompensatedSum> partial(chunks);
  for_each_index(machine, 0, chunks, SumOfChunk{value, static_cast<std::uint32_t>(n), raw(partial)});
  CompensatedSum total;
  for (const CompensatedSum& part : to_host<CompensatedSum>(machine, partial, chunks)) total.add(part);
  return total.value();
}

/// Doubles as whole numbers in the same order: all bits flipped where negative, else the sign bit.
DSCORE_HD inline std::uint64_t ordered_bits(double value) {
  std::uint64_t bits = 0;
  memcpy(&bits, &value, sizeof bits);
  return (bits >> 63U) != 0 ? ~bits : bits | (std::uint64_t{1} << 63U);
}
inline double from_ordered_bits(std::uint64_t ordered) {
  return std::bit_cast<double>((ordered >> 63U) != 0 ? ordered ^ (std::uint64_t{1} << 63U) : ~ordered);
}
struct OrderedBits {
  DSCORE_HD std::uint64_t operator()(double value) const { return ordered_bits(value); }
};

/// Mean, maximum and quantiles of n >= 1 values (no NaN); quantiles of Hyndman & Fan type 1..9.
template <class Machine>
ScoreSummary summarise(const Machine& machine, std::size_t n, const double* d, int quantile_type,
                       std::span<const double> probabilities) {
  VectorOf<Machine, std::uint64_t> sorted(n);
  thrust::transform(machine.policy(), d, d + n, raw(sorted), OrderedBits{});
  sort_items(machine, raw(sorted), n);

  ScoreSummary summary;
  summary.mean = sum(machine, n, d) / static_cast<double>(n);
  summary.max = from_ordered_bits(sorted[n - 1]);
  for (const double p : probabilities) {
    const QuantilePosition position = quantile_position(n, p, quantile_type);
    summary.quantiles.push_back(interpolate(from_ordered_bits(sorted[position.low]),
                                            from_ordered_bits(sorted[position.high]), position.weight));
  }
  return summary;
}

}  // namespace dscore::reduce
