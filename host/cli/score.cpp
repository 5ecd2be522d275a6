// dscore score: one plain point set in, the same table with a column d_score out.

#include "host/score.h"

#include <unistd.h>

#include <iostream>
#include <memory>

#include "host/cli/command.h"
#include "host/cli/paths.h"
#include "host/cli/progress.h"
#include "host/cli/score_summary.h"
#include "host/cli/settings_flags.h"
#include "host/cli/signals.h"
#include "host/cli/sums_text.h"
#include "host/cli/text.h"
#include "host/cli/validators.h"
#include "host/version.h"
#include "io/atomic_file.h"
#include "io/csv.h"
#include "io/number.h"
#include "io/point_table.h"
#include "kernels/error.h"
#include "kernels/stopwatch.h"

namespace dscore::cli {
namespace {

constexpr const char* kFooter =
    R"(IN is CSV with a header, plain or gzip, or HDF5 with one-dimensional datasets; OUT has the same format, every
column of IN, and d_score (1/km, or the unit of --decay; empty where there is one establishment only). - is standard input or output.
OUT appears complete or not at all, and replaces an older one. Settings, checksum, statistics and run times are
recorded in OUT (HDF5) or in OUT.provenance.json beside it (CSV). No score exceeds 1/t, but under --threshold-rule none.

Examples:
  dscore score addresses.csv -o scored.csv
  dscore score postcodes.csv.gz -o scored.csv.gz --x rd_x --y rd_y --weight n_addr
  dscore score excel.csv -o scored.csv --delimiter ';' --decimal ,
  dscore score points.h5 -o scored.h5 --x /points/x --y /points/y
  dscore score addresses.csv -o exact.csv --method exact
  zcat addresses.csv.gz | dscore score - -o - --threshold-km 0.5 --quiet | head)";

struct Flags {
  explicit Flags(CLI::App& app) : shared(app, SettingsFlags::Of::score) {}
  std::string input;
  std::string output;
  std::string x = "x_m";
  std::string y = "y_m";
  std::string weight;
  std::string delimiter;
  std::string decimal;
  bool any_coordinates = false;
  SettingsFlags shared;
};

/// The columns, of which no two may be the same one, and how to read them.
PointColumns columns_of(const Flags& flags) {
  const auto refuse = [](const char* a, const char* b, const std::string& name) {
    throw UsageError(std::string(a) + " and " + b + " both name the column \"" + name + "\". Name another one.");
  };
  if (flags.x == flags.y) refuse("--x", "--y", flags.x);
  PointColumns columns;
  columns.x = flags.x;
  columns.y = flags.y;
  if (!flags.weight.empty()) {
    if (flags.weight == flags.x) refuse("--weight", "--x", flags.x);
    if (flags.weight == flags.y) refuse("--weight", "--y", flags.y);
    columns.weight = flags.weight;
  }
  if (!flags.delimiter.empty()) columns.delimiter = delimiter_named(flags.delimiter);
  if (!flags.decimal.empty()) columns.decimal = flags.decimal[0];
  columns.netherlands_only = !flags.any_coordinates;
  return columns;
}

/// Ordered pairs of different locations: what had to be computed.
double location_pairs(const Scores& scores) {
  const auto locations = static_cast<double>(scores.locations);
  return locations * (locations - 1);
}

Provenance provenance_of(const Flags& flags, const Settings& settings, const Machine& machine, const PointTable& table,
                         const Scores& scores, const ScoreSummary& summary) {
  Provenance provenance;
  provenance.set("version", kFullVersion);
  provenance.set("input_file", recorded_name(flags.input));
  provenance.set("input_sha256", table.sha256);
  provenance.set("x", flags.x);
  provenance.set("y", flags.y);
  if (!flags.weight.empty()) provenance.set("weight", flags.weight);
  record(provenance, settings, machine.kind);
  record(provenance, std::vector<SumReport>{scores.sums});
  provenance.set("device_description", machine.backend->description());
  provenance.set("establishments", static_cast<std::int64_t>(scores.establishments));
  provenance.set("locations", static_cast<std::int64_t>(scores.locations));
  // As a double: up to 1.6e19, beyond a signed integer.
  provenance.set("pairs_within_threshold", static_cast<double>(scores.pairs_within_threshold));
  provenance.set("coincident_pairs", static_cast<double>(scores.coincident_pairs));
  record(provenance, summary);
  provenance.set("merge_s", scores.merge_s);
  provenance.set("pairs_s", scores.pairs_s);
  provenance.set("ordered_pairs", location_pairs(scores));
  if (scores.pairs_s > 0) provenance.set("ordered_pairs_per_s", location_pairs(scores) / scores.pairs_s);
  return provenance;
}

int score_file(const Flags& flags) {
  const Settings settings = flags.shared.settings();
  const PointColumns columns = columns_of(flags);
  refuse_same_file(flags.input, flags.output);
  if (flags.output != "-") refuse_same_file(flags.input, provenance_beside(flags.output));
  check_writable(flags.output);
  const Machine machine = choose_machine(settings);
  const std::string started = utc_now();
  Stopwatch watch;

  ProgressLine line(!flags.shared.quiet());
  line.update("reading " + recorded_name(flags.input), 0);
  const PointTable table = read_point_table(flags.input, columns);
  check_output(table, flags.output);
  const double read_s = watch.lap();

  Scores scores;
  {
    const StoppableWork stoppable;
    Summation summation(*machine.backend, sum_settings(settings));
    scores = score(summation, table.points(), [&](double fraction) {
      throw_if_interrupted();
      line.update("scoring", fraction);
    });
  }
  throw_if_interrupted();

  const ScoreSummary summary = summarise_scores(*machine.backend, scores, table.multiplicity, settings.quantile_type);
  Provenance provenance = provenance_of(flags, settings, machine, table, scores, summary);
  provenance.set("started_utc", started);
  provenance.set("read_s", read_s);
  watch.lap();
  line.update("writing", 1);
  write_scored(table, flags.output, scores.d, provenance);
  const double write_s = watch.lap();

  line.wipe();
  if (!flags.shared.quiet()) {
    std::cerr << text_of(summary, scores, settings) << "read " << decimals(read_s, 3) << " s, merge "
              << decimals(scores.merge_s, 3) << " s, pairs " << decimals(scores.pairs_s, 3) << " s, write "
              << decimals(write_s, 3) << " s; ";
    if (scores.pairs_s > 0) std::cerr << rate(location_pairs(scores) / scores.pairs_s) << " ordered pairs/s; ";
    std::cerr << machine.backend->description() << '\n' << text_of(scores.sums, settings);
  }
  return kDone;
}

CLI::Validator delimiter() {
  return {[](std::string& text) {
            return delimiter_named(text) ? std::string()
                                         : dscore::quoted(text) + " is not one ASCII character (no quote), nor tab";
          },
          ""};
}

CLI::Validator decimal_sign() {
  return {[](std::string& text) {
            return text == "." || text == "," ? std::string() : dscore::quoted(text) + " is neither . nor ,";
          },
          ""};
}

std::function<int()> define(CLI::App& app) {
  const auto flags = std::make_shared<Flags>(app);
  app.add_option("IN", flags->input, "Table of points, metres in RD New (CSV or HDF5); - for standard input")
      ->required()
      ->check(not_empty())
      ->type_name("");
  app.add_option("-o,--output", flags->output, "Table to write; - for standard output")
      ->required()
      ->check(not_empty())
      ->type_name("OUT");
  app.add_option("--x", flags->x, "Column of the x coordinate")->capture_default_str()->type_name("COLUMN");
  app.add_option("--y", flags->y, "Column of the y coordinate")->capture_default_str()->type_name("COLUMN");
  app.add_option("--weight", flags->weight, "Column of the establishments a row stands for (whole numbers from 1)")
      ->type_name("COLUMN");
  app.add_option("--delimiter", flags->delimiter, "CSV: between fields, one character or tab; default ,")
      ->check(delimiter())
      ->type_name("CHAR");
  app.add_option("--decimal", flags->decimal, "CSV: the decimal sign, . or , (of d_score too); default .")
      ->check(decimal_sign())
      ->type_name("CHAR");
  app.add_flag("--any-coordinates", flags->any_coordinates,
               "Take metres on any plane; else points outside the Netherlands are refused");
  app.footer(kFooter);
  return [flags] {
    flags->input = stream_or_path(flags->input, STDIN_FILENO);
    flags->output = stream_or_path(flags->output, STDOUT_FILENO);
    return score_file(*flags);
  };
}

}  // namespace

const Command kScoreCommand{"score", "Score one table of points: every column of it, and d_score", define};

}  // namespace dscore::cli
