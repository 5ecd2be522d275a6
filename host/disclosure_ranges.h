#pragma once
// The attacker within: the range in which somebody who knows every cell that is shown, the rule that hid each of the
// others, and which populations hold which, can place each hidden cell.

#include <vector>

#include "host/disclosure_protect.h"

namespace dscore::disclosure {

struct Range {
  double low = 0;
  double high = 0;
  double width() const { return high - low; }
};

/// Ranges by row and region, of establishments or of jobs (`measure`; rows without jobs then have none). By bounds that
/// are passed on until nothing moves: a whole is at least the sum of disjoint parts; with `use_totals`, regions add up
/// to a nation that is shown.
std::vector<std::vector<Range>> deduced_ranges(const SumTable& table, const Hiding& hiding,
                                               const DisclosureRules& rules, double Sums::*measure, bool use_totals);

}  // namespace dscore::disclosure
