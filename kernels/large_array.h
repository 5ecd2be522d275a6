#pragma once
// Memory for large arrays on the CPU.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
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
    if (n > static_cast<std::size_t>(-1) / sizeof(T) / 2) throw std::bad_array_new_length();
    const std::size_t bytes = n * sizeof(T);
    void* const memory =
        is_large(n) ? allocate_huge(bytes) : std::aligned_alloc(kCacheLine, rounded(bytes, kCacheLine));
    if (memory == nullptr) throw std::bad_alloc();
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t n) noexcept { std::free(is_large(n) ? block_of(memory) : memory); }

  template <class U>
  void construct(U* at) {
    ::new (static_cast<void*>(at)) U;
  }
  template <class U, class... Arguments>
  void construct(U* at, Arguments&&... arguments) {
    ::new (static_cast<void*>(at)) U(std::forward<Arguments>(arguments)...);
  }

  friend bool operator==(const LargeArrayAllocator&, const LargeArrayAllocator&) { return true; }

 private:
  static constexpr std::size_t kHugePage = std::size_t{1} << 21;
  static constexpr std::size_t kCacheLine = 64;

  static constexpr bool is_large(std::size_t n) { return n * sizeof(T) >= kHugePage; }
  static constexpr std::size_t rounded(std::size_t bytes, std::size_t to) { return (bytes + to - 1) / to * to; }

  /// Where in a block of malloc's, and not by aligned_alloc: that of glibc cuts off what is before and behind, and what
  /// is freed is then too short for the next array of this size. The block's address stands before the array.
  static void* allocate_huge(std::size_t bytes) {
    const std::size_t whole = rounded(bytes, kHugePage);
    void* const block = std::malloc(whole + kHugePage);
    if (block == nullptr) return nullptr;
    const std::size_t before = kHugePage - reinterpret_cast<std::uintptr_t>(block) % kHugePage;  // malloc aligns: >= 16
    char* const memory = static_cast<char*>(block) + before;
    std::memcpy(memory - sizeof block, &block, sizeof block);
#if defined(__linux__)
    madvise(memory, whole, MADV_HUGEPAGE);  // refused where there are none: no matter
#endif
    return memory;
  }
  static void* block_of(void* memory) {
    void* block = nullptr;
    std::memcpy(&block, static_cast<char*>(memory) - sizeof block, sizeof block);
    return block;
  }
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
