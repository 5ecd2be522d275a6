#pragma once
// Sets of SBI codes, to say what definitions cover and where they overlap.

#include <bitset>
#include <cstddef>
#include <string>
#include <vector>

#include "host/definitions.h"

namespace dscore {

/// The finest codes: the five-digit codes below the classes of the list (ten each, whether in use or not), by number.
/// A class is in the set if all ten are.
using SbiSet = std::bitset<100'000>;

/// All of the list.
const SbiSet& whole_sbi();

/// What the definition's include and exclude selectors cover; companies do not count.
SbiSet covered_by(const Definition& definition);

/// What one selector covers.
SbiSet covered_by(const SbiSelector& selector);

/// How many classes of the list are wholly or partly in the set.
std::size_t classes_in(const SbiSet& set);

/// The shortest list of selectors that covers just this: divisions where all is covered, else groups, classes, and
/// subclasses; three and more in a row as a range.
std::vector<SbiSelector> compact(const SbiSet& set);

/// As text: "10-32 38.3".
std::string text_of(const std::vector<SbiSelector>& selectors);

}  // namespace dscore
