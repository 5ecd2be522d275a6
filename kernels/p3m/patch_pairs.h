#pragma once
// Which pairs of patches are summed as such; all other pairs of locations are summed one by one.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "kernels/p3m/strips.h"

namespace dscore::p3m {

struct PatchPairs {
  const std::uint8_t* taken;                 ///< by patch: whether it may be in one
  std::array<int, kMostStrips + 1> columns;  ///< so many columns apart at most, by strips that they are apart; -1: none
  double least_pairs;                        ///< and with so many pairs of locations, or it is the patch itself

  /// Calls work(index) for the partners of a patch that is taken itself, so many strips above it (or below), from left
  /// to right. Either of two patches is a partner of the other.
  template <class Work>
  void for_partners(const Strips& strips, std::size_t index, std::ptrdiff_t up, const Work& work) const {
    const Patch& patch = strips.patches[index];
    const std::ptrdiff_t strip = static_cast<std::ptrdiff_t>(patch.strip) + up;
    const int apart = columns[static_cast<std::size_t>(up < 0 ? -up : up)];
    if (apart < 0 || strip < 0 || strip >= static_cast<std::ptrdiff_t>(strips.strips())) return;
    const Patch* const patches = strips.patches.data();
    const Patch* const end = patches + strips.first_patch[static_cast<std::size_t>(strip) + 1];
    const Patch* other =
        std::lower_bound(patches + strips.first_patch[static_cast<std::size_t>(strip)], end, patch.column - apart,
                         [](const Patch& p, std::int64_t column) { return p.column < column; });
    for (; other != end && other->column <= patch.column + apart; ++other) {
      const auto found = static_cast<std::size_t>(other - patches);
      const bool enough =
          found == index || static_cast<double>(patch.locations) * static_cast<double>(other->locations) >= least_pairs;
      if (taken[found] != 0 && enough) work(found);
    }
  }
};

}  // namespace dscore::p3m
