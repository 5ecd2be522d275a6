#pragma once
// The flags of commands whose work is cut into units (host/work.h), and the one call that does it.

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "host/cli/program.h"
#include "host/cli/progress.h"
#include "host/cluster/do_work.h"
#include "kernels/backend.h"

namespace dscore::cli {

/// Adds --restart and --shard to a command. Made before the machine is chosen: as one of several ranks, the process
/// gets its threads and GPUs here.
class WorkFlags {
 public:
  explicit WorkFlags(CLI::App& app);
  WorkFlags(const WorkFlags&) = delete;
  WorkFlags& operator=(const WorkFlags&) = delete;

  /// The options after parsing, for this output. Throws UsageError.
  WorkOptions options(const std::string& output) const;
  /// Neither other ranks nor shares, and work to do.
  bool one_process() const { return !cost_only_ && shard_.empty() && merge_.empty() && program_ranks() == nullptr; }
  /// What the work would take is to be printed, and nothing to be done.
  bool cost_only() const { return cost_only_; }

 private:
  bool restart_ = false;
  bool cost_only_ = false;
  std::string shard_;
  std::vector<std::string> merge_;
};

/// do_work with the program's signals and progress line; or what it would take, printed. `write` is called where the
/// results are, and not at all where another rank has them or a share is written: so whatever the command writes or
/// prints of them belongs in it.
void do_work(Work& work, const Backend& backend, const WorkFlags& flags, const std::string& output, ProgressLine& line,
             bool quiet, const std::function<void()>& write);

/// "3/8", of more than one share. Throws UsageError.
Shard parse_shard(const std::string& text);

}  // namespace dscore::cli
