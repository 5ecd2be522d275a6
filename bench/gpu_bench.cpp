// Benchmarks of the CUDA kernels: prints one JSON object. Exact sums: ordered pairs p != q of merged locations,
// whatever trick avoided the work, over the device's time from the first kernel to the last; the best of three runs
// after one to warm up. `gpu_bench --quick` runs sizes for trying it out.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include "bench/nbody.h"
#include "bench/timing.h"
#include "host/synth.h"
#include "kernels/allpairs_cuda.h"
#include "kernels/error.h"
#include "kernels/exact_sums.h"
#include "kernels/p3m/cloud.h"
#include "kernels/p3m/engine.h"
#include "kernels/stopwatch.h"
#include "tests/clouds.h"

namespace {

using namespace dscore;

using bench::seconds;

struct Timing {
  double device_s = 0;
  double wall_s = 0;  ///< with padding, transfers and allocation
};

Timing best_of_three(const MergedPoints& points, Precision precision, Symmetry symmetry) {
  Timing best{1e300, 1e300};
  for (int run = 0; run < 4; ++run) {
    double device_s = 0;
    const double wall_s = seconds([&] {
      cuda::sum_pairs(points, {ThresholdRule::cap, 1000, precision}, {}, {.symmetry = symmetry, .device_s = &device_s});
    });
    if (run > 0) best = {std::min(best.device_s, device_s), std::min(best.wall_s, wall_s)};
  }
  return best;
}

/// The larger of an error and that of a sum over its exact value.
double larger_error(double worst, double sum_over_exact) {
  const double error = std::fabs(sum_over_exact - 1);
  if (!(error < 1)) throw Error("a sum on the GPU is wrong, or not a number");
  return std::max(worst, error);
}

const char* name_of(Precision precision) { return precision == Precision::mixed ? "mixed" : "double"; }
const char* name_of(Symmetry symmetry) { return symmetry == Symmetry::symmetric ? "symmetric" : "plain"; }

/// Towns and countryside, until exactly n distinct locations are there.
MergedPoints locations(const Backend& backend, std::size_t n) {
  test::Random random(n);
  test::Cloud cloud;
  for (std::size_t k = 0; k < n; ++k) {
    const double town = std::floor(400 * random());
    const double spread = random() < 0.3 ? 2e4 : 2e3;
    cloud.add(3e4 + 1e4 * std::fmod(town, 20) + spread * random.normal(),
              3.2e5 + 1.4e4 * std::floor(town / 20) + spread * random.normal());
  }
  return backend.merge(cloud.points());
}

void all_pairs(const Backend& backend, bool quick) {
  std::printf("  \"all_pairs\": [");
  const char* separator = "\n";
  for (const std::size_t n : {std::size_t{100'000}, std::size_t{334'000}, std::size_t{1'000'000}}) {
    const MergedPoints points = locations(backend, quick ? n / 50 : n);
    for (const Precision precision : {Precision::mixed, Precision::double_}) {
      for (const Symmetry symmetry : {Symmetry::symmetric, Symmetry::plain}) {
        const Timing timing = best_of_three(points, precision, symmetry);
        const auto m = static_cast<double>(points.size());
        std::printf(
            "%s    {\"locations\": %zu, \"precision\": \"%s\", \"kernel\": \"%s\", \"device_s\": %.6g, "
            "\"wall_s\": %.6g, \"ordered_pairs_per_s\": %.4g}",
            separator, points.size(), name_of(precision), name_of(symmetry), timing.device_s, timing.wall_s,
            m * (m - 1) / timing.device_s);
        separator = ",\n";
      }
    }
  }
  std::printf("\n  ],\n");
}

/// The n-body style peer on the same points, and how far its sums are from exact ones.
void nbody(const Backend& backend, bool quick) {
  std::printf("  \"nbody\": [");
  const char* separator = "\n";
  for (const std::size_t n : {std::size_t{100'000}, std::size_t{334'000}, std::size_t{1'000'000}}) {
    const MergedPoints points = locations(backend, quick ? n / 50 : n);
    const PairSums exact = cuda::sum_pairs(points, {ThresholdRule::cap, 1000, Precision::double_}, {});
    std::vector<float> sums;
    double device_s = 1e300;
    for (int run = 0; run < 4; ++run) device_s = std::min(device_s, bench::nbody_sums(points, 1000, sums));
    double worst = 0;
    for (std::size_t p = 0; p < sums.size(); ++p) {
      worst = larger_error(worst, static_cast<double>(sums[p]) / exact.sum_per_m[p]);
    }
    const auto m = static_cast<double>(points.size());
    std::printf(
        "%s    {\"locations\": %zu, \"device_s\": %.6g, \"ordered_pairs_per_s\": %.4g, \"largest_error\": %.3g}",
        separator, points.size(), device_s, m * (m - 1) / device_s, worst);
    separator = ",\n";
  }
  std::printf("\n  ],\n");
}

/// 300 towns over a country of 200 x 250 km, and a countryside: every establishment at a place of its own, or (as many
/// as n) on 450,000 places of whole metres, as on postcodes. The shape of bench/peers/points.py.
MergedPoints establishments(const Backend& backend, std::size_t n, bool on_postcodes) {
  test::Random random(7);
  double towns[300][2];
  for (auto& [x, y] : towns) x = 5e4 + 2e5 * random(), y = 3.5e5 + 2.5e5 * random();
  test::Cloud places;
  for (std::size_t k = 0; k < (on_postcodes ? std::min<std::size_t>(450'000, n * 10 / 18) : n); ++k) {
    const auto& [x, y] = towns[static_cast<std::size_t>(300 * random())];
    const double spread = random() < 0.25 ? 1.5e4 : 2e3;
    places.add(x + spread * random.normal(), y + spread * random.normal());
  }
  if (!on_postcodes) return backend.merge(places.points());
  test::Cloud cloud;
  for (std::size_t k = 0; k < n; ++k) {
    const auto place = static_cast<std::size_t>(random() * static_cast<double>(places.size()));
    cloud.add(std::round(places.x[place]), std::round(places.y[place]));
  }
  return backend.merge(cloud.points());
}

/// The fast method: planning, setting points and executing, with everything that the CPU does for it; and what a plan
/// costs once. Errors are of sums, against exact ones of 200 locations.
void fast(const Backend& backend, bool quick) {
  const std::unique_ptr<p3m::Engine> engine = backend.make_p3m();
  std::printf("  \"fast\": [");
  const char* separator = "\n";
  for (const bool on_postcodes : {true, false}) {
    const MergedPoints points = establishments(backend, quick ? 20'000 : 1'000'000, on_postcodes);
    std::vector<std::uint32_t> targets;
    for (std::size_t k = 0; k < 200; ++k) targets.push_back(static_cast<std::uint32_t>(k * (points.size() - 1) / 199));
    for (const double tolerance : {1e-6, 1e-9}) {
      const PairSettings settings{ThresholdRule::cap, 1000, Precision::double_};
      const std::vector<double> exact = exact_sums(points, settings, targets, backend.threads());
      double plan_s = 1e300;
      double first_set_s = 0;
      double set_s = 1e300;
      double execute_s = 1e300;
      std::optional<p3m::Plan> plan;
      PairSums sums;
      for (int run = 0; run < 4; ++run) {
        Stopwatch watch;
        plan = p3m::make_plan(p3m::measure(points), settings, tolerance, false, engine->costs());
        plan_s = std::min(plan_s, watch.lap());
        engine->set_points(points, settings, plan.value());
        const double set = watch.lap();
        sums = engine->execute({}, {});
        const double execute = watch.lap();
        if (run == 0) {  // with what depends on the plan alone, and memory
          first_set_s = set;
        } else {
          set_s = std::min(set_s, set);
          execute_s = std::min(execute_s, execute);
        }
      }
      double worst = 0;
      for (std::size_t k = 0; k < targets.size(); ++k) {
        worst = larger_error(worst, sums.sum_per_m[targets[k]] / exact[k]);
      }
      std::printf(
          "%s    {\"points\": \"%s\", \"locations\": %zu, \"tolerance\": %g, \"cutoff_m\": %.0f, \"width\": %d, "
          "\"period\": [%zu, %zu], \"near_pairs\": %.3g, \"predicted_s\": %.4g, \"plan_s\": %.4g, "
          "\"first_set_points_s\": %.4g, \"set_points_s\": %.4g, \"execute_s\": %.4g, \"largest_error\": %.2g}",
          separator, on_postcodes ? "postcodes" : "unsnapped", points.size(), tolerance, plan->cutoff_m,
          plan->recipe.width, plan->shape.period_x, plan->shape.period_y, plan->near_pairs, plan->predicted_s, plan_s,
          first_set_s, set_s, execute_s, worst);
      separator = ",\n";
    }
  }
  std::printf("\n  ],\n");
}

/// All 16 populations of the synthetic Netherlands: merging, sums and statistics, as `dscore run` does them.
void populations(const Backend& backend, bool quick) {
  SynthSettings settings;
  settings.scale = quick ? 0.01 : 1;
  const Register synthetic = synthesise(settings);
  std::printf("  \"populations\": [");
  const char* separator = "\n";
  std::vector<MergedPoints> merged;
  double mixed_s = 0;
  double double_s = 0;
  for (std::size_t p = 0; p < synthetic.populations.size(); ++p) {
    std::vector<double> x, y;
    for (std::size_t k = 0; k < synthetic.size(); ++k) {
      if ((synthetic.membership[k] >> p & 1U) == 0) continue;
      x.push_back(synthetic.x_m[k]);
      y.push_back(synthetic.y_m[k]);
    }
    MergedPoints points;
    double merge_s = 1e300;
    double summarise_s = 1e300;
    for (int run = 0; run < 3; ++run) {
      merge_s = std::min(merge_s, seconds([&] { points = backend.merge({x, y, {}}); }));
      const double probabilities[] = {0.5, 0.9, 0.95};
      summarise_s = std::min(summarise_s, seconds([&] { backend.summarise(x, 7, probabilities); }));
    }
    const Timing mixed = best_of_three(points, Precision::mixed, Symmetry::symmetric);
    const Timing exact = best_of_three(points, Precision::double_, Symmetry::symmetric);
    mixed_s += mixed.device_s;
    double_s += exact.device_s;
    std::printf(
        "%s    {\"population\": \"%s\", \"establishments\": %zu, \"locations\": %zu, \"merge_wall_s\": %.6g, "
        "\"summarise_wall_s\": %.6g, \"mixed_device_s\": %.6g, \"mixed_wall_s\": %.6g, "
        "\"double_device_s\": %.6g, \"double_wall_s\": %.6g}",
        separator, synthetic.populations[p].name.c_str(), x.size(), points.size(), merge_s, summarise_s, mixed.device_s,
        mixed.wall_s, exact.device_s, exact.wall_s);
    separator = ",\n";
    merged.push_back(std::move(points));
  }
  std::printf("\n  ],\n  \"populations_mixed_device_s\": %.6g,\n  \"populations_double_device_s\": %.6g,\n", mixed_s,
              double_s);

  // All at once, as Backend::sum_pairs_each has them.
  std::vector<const MergedPoints*> sets;
  for (const MergedPoints& points : merged) sets.push_back(&points);
  for (const Precision precision : {Precision::mixed, Precision::double_}) {
    Timing best{1e300, 1e300};
    for (int run = 0; run < 4; ++run) {
      double device_s = 0;
      const double wall_s = seconds([&] {
        cuda::sum_pairs(sets, {ThresholdRule::cap, 1000, precision}, {}, {.device_s = &device_s});
      });
      if (run > 0) best = {std::min(best.device_s, device_s), std::min(best.wall_s, wall_s)};
    }
    std::printf("  \"together_%s_device_s\": %.6g,\n  \"together_%s_wall_s\": %.6g%s\n", name_of(precision),
                best.device_s, name_of(precision), best.wall_s, precision == Precision::mixed ? "," : "");
  }
}

}  // namespace

int main(int argc, char** argv) {
  const bool quick = argc > 1 && std::strcmp(argv[1], "--quick") == 0;
  try {
    const std::unique_ptr<Backend> backend = make_cuda_backend();
    std::printf("{\n  \"device\": \"%s\",\n  \"backend\": \"%s\",\n", cuda_devices().front().c_str(),
                backend->description().c_str());
    all_pairs(*backend, quick);
    nbody(*backend, quick);
    fast(*backend, quick);
    populations(*backend, quick);
    std::printf("}\n");
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}
