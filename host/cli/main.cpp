// The program: finds the command, parses its flags, runs it, and turns what went wrong into a text and an exit code.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <iostream>
#include <new>
#include <span>
#include <string>

#include "host/cli/command.h"
#include "host/cli/signals.h"
#include "host/cli/usage_errors.h"
#include "host/version.h"
#include "kernels/error.h"
#include "kernels/large_array.h"

namespace dscore::cli {
namespace {

const std::array kCommands = {&kScoreCommand,    &kSynthCommand,        &kImportCommand,  &kRunCommand,
                              &kSweepCommand,    &kSignificanceCommand, &kCompareCommand, &kExportCommand,
                              &kValidateCommand, &kSectorsCommand,      &kInfoCommand};

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

int fail(int code, const std::string& text) {
  std::cerr << "error: " << text << '\n';
  return code;
}

/// What CLI11 has to say: help and version are not errors.
int explain(const CLI::App& app, const CLI::ParseError& error, const std::string& program,
            std::span<char* const> arguments) {
  if (error.get_exit_code() == 0) {
    app.exit(error, std::cout, std::cerr);
    std::cout.flush();
    return std::cout ? kDone : fail(kFailed, "cannot write to standard output.");
  }
  if (dynamic_cast<const CLI::FileError*>(&error) != nullptr) {
    return fail(kFailed, std::string("--config: ") + error.what() + ". Name a file with one 'name = value' a line.");
  }
  const std::string text = fault_of(app, error, arguments);
  return fail(kUsage, text + (text.ends_with('.') ? "" : ".") + " See `" + program + " --help`.");
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
  for (const Command* command : kCommands) app.add_subcommand(command->name, command->summary);
  app.footer(kFooter);
  try {
    if (argc < 2) {
      std::cerr << app.help();
      return kUsage;
    }
    if (argv[1][0] != '-')
      return fail(kUsage, '"' + std::string(argv[1]) + "\" is not a command. See `dscore --help`.");
    app.parse(argc, argv);
    return fail(kUsage, "flags come after a command. See `dscore --help`.");
  } catch (const CLI::ParseError& error) {
    return explain(app, error, "dscore", {argv, argv + argc});
  }
}

/// The command of this name, or none.
const Command* find_command(const std::string& name) {
  const auto* const found =
      std::find_if(kCommands.begin(), kCommands.end(), [&](const Command* command) { return name == command->name; });
  return found == kCommands.end() ? nullptr : *found;
}

/// `dscore help` and `dscore help COMMAND`.
int help(int argc, char** argv) {
  if (argc > 3) return fail(kUsage, "help explains one command at a time. See `dscore --help`.");
  std::string name = argc == 3 ? argv[2] : "dscore";
  std::string flag = "--help";
  std::array<char*, 2> args{name.data(), flag.data()};
  if (argc < 3) return run_without_command(2, args.data());
  if (const Command* command = find_command(name)) return run_command(*command, 2, args.data());
  return fail(kUsage, '"' + name + "\" is not a command. See `dscore --help`.");
}

int dispatch(int argc, char** argv) {
  if (argc > 1) {
    if (std::string(argv[1]) == "help") return help(argc, argv);
    if (const Command* command = find_command(argv[1])) return run_command(*command, argc - 1, argv + 1);
  }
  return run_without_command(argc, argv);
}

}  // namespace
}  // namespace dscore::cli

int main(int argc, char** argv) {
  using namespace dscore::cli;
  occupy_standard_streams();
  dscore::keep_freed_memory();
  install_signal_handlers();
  std::string what;
  int code = kFailed;
  try {
    return dispatch(argc, argv);
  } catch (const dscore::UsageError& error) {
    code = kUsage;
    what = error.what();
  } catch (const dscore::Interrupted&) {
    code = 128 + stop_signal();
    what = "interrupted.";
  } catch (const dscore::Error& error) {
    what = error.what();
  } catch (const std::bad_alloc&) {
    what = "out of memory. Use a machine with more memory, or a smaller input.";
  } catch (const std::exception& error) {
    what = std::string("internal error: ") + error.what() +
           ". This is a fault of dscore: please report it with the output of `dscore info`.";
  }
  return fail(code, what);
}
