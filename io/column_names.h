#pragma once
// The columns of a table in messages: which there are, and which was probably meant.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dscore {

/// What seems to separate the columns of a table that was read as having one: "';'", "tab". None if nothing does.
std::optional<std::string> other_delimiter(const std::vector<std::string>& columns);

/// "Did you mean "X_M"? It has "X_M", "y_m", ... (30 in all).": the first 20 names, and the first one that differs from
/// `wanted` only in case or in blanks at its ends.
std::string columns_instead_of(std::string_view wanted, const std::vector<std::string>& columns);

}  // namespace dscore
