#pragma once
// Memory for large arrays on the CPU.

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#if defined(__GLIBC__)
#include <malloc.h>
#endif
#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace dscore {

/// Aligned for vector loads. Leaves new elements as the memory comes, so that pages are touched first by the threads
/// that fill them, and asks for huge pages where an array is large: random reads then need fewer look-ups of pages.
template <class T>
struct LargeArrayAllocator {
  using value_type = T;

  LargeArrayAllocator() = default;
  template <class U>
  LargeArrayAllocator(const LargeArrayAllocator<U>&) noexcept {}  // NOLINT(google-explicit-constructor)

  T* allocate(std::size_t n) {
    constexpr std::size_t huge_page = std::size_t{1} << 21;
    constexpr std::size_t cache_line = 64;
    if (n > static_cast<std::size_t>(-1) / sizeof(T) / 2) throw std::bad_array_new_length();
    const std::size_t alignment = n * sizeof(T) >= huge_page ? huge_page : cache_line;
    const std::size_t bytes = (n * sizeof(T) + alignment - 1) / alignment * alignment;
    void* const memory = std::aligned_alloc(alignment, bytes);
    if (memory == nullptr) throw std::bad_alloc();
#if defined(__linux__)
    if (alignment == huge_page) madvise(memory, bytes, MADV_HUGEPAGE);  // refused where there are none: no matter
#endif
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t) noexcept { std::free(memory); }

  template <class U>
  void construct(U* at) {
    ::new (static_cast<void*>(at)) U;
  }
  template <class U, class... Arguments>
  void construct(U* at, Arguments&&... arguments) {
    ::new (static_cast<void*>(at)) U(std::forward<Arguments>(arguments)...);
  }

  friend bool operator==(const LargeArrayAllocator&, const LargeArrayAllocator&) { return true; }
};

/// For programs, not libraries: memory that is freed stays with the process, up to arrays of 32 MiB. Pages that were
/// touched before are much quicker to touch again than new ones are to get.
inline void keep_freed_memory() {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
}

/// A vector whose elements are not set by its constructor from a size, nor by resize().
template <class T>
using LargeArray = std::vector<T, LargeArrayAllocator<T>>;

}  // namespace dscore
