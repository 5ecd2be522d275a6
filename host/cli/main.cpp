// The program: its commands.

#include <array>

#include "host/cli/command.h"
#include "host/cli/program.h"

namespace dscore::cli {
namespace {

const std::array kCommands = {&kScoreCommand,  &kSynthCommand,        &kImportCommand,  &kRunCommand,
                              &kSweepCommand,  &kSignificanceCommand, &kMergeCommand,   &kCompareCommand,
                              &kExportCommand, &kValidateCommand,     &kSectorsCommand, &kInfoCommand};

}  // namespace
}  // namespace dscore::cli

int main(int argc, char** argv) { return dscore::cli::run_program(argc, argv, dscore::cli::kCommands); }
