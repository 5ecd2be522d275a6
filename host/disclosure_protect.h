#pragma once
// Suppression of a table of sums: primary cells by the rules, secondary ones until nothing hidden can be deduced.

#include <vector>

#include "host/disclosure.h"
#include "host/disclosure_sums.h"

namespace dscore::disclosure {

/// Why a cell of a row is hidden; `follows`: because it is so in the row's population.
enum class Why : std::uint8_t { shown, small_count, dominance, secondary, follows };

/// Row by row, R + 1 cells each.
using Hiding = std::vector<std::vector<Why>>;

/// Every cell that is shown, every remainder of a family and every sum of hidden cells that can be computed obeys the
/// rules; and of every hidden cell an attacker who knows all the rest is left a range (host/disclosure_ranges.h).
Hiding protect(const SumTable& table, const DisclosureRules& rules);

}  // namespace dscore::disclosure
