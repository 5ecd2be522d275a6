// dscore import: from the files of a register to a population file.

#include "io/import.h"

#include <iostream>
#include <memory>

#include "host/cli/command.h"
#include "host/cli/paths.h"
#include "host/cli/progress.h"
#include "host/cli/signals.h"
#include "host/cli/text.h"
#include "host/cli/validators.h"
#include "host/version.h"
#include "io/atomic_file.h"
#include "io/checksum.h"
#include "io/import_report_text.h"
#include "io/population_file.h"
#include "kernels/error.h"
#include "kernels/stopwatch.h"

namespace dscore::cli {
namespace {

constexpr const char* kFooter =
    R"(One file (TOML) says which tables there are, what their columns are called, and what is to be done with them:
  dscore import --example > import.toml

Rows that cannot be used are dropped, counted and reported by reason, with the first rows of each (counted from 1): on
standard error, and in POP.h5.report.json. Population and report appear complete or not at all.

Examples:
  dscore import import.toml -o population.h5
  dscore import import.toml -o population.h5 --report report.csv
  dscore import import.toml -o population.h5 --strict)";

struct Flags {
  std::string config;
  std::string output;
  std::string report;
  bool example = false;
  bool strict = false;
  bool quiet = false;
};

void write_report(const std::string& path, const ImportReport& report) {
  AtomicFile file(path);
  file.write(path.ends_with(".csv") ? report_csv(report) : report_json(report));
  file.commit();
}

std::string projection_text(const Provenance& provenance) {
  const ProvenanceValue* const name = provenance.find("import_projection");
  const ProvenanceValue* const accuracy = provenance.find("import_projection_accuracy_m");
  if (name == nullptr || accuracy == nullptr) return "";
  return "longitude and latitude to RD New by PROJ, \"" + std::get<std::string>(*name) + "\": good to " +
         decimals(std::get<double>(*accuracy), 2) + " m\n";
}

void refuse_unexpected(const std::vector<std::string>& unexpected, const std::string& report) {
  if (unexpected.empty()) return;
  std::string list;
  for (const std::string& reason : unexpected) list += (list.empty() ? "" : ", ") + reason;
  throw Error("--strict: " + list + ". The rows are in " + report +
              "; no population was written. Mend them, or name the reasons in [report] expected.");
}

int print_example() {
  std::cout << import_example();
  return kDone;
}

int import_files(const Flags& flags) {
  if (flags.example) return print_example();
  if (flags.config.empty() || flags.output.empty()) {
    throw UsageError("a configuration and -o POP.h5 are needed. See `dscore import --help`.");
  }
  refuse_same_file(flags.config, flags.output);
  check_hdf5_name(flags.output);
  const std::string report = flags.report.empty() ? flags.output + ".report.json" : flags.report;
  refuse_same_file(flags.config, report);
  if (report == flags.output) throw UsageError(report + ": the report and the population need a file each.");
  check_writable(flags.output);
  check_writable(report);
  const ImportConfig config = read_import_config(flags.config);

  Stopwatch watch;
  ProgressLine line(!flags.quiet);
  Import result;
  {
    const StoppableWork stoppable;
    result = import_register(config, [&](const std::string& what, double fraction) {
      throw_if_interrupted();
      line.update(what, fraction);
    });
  }
  throw_if_interrupted();
  const double read_s = watch.lap();
  line.wipe();
  if (!flags.quiet) std::cerr << report_text(result.report) << projection_text(result.population.provenance);
  const auto unexpected = result.report.unexpected(config.expected);
  if (flags.strict && !unexpected.empty()) write_report(report, result.report);
  if (flags.strict) refuse_unexpected(unexpected, report);

  line.update("writing " + recorded_name(flags.output), 1);
  Register& population = result.population;
  population.provenance.set("import_config_file", recorded_name(flags.config));
  population.provenance.set("import_config_sha256", sha256_of_file(flags.config));
  population.provenance.set("version", kFullVersion);
  write_population(flags.output, population);
  write_report(report, result.report);
  line.wipe();
  if (!flags.quiet) {
    std::cerr << flags.output << ": " << grouped(population.size()) << " establishments, "
              << population.populations.size() << " populations, " << population.regions.size() << " regions; read "
              << decimals(read_s, 2) << " s, write " << decimals(watch.lap(), 2) << " s\n";
  }
  return kDone;
}

std::function<int()> define(CLI::App& app) {
  const auto flags = std::make_shared<Flags>();
  app.add_option("CONFIG.toml", flags->config, "What to import and how (see --example)")
      ->check(not_empty())
      ->type_name("");
  app.add_option("-o,--output", flags->output, "Population file to write (HDF5); replaced if it exists")
      ->check(not_empty())
      ->type_name("POP.h5");
  app.add_option("--report", flags->report,
                 "Report to write: CSV if its name ends in .csv, else JSON [POP.h5.report.json]")
      ->check(not_empty())
      ->type_name("FILE");
  app.add_flag("--example", flags->example, "Print a commented configuration and leave");
  app.add_flag("--strict", flags->strict, "Fail if any row was dropped or noted, except for [report] expected");
  app.add_flag("--quiet", flags->quiet, "Errors only");
  app.footer(kFooter);
  return [flags] { return import_files(*flags); };
}

}  // namespace

const Command kImportCommand{"import", "Make a population file from the files of a register", define};

}  // namespace dscore::cli
