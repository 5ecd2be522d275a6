// dscore sweep: a sensitivity analysis of a population file, by a plan.

#include "host/sweep.h"

#include <iostream>
#include <memory>

#include "host/cli/command.h"
#include "host/cli/paths.h"
#include "host/cli/progress.h"
#include "host/cli/settings_flags.h"
#include "host/cli/sweep_text.h"
#include "host/cli/text.h"
#include "host/cli/validators.h"
#include "host/cli/work_flags.h"
#include "host/version.h"
#include "io/atomic_file.h"
#include "io/population_file.h"
#include "io/sweep_file.h"
#include "io/sweep_plan_file.h"
#include "io/text_input.h"
#include "kernels/stopwatch.h"

namespace dscore::cli {
namespace {

constexpr std::size_t kLongestPlan = std::size_t{1} << 20;

constexpr const char* kFooter =
    R"(The plan says what is varied around a baseline: the threshold and its rule, quantiles, benchmarks, regions moved
or left out, companies and towns left out, random halves. Every setting scores all populations anew. Prints, by factor,
how much each result changes at most; the file has everything (`dscore export`).

Examples:
  dscore sweep population.h5 --plan default -o sweep.h5
  dscore sweep --plan-example > plan.toml
  dscore sweep population.h5 --plan plan.toml -o sweep.h5 --tolerance 1e-6
  dscore sweep population.h5 --plan note-2012 -o groningen.h5)";

struct Flags {
  explicit Flags(CLI::App& app) : shared(app, SettingsFlags::Of::sweep), work(app) {}
  std::string input;
  std::string plan;
  std::string output;
  SettingsFlags shared;
  WorkFlags work;
};

std::string plan_text(const std::string& plan) {
  if (plan == "default") return std::string(sweep_example());
  if (plan == "note-2012") return std::string(sweep_note_2012());
  TextInput input(plan);
  auto text = input.read_below(kLongestPlan);
  if (!text) throw Error(plan + ": larger than a plan can be (1 MiB). Name the plan with --plan.");
  return std::move(*text);
}

int sweep_file(const Flags& flags) {
  const Settings settings = flags.shared.settings();
  refuse_same_file(flags.input, flags.output);
  check_hdf5_name(flags.output);
  check_writable(flags.output);
  const Machine machine = choose_machine(settings);
  const std::string started = utc_now();
  Stopwatch watch;

  ProgressLine line(!flags.shared.quiet());
  line.update("reading " + recorded_name(flags.input), 0);
  const std::string plan = plan_text(flags.plan);
  CheckedPopulation read = read_population_and_checksum(flags.input);
  Register& population = read.population;
  const std::string& checksum = read.sha256;
  SweepPlan parsed = parse_sweep_plan(flags.plan, plan, population, settings);
  const Settings baseline = parsed.settings.front().settings;
  Sweep sweep(*machine.backend, std::move(population), std::move(parsed), checksum);

  do_work(sweep, *machine.backend, flags.work, flags.output, line, flags.shared.quiet(), [&] {
    const double run_s = watch.lap();
    SweepResults results = std::move(sweep).results();

    line.update("writing " + recorded_name(flags.output), 1);
    record(results.provenance, baseline, machine.kind);
    results.provenance.set("large_share", baseline.large_share);
    results.provenance.set("device_description", machine.backend->description());
    results.provenance.set("version", kFullVersion);
    results.provenance.set("started_utc", started);
    results.provenance.set("input_file", recorded_name(flags.input));
    results.provenance.set("input_sha256", checksum);
    results.provenance.set("plan_file", recorded_name(flags.plan));
    results.provenance.set("plan", plan);
    results.provenance.set("total_s", run_s);
    const SumsOverall sums = sums_overall(results);
    results.provenance.set("sums", static_cast<std::int64_t>(sums.sums));
    results.provenance.set("sums_exact", static_cast<std::int64_t>(sums.exact));
    results.provenance.set("sums_fell_back", static_cast<std::int64_t>(sums.fell_back));
    if (!is_missing(sums.largest_error)) results.provenance.set("sums_largest_error", sums.largest_error);
    write_sweep(flags.output, results);

    line.wipe();
    if (!flags.shared.quiet()) {
      std::cout << sweep_text(results) << '\n'
                << sums_text(sums, baseline.tolerance) << grouped(results.settings.size()) << " settings in "
                << decimals(run_s, 1) << " s; " << machine.backend->description() << '\n';
    }
  });
  return kDone;
}

std::function<int()> define(CLI::App& app) {
  const auto flags = std::make_shared<Flags>(app);
  app.add_option("POP.h5", flags->input, "Population file (HDF5)")->required()->check(not_empty())->type_name("");
  app.add_option("--plan", flags->plan, "What to vary: a TOML file, \"default\" (the example) or \"note-2012\"")
      ->required()
      ->check(not_empty())
      ->type_name("PLAN");
  app.add_option("-o,--output", flags->output, "Sweep file to write (HDF5); replaced if it exists")
      ->required()
      ->check(not_empty())
      ->type_name("SWEEP.h5");
  app.set_version_flag("--plan-example", std::string(sweep_example()), "Print a commented plan and leave");
  app.footer(kFooter);
  return [flags] { return sweep_file(*flags); };
}

}  // namespace

const Command kSweepCommand{"sweep", "Sensitivity: score again under other settings, and compare", define};

}  // namespace dscore::cli
