#pragma once
// SBI codes for the synthetic Netherlands, so that memberships follow from codes as they do in a register.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace dscore::synth {

/// Establishments that are members of the same populations, and the four-digit codes they may have. No code is in two
/// groups; the codes agree with the note's two benchmarks.
struct CodeGroup {
  std::uint64_t membership = 0;  ///< as in Register, populations in the order of PublishedFigures::populations
  std::vector<std::string> codes;
};

/// All groups that a synthetic register can hold.
const std::vector<CodeGroup>& code_groups();

/// The codes for a membership. Throws std::logic_error for one that no synthetic register holds.
std::span<const std::string> codes_of(std::uint64_t membership);

}  // namespace dscore::synth
