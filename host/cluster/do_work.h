#pragma once
// Does the units of a work: in one process or with the ranks of MPI, going on from a checkpoint, all of them or a
// share.

#include <functional>
#include <string>
#include <vector>

#include "host/cluster/ranks.h"
#include "host/work.h"
#include "io/journal.h"

namespace dscore {

struct WorkOptions {
  std::string output;                ///< what the checkpoint and the shares stand beside
  bool checkpoint = true;            ///< keep one; also wanted: `output` names a file, not a device
  std::string program;               ///< its version: checkpoints of others are refused
  Shard shard;                       ///< of more than one: write a share instead of the output
  bool restart = false;              ///< forget what was done before
  std::vector<std::string> merge;    ///< shares to collect; what is in none of them but needed is done
  std::vector<std::string> command;  ///< recorded in a share: arguments, and the folder that they were given in
  std::string folder;
  Ranks* ranks = nullptr;  ///< that do the work together; null: this process alone
  /// Told what the user may want to know: units that are there already.
  std::function<void(const std::string& text)> note;
  /// Told what they must know, even if they asked for quiet: what was damaged, and is done again.
  std::function<void(const std::string& text)> warn;
};

/// What is being done, and the fraction of the whole that is done. May throw to stop (Interrupted). Called by the
/// thread that calls do_work.
using WorkProgress = std::function<void(const std::string& what, double fraction)>;

/// Calls Work::run for every unit that is needed and not in the checkpoint, and Work::take with every result; then
/// `write`, which makes the output; and last removes the checkpoint. With several ranks, rank 0 has all of take, needed
/// and write; with a share, there is no `write`.
/// Throws what `run`, `progress` and `write` throw: finished units stay in the checkpoint, and the same call goes on
/// from them. On ranks other than 0 it returns, or throws EndedElsewhere, when rank 0 has ended the work.
void do_work(Work& work, const WorkOptions& options, const WorkProgress& progress, const std::function<void()>& write);

/// "OUT.h5.checkpoint", "OUT.h5.shard-3-of-8".
std::string checkpoint_name(const std::string& output, Shard shard);
std::string shard_name(const std::string& output, Shard shard);

/// Throws Error naming what is wrong, unless the files are all the shares of one work, each once. Returns the heading
/// of the first.
JournalHeading check_shards(const std::vector<std::string>& paths);

}  // namespace dscore
