// Scores five establishments at four places with the library: two share a postcode, one lies 30 km away.

#include <dscore/host/score.h>
#include <dscore/kernels/error.h>

#include <cstdio>
#include <vector>

int main() {
  const std::vector<double> x_m = {121000, 121000, 121600, 123500, 151000};  // RD New, metres
  const std::vector<double> y_m = {487000, 487000, 487800, 487000, 487000};
  try {
    const auto backend = dscore::make_cpu_backend(0);  // all threads
    const dscore::PairSettings settings{.rule = dscore::ThresholdRule::cap, .threshold_m = 1000};
    const dscore::Scores scores = dscore::score(*backend, {.x_m = x_m, .y_m = y_m, .multiplicity = {}}, settings);

    std::printf("%zu establishments at %zu places, %zu ordered pairs within 1 km, on %s\n",
                static_cast<std::size_t>(scores.establishments), static_cast<std::size_t>(scores.locations),
                static_cast<std::size_t>(scores.pairs_within_threshold), backend->description().c_str());
    for (std::size_t k = 0; k < x_m.size(); ++k) {
      std::printf("(%.0f, %.0f): d-score %.6f per km\n", x_m[k], y_m[k], scores.d[k]);
    }
  } catch (const dscore::Error& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}
