// dscore run: all populations of a file, to a result file and a table.

#include "host/run.h"

#include <iostream>
#include <memory>

#include "host/cli/command.h"
#include "host/cli/paths.h"
#include "host/cli/progress.h"
#include "host/cli/settings_flags.h"
#include "host/cli/signals.h"
#include "host/cli/sums_text.h"
#include "host/cli/text.h"
#include "host/cli/validators.h"
#include "host/cli/work_flags.h"
#include "host/run_work.h"
#include "host/version.h"
#include "io/atomic_file.h"
#include "io/population_file.h"
#include "io/results_file.h"
#include "kernels/stopwatch.h"

namespace dscore::cli {
namespace {

constexpr const char* kFooter =
    R"(Prints a table of all populations: d in 1/km (or the unit of --decay); shares are of the population's establishments with d above
the P90 and P95 of its benchmark. The result file appears complete or not at all, and replaces an older one.

Examples:
  dscore run population.h5 -o results.h5
  dscore run population.h5 -o results.h5 --tolerance 1e-6 --threads 8
  dscore run population.h5 -o exact.h5 --method exact
  dscore run population.h5 -o half.h5 --threshold-km 0.5 --threshold-rule exclude
  dscore run population.h5 -o results.h5 --config settings.ini
  srun --mpi=pmix dscore run population.h5 -o results.h5)";

struct Flags {
  explicit Flags(CLI::App& app) : shared(app, SettingsFlags::Of::run), work(app) {}
  std::string input;
  std::string output;
  SettingsFlags shared;
  WorkFlags work;
};

std::string summary_table(const Results& results) {
  std::vector<std::vector<std::string>> rows = {{"population", "establishments", "locations", "mean d", "median", "max",
                                                 "P90", "P95", "> P90", "> P95", "method"}};
  for (std::size_t p = 0; p < results.populations.size(); ++p) {
    const PopulationResult& result = results.populations[p];
    const auto percentage = [](double share) { return is_missing(share) ? "-" : decimals(100 * share, 1) + " %"; };
    rows.push_back({results.input.populations[p].name, grouped(result.establishments), grouped(result.locations),
                    decimals(result.mean_d, 4), decimals(result.median_d, 4), decimals(result.max_d, 4),
                    decimals(result.p90, 4), decimals(result.p95, 4), percentage(result.share_above_p90),
                    percentage(result.share_above_p95), name_of(results.sums[p].method)});
  }
  return aligned(rows, 1);
}

int run_file(const Flags& flags) {
  const Settings settings = flags.shared.settings();
  refuse_same_file(flags.input, flags.output);
  check_hdf5_name(flags.output);
  check_writable(flags.output);
  const Machine machine = choose_machine(settings);
  const std::string started = utc_now();
  Stopwatch watch;

  ProgressLine line(!flags.shared.quiet());
  line.update("reading " + recorded_name(flags.input), 0);
  CheckedPopulation read = read_population_and_checksum(flags.input);
  Register& population = read.population;
  const std::string& checksum = read.sha256;
  const double read_s = watch.lap();

  const auto write = [&](Results results) {
    const double run_s = watch.lap();
    line.update("writing " + recorded_name(flags.output), 1);
    results.provenance.set("version", kFullVersion);
    results.provenance.set("started_utc", started);
    results.provenance.set("input_file", recorded_name(flags.input));
    results.provenance.set("input_sha256", checksum);
    results.provenance.set("read_s", read_s);
    write_results(flags.output, results);
    const double write_s = watch.lap();

    line.wipe();
    if (flags.shared.quiet()) return;
    std::cout << summary_table(results) << "\nread " << decimals(read_s, 2) << " s, run " << decimals(run_s, 2)
              << " s, write " << decimals(write_s, 2) << " s; " << machine.backend->description() << '\n'
              << text_of(results, settings);
  };

  if (flags.work.one_process()) {  // a second's work, and a GPU has several populations at once
    Results results;
    {
      const StoppableWork stoppable;
      results = run(*machine.backend, std::move(population), settings, [&](const std::string& what, double fraction) {
        throw_if_interrupted();
        line.update(what, fraction);
      });
    }
    throw_if_interrupted();
    write(std::move(results));
  } else {
    RunWork work(*machine.backend, std::move(population), settings, checksum);
    do_work(work, *machine.backend, flags.work, flags.output, line, flags.shared.quiet(),
            [&] { write(std::move(work).results()); });
  }
  return kDone;
}

std::function<int()> define(CLI::App& app) {
  const auto flags = std::make_shared<Flags>(app);
  app.add_option("POP.h5", flags->input, "Population file (HDF5, see `dscore synth`)")
      ->required()
      ->check(not_empty())
      ->type_name("");
  app.add_option("-o,--output", flags->output, "Result file to write (HDF5); replaced if it exists")
      ->required()
      ->check(not_empty())
      ->type_name("RES.h5");
  app.footer(kFooter);
  return [flags] { return run_file(*flags); };
}

}  // namespace

const Command kRunCommand{"run", "Score all populations of a file; statistics, clusters, regions and types", define};

}  // namespace dscore::cli
