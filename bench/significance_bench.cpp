// Where the time of draws goes: drawing labels, the bare sums over pairs, the statistics. Prints one JSON object.
//
// usage: significance_bench POP.h5 DRAWS [THREADS]
//
// Times are those of threads, so their sum over the number of threads is what the draws take.

#include <cstdio>
#include <cstdlib>

#include "bench/timing.h"
#include "host/significance_work.h"
#include "io/population_file.h"
#include "kernels/large_array.h"

int main(int argc, char** argv) {
  using namespace dscore;
  if (argc < 3) {
    std::fprintf(stderr, "usage: significance_bench POP.h5 DRAWS [THREADS]\n");
    return 2;
  }
  keep_freed_memory();
  SignificanceSettings settings;
  settings.draws = static_cast<std::uint32_t>(std::atoi(argv[2]));
  const int threads = argc > 3 ? std::atoi(argv[3]) : 0;
  const std::unique_ptr<Backend> backend = make_cpu_backend(threads);
  Register input = read_population(argv[1]);
  const std::vector<Population> populations = input.populations;
  std::unique_ptr<SignificanceWork> work;
  const double start_s =
      bench::seconds([&] { work = std::make_unique<SignificanceWork>(*backend, std::move(input), settings, "bench"); });

  double closed_s = 0, draws_s = 0, take_s = 0;
  LabellingTimes all;
  std::printf("{\"draws\": %u, \"threads\": %d, \"start_s\": %.4g, \"sectors\": {", settings.draws, backend->threads(),
              start_s);
  std::string sector;
  LabellingTimes last;
  double sector_s = 0;
  const auto finish = [&] {
    if (sector.empty()) return;
    static bool first = true;
    std::printf("%s\n  \"%s\": {\"wall_s\": %.4g, \"labels_s\": %.4g, \"sums_s\": %.4g, \"statistics_s\": %.4g}",
                first ? "" : ",", sector.c_str(), sector_s, last.labels_s, last.sums_s, last.statistics_s);
    first = false;
    draws_s += sector_s;
    all.labels_s += last.labels_s;
    all.sums_s += last.sums_s;
    all.statistics_s += last.statistics_s;
  };
  for (std::size_t unit = 0; unit < work->units(); ++unit) {
    const std::string name = work->name(unit);
    const std::string of = name.substr(0, name.find(','));
    if (of != sector) {
      finish();
      sector = of;
      sector_s = 0;
    }
    Bytes result;
    const double unit_s = bench::seconds([&] { result = work->run(unit, {}); });
    (name.find("closed") != std::string::npos ? closed_s : sector_s) += unit_s;
    take_s += bench::seconds([&] { work->take(unit, result); });
    last = work->times();
  }
  finish();
  const double results_s = bench::seconds([&] { work->results(); });
  std::printf(
      "},\n\"closed_forms_s\": %.4g, \"draws_s\": %.4g, \"take_s\": %.4g, \"results_s\": %.4g,\n\"labels_s\": %.4g, "
      "\"sums_s\": %.4g, \"statistics_s\": %.4g, \"over_bare_sums\": %.3f}\n",
      closed_s, draws_s, take_s, results_s, all.labels_s, all.sums_s, all.statistics_s,
      (all.labels_s + all.statistics_s) / all.sums_s);
  return 0;
}
