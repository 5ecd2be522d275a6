#include "host/cli/work_flags.h"

#include <charconv>
#include <filesystem>
#include <iostream>
#include <optional>

#include "host/cli/cost_text.h"
#include "host/cli/program.h"
#include "host/cli/signals.h"
#include "host/version.h"
#include "kernels/error.h"

namespace dscore::cli {
namespace {

bool parse(std::string_view text, std::uint32_t& value) {
  const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  return code == std::errc() && stop == text.data() + text.size();
}

CLI::Validator share() {
  return {[](std::string& text) {
            try {
              parse_shard(text);
              return std::string();
            } catch (const UsageError& error) {
              return std::string(error.what());
            }
          },
          ""};
}

}  // namespace

Shard parse_shard(const std::string& text) {
  constexpr std::uint32_t kMost = 1'000'000;
  Shard shard;
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos || !parse(std::string_view(text).substr(0, slash), shard.index) ||
      !parse(std::string_view(text).substr(slash + 1), shard.count) || shard.index < 1 || shard.index > shard.count ||
      shard.count > kMost) {
    throw UsageError('"' + text + "\" is not a share i/n with 1 <= i <= n, such as 3/8");
  }
  if (shard.count == 1) throw UsageError("1/1 is all of it; leave --shard out");
  return shard;
}

WorkFlags::WorkFlags(CLI::App& app) {
  program_ranks();
  const std::string group = "Long work";
  app.add_flag("--restart", restart_, "Begin anew, though finished units are there (OUTPUT.checkpoint)")->group(group);
  app.add_option("--shard", shard_, "Do share I of N and keep it in a file, for `dscore merge`")
      ->check(share())
      ->type_name("I/N")
      ->group(group);
  app.add_option("--merge-shards", merge_)->group("");  // given by `dscore merge` alone
  app.add_flag("--plan-cost", cost_only_)->group("");   // given by `dscore plan-cost` alone
}

WorkOptions WorkFlags::options(const std::string& output) const {
  WorkOptions options;
  options.output = output;
  options.program = std::string("dscore ") + kFullVersion;
  options.restart = restart_;
  options.merge = merge_;
  options.ranks = program_ranks();
  if (shard_.empty() || !merge_.empty()) return options;
  options.shard = parse_shard(shard_);
  options.command = program_arguments();
  options.folder = std::filesystem::current_path().string();
  return options;
}

void do_work(Work& work, const Backend& backend, const WorkFlags& flags, const std::string& output, ProgressLine& line,
             bool quiet, const std::function<void()>& write) {
  WorkOptions options = flags.options(output);
  if (flags.cost_only()) {
    line.wipe();
    if (options.ranks == nullptr || options.ranks->rank() == 0)
      std::cout << cost_text(work, options.shard, backend, program_s());
    return;
  }
  const auto say = [&](const char* kind, const std::string& text) {
    line.wipe();
    std::cerr << kind << ": " << text << '\n';
  };
  options.note = [&](const std::string& text) {
    if (!quiet) say("note", text);
  };
  options.warn = [&](const std::string& text) { say("warning", text); };
  std::optional<StoppableWork> stoppable(std::in_place);
  const auto progress = [&](const std::string& what, double fraction) {
    throw_if_interrupted();
    line.update(what, fraction);
  };
  dscore::do_work(work, options, progress, [&] {
    stoppable.reset();  // a result is written to its end, or not at all
    throw_if_interrupted();
    write();
  });
}

}  // namespace dscore::cli
