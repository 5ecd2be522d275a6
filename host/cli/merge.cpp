// dscore merge: the shares of a job array, to the output that they are shares of.

#include <filesystem>
#include <memory>
#include <string_view>

#include "host/cli/command.h"
#include "host/cli/program.h"
#include "host/cli/validators.h"
#include "host/cluster/do_work.h"

namespace dscore::cli {
namespace {

constexpr const char* kFooter =
    R"(The shares say by which call they were made; it is repeated in the folder where it was given, with its input, but
takes the results from the shares. They stay. Refused: shares of other work, missing ones, and the same share twice.

Examples:
  dscore run population.h5 -o results.h5 --shard 1/2
  dscore run population.h5 -o results.h5 --shard 2/2
  dscore merge results.h5.shard-*-of-2)";

struct Flags {
  std::vector<std::string> shards;
  std::string output;
};

/// Puts another output into a call.
void replace_output(std::vector<std::string>& call, const std::string& output) {
  constexpr std::string_view kLong = "--output=";
  for (std::size_t k = 0; k < call.size(); ++k) {
    if ((call[k] == "-o" || call[k] == "--output") && k + 1 < call.size()) {
      call[k + 1] = output;
    } else if (call[k].starts_with(kLong)) {
      call[k] = std::string(kLong) + output;
    } else if (call[k].starts_with("-o")) {
      call[k] = "-o" + output;
    }
  }
}

int merge(const Flags& flags) {
  const JournalHeading heading = check_shards(flags.shards);
  std::vector<std::string> call = heading.command;
  if (!flags.output.empty()) replace_output(call, std::filesystem::absolute(flags.output).string());
  for (const std::string& shard : flags.shards) {
    call.emplace_back("--merge-shards=" + std::filesystem::absolute(shard).string());
  }
  // Where it was moved to another machine, the names in the call are those of this folder.
  std::error_code none;
  std::filesystem::current_path(heading.folder, none);
  return run_call(call);
}

std::function<int()> define(CLI::App& app) {
  const auto flags = std::make_shared<Flags>();
  app.add_option("SHARD", flags->shards, "The shares that --shard 1/N to N/N wrote: OUTPUT.shard-I-of-N")
      ->required()
      ->check(not_empty())
      ->type_name("");
  app.add_option("-o,--output", flags->output, "Result file to write; default: the output of the call")
      ->check(not_empty())
      ->type_name("FILE");
  app.footer(kFooter);
  return [flags] { return merge(*flags); };
}

}  // namespace

const Command kMergeCommand{"merge", "Collect the shares of a job array", define};

}  // namespace dscore::cli
