// dscore synth: a population file with a synthetic Netherlands.

#include "host/synth.h"

#include <iostream>
#include <limits>
#include <memory>
#include <set>

#include "host/cli/command.h"
#include "host/cli/paths.h"
#include "host/cli/signals.h"
#include "host/cli/text.h"
#include "host/cli/validators.h"
#include "host/version.h"
#include "io/atomic_file.h"
#include "io/extract_files.h"
#include "io/places_table.h"
#include "io/population_file.h"
#include "kernels/error.h"

namespace dscore::cli {
namespace {

constexpr const char* kFooter = R"(Made up, and marked so in the file: 16 populations of the published sizes over the
40 COROP regions, on postcode-like points in towns, centres, estates, greenhouse districts and ports. The same seed
gives the same file.

With --places everything is put on points of yours instead: a CSV table (plain or gzip) with coordinates in RD New,
the code of the region (CR01 to CR40), and perhaps a weight, its addresses for instance. Each draws what the model puts
near it. Regions without a place are left out.

--as-extract writes what a register delivers, with the usual dirt: establishments (CSV, SPSS, Stata), jobs, postcodes,
municipalities, definitions, and import.toml. `dscore import DIR/import.toml` gives the same population back.

Examples:
  dscore synth -o population.h5
  dscore synth -o small.h5 --scale 0.01 --seed 7
  dscore synth -o real_places.h5 --places postcodes.csv --x rd_x --y rd_y --region corop_code --weight n_addr
  dscore synth --as-extract extract && dscore import extract/import.toml -o population.h5)";

struct Flags {
  std::string output;
  SynthSettings settings;
  std::string extract;
  std::string places;
  PlacesColumns columns;
  std::string weight;
  bool quiet = false;
};

Register make(const Flags& flags) {
  if (flags.places.empty()) return synthesise(flags.settings);
  PlacesColumns columns = flags.columns;
  if (!flags.weight.empty()) columns.weight = flags.weight;
  const PlacesTable table = read_places(flags.places, columns, synth_regions());
  Register made = synthesise(flags.settings, table.places);
  made.provenance.set("places_file", recorded_name(flags.places));
  made.provenance.set("places_sha256", table.sha256);
  made.provenance.set("places", static_cast<std::int64_t>(table.places.size()));
  return made;
}

/// Regions that have an establishment.
std::size_t regions_in_use(const Register& population) {
  std::set<std::uint16_t> used(population.region.begin(), population.region.end());
  return used.size();
}

int synthesise_file(const Flags& flags) {
  check(flags.settings);
  if (flags.output.empty() && flags.extract.empty()) {
    throw UsageError("nothing to write. Name a file with -o, --output, or a directory with --as-extract.");
  }
  if (!flags.output.empty()) {
    check_hdf5_name(flags.output);
    if (!flags.places.empty()) refuse_same_file(flags.places, flags.output);
    check_writable(flags.output);
  }
  Register population = make(flags);
  population.provenance.set("version", kFullVersion);
  if (!flags.output.empty()) write_population(flags.output, population);
  if (!flags.extract.empty()) write_extract(population, flags.settings.seed, flags.extract);
  if (!flags.quiet) {
    std::cerr << (flags.output.empty() ? flags.extract : flags.output) << ": " << grouped(population.size())
              << " synthetic establishments, " << population.populations.size() << " populations, "
              << regions_in_use(population) << " regions\n";
  }
  return kDone;
}

std::function<int()> define(CLI::App& app) {
  const auto flags = std::make_shared<Flags>();
  app.add_option("-o,--output", flags->output, "Population file to write (HDF5); replaced if it exists")
      ->check(not_empty())
      ->type_name("POP.h5");
  app.add_option("--as-extract", flags->extract,
                 "Write it as raw register extracts into this directory, too or instead")
      ->check(not_empty())
      ->type_name("DIR");
  app.add_option("--seed", flags->settings.seed, "Another seed, another country")
      ->check(whole_number(0, std::numeric_limits<std::int64_t>::max()))
      ->capture_default_str();
  app.add_option("--scale", flags->settings.scale, "Times the published numbers of establishments")
      ->check(number())
      ->capture_default_str();
  CLI::Option* places = app.add_option("--places", flags->places, "Put everything on the points of this table")
                            ->check(not_empty())
                            ->type_name("CSV");
  const auto column = [&](const char* flag, std::string& name, const char* what) {
    return app.add_option(flag, name, what)->check(not_empty())->needs(places)->type_name("COLUMN");
  };
  column("--x", flags->columns.x, "--places: column of the x coordinate")->capture_default_str();
  column("--y", flags->columns.y, "--places: column of the y coordinate")->capture_default_str();
  column("--region", flags->columns.region, "--places: column of the region's code")->capture_default_str();
  column("--weight", flags->weight, "--places: column of the weight; default: weight, if there is one");
  app.add_flag("--quiet", flags->quiet, "Errors only");
  app.footer(kFooter);
  return [flags] { return synthesise_file(*flags); };
}

}  // namespace

const Command kSynthCommand{"synth", "Make a synthetic Netherlands: a population file", define};

}  // namespace dscore::cli
