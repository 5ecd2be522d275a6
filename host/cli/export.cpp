// dscore export: the tables of a run as CSV.

#include <iostream>
#include <memory>

#include "host/cli/command.h"
#include "host/cli/paths.h"
#include "io/results_file.h"
#include "io/tables.h"

namespace dscore::cli {
namespace {

constexpr const char* kFooter =
    R"(Writes populations.csv, regions.csv and provenance.json, and with --establishments establishments.csv, into DIR,
which is made if need be; older ones are replaced. Missing values are empty; numbers read back as the same double.

Examples:
  dscore export results.h5 -d tables
  dscore export results.h5 -d tables --establishments)";

struct Flags {
  std::string input;
  std::string directory;
  bool establishments = false;
  bool quiet = false;
};

int export_file(const Flags& flags) {
  export_tables(read_results(flags.input), flags.directory, flags.establishments);
  if (!flags.quiet) {
    std::cerr << flags.directory << ": populations.csv, regions.csv, provenance.json"
              << (flags.establishments ? ", establishments.csv" : "") << '\n';
  }
  return kDone;
}

std::function<int()> define(CLI::App& app) {
  const auto flags = std::make_shared<Flags>();
  app.add_option("RES.h5", flags->input, "Result file (HDF5, of `dscore run`)")
      ->required()
      ->check(not_empty())
      ->type_name("");
  app.add_option("-d,--directory", flags->directory, "Folder for the tables")
      ->required()
      ->check(not_empty())
      ->type_name("DIR");
  app.add_flag("--establishments", flags->establishments, "Write the scores of all establishments too");
  app.add_flag("--quiet", flags->quiet, "Errors only");
  app.footer(kFooter);
  return [flags] { return export_file(*flags); };
}

}  // namespace

const Command kExportCommand{"export", "Write the tables of a result file as CSV", define};

}  // namespace dscore::cli
