#include "host/cli/program.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <memory>
#include <new>

#include "host/cli/signals.h"
#include "host/cli/usage_errors.h"
#include "host/cluster/ranks.h"
#include "host/version.h"
#include "kernels/error.h"
#include "kernels/large_array.h"

namespace dscore::cli {
namespace {

std::span<const Command* const> commands;
std::span<char* const> call_arguments;
std::unique_ptr<Ranks> ranks;
bool ranks_joined = false;
const auto program_began = std::chrono::steady_clock::now();

constexpr const char* kFooter = R"(Two commands from nothing to a table:
  dscore synth -o population.h5
  dscore run population.h5 -o results.h5

`dscore COMMAND --help`, or `dscore help COMMAND`, explains a command, with examples.
Exit codes: 0 done, 1 the input or the environment is wrong, 2 usage, 130 interrupted (143 by SIGTERM).)";

/// Without this, a file that we open could become standard output, and a table be printed into it.
void occupy_standard_streams() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(descriptor, F_GETFD) == -1) open("/dev/null", O_RDONLY);
  }
}

/// What CLI11 has to say: help and version are not errors.
int explain(const CLI::App& app, const CLI::ParseError& error, const std::string& program,
            std::span<char* const> arguments) {
  if (error.get_exit_code() == 0) {
    app.exit(error, std::cout, std::cerr);
    std::cout.flush();
    if (!std::cout) throw Error("cannot write to standard output.");
    return kDone;
  }
  if (dynamic_cast<const CLI::FileError*>(&error) != nullptr) {
    throw Error(std::string("--config: ") + error.what() + ". Name a file with one 'name = value' a line.");
  }
  const std::string text = fault_of(app, error, arguments);
  throw UsageError(text + (text.ends_with('.') ? "" : ".") + " See `" + program + " --help`.");
}

int run_command(const Command& command, int argc, char** argv) {
  const std::string program = std::string("dscore ") + command.name;
  CLI::App app(command.summary, program);
  app.get_formatter()->column_width(34);
  const auto work = command.define(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return explain(app, error, program, {argv, argv + argc});
  }
  const int code = work();
  std::cout.flush();
  if (!std::cout) throw Error("cannot write to standard output (is the disk full?).");
  return code;
}

/// `dscore`, `dscore --help`, `dscore --version`, and calls of commands that do not exist.
int run_without_command(int argc, char** argv) {
  CLI::App app("Concentration of establishments: exact d-scores, from points to tables of regions.", "dscore");
  app.set_version_flag("--version", std::string("dscore ") + kFullVersion, "Print the version and leave");
  for (const Command* command : commands) app.add_subcommand(command->name, command->summary);
  app.footer(kFooter);
  try {
    if (argc < 2) {
      std::cerr << app.help();
      return kUsage;
    }
    if (argv[1][0] != '-') throw UsageError('"' + std::string(argv[1]) + "\" is not a command. See `dscore --help`.");
    app.parse(argc, argv);
    throw UsageError("flags come after a command. See `dscore --help`.");
  } catch (const CLI::ParseError& error) {
    return explain(app, error, "dscore", {argv, argv + argc});
  }
}

/// The command of this name, or none.
const Command* find_command(const std::string& name) {
  const auto found =
      std::find_if(commands.begin(), commands.end(), [&](const Command* command) { return name == command->name; });
  return found == commands.end() ? nullptr : *found;
}

/// `dscore help` and `dscore help COMMAND`.
int help(int argc, char** argv) {
  if (argc > 3) throw UsageError("help explains one command at a time. See `dscore --help`.");
  std::string name = argc == 3 ? argv[2] : "dscore";
  std::string flag = "--help";
  std::array<char*, 2> args{name.data(), flag.data()};
  if (argc < 3) return run_without_command(2, args.data());
  if (const Command* command = find_command(name)) return run_command(*command, 2, args.data());
  throw UsageError('"' + name + "\" is not a command. See `dscore --help`.");
}

int dispatch(int argc, char** argv) {
  if (argc > 1) {
    if (std::string(argv[1]) == "help") return help(argc, argv);
    if (const Command* command = find_command(argv[1])) return run_command(*command, argc - 1, argv + 1);
  }
  return run_without_command(argc, argv);
}

/// What went wrong, and with which exit code; no text where another rank tells the user.
struct Outcome {
  int code = kFailed;
  std::string text;
};

Outcome outcome_of(int argc, char** argv) {
  try {
    return {dispatch(argc, argv), ""};
  } catch (const EndedElsewhere& end) {
    return {end.code, ""};
  } catch (const RankFailed& failure) {
    return {failure.code, failure.what()};
  } catch (const UsageError& error) {
    return {kUsage, error.what()};
  } catch (const Interrupted& stop) {
    return {128 + stop_signal(), std::string(stop.what()) + "."};
  } catch (const Error& error) {
    return {kFailed, error.what()};
  } catch (const std::bad_alloc&) {
    return {kFailed, "out of memory. Use a machine with more memory, or a smaller input."};
  } catch (const std::exception& error) {
    return {kFailed, std::string("internal error: ") + error.what() +
                         ". This is a fault of dscore: please report it with the output of `dscore info`."};
  }
}

}  // namespace

int run_program(int argc, char** argv, std::span<const Command* const> all) {
  commands = all;
  call_arguments = {argv + 1, argv + std::max(argc, 1)};
  occupy_standard_streams();
  keep_freed_memory();
  install_signal_handlers();
  const Outcome outcome = outcome_of(argc, argv);
  if (!outcome.text.empty() && (ranks == nullptr || ranks->rank() == 0)) {
    std::cerr << "error: " << outcome.text << '\n';
  }
  if (!ranks) return outcome.code;
  std::signal(SIGTERM, SIG_IGN);  // a launcher sends it to all ranks as soon as one has ended with an error
  return leave_ranks(*ranks, outcome.code, outcome.text);
}

Ranks* program_ranks() {
  if (!ranks_joined) ranks = join_ranks();
  ranks_joined = true;
  return ranks.get();
}

double program_s() { return std::chrono::duration<double>(std::chrono::steady_clock::now() - program_began).count(); }

std::vector<std::string> program_arguments() { return {call_arguments.begin(), call_arguments.end()}; }

int run_call(std::vector<std::string> call) {
  const Command* const command = call.empty() ? nullptr : find_command(call.front());
  if (command == nullptr)
    throw Error("made by a command that this dscore does not have. Use the program that made it.");
  std::vector<char*> argv;
  for (std::string& argument : call) argv.push_back(argument.data());
  return run_command(*command, static_cast<int>(argv.size()), argv.data());
}

}  // namespace dscore::cli
