#pragma once
// Sorting on the CPU. Thrust's OpenMP sort merges its halves on one thread; this one is about three times as fast.

#include <cstddef>
#include <cstdint>

namespace dscore {

/// Sorts n items ascending, with all of OpenMP's threads. Takes n items of memory besides.
void sort_parallel(std::uint64_t* items, std::size_t n);

/// Sorts n items, fewer than 2^32, ascending, on the calling thread; overwrites n items of scratch.
void sort_serial(std::uint64_t* items, std::uint64_t* scratch, std::size_t n);

}  // namespace dscore
