#pragma once
// The program around its commands: finds the command, parses its flags, runs it, and turns what went wrong into a text
// and an exit code; as one of several ranks of MPI, if it was started so.

#include <span>
#include <string>
#include <vector>

#include "host/cli/command.h"
#include "host/cluster/ranks.h"

namespace dscore::cli {

/// What main() does: returns the exit code.
int run_program(int argc, char** argv, std::span<const Command* const> all);

/// The ranks that this process is one of, for commands whose work they share; null for one process. The first call
/// enters MPI (join_ranks).
Ranks* program_ranks();

/// Seconds since the program began.
double program_s();

/// What the program was called with, without its name.
std::vector<std::string> program_arguments();

/// Runs the call, as if the program had been called so.
int run_call(std::vector<std::string> call);

}  // namespace dscore::cli
