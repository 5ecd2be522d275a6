#pragma once
// A command of the program. One file defines each; main.cpp lists them.

#include <CLI/CLI.hpp>
#include <functional>

namespace dscore::cli {

// Exit codes. A signal n gives 128 + n: 130 for Ctrl-C, 143 for SIGTERM.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;  ///< the input or the environment is wrong
inline constexpr int kUsage = 2;   ///< the call is wrong

struct Command {
  const char* name;
  const char* summary;  ///< one line for the list of commands
  /// Adds arguments and flags to the command's own App; what it returns does the work after parsing and gives the exit
  /// code.
  std::function<int()> (*define)(CLI::App& app);
};

extern const Command kScoreCommand;
extern const Command kImportCommand;
extern const Command kSynthCommand;
extern const Command kRunCommand;
extern const Command kSweepCommand;
extern const Command kMergeCommand;
extern const Command kPlanCostCommand;
extern const Command kSignificanceCommand;
extern const Command kCompareCommand;
extern const Command kExportCommand;
extern const Command kValidateCommand;
extern const Command kSectorsCommand;
extern const Command kInfoCommand;

}  // namespace dscore::cli
