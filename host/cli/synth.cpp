// dscore synth: a population file with a synthetic Netherlands.

#include "host/synth.h"

#include <iostream>
#include <memory>

#include "host/cli/command.h"
#include "host/cli/paths.h"
#include "host/cli/signals.h"
#include "host/cli/text.h"
#include "host/version.h"
#include "io/atomic_file.h"
#include "io/population_file.h"

namespace dscore::cli {
namespace {

constexpr const char* kFooter = R"(Made up, and marked so in the file: 16 populations of the published sizes over the
40 COROP regions, on postcode-like points around towns. The same seed gives the same file.

Examples:
  dscore synth -o population.h5
  dscore synth -o small.h5 --scale 0.01 --seed 7)";

struct Flags {
  std::string output;
  SynthSettings settings;
  bool quiet = false;
};

/// Before the text becomes a number: an unsigned one would be 2^64 minus what was given.
CLI::Validator not_negative() {
  return {[](std::string& text) {
            return text.find('-') == std::string::npos ? std::string() : text + " is not a whole number, 0 or more";
          },
          ""};
}

int synthesise_file(const Flags& flags) {
  check(flags.settings);
  refuse_stream(flags.output);
  check_writable(flags.output);
  Register population = synthesise(flags.settings);
  population.provenance.set("version", kFullVersion);
  write_population(flags.output, population);
  if (!flags.quiet) {
    std::cerr << flags.output << ": " << grouped(population.size()) << " synthetic establishments, "
              << population.populations.size() << " populations, " << population.regions.size() << " regions\n";
  }
  return kDone;
}

std::function<int()> define(CLI::App& app) {
  const auto flags = std::make_shared<Flags>();
  app.add_option("-o,--output", flags->output, "Population file to write (HDF5); replaced if it exists")
      ->required()
      ->check(not_empty())
      ->type_name("POP.h5");
  app.add_option("--seed", flags->settings.seed, "Another seed, another country")
      ->check(not_negative())
      ->capture_default_str();
  app.add_option("--scale", flags->settings.scale, "Times the published numbers of establishments")
      ->capture_default_str();
  app.add_flag("--quiet", flags->quiet, "Errors only");
  app.footer(kFooter);
  return [flags] { return synthesise_file(*flags); };
}

}  // namespace

const Command kSynthCommand{"synth", "Make a synthetic Netherlands: a population file", define};

}  // namespace dscore::cli
