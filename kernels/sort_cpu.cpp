// Most significant digit first: 256 buckets over the range of the values present, by all threads together; then every
// bucket by one thread, into about as many buckets as it has items, and by insertion. Digits come from the
// range and not from fixed bits, so scores that share an exponent spread as well as keys that use all their bits.

#include "kernels/sort_cpu.h"

#include <omp.h>

#include <algorithm>
#include <array>
#include <bit>
#include <utility>
#include <vector>

#include "kernels/large_array.h"

namespace dscore {
namespace {

constexpr int kSharedBits = 8;  ///< of the digit that all threads sort by together
constexpr std::size_t kBuckets = std::size_t{1} << kSharedBits;
constexpr int kMaxBits = 12;  ///< of the digit that one thread sorts by: its counters stay in the first-level cache
constexpr std::size_t kShort = 24;            ///< buckets up to this are sorted by insertion alone
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

/// Sorts `from` into `to`, which may be the same: quick where every item is a few places from where it belongs.
void sort_by_insertion(const std::uint64_t* from, std::size_t n, std::uint64_t* to) {
  for (std::size_t k = 0; k < n; ++k) {
    const std::uint64_t item = from[k];
    std::size_t hole = k;
    for (; hole > 0 && to[hole - 1] > item; --hole) to[hole] = to[hole - 1];
    to[hole] = item;
  }
}

/// Sorts n items, fewer than 2^32, and leaves them where they are or in `scratch`; overwrites both.
void sort_bucket(std::uint64_t* items, std::uint64_t* scratch, std::size_t n, bool result_in_scratch) {
  std::uint64_t* const result = result_in_scratch ? scratch : items;
  if (n <= kShort) return sort_by_insertion(items, n, result);
  Range range;
  range.include(items, 0, n);
  if (range.ascending) {
    if (result != items) std::copy_n(items, n, result);
    return;
  }
  const int shift = range.shift(std::min(kMaxBits, static_cast<int>(std::bit_width(n))));
  const std::size_t buckets = ((range.max - range.min) >> shift) + 1;
  std::array<std::uint32_t, std::size_t{1} << kMaxBits> at;
  std::fill_n(at.begin(), buckets, 0);
  for (std::size_t i = 0; i < n; ++i) ++at[(items[i] - range.min) >> shift];
  std::uint32_t begin = 0;
  std::uint32_t largest = 0;
  for (std::size_t b = 0; b < buckets; ++b) {
    largest = std::max(largest, at[b]);
    begin += std::exchange(at[b], begin);
  }
  for (std::size_t i = 0; i < n; ++i) scratch[at[(items[i] - range.min) >> shift]++] = items[i];
  if (largest > kShort) {
    begin = 0;
    for (std::size_t b = 0; b < buckets; ++b) {
      const std::uint32_t end = at[b];
      if (end - begin > kShort) sort_bucket(scratch + begin, items + begin, end - begin, false);
      begin = end;
    }
  }
  sort_by_insertion(scratch, n, result);
}

}  // namespace

void sort_serial(std::uint64_t* items, std::uint64_t* scratch, std::size_t n) { sort_bucket(items, scratch, n, false); }

void sort_parallel(std::uint64_t* items, std::size_t n) {
  if (n <= kShort) return sort_by_insertion(items, n, items);
  LargeArray<std::uint64_t> scratch_memory(n);
  std::uint64_t* const scratch = scratch_memory.data();
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
