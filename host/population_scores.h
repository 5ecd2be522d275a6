#pragma once
// The scores of all populations of a register.

#include <functional>
#include <string>
#include <vector>

#include "host/register.h"
#include "host/score.h"
#include "host/settings.h"

namespace dscore {

/// Some of the register's establishments at their locations.
MergedPoints merged_rows(const Backend& backend, const Register& input, std::span<const std::uint32_t> rows);

/// Of one core (AVX-512, 2.6 GHz), measured: per member of a population, what scoring takes beside the sums.
inline constexpr double kScoredMemberS = 3.5e-7;

/// Called as work goes on: what is being done, and the fraction of the whole that is done.
using RunProgress = std::function<void(const std::string& what, double fraction)>;

/// Whether all others are neighbours, and count 1 each.
bool everybody_counts(const Settings& settings);

/// Throws Error, naming population and establishment, where the settings leave some of its members without a neighbour
/// that counts, and others not; or where they need companies, and the register knows none.
void check_neighbours(const Settings& settings, const Register& input);

/// Adds every population to `scoring`. `rows`: of each; `settings`: who is a neighbour, and what it counts as. Throws
/// as check_neighbours.
void add_populations(Scoring& scoring, const Settings& settings, const Register& input,
                     const std::vector<std::vector<std::uint32_t>>& rows, const RunProgress& progress = {});

/// Scores every population by itself, all under plans made for them together. `rows`: of each population
/// (members_of()); so are the results, P of them.
std::vector<Scores> score_populations(Summation& summation, const Settings& settings, const Register& input,
                                      const std::vector<std::vector<std::uint32_t>>& rows,
                                      const RunProgress& progress = {});

}  // namespace dscore
