// dscore significance: are sectors nearer together than chance would have it?

#include <iostream>
#include <memory>

#include "host/cli/command.h"
#include "host/cli/paths.h"
#include "host/cli/progress.h"
#include "host/cli/settings_flags.h"
#include "host/cli/significance_text.h"
#include "host/cli/text.h"
#include "host/cli/validators.h"
#include "host/cli/work_flags.h"
#include "host/significance_work.h"
#include "host/version.h"
#include "io/atomic_file.h"
#include "io/population_file.h"
#include "io/significance_file.h"
#include "kernels/stopwatch.h"

namespace dscore::cli {
namespace {

constexpr const char* kFooter =
    R"(Draws as many establishments as a sector has, without replacement, from its benchmark (and the sector's members
outside it), scores them among themselves, and compares the sector with --draws such draws: as a whole, by region, and
how near it is to other sectors. Single establishments are compared with the exact mean and variance of their score.
Results depend on the input, the seed and the settings alone. docs/significance.md says what the numbers mean.

Prints, for each sector: its mean d, the mean and standard deviation of the draws' mean d, z, p (one-sided: as near
together or nearer), and in how many regions its mean d is significantly high and low, at a false discovery rate of 5 %
over all regions and sectors.

Examples:
  dscore significance population.h5 -o sig.h5
  dscore significance population.h5 -o sig.h5 --draws 9999 --seed 2
  dscore significance population.h5 -o sig.h5 --strata region
  srun --mpi=pmix dscore significance population.h5 -o sig.h5 --draws 9999
  dscore export sig.h5 -d tables)";

constexpr std::int64_t kLargestSeed = 0x7fff'ffff'ffff'ffff;

struct Flags {
  explicit Flags(CLI::App& app) : shared(app, SettingsFlags::Of::significance), work(app) {}
  std::string input;
  std::string output;
  SettingsFlags shared;
  WorkFlags work;
  SignificanceSettings values;
  std::string strata = name_of(Strata::none);
  bool no_cross = false;
};

SignificanceSettings settings_of(const Flags& flags) {
  SignificanceSettings settings = flags.values;
  settings.scores = flags.shared.settings();
  for (const Strata strata : {Strata::none, Strata::region, Strata::size}) {
    if (flags.strata == name_of(strata)) settings.strata = strata;
  }
  settings.cross = !flags.no_cross;
  check(settings);
  return settings;
}

int significance_file(const Flags& flags) {
  const SignificanceSettings settings = settings_of(flags);
  refuse_same_file(flags.input, flags.output);
  check_hdf5_name(flags.output);
  check_writable(flags.output);
  const Machine machine = choose_machine(settings.scores);
  const std::string started = utc_now();
  Stopwatch watch;

  ProgressLine line(!flags.shared.quiet());
  line.update("reading " + recorded_name(flags.input), 0);
  CheckedPopulation read = read_population_and_checksum(flags.input);
  Register& population = read.population;
  const std::string& checksum = read.sha256;
  const double read_s = watch.lap();

  SignificanceWork work(*machine.backend, std::move(population), settings, checksum);
  do_work(work, *machine.backend, flags.work, flags.output, line, flags.shared.quiet(), [&] {
    Significance results = work.results();
    const double run_s = watch.lap();

    line.update("writing " + recorded_name(flags.output), 1);
    results.provenance.set("version", kFullVersion);
    results.provenance.set("started_utc", started);
    results.provenance.set("input_file", recorded_name(flags.input));
    results.provenance.set("input_sha256", checksum);
    results.provenance.set("read_s", read_s);
    results.provenance.set("run_s", run_s);
    write_significance(flags.output, results);
    const double write_s = watch.lap();

    line.wipe();
    if (flags.shared.quiet()) return;
    std::cout << text_of(results) << "\nread " << decimals(read_s, 2) << " s, run " << decimals(run_s, 2)
              << " s, write " << decimals(write_s, 2) << " s; " << machine.backend->description() << '\n';
  });
  return kDone;
}

std::function<int()> define(CLI::App& app) {
  const auto flags = std::make_shared<Flags>(app);
  app.add_option("POP.h5", flags->input, "Population file (HDF5, see `dscore synth`)")
      ->required()
      ->check(not_empty())
      ->type_name("");
  app.add_option("-o,--output", flags->output, "File to write (HDF5); replaced if it exists")
      ->required()
      ->check(not_empty())
      ->type_name("SIG.h5");
  const std::string group = "Draws";
  app.add_option("--draws", flags->values.draws, "Draws for each sector; no p-value is below 1/(draws + 1)")
      ->check(whole_number(1, kMostDraws))
      ->capture_default_str()
      ->group(group);
  app.add_option("--seed", flags->values.seed, "Of the random numbers")
      ->check(whole_number(0, kLargestSeed))
      ->capture_default_str()
      ->group(group);
  app.add_option("--strata", flags->strata, "As many of each region, or size class by jobs, as the sector has there")
      ->check(CLI::IsMember({name_of(Strata::none), name_of(Strata::region), name_of(Strata::size)}))
      ->capture_default_str()
      ->group(group);
  app.add_option("--draw-tolerance", flags->values.draw_tolerance, "Largest relative error of a score in a draw")
      ->check(number())
      ->capture_default_str()
      ->group(group);
  app.add_option("--stop-early", flags->values.stop_early,
                 "A sector's draws stop when every p-value has so many as extreme (Besag and Clifford); 0: never")
      ->check(whole_number(0, kMostDraws))
      ->capture_default_str()
      ->group(group);
  app.add_flag("--no-cross", flags->no_cross, "Do not test how near sectors are to each other")->group(group);
  app.footer(kFooter);
  return [flags] { return significance_file(*flags); };
}

}  // namespace

const Command kSignificanceCommand{"significance", "Test sectors, regions and establishments against chance", define};

}  // namespace dscore::cli
