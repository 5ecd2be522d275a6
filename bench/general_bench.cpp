// The general exact sums (kernels/general_sums.h) beside the tuned ones, on the two benchmarks of the synthetic
// Netherlands. Prints one JSON object; bench/run.py adds the machine and stores it.
//
// usage: general_bench [TURNS]   (default 3)

#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "bench/timing.h"
#include "host/synth.h"
#include "kernels/allpairs_cpu.h"
#include "kernels/general_sums.h"

namespace {

using namespace dscore;

struct Variant {
  std::string name;
  std::function<void()> sum;
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
  const GeneralPoints plane{points};
  const GeneralPoints sphere{points, {}, longitude, latitude};
  const PairSettings cap;
  constexpr double kFar = std::numeric_limits<double>::infinity();
  const std::array edges_m{0.0, 1e3, 2e3, 5e3, 1e4, 2.5e4, 5e4, 1e5, kFar};
  const auto with_cutoff = [&](double cutoff_m) {
    PairSettings settings;
    settings.cutoff_m = cutoff_m;
    return settings;
  };

  const std::vector<Variant> variants{
      {"tuned", [&] { sum_pairs_cpu(points, cap, 0, {}); }},
      {"plane", [&] { general_sums(plane, cap, 0); }},
      {"plane, weights",
       [&] {
         general_sums({points, weight}, cap, 0);
       }},
      {"plane, shift", [&] { general_sums(plane, {.rule = ThresholdRule::shift}, 0); }},
      {"plane, power 1.5",
       [&] {
         general_sums(plane, {.decay = {DecayShape::power, 1.5}}, 0);
       }},
      {"plane, power 2",
       [&] {
         general_sums(plane, {.decay = {DecayShape::power, 2}}, 0);
       }},
      {"plane, power 1.2",
       [&] {
         general_sums(plane, {.decay = {DecayShape::power, 1.2}}, 0);
       }},
      {"plane, exponential",
       [&] {
         general_sums(plane, {.decay = {DecayShape::exponential, 1e-4}}, 0);
       }},
      {"plane, 8 bands", [&] { band_sums(plane, cap, edges_m, 0); }},
      {"plane, 5 km", [&] { general_sums(plane, with_cutoff(5e3), 0); }},
      {"plane, 10 km", [&] { general_sums(plane, with_cutoff(1e4), 0); }},
      {"plane, 50 km", [&] { general_sums(plane, with_cutoff(5e4), 0); }},
      {"sphere", [&] { general_sums(sphere, cap, 0); }},
      {"sphere, 8 bands", [&] { band_sums(sphere, cap, edges_m, 0); }},
      {"sphere, 10 km", [&] { general_sums(sphere, with_cutoff(1e4), 0); }},
  };
  const auto m = static_cast<double>(points.size());
  std::printf("{\"population\": \"%s\", \"locations\": %zu, \"ordered_pairs\": %.0f, \"variants\": [", name.c_str(),
              points.size(), m * (m - 1));
  const char* separator = "\n   ";
  for (const Variant& variant : variants) {
    std::vector<double> times;
    for (int turn = 0; turn < turns; ++turn) times.push_back(bench::seconds(variant.sum));
    const double s = bench::median(times);
    std::printf("%s{\"sums\": \"%s\", \"s\": %.4f, \"ordered_pairs_per_s\": %.3e}", separator, variant.name.c_str(), s,
                m * (m - 1) / s);
    std::fflush(stdout);
    separator = ",\n   ";
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
