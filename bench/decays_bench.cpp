// What other decays than 1/d take: plan and sums of all populations of a file, as the program makes them, without the
// check. Prints one JSON object per decay, rule and tolerance; "times" is over 1/d's.
//
// usage: decays_bench POPULATION.h5 [RUNS [THREADS]]
//   RUNS   (default 5); medians are printed

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "bench/timing.h"
#include "host/settings.h"
#include "host/summation.h"
#include "io/population_file.h"
#include "kernels/large_array.h"

namespace {

using namespace dscore;

constexpr Decay kDecays[] = {{DecayShape::power, 1},
                             {DecayShape::power, 0.5},
                             {DecayShape::power, 2},
                             {DecayShape::power, 2.6},
                             {DecayShape::power, 3},
                             {DecayShape::exponential, 1 / 2e3},
                             {DecayShape::exponential, 1 / 5e4}};

std::vector<MergedPoints> merged_populations(const Backend& backend, const Register& all) {
  std::vector<MergedPoints> sets;
  for (std::size_t p = 0; p < all.populations.size(); ++p) {
    std::vector<double> x;
    std::vector<double> y;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if ((all.membership[i] >> p & 1U) == 0) continue;
      x.push_back(all.x_m[i]);
      y.push_back(all.y_m[i]);
    }
    sets.push_back(backend.merge({x, y, {}}));
  }
  return sets;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: decays_bench POPULATION.h5 [RUNS [THREADS]]\n");
    return 2;
  }
  keep_freed_memory();
  const int runs = argc > 2 ? std::atoi(argv[2]) : 5;
  const auto backend = make_cpu_backend(argc > 3 ? std::atoi(argv[3]) : 0);
  const std::vector<MergedPoints> sets = merged_populations(*backend, read_population(argv[1]));
  std::vector<const MergedPoints*> pointers;
  for (const MergedPoints& set : sets) pointers.push_back(&set);

  for (const ThresholdRule rule : {ThresholdRule::cap, ThresholdRule::shift}) {
    for (const double tolerance : {1e-6, 1e-9}) {
      double of_inverse = 0;
      for (const Decay& decay : kDecays) {
        const PairSettings settings{rule, 1000, tolerance < 1e-6 ? Precision::double_ : Precision::mixed, decay};
        std::vector<double> spent;
        int fast = 0;
        for (int run = 0; run < runs; ++run) {
          fast = 0;
          spent.push_back(bench::seconds([&] {
            Summation summation(*backend, {settings, Method::automatic, tolerance, false});
            const std::vector<SumPlan> plans = summation.plan(pointers);
            for (std::size_t s = 0; s < sets.size(); ++s) {
              SumReport report;
              summation.sum(sets[s], plans[s], {}, report);
              fast += report.method == Method::exact ? 0 : 1;
            }
          }));
        }
        const double median_s = bench::median(spent);
        if (decay == Decay{}) of_inverse = median_s;
        std::printf(
            "{\"decay\": \"%s\", \"parameter\": %g, \"rule\": \"%s\", \"tolerance\": %g, \"seconds\": %.4f, "
            "\"times\": %.2f, \"fast\": %d, \"populations\": %zu}\n",
            decay.shape == DecayShape::power ? "power" : "exponential", decay.parameter, name_of(rule), tolerance,
            median_s, median_s / of_inverse, fast, sets.size());
        std::fflush(stdout);
      }
    }
  }
}
