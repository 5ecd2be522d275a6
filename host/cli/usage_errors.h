#pragma once
// What CLI11 finds wrong with a call or a file of settings, in our words.

#include <CLI/CLI.hpp>
#include <span>
#include <string>

namespace dscore::cli {

/// One sentence, or a few, without a point at the end of the last. `arguments`: those of the call.
std::string fault_of(const CLI::App& app, const CLI::ParseError& error, std::span<char* const> arguments);

}  // namespace dscore::cli
