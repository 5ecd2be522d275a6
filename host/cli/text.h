#pragma once
// Numbers and tables for people (io/ writes those for machines).

#include <cstdint>
#include <string>
#include <vector>

namespace dscore::cli {

/// With a fixed number of decimals; "-" for a missing value.
std::string decimals(double value, int places);

/// 1234567 as "1,234,567".
std::string grouped(std::uint64_t value);

/// Two digits and a power: "2.4e+10".
std::string rate(double value);

/// Columns aligned: the first `left` to the left, the rest to the right. The first row is the head.
std::string aligned(const std::vector<std::vector<std::string>>& rows, std::size_t left);

}  // namespace dscore::cli
