#pragma once
// Checks of the values of flags, before CLI11 turns them into numbers: its own messages do not say what is wrong.

#include <CLI/CLI.hpp>
#include <cstdint>

namespace dscore::cli {

/// For options that name a file: refuses an empty name.
CLI::Validator not_empty();

/// A decimal number, and nothing behind it.
CLI::Validator number();

/// A whole number in a range.
CLI::Validator whole_number(std::int64_t least, std::int64_t most);

}  // namespace dscore::cli
