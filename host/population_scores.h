#pragma once
// The scores of all populations of a register.

#include <functional>
#include <string>
#include <vector>

#include "host/register.h"
#include "host/score.h"

namespace dscore {

/// Called as work goes on: what is being done, and the fraction of the whole that is done.
using RunProgress = std::function<void(const std::string& what, double fraction)>;

/// Scores every population by itself, all under plans made for them together. `rows`: of each population
/// (members_of()); so are the results, P of them.
std::vector<Scores> score_populations(Summation& summation, const Register& input,
                                      const std::vector<std::vector<std::uint32_t>>& rows,
                                      const RunProgress& progress = {});

}  // namespace dscore
