#pragma once
// The columns of a table in messages: which there are, and which was probably meant.

#include <string>
#include <string_view>
#include <vector>

namespace dscore {

/// "Did you mean "X_M"? It has "X_M", "y_m", ... (30 in all)": the first 20 names, and the first one that differs from
/// `wanted` only in case or in blanks at its ends.
std::string columns_instead_of(std::string_view wanted, const std::vector<std::string>& columns);

}  // namespace dscore
