#pragma once
// What must hold of a register and of results, whoever made them: checked before writing and after reading. Places
// are the datasets of io/schema.md.

#include "host/register.h"
#include "host/results.h"
#include "io/problems.h"

namespace dscore {

/// Coordinates of a population file must lie in this box, metres in RD New (EPSG:28992): the Netherlands with some
/// 10 km around it. Swapped, geographic or shifted (x + 155,000, y + 463,000) coordinates fall outside.
inline constexpr double kBoxXMin = -10'000;
inline constexpr double kBoxXMax = 300'000;
inline constexpr double kBoxYMin = 280'000;
inline constexpr double kBoxYMax = 640'000;

inline bool in_box(double x_m, double y_m) {
  return x_m >= kBoxXMin && x_m <= kBoxXMax && y_m >= kBoxYMin && y_m <= kBoxYMax;
}

/// Jobs of one establishment at most: sums of them, and quotients of sums, stay finite and exact enough.
inline constexpr double kMostJobs = 1e12;

/// A whole register, memberships and companies included.
void check_register(const Register& input, Problems& problems);

/// Results; of their `input`, all but memberships and companies.
void check_results(const Results& results, Problems& problems);

}  // namespace dscore
