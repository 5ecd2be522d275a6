// A program whose one analysis is of no use, but cut into units: `toil`. The tests kill it, share it out and spread it
// over ranks; `merge` is dscore's own.

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cmath>
#include <memory>

#include "host/bytes.h"
#include "host/cli/command.h"
#include "host/cli/program.h"
#include "host/cli/work_flags.h"
#include "io/atomic_file.h"

namespace dscore::cli {
namespace {

struct Flags {
  explicit Flags(CLI::App& app) : work(app) {}
  WorkFlags work;
  std::string output;
  std::string log;  // a line for every unit that was done to its end
  std::uint64_t units = 40;
  std::uint64_t steps = 20'000;  // of a unit, at least; the longest takes three times as many
  std::uint64_t values = 100;    // in the result of a unit
  std::uint64_t seed = 1;
  std::int64_t fails = -1;   // the unit that throws
  std::int64_t enough = -1;  // units behind this one are not needed once it is finished
};

/// What a unit's result depends on: the unit and the seed.
std::vector<double> toil(std::uint64_t seed, std::uint64_t unit, const Flags& flags,
                         const std::function<void(double)>& progress) {
  const std::uint64_t steps = flags.steps * (1 + unit % 3);
  std::vector<double> values(flags.values, static_cast<double>(unit));
  double x = 0.3 + 1e-4 * static_cast<double>(seed * 1000 + unit % 997);
  for (std::uint64_t step = 0; step < steps; ++step) {
    if (step % 1000 == 0) progress(static_cast<double>(step) / static_cast<double>(steps));
    for (int k = 0; k < 20; ++k) x = 3.9 * x * (1 - x);  // the logistic map: every bit counts
    if (!values.empty()) values[step % values.size()] += std::sin(x);
  }
  return values;
}

class Toil : public Work {
 public:
  explicit Toil(const Flags& flags) : flags_(flags), results_(flags.units) {}

  std::string identity() const override {
    return "toil\nunits: " + std::to_string(flags_.units) + "\nsteps: " + std::to_string(flags_.steps) +
           "\nvalues: " + std::to_string(flags_.values) + "\nseed: " + std::to_string(flags_.seed);
  }
  std::size_t units() const override { return flags_.units; }
  std::string name(std::size_t unit) const override { return "unit " + std::to_string(unit); }
  double predicted_s(std::size_t unit) const override {
    return 2e-7 * static_cast<double>(flags_.steps * (1 + unit % 3));
  }
  Bytes run(std::size_t unit, const std::function<void(double)>& progress) override {
    if (static_cast<std::int64_t>(unit) == flags_.fails) throw Error("unit " + std::to_string(unit) + " fails.");
    Bytes result =
        ByteWriter().put(static_cast<std::uint64_t>(unit)).put(toil(flags_.seed, unit, flags_, progress)).take();
    if (flags_.log.empty()) return result;
    const std::string line = std::to_string(unit) + "\n";
    const int log = ::open(flags_.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (::write(log, line.data(), line.size()) < 0) throw Error(flags_.log + ": cannot write.");
    ::close(log);
    return result;
  }
  void take(std::size_t unit, std::span<const std::byte> result) override {
    ByteReader bytes(result, name(unit));
    if (bytes.get<std::uint64_t>() != unit) throw Error(name(unit) + ": the result is of another unit.");
    results_[unit] = bytes.get_vector<double>();
    bytes.finish();
    finished_enough_ |= static_cast<std::int64_t>(unit) == flags_.enough;
  }
  bool needed(std::size_t unit) const override {
    return !finished_enough_ || static_cast<std::int64_t>(unit) <= flags_.enough;
  }

  void write() const {
    AtomicFile file(flags_.output);
    for (std::size_t unit = 0; unit < results_.size(); ++unit) {
      if (flags_.enough >= 0 && static_cast<std::int64_t>(unit) > flags_.enough) break;
      const Bytes bytes = ByteWriter().put(results_[unit]).take();
      file.write({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    file.commit();
  }

 private:
  const Flags& flags_;
  std::vector<std::vector<double>> results_;
  bool finished_enough_ = false;
};

int run(const Flags& flags) {
  check_writable(flags.output);
  Toil work(flags);
  ProgressLine line(true);
  do_work(work, *make_cpu_backend(1), flags.work, flags.output, line, false, [&] {
    work.write();
    line.wipe();
    std::cout << "wrote " << flags.output << std::endl;
  });
  return kDone;
}

std::function<int()> define(CLI::App& app) {
  const auto flags = std::make_shared<Flags>(app);
  app.add_option("-o,--output", flags->output)->required();
  app.add_option("--log", flags->log);
  app.add_option("--units", flags->units);
  app.add_option("--steps", flags->steps);
  app.add_option("--values", flags->values);
  app.add_option("--seed", flags->seed);
  app.add_option("--fails", flags->fails);
  app.add_option("--enough", flags->enough);
  return [flags] { return run(*flags); };
}

const Command kToilCommand{"toil", "Work of no use, in units", define};
const std::array kCommands = {&kToilCommand, &kMergeCommand};

}  // namespace
}  // namespace dscore::cli

int main(int argc, char** argv) { return dscore::cli::run_program(argc, argv, dscore::cli::kCommands); }
