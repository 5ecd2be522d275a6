// The fast method on a CUDA device against exact sums and against its peer on the CPU. Tests whose name begins with
// Small are what scripts/gpu_check.sh runs under compute-sanitizer.

#include <gtest/gtest.h>

#include <cmath>
#include <optional>

#include "host/score.h"
#include "host/summation.h"
#include "kernels/backend.h"
#include "kernels/error.h"
#include "kernels/p3m/engine.h"
#include "kernels/p3m/near_simd.h"
#include "tests/clouds.h"
#include "tests/cuda/gpu_fixture.h"

namespace dscore::test {
namespace {

constexpr ThresholdRule kRules[] = {ThresholdRule::cap, ThresholdRule::exclude, ThresholdRule::shift,
                                    ThresholdRule::none};

class CudaFast : public OnCudaDevice {
 protected:
  void SetUp() override {
    OnCudaDevice::SetUp();
    if (!cuda_) return;
    on_cuda_ = cuda_->make_p3m();
    on_cpu_ = cpu_->make_p3m();
  }

  static double worst(const MergedPoints& points, const PairSettings& settings, const PairSums& sums,
                      const PairSums& others) {
    const double at_zero = coincident_value(settings.rule, settings.threshold_m);
    double largest = 0;
    for (std::size_t p = 0; p < points.size(); ++p) {
      const double score = others.sum_per_m[p] + (points.multiplicity[p] - 1.0) * at_zero;
      const double error = std::fabs(sums.sum_per_m[p] - others.sum_per_m[p]) / score;
      largest = std::fmax(largest, error <= INFINITY ? error : INFINITY);
    }
    return largest;
  }

  /// By the cheapest plan for a GPU, or with a cut-off.
  void expect_good_sums(const Cloud& cloud, ThresholdRule rule, double tolerance, double cutoff_m = 0) const {
    SCOPED_TRACE("rule " + std::to_string(static_cast<int>(rule)) + ", tolerance " + std::to_string(tolerance) +
                 ", cut-off " + std::to_string(cutoff_m));
    const MergedPoints points = cpu_->merge(cloud.points());
    const PairSettings settings{rule, 1000, Precision::double_};
    const p3m::Cloud measured = p3m::measure(points);
    std::optional<p3m::Plan> plan = p3m::make_plan(measured, settings, tolerance, true, on_cuda_->costs());
    ASSERT_TRUE(plan);
    if (cutoff_m > 0) plan = p3m::plan_with(measured, measured.extent, settings, tolerance, plan->recipe, cutoff_m);
    on_cuda_->set_points(points, settings, *plan);
    const PairSums sums = on_cuda_->execute({}, {});
    const PairSums exact = cpu_->sum_pairs(points, settings, {});
    EXPECT_LE(worst(points, settings, sums, exact), tolerance);
    EXPECT_EQ(sums.ordered_pairs_within, exact.ordered_pairs_within);
    on_cpu_->set_points(points, settings, *plan);
    const PairSums of_cpu = on_cpu_->execute({}, {});
    EXPECT_LE(worst(points, settings, sums, of_cpu),
              p3m::near_may_be_float(settings, tolerance) ? tolerance : 1e-12 + 0.01 * tolerance);
    const PairSums again = on_cuda_->execute({}, {});
    EXPECT_EQ(again.sum_per_m, sums.sum_per_m);  // the same bits
    EXPECT_EQ(again.ordered_pairs_within, sums.ordered_pairs_within);
  }

  std::unique_ptr<p3m::Engine> on_cuda_, on_cpu_;
};

TEST_F(CudaFast, SmallSums) {
  for (const ThresholdRule rule : kRules) {
    expect_good_sums(towns(600), rule, 1e-7);
    expect_good_sums(lattice(400), rule, 1e-7, 1000.1);
  }
  expect_good_sums(dominant(300), ThresholdRule::cap, 1e-6);
  expect_good_sums(lattice(400), ThresholdRule::cap, 1e-6, 1000);
}

TEST_F(CudaFast, EveryRuleAndToleranceOnTowns) {
  const Cloud cloud = towns(20'000);
  for (const ThresholdRule rule : kRules) {
    for (const double tolerance : {1e-3, 1e-6, 1e-9, 1e-11}) expect_good_sums(cloud, rule, tolerance);
  }
}

TEST_F(CudaFast, EveryCloud) {
  for (const NamedCloud& named : all_clouds()) {
    SCOPED_TRACE(named.name);
    if (named.name == "coincident") continue;  // one location has no pairs
    expect_good_sums(named.make(3'000), ThresholdRule::cap, 1e-9);
  }
}

TEST_F(CudaFast, ManyLocationsLikeTheCpu) {
  const MergedPoints points = cpu_->merge(towns(300'000).points());
  const PairSettings settings{ThresholdRule::cap, 1000, Precision::double_};
  for (const p3m::Engine* planner : {on_cuda_.get(), on_cpu_.get()}) {
    const auto plan = p3m::make_plan(p3m::measure(points), settings, 1e-9, false, planner->costs());
    ASSERT_TRUE(plan);
    on_cuda_->set_points(points, settings, *plan);
    on_cpu_->set_points(points, settings, *plan);
    const PairSums a = on_cuda_->execute({}, {});
    const PairSums b = on_cpu_->execute({}, {});
    EXPECT_LE(worst(points, settings, a, b), 1e-11);
    EXPECT_EQ(a.ordered_pairs_within, b.ordered_pairs_within);
  }
}

TEST_F(CudaFast, ChosenCheckedAndTakenByScores) {
  const auto sums = [&](const Cloud& cloud, Method method) {
    Summation summation(*cuda_, {{}, method, 1e-6, true});
    return score(summation, cloud.points()).sums;
  };
  EXPECT_EQ(sums(uniform(400'000), Method::automatic).method, Method::p3m);
  EXPECT_EQ(sums(uniform(3'000), Method::automatic).method, Method::exact);
  const SumReport asked = sums(uniform(3'000), Method::p3m);
  EXPECT_EQ(asked.method, Method::p3m);
  EXPECT_FALSE(asked.fell_back);
  EXPECT_LE(asked.check.largest, 1e-6);
}

TEST_F(CudaFast, StopsWhenProgressThrowsAndGoesOnAfterwards) {
  const MergedPoints points = cpu_->merge(towns(20'000).points());
  const PairSettings settings{ThresholdRule::cap, 1000, Precision::double_};
  const auto plan = p3m::make_plan(p3m::measure(points), settings, 1e-6);
  ASSERT_TRUE(plan);
  on_cuda_->set_points(points, settings, *plan);
  const PairSums expected = on_cuda_->execute({}, {});
  int calls = 0;
  EXPECT_THROW(on_cuda_->execute({},
                                 [&](double) {
                                   if (++calls == 2) throw Interrupted();
                                 }),
               Interrupted);
  EXPECT_EQ(on_cuda_->execute({}, {}).sum_per_m, expected.sum_per_m);
}

}  // namespace
}  // namespace dscore::test
