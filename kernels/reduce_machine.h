#pragma once
// A Machine says where the work of kernels/reduce*.h runs and where its arrays live:
//
//   struct Machine {
//     auto policy() const;                      // a Thrust execution policy
//     template <class T> using Vector = ...;    // Vector<T>(n): n elements the policy reaches, contents unspecified;
//                                               // data(), resize(n), and v[i] reads element i from the host
//
//     void sort(std::uint64_t* items, std::size_t n) const;   // ascending; may be left out: then thrust::sort
//     void copy(T* to, const T* from, std::size_t n) const;   // to and from the host; left out where all is the host's
//   };
//
// Arguments are raw pointers that the policy reaches: device pointers on a GPU.

#include <thrust/execution_policy.h>
#include <thrust/for_each.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/sort.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/pair.h"  // DSCORE_HD

namespace dscore::reduce {

template <class Machine, class T>
using VectorOf = typename Machine::template Vector<T>;

/// Pointer to a vector's elements, for functors: plain on the CPU, to device memory on a GPU.
template <class Vector>
auto* raw(Vector& vector) {
  return thrust::raw_pointer_cast(vector.data());
}

template <class T, class Machine>
void copy(const Machine& machine, T* to, const T* from, std::size_t n) {
  if constexpr (requires { machine.copy(to, from, n); }) {
    machine.copy(to, from, n);
  } else {
    std::copy_n(from, n, to);
  }
}

/// The first n elements, on the host.
template <class T, class Machine>
std::vector<T> to_host(const Machine& machine, VectorOf<Machine, T>& vector, std::size_t n) {
  std::vector<T> values(n);
  copy<T>(machine, values.data(), raw(vector), n);
  return values;
}

/// Values of the host, where the policy reaches them.
template <class T, class Machine>
VectorOf<Machine, T> from_host(const Machine& machine, std::span<const T> values) {
  VectorOf<Machine, T> vector(values.size());
  copy<T>(machine, raw(vector), values.data(), values.size());
  return vector;
}

/// Calls body(i) for begin <= i < end, in parallel.
template <class Machine, class Body>
void for_each_index(const Machine& machine, std::uint32_t begin, std::uint32_t end, Body body) {
  thrust::for_each(machine.policy(), thrust::counting_iterator<std::uint32_t>(begin),
                   thrust::counting_iterator<std::uint32_t>(end), body);
}

/// Sorts items ascending. Items are all different, or their order does not show: any sort gives the same result.
template <class Machine>
void sort_items(const Machine& machine, std::uint64_t* items, std::size_t n) {
  if constexpr (requires { machine.sort(items, n); }) {
    machine.sort(items, n);
  } else {
    thrust::sort(machine.policy(), items, items + n);
  }
}

/// A key to sort by, and the row it belongs to.
DSCORE_HD inline std::uint64_t make_item(std::uint32_t key, std::uint32_t row) {
  return std::uint64_t{key} << 32U | row;
}
DSCORE_HD inline std::uint32_t key_of(std::uint64_t item) { return static_cast<std::uint32_t>(item >> 32U); }
DSCORE_HD inline std::uint32_t row_of(std::uint64_t item) { return static_cast<std::uint32_t>(item); }

}  // namespace dscore::reduce
