#pragma once
// What `dscore sectors` tells of definitions that are in order: overlaps, and what was probably not meant.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/definitions.h"
#include "host/sbi_set.h"

namespace dscore {

/// Two populations with codes or companies in common.
struct Overlap {
  std::size_t first;  ///< index in the list, below second
  std::size_t second;
  SbiSet codes;
  std::vector<std::int64_t> companies;  ///< increasing
  bool holds_first;                     ///< all codes of the first are in the second
  bool holds_second;                    ///< all codes of the second are in the first
};

/// All of them, in order of (first, second).
std::vector<Overlap> overlaps_of(const std::vector<Definition>& list);

/// The codes of the list that no definition covers.
SbiSet uncovered_by(const std::vector<Definition>& list);

/// Not wrong, but worth a look: selectors that change nothing, companies named twice, fifth digits that the list cannot
/// confirm, and codes renumbered in 2014 of which only one is covered.
std::vector<DefinitionFault> remarks_on(const std::vector<Definition>& list);

}  // namespace dscore
