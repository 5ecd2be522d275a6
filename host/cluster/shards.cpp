// The shares of a job array: their names, and whether they belong together.

#include <map>

#include "host/cluster/do_work.h"

namespace dscore {
namespace {

std::string name_of(Shard shard) {
  return "shard-" + std::to_string(shard.index) + "-of-" + std::to_string(shard.count);
}

}  // namespace

std::string checkpoint_name(const std::string& output, Shard shard) {
  return (shard.count > 1 ? shard_name(output, shard) : output) + ".checkpoint";
}

std::string shard_name(const std::string& output, Shard shard) { return output + "." + name_of(shard); }

JournalHeading check_shards(const std::vector<std::string>& paths) {
  JournalHeading first;
  std::map<std::uint32_t, std::string> found;
  for (const std::string& path : paths) {
    const JournalHeading heading = read_heading(path);
    if (found.empty()) first = heading;
    if (heading.identity != first.identity || heading.units != first.units ||
        heading.shard.count != first.shard.count) {
      throw Error(path + ": is a share of other work than " + paths.front() +
                  ". Merge the shares of one call: same input, same settings, same number of shares.");
    }
    if (heading.shard.count == 1) {
      throw Error(path + ": is a checkpoint, not a share. Give the command that it was made by again: it goes on.");
    }
    const auto [other, is_new] = found.emplace(heading.shard.index, path);
    if (!is_new) {
      throw Error(path + ": is the same share as " + other->second + " (" + name_of(heading.shard) +
                  "). Name each share once.");
    }
  }
  std::string missing;
  for (std::uint32_t k = 1; k <= first.shard.count; ++k) {
    if (!found.contains(k)) missing += (missing.empty() ? "" : ", ") + name_of({k, first.shard.count});
  }
  if (!missing.empty()) {
    throw Error("Missing: " + missing + ". Name all " + std::to_string(first.shard.count) +
                " shares; make those that are not there with --shard.");
  }
  return first;
}

}  // namespace dscore
