// Benchmarks of the CUDA kernels: prints one JSON object. Ordered pairs p != q of merged locations, whatever trick
// avoided the work, over the device's time from the first kernel to the last; the best of three runs after one to warm
// up. `gpu_bench --quick` runs sizes for trying it out.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <exception>
#include <utility>
#include <vector>

#include "bench/nbody.h"
#include "bench/timing.h"
#include "host/synth.h"
#include "kernels/allpairs_cuda.h"
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
      worst = std::max(worst, std::fabs(static_cast<double>(sums[p]) / exact.sum_per_m[p] - 1));
    }
    const auto m = static_cast<double>(points.size());
    std::printf(
        "%s    {\"locations\": %zu, \"device_s\": %.6g, \"ordered_pairs_per_s\": %.4g, \"largest_error\": %.3g}",
        separator, points.size(), device_s, m * (m - 1) / device_s, worst);
    separator = ",\n";
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
    populations(*backend, quick);
    std::printf("}\n");
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}
