#pragma once
// Whether coordinates are what they should be: metres in RD New.

#include <cstdint>
#include <span>
#include <string>

#include "kernels/points.h"

namespace dscore {

/// What a whole set of points looks like if not metres in RD New and beyond doubt: degrees, kilometres in RD New, or RD
/// New with x and y swapped. Empty if it is none of them (another plane in metres, a single location). x and y are of
/// one length and finite.
std::string mistaken_coordinates(std::span<const double> x, std::span<const double> y);

/// How many establishments lie outside the box of io/check.h; without multiplicities each point is one.
std::uint64_t outside_box(const PointSet& points);

}  // namespace dscore
