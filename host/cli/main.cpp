// The program: its commands.

#include <array>

#include "host/cli/command.h"
#include "host/cli/program.h"
#include "host/cli/wait_policy.h"

namespace dscore::cli {
namespace {

const std::array kCommands = {&kScoreCommand,   &kSynthCommand,        &kImportCommand,   &kRunCommand,
                              &kSweepCommand,   &kSignificanceCommand, &kMergeCommand,    &kPlanCostCommand,
                              &kCompareCommand, &kExportCommand,       &kValidateCommand, &kSectorsCommand,
                              &kInfoCommand};

}  // namespace
}  // namespace dscore::cli

int main(int argc, char** argv) {
  dscore::cli::wait_passively(argv);
  return dscore::cli::run_program(argc, argv, dscore::cli::kCommands);
}
