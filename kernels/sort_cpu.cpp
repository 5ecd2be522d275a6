// Most significant digit first: 256 buckets over the range of the values present, by all threads together; then every
// bucket by one thread, into about half as many buckets as it has items, until they are short. Digits come from the
// range and not from fixed bits, so scores that share an exponent spread as well as keys that use all their bits.

#include "kernels/sort_cpu.h"

#include <omp.h>

#include <algorithm>
#include <array>
#include <bit>
#include <memory>
#include <utility>
#include <vector>

namespace dscore {
namespace {

constexpr int kSharedBits = 8;  ///< of the digit that all threads sort by together
constexpr std::size_t kBuckets = std::size_t{1} << kSharedBits;
constexpr int kMaxBits = 10;  ///< of the digit that one thread sorts by: its counters stay in the first-level cache
constexpr std::size_t kShort = 24;            ///< sorted by insertion
constexpr std::size_t kWorthThreads = 16384;  ///< fewer items are sorted by one thread

using Counts = std::array<std::size_t, kBuckets>;

struct Range {
  std::uint64_t min = ~std::uint64_t{0};
  std::uint64_t max = 0;
  bool ascending = true;

  void include(const std::uint64_t* items, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      min = std::min(min, items[i]);
      max = std::max(max, items[i]);
      if (i > 0 && items[i] < items[i - 1]) ascending = false;
    }
  }
  void include(const Range& other) {
    min = std::min(min, other.min);
    max = std::max(max, other.max);
    ascending = ascending && other.ascending;
  }
  /// How far to shift (item - min) to get its bucket.
  int shift(int bits) const { return std::max(0, static_cast<int>(std::bit_width(max - min)) - bits); }
};

void sort_by_insertion(std::uint64_t* items, std::size_t n) {
  for (std::size_t k = 1; k < n; ++k) {
    const std::uint64_t item = items[k];
    std::size_t hole = k;
    for (; hole > 0 && items[hole - 1] > item; --hole) items[hole] = items[hole - 1];
    items[hole] = item;
  }
}

/// Sorts n items and leaves them where they are or in `scratch`; overwrites both.
void sort_bucket(std::uint64_t* items, std::uint64_t* scratch, std::size_t n, bool result_in_scratch) {
  const auto settle = [&] {
    if (result_in_scratch) std::copy_n(items, n, scratch);
  };
  if (n <= kShort) {
    sort_by_insertion(items, n);
    return settle();
  }
  Range range;
  range.include(items, 0, n);
  if (range.ascending) return settle();

  const int shift = range.shift(std::min(kMaxBits, static_cast<int>(std::bit_width(n)) - 1));
  const std::size_t buckets = ((range.max - range.min) >> shift) + 1;
  std::array<std::size_t, std::size_t{1} << kMaxBits> at;
  std::fill_n(at.begin(), buckets, 0);
  for (std::size_t i = 0; i < n; ++i) ++at[(items[i] - range.min) >> shift];
  std::size_t begin = 0;
  for (std::size_t b = 0; b < buckets; ++b) begin += std::exchange(at[b], begin);
  for (std::size_t i = 0; i < n; ++i) scratch[at[(items[i] - range.min) >> shift]++] = items[i];
  begin = 0;
  for (std::size_t b = 0; b < buckets; ++b) {
    const std::size_t end = at[b];
    if (end > begin) sort_bucket(scratch + begin, items + begin, end - begin, !result_in_scratch);
    begin = end;
  }
}

}  // namespace

void sort_parallel(std::uint64_t* items, std::size_t n) {
  if (n <= kShort) return sort_by_insertion(items, n);
  const auto scratch_memory = std::make_unique_for_overwrite<std::uint64_t[]>(n);
  std::uint64_t* const scratch = scratch_memory.get();
  if (n < kWorthThreads || omp_get_max_threads() == 1) return sort_bucket(items, scratch, n, false);

  std::vector<Range> range_of(static_cast<std::size_t>(omp_get_max_threads()));
  std::vector<Counts> at(range_of.size());
  Range range;
  Counts bucket_end{};
#pragma omp parallel
  {
    const auto threads = static_cast<std::size_t>(omp_get_num_threads());
    const auto self = static_cast<std::size_t>(omp_get_thread_num());
    const std::size_t begin = n * self / threads;
    const std::size_t end = n * (self + 1) / threads;
    range_of[self].include(items, begin, end);
#pragma omp barrier
#pragma omp single
    for (std::size_t k = 0; k < threads; ++k) range.include(range_of[k]);

    if (!range.ascending) {
      const std::uint64_t min = range.min;
      const int shift = range.shift(kSharedBits);
      Counts& mine = at[self];
      mine.fill(0);
      for (std::size_t i = begin; i < end; ++i) ++mine[(items[i] - min) >> shift];
#pragma omp barrier
#pragma omp single
      {
        std::size_t next = 0;
        for (std::size_t b = 0; b < kBuckets; ++b) {
          for (std::size_t k = 0; k < threads; ++k) next += std::exchange(at[k][b], next);
          bucket_end[b] = next;
        }
      }
      for (std::size_t i = begin; i < end; ++i) scratch[mine[(items[i] - min) >> shift]++] = items[i];
#pragma omp barrier
#pragma omp for schedule(dynamic)
      for (std::size_t b = 0; b < kBuckets; ++b) {
        const std::size_t first = b == 0 ? 0 : bucket_end[b - 1];
        sort_bucket(scratch + first, items + first, bucket_end[b] - first, true);
      }
    }
  }
}

}  // namespace dscore
