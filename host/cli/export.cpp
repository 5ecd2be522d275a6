// dscore export: the tables of a run as CSV; with --disclosure those that may leave a secure environment.

#include <iostream>
#include <memory>

#include "host/cli/command.h"
#include "host/cli/validators.h"
#include "io/disclosed_tables.h"
#include "io/disclosure_file.h"
#include "io/layout.h"
#include "io/results_file.h"
#include "io/significance_file.h"
#include "io/significance_tables.h"
#include "io/sweep_file.h"
#include "io/sweep_tables.h"
#include "io/tables.h"
#include "kernels/error.h"

namespace dscore::cli {
namespace {

constexpr const char* kFooter =
    R"(Writes populations.csv, regions.csv and provenance.json, and with --establishments establishments.csv, into DIR,
which is made if need be, with its parents; older ones are replaced. Missing values are empty; numbers read back as the
same double.

With --disclosure, small and dominated cells are hidden, and others from which they could be computed; the maximum is
replaced by a high percentile, everything is rounded, and disclosure_log.csv says what was done (docs/disclosure.md).

Of a sweep: sweep_settings.csv, sweep_populations.csv, sweep_regions.csv, sweep_bands.csv and sweep_provenance.json.
Of significance: significance_populations.csv, _tests.csv, _regions.csv, _cross.csv, _draws.csv, with --establishments
_establishments.csv, and significance_provenance.json.

Examples:
  dscore export results.h5 -d tables
  dscore export results.h5 -d tables --establishments
  dscore export results.h5 -d release --disclosure default
  dscore export --disclosure-example > rules.toml
  dscore export results.h5 -d release --disclosure rules.toml)";

struct Flags {
  std::string input;
  std::string directory;
  std::string disclosure;
  bool establishments = false;
  bool quiet = false;
};

/// The names of the tables that were written.
std::string export_results(const Flags& flags) {
  if (flags.disclosure.empty()) {
    export_tables(read_results(flags.input), flags.directory, flags.establishments);
  } else {
    const DisclosureRules rules = read_disclosure_rules(flags.disclosure);
    export_disclosed(read_results(flags.input), rules, flags.directory);
  }
  return std::string("populations.csv, regions.csv, provenance.json") +
         (flags.establishments ? ", establishments.csv" : "") +
         (flags.disclosure.empty() ? "" : ", disclosure_log.csv");
}

std::string export_sweep_results(const Flags& flags) {
  if (!flags.disclosure.empty()) {
    throw UsageError(
        "--disclosure: there are no rules for a sweep, whose settings can be subtracted from each other. Release "
        "single "
        "figures after your own check.");
  }
  if (flags.establishments) throw UsageError("--establishments: a sweep keeps no establishments. Leave it out.");
  const SweepResults results = read_sweep(flags.input);
  export_sweep(results, flags.directory);
  return std::string("sweep_settings.csv, sweep_populations.csv, sweep_regions.csv, ") +
         (results.bands.empty() ? "" : "sweep_bands.csv, ") + "sweep_provenance.json";
}

std::string export_significance_results(const Flags& flags) {
  if (!flags.disclosure.empty()) {
    throw UsageError(
        "--disclosure: there are no rules for significance: the test of a region with few establishments tells their "
        "scores. Release single figures after your own check.");
  }
  export_significance(read_significance(flags.input), flags.directory, flags.establishments);
  return std::string(
             "significance_populations.csv, significance_tests.csv, significance_regions.csv, significance_cross.csv, "
             "significance_draws.csv, ") +
         (flags.establishments ? "significance_establishments.csv, " : "") + "significance_provenance.json";
}

int export_file(const Flags& flags) {
  if (flags.establishments && !flags.disclosure.empty()) {
    throw UsageError(
        "--establishments: no row of a single establishment leaves with --disclosure. Leave one of them out.");
  }
  const std::string format = layout::format_of(layout::open(flags.input));
  const std::string written = format == layout::kSweep          ? export_sweep_results(flags)
                              : format == layout::kSignificance ? export_significance_results(flags)
                                                                : export_results(flags);
  if (!flags.quiet) std::cerr << flags.directory << ": " << written << '\n';
  return kDone;
}

std::function<int()> define(CLI::App& app) {
  const auto flags = std::make_shared<Flags>();
  app.add_option("RES.h5", flags->input, "Result file (HDF5), of `dscore run`, `sweep` or `significance`")
      ->required()
      ->check(not_empty())
      ->type_name("");
  app.add_option("-d,--directory", flags->directory, "Folder for the tables")
      ->required()
      ->check(not_empty())
      ->type_name("DIR");
  app.add_flag("--establishments", flags->establishments, "Write the scores of all establishments too");
  app.add_option("--disclosure", flags->disclosure, "Write only what these rules allow: a TOML file, or \"default\"")
      ->check(not_empty())
      ->type_name("RULES");
  app.set_version_flag("--disclosure-example", std::string(disclosure_example()), "Print the default rules and leave");
  app.add_flag("--quiet", flags->quiet, "Errors only");
  app.footer(kFooter);
  return [flags] { return export_file(*flags); };
}

}  // namespace

const Command kExportCommand{"export", "Write the tables of a result file as CSV", define};

}  // namespace dscore::cli
