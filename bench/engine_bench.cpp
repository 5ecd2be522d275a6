// The engine against the plain double loop, on the same points in the same run, taking turns. Prints one JSON object;
// bench/run.py adds the machine and stores it.
//
// usage: engine_bench [N ...]   (default 10000 100000 334373); the loop is run up to kLoopLimit points.

#include <omp.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/plain_loop.h"
#include "bench/timing.h"
#include "host/score.h"
#include "tests/clouds.h"
#include "tests/reference.h"

namespace {

using namespace dscore;
using bench::median;
using bench::seconds;

constexpr std::size_t kLoopLimit = 100'000;
constexpr int kTurns = 3;

/// `n` establishments on postcode points: the towns of tests/clouds.h, spread over the country.
test::Cloud postcodes(std::size_t n) {
  test::Random random(7);
  std::vector<double> x, y;
  const std::size_t places = n * 10 / 18;
  for (std::size_t p = 0; p < places; ++p) {
    const std::size_t town = random.bits() % 300;
    test::Random where(1000 + town);
    const double town_x = 5e4 + 2e5 * where();
    const double town_y = 3.5e5 + 2.5e5 * where();
    const double spread = random() < 0.25 ? 1.5e4 : 2e3;
    x.push_back(std::round(town_x + spread * random.normal()));
    y.push_back(std::round(town_y + spread * random.normal()));
  }
  test::Cloud cloud;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t p = random.bits() % places;
    cloud.add(x[p], y[p]);
  }
  return cloud;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::size_t> sizes;
  for (int k = 1; k < argc; ++k) sizes.push_back(std::strtoull(argv[k], nullptr, 10));
  if (sizes.empty()) sizes = {10'000, 100'000, 334'373};

  const auto backend = make_cpu_backend(0);
  std::printf("{\"backend\": \"%s\", \"turns\": %d, \"threshold\": \"cap 1 km\", \"rows\": [",
              backend->description().c_str(), kTurns);
  const char* separator = "\n  ";
  for (const std::size_t n : sizes) {
    const test::Cloud cloud = postcodes(n);
    std::vector<double> loop_d(n), native_d(n);
    Scores mixed, full;
    std::vector<double> loop_s, native_s, mixed_s, full_s;
    for (int turn = 0; turn < kTurns; ++turn) {
      mixed_s.push_back(seconds([&] {
        mixed = score(*backend, cloud.points(), {ThresholdRule::cap, 1000, Precision::mixed});
      }));
      full_s.push_back(seconds([&] {
        full = score(*backend, cloud.points(), {ThresholdRule::cap, 1000, Precision::double_});
      }));
      if (n > kLoopLimit) continue;
      loop_s.push_back(seconds([&] { bench::plain_loop(cloud.x.data(), cloud.y.data(), n, 1000, loop_d.data()); }));
      native_s.push_back(
          seconds([&] { bench::plain_loop_native(cloud.x.data(), cloud.y.data(), n, 1000, native_d.data()); }));
    }
    // Accuracy against the compensated reference on a sample of rows.
    std::vector<std::size_t> sample;
    for (std::size_t i = 0; i < n; i += n / 100 + 1) sample.push_back(i);
    const test::Reference expected = test::reference(cloud.points(), ThresholdRule::cap, 1000, sample);
    const auto error = [&](const std::vector<double>& d) {
      std::vector<double> picked(sample.size());
      std::transform(sample.begin(), sample.end(), picked.begin(), [&](std::size_t i) { return d[i]; });
      return test::worst_error(picked, expected.d);
    };

    const auto m = static_cast<double>(mixed.locations);
    std::printf("%s{\"establishments\": %zu, \"locations\": %llu, \"threads\": %d,\n", separator, n,
                static_cast<unsigned long long>(mixed.locations), omp_get_max_threads());
    std::printf("   \"mixed_s\": %.4f, \"mixed_pairs_per_s\": %.4e, \"mixed_worst_error\": %.2e,\n", median(mixed_s),
                m * (m - 1) / median(mixed_s), error(mixed.d));
    std::printf("   \"double_s\": %.4f, \"double_pairs_per_s\": %.4e, \"double_worst_error\": %.2e, \"merge_s\": %.4f",
                median(full_s), m * (m - 1) / median(full_s), error(full.d), full.merge_s);
    if (!loop_s.empty()) {
      std::printf(",\n   \"plain_loop_s\": %.4f, \"plain_loop_native_s\": %.4f, \"plain_loop_worst_error\": %.2e,\n",
                  median(loop_s), median(native_s), error(loop_d));
      std::printf(
          "   \"ratio_mixed\": %.1f, \"ratio_double\": %.1f, \"ratio_mixed_native\": %.1f, \"ratio_double_native\": "
          "%.1f",
          median(loop_s) / median(mixed_s), median(loop_s) / median(full_s), median(native_s) / median(mixed_s),
          median(native_s) / median(full_s));
    }
    std::printf("}");
    std::fflush(stdout);
    separator = ",\n  ";
  }
  std::printf("\n]}\n");
}
