// dscore compare: results beside published figures.

#include "host/compare.h"

#include <iostream>
#include <memory>

#include "host/cli/command.h"
#include "host/cli/compare_text.h"
#include "host/cli/validators.h"
#include "io/comparison_tables.h"
#include "io/published_tables.h"
#include "io/results_file.h"
#include "kernels/error.h"

namespace dscore::cli {
namespace {

constexpr const char* kFooter =
    R"(Without --reference the figures of the PBL/CBS note of 2012, which come with the program. DIR holds tables of the
same form (national_published.csv, corop_published.csv, region_types_published.csv); blank cells are missing. With -d
national_comparison.csv, regional_comparison.csv, sector_comparison.csv, types_comparison.csv and unmatched.csv are
written into a folder, which is made if need be.

Examples:
  dscore compare results.h5
  dscore compare results.h5 --regions -d comparison
  dscore compare results.h5 --reference published_2015)";

struct Flags {
  std::string input;
  std::string reference;
  std::string directory;
  bool regions = false;
  bool quiet = false;
};

int compare_file(const Flags& flags) {
  const PublishedTables published = flags.reference.empty() ? note_2012() : read_published_tables(flags.reference);
  const Results results = read_results(flags.input);
  Comparison comparison;
  try {
    comparison = compare(results, published);
  } catch (const Error& error) {
    throw Error(flags.input + ": " + error.what());
  }
  if (!flags.directory.empty()) write_comparison(comparison, flags.directory);
  std::cout << comparison_text(comparison, flags.regions);
  if (!flags.directory.empty() && !flags.quiet) std::cerr << flags.directory << ": 5 tables\n";
  return kDone;
}

std::function<int()> define(CLI::App& app) {
  const auto flags = std::make_shared<Flags>();
  app.add_option("RES.h5", flags->input, "Result file (HDF5, of `dscore run`)")
      ->required()
      ->check(not_empty())
      ->type_name("");
  app.add_option("--reference", flags->reference, "Folder with published tables, instead of the note's")
      ->check(not_empty())
      ->type_name("DIR");
  app.add_option("-d,--directory", flags->directory, "Folder for the comparison as CSV tables")
      ->check(not_empty())
      ->type_name("DIR");
  app.add_flag("--regions", flags->regions, "Print every region too");
  app.add_flag("--quiet", flags->quiet, "No message about the tables");
  app.footer(kFooter);
  return [flags] { return compare_file(*flags); };
}

}  // namespace

const Command kCompareCommand{"compare", "Lay results beside the published figures", define};

}  // namespace dscore::cli
