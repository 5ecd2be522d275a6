// The fast method on points from a file, as a library's user calls it: merge, plan, set points, execute. Prints one
// JSON object.
//
// usage: fast_bench POINTS TOLERANCE [RUNS [THREADS]]        p3m
//        fast_bench POINTS tree:TOLERANCE [RUNS [THREADS]]   tree
//   POINTS     binary: n doubles x, then n doubles y, metres
//   RUNS       of set_points and execute, after one that is not counted (default 5); medians are printed
// fast_bench POINTS exact | mixed | loop [RUNS [THREADS]]   the exact methods; the plain double loop
//
// The scores of 200 rows, spread evenly, follow as "sample".

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "bench/plain_loop.h"
#include "bench/timing.h"
#include "host/score.h"
#include "kernels/large_array.h"
#include "kernels/p3m/cloud.h"
#include "kernels/p3m/p3m.h"
#include "kernels/p3m/plan.h"
#include "kernels/tree/tree.h"

namespace {

using namespace dscore;
using bench::median;
using bench::seconds;

LargeArray<double> read_points(const char* path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const std::streamoff bytes = file.tellg();
  if (!file || bytes % 16 != 0) {
    std::fprintf(stderr, "fast_bench: %s: not x and y as doubles\n", path);
    std::exit(1);
  }
  LargeArray<double> values(static_cast<std::size_t>(bytes) / sizeof(double));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(values.data()), bytes);
  return values;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: fast_bench POINTS TOLERANCE|tree:TOLERANCE|exact|mixed|loop [RUNS [THREADS]]\n");
    return 2;
  }
  keep_freed_memory();
  const LargeArray<double> values = read_points(argv[1]);
  const std::string method = argv[2];
  const bool by_tree = method.rfind("tree:", 0) == 0;
  const double tolerance = std::atof(argv[2] + (by_tree ? 5 : 0));
  if (!(tolerance > 0) && method != "exact" && method != "mixed" && method != "loop") {
    std::fprintf(stderr, "fast_bench: \"%s\" is neither a tolerance nor tree:TOLERANCE, exact, mixed or loop\n",
                 argv[2]);
    return 2;
  }
  const int runs = argc > 3 ? std::atoi(argv[3]) : 5;
  const int threads = cpu_threads(argc > 4 ? std::atoi(argv[4]) : 0);
  const std::size_t n = values.size() / 2;
  const PointSet points{{values.data(), n}, {values.data() + n, n}, {}};
  const auto backend = make_cpu_backend(threads);
  const double per_km = 1000.0 / static_cast<double>(n - 1);

  std::vector<double> d(n);
  if (method == "loop") {
    std::vector<double> loop_s;
    loop_s.reserve(static_cast<std::size_t>(std::max(runs, 0)));
    for (int run = 0; run < runs; ++run) {
      loop_s.push_back(seconds([&] { bench::plain_loop(points.x_m.data(), points.y_m.data(), n, 1000, d.data()); }));
    }
    std::printf("{\"total_s\": %.5f", median(loop_s));
  } else {
    MergedPoints merged;
    std::vector<double> merge_s, plan_s, set_s, execute_s, total_s;
    PairSums sums;
    p3m::Times times;
    const bool exact = method == "exact" || method == "mixed";
    tree::Tree tree_engine(threads);
    tree::Plan tree_plan;
    const PairSettings settings{ThresholdRule::cap, 1000, method == "mixed" ? Precision::mixed : Precision::double_};
    p3m::Plan plan;
    for (int run = 0; run <= runs; ++run) {
      const double merge = seconds([&] { merged = backend->merge(points); });
      double planning = 0;
      double set = 0;
      double execute = 0;
      if (exact) {
        execute = seconds([&] { sums = backend->sum_pairs(merged, settings, {}); });
      } else if (by_tree) {
        planning = seconds([&] { tree_plan = tree::make_plan(merged, settings, tolerance); });
        set = seconds([&] { tree_engine.set_points(merged, settings, tree_plan); });
        execute = seconds([&] { sums = tree_engine.execute({}, {}); });
      } else {
        planning = seconds([&] { plan = p3m::make_plan(p3m::measure(merged, threads), settings, tolerance).value(); });
        p3m::P3m engine(threads);  // one that has been used would keep its mesh
        set = seconds([&] { engine.set_points(merged, settings, plan); });
        execute = seconds([&] { sums = engine.execute({}, {}); });
        times = engine.times();
      }
      if (run == 0 && runs > 1) continue;
      merge_s.push_back(merge);
      plan_s.push_back(planning);
      set_s.push_back(set);
      execute_s.push_back(execute);
      total_s.push_back(merge + planning + set + execute);
    }
    for (std::size_t i = 0; i < n; ++i) {
      const std::uint32_t p = merged.location[i];
      d[i] = per_km * (sums.sum_per_m[p] + (merged.multiplicity[p] - 1.0) / 1000);
    }
    std::printf(
        "{\"total_s\": %.5f, \"locations\": %zu, \"merge_s\": %.5f, \"plan_s\": %.5f, \"set_points_s\": %.5f, "
        "\"execute_s\": %.5f",
        median(total_s), merged.size(), median(merge_s), median(plan_s), median(set_s), median(execute_s));
    if (by_tree) {
      const tree::Times& spent = tree_engine.times();
      std::printf(
          ", \"predicted_s\": %.5f, \"cells_s\": %.5f, \"translations_s\": %.5f, \"moments_s\": %.5f, "
          "\"walk_s\": %.5f",
          tree_plan.predicted_s, spent.cells_s, spent.translations_s, spent.moments_s, spent.walk_s);
    } else if (!exact) {
      std::printf(
          ", \"cutoff_m\": %.0f, \"step_m\": %.1f, \"width\": %d, \"oversampling\": %.2f, \"period\": [%zu, %zu], "
          "\"sort_s\": %.5f, \"mesh_s\": %.5f, \"spread_s\": %.5f, \"transform_s\": %.5f, \"gather_s\": %.5f, "
          "\"patches_s\": %.5f, \"near_s\": %.5f",
          plan.cutoff_m, plan.shape.step_m, plan.recipe.width, plan.recipe.oversampling, plan.shape.period_x,
          plan.shape.period_y, times.sort_s, times.mesh_s, times.spread_s, times.transform_s, times.gather_s,
          times.patches_s, times.near_s);
    }
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf(", \"establishments\": %zu, \"threads\": %d, \"peak_mib\": %.1f, \"sample\": [", n, threads,
              static_cast<double>(usage.ru_maxrss) / 1024);
  for (std::size_t k = 0; k < 200; ++k) std::printf("%s%.17g", k == 0 ? "" : ", ", d[k * (n - 1) / 199]);
  std::printf("]}\n");
}
