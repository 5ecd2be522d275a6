// Plans by what a machine takes.

#include <gtest/gtest.h>

#include "kernels/p3m/plan.h"
#include "tests/clouds.h"

namespace dscore::test {
namespace {

using namespace p3m;

p3m::Cloud measured(std::size_t n) { return measure(make_cpu_backend(2)->merge(uniform(n).points())); }

TEST(P3mCosts, ChooseTheCutOff) {
  const p3m::Cloud cloud = measured(100'000);
  const PairSettings settings{ThresholdRule::cap, 1000, Precision::double_};
  const auto cutoff = [&](const Costs& costs) { return make_plan(cloud, settings, 1e-9, false, costs)->cutoff_m; };
  Costs dear_pairs = kCoreCosts;
  dear_pairs.near_double_ns *= 30;
  Costs dear_nodes = kCoreCosts;
  dear_nodes.sample_ns *= 30;
  dear_nodes.double_mesh.transform_ns *= 30;
  EXPECT_LT(cutoff(dear_pairs), 0.7 * cutoff(kCoreCosts));
  EXPECT_GT(cutoff(dear_nodes), 1.4 * cutoff(kCoreCosts));
}

TEST(P3mCosts, OfAGpuPayFromMoreLocationsOn) {
  const PairSettings settings{ThresholdRule::cap, 1000, Precision::double_};
  const auto pays = [&](std::size_t n, const Costs& costs) {
    return make_plan(measured(n), settings, 1e-9, false, costs)->predicted_s <
           predicted_exact_s(n, settings.precision, costs);
  };
  EXPECT_TRUE(pays(30'000, kCoreCosts));
  EXPECT_FALSE(pays(30'000, kGpuCosts));
  EXPECT_TRUE(pays(1'000'000, kGpuCosts));
}

}  // namespace
}  // namespace dscore::test
