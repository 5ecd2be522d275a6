#include "host/machine_speed.h"

#include <algorithm>
#include <array>
#include <vector>

#include "host/synth_random.h"
#include "kernels/p3m/plan.h"
#include "kernels/stopwatch.h"

namespace dscore {

double slowness(const Backend& backend) {
  const std::unique_ptr<Backend> core = backend.one_thread();
  if (!core) return 1;
  constexpr std::size_t kLocations = 8192;
  constexpr double kSide_m = 1e5;
  std::vector<double> x_m, y_m;
  for (std::size_t k = 0; k < kLocations; ++k) {
    x_m.push_back(kSide_m * static_cast<double>(synth::mix(2 * k) >> 32) / 4294967296.0);
    y_m.push_back(kSide_m * static_cast<double>(synth::mix(2 * k + 1) >> 32) / 4294967296.0);
  }
  const MergedPoints points = core->merge({x_m, y_m, {}});
  PairSettings settings;
  settings.precision = Precision::double_;
  std::array<double, 8> took{};
  for (double& seconds : took) {
    Stopwatch watch;
    core->sum_pairs(points, settings, {});
    seconds = watch.lap();
  }
  // The shortest: whatever else the machine does makes others longer.
  return *std::min_element(took.begin(), took.end()) / p3m::predicted_exact_s(points.size(), settings.precision);
}

}  // namespace dscore
