// The general exact sums (kernels/general_sums.h) beside the tuned ones, on the two benchmarks of the synthetic
// Netherlands. Prints one JSON object; bench/run.py adds the machine and stores it.
//
// usage: general_bench [TURNS]   (default 3)

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "bench/timing.h"
#include "host/synth.h"
#include "kernels/allpairs_cpu.h"
#include "kernels/general_costs.h"
#include "kernels/general_sums.h"
#include "kernels/p3m/plan.h"

namespace {

using namespace dscore;

struct Variant {
  std::string name;
  PairSettings settings;
  bool weighted = false, on_sphere = false, banded = false;
};

MergedPoints locations_of(const Register& all, const std::string& population) {
  std::vector<double> x, y;
  for (std::size_t p = 0; p < all.populations.size(); ++p) {
    if (all.populations[p].name != population) continue;
    for (std::size_t k = 0; k < all.size(); ++k) {
      if ((all.membership[k] >> p & 1U) == 0) continue;
      x.push_back(all.x_m[k]);
      y.push_back(all.y_m[k]);
    }
  }
  return make_cpu_backend(0)->merge({x, y, {}});
}

void print_population(const std::string& name, const MergedPoints& points, int turns) {
  // About where these points are on the globe: what they take does not depend on it.
  std::vector<double> longitude, latitude, weight;
  for (std::size_t p = 0; p < points.size(); ++p) {
    longitude.push_back(5.387 + (points.x_m[p] - 155'000) / 68'400);
    latitude.push_back(52.155 + (points.y_m[p] - 463'000) / 111'250);
    weight.push_back(1.5 * points.multiplicity[p]);
  }
  const std::vector<double> edges_m{0, 1e3, 2e3, 5e3, 1e4, 2.5e4, 5e4, 1e5, std::numeric_limits<double>::infinity()};
  const std::vector<Variant> variants{
      {"plane", {}},
      {"plane, weights", {}, true},
      {"plane, shift", {.rule = ThresholdRule::shift}},
      {"plane, power 1.5", {.decay = {DecayShape::power, 1.5}}},
      {"plane, power 2", {.decay = {DecayShape::power, 2}}},
      {"plane, power 1.2", {.decay = {DecayShape::power, 1.2}}},
      {"plane, exponential", {.decay = {DecayShape::exponential, 1e-4}}},
      {"plane, 8 bands", {}, false, false, true},
      {"plane, 5 km", {.cutoff_m = 5e3}},
      {"plane, 10 km", {.cutoff_m = 1e4}},
      {"plane, 50 km", {.cutoff_m = 5e4}},
      {"sphere", {}, false, true},
      {"sphere, 8 bands", {}, false, true, true},
      {"sphere, 10 km", {.cutoff_m = 1e4}, false, true},
  };
  const auto m = static_cast<double>(points.size());
  std::printf("{\"population\": \"%s\", \"locations\": %zu, \"ordered_pairs\": %.0f, \"variants\": [", name.c_str(),
              points.size(), m * (m - 1));
  const char* separator = "\n   ";
  const auto print = [&](const std::string& sums, double predicted_s, const std::function<void()>& work) {
    std::vector<double> times;
    for (int turn = 0; turn < turns; ++turn) times.push_back(bench::seconds(work));
    const double s = bench::median(times);
    std::printf("%s{\"sums\": \"%s\", \"s\": %.4f, \"ordered_pairs_per_s\": %.3e, \"predicted_s\": %.4f}", separator,
                sums.c_str(), s, m * (m - 1) / s, predicted_s);
    std::fflush(stdout);
    separator = ",\n   ";
  };
  const int threads = cpu_threads(0);
  print("tuned", p3m::predicted_exact_s(points.size(), Precision::double_) / threads,
        [&] { sum_pairs_cpu(points, {}, 0, {}); });
  for (const Variant& variant : variants) {
    GeneralPoints general{points};
    if (variant.weighted) general.weight = weight;
    if (variant.on_sphere) {
      general.longitude_deg = longitude;
      general.latitude_deg = latitude;
    }
    const std::span<const double> edges = variant.banded ? edges_m : std::span<const double>();
    print(variant.name, predicted_general_s(points, variant.settings, variant.on_sphere, edges) / threads, [&] {
      if (variant.banded) {
        band_sums(general, variant.settings, edges_m, 0);
      } else {
        general_sums(general, variant.settings, 0);
      }
    });
  }
  std::printf("]}");
}

}  // namespace

int main(int argc, char** argv) {
  const int turns = argc > 1 ? std::atoi(argv[1]) : 3;
  const Register all = synthesise({});
  std::printf("{\"backend\": \"%s\", \"turns\": %d, \"threshold\": \"1 km\", \"populations\": [\n  ",
              make_cpu_backend(0)->description().c_str(), turns);
  const char* separator = "";
  for (const std::string name : {"benchmark_industry", "benchmark_services"}) {
    std::printf("%s", separator);
    print_population(name, locations_of(all, name), turns);
    separator = ",\n  ";
  }
  std::printf("\n]}\n");
}
