// The fast method's CUDA kernels: their own source, run warp by warp on the CPU, against exact sums and against the
// fast method of the CPU.

#include <gtest/gtest.h>

#include <complex>
#include <cstring>
#include <string>
#include <tuple>

#include "kernels/exact_sums.h"
#include "kernels/fft.h"
#include "kernels/large_array.h"
#include "kernels/p3m/near_simd.h"
#include "kernels/p3m/p3m.h"
#include "kernels/p3m/p3m_launch.cuh"
#include "tests/clouds.h"
#include "tests/cuda/naive.h"

namespace dscore::test {
namespace {

using namespace p3m;

/// Kernels on the emulator; memory that was never written is not a number.
struct EmulatedMachine {
  template <class T>
  class Array {
   public:
    void resize(std::size_t n) {
      values_.resize(n);
      if (n > 0) std::memset(static_cast<void*>(values_.data()), 0xff, n * sizeof(T));
    }
    T* data() { return values_.data(); }

   private:
    LargeArray<T> values_;
  };

  template <class T>
  void to_device(Array<T>& array, const T* values, std::size_t n) {
    if (n > 0) std::memcpy(array.data(), values, n * sizeof(T));
  }
  template <class T>
  void to_host(T* values, Array<T>& array, std::size_t n) {
    std::memcpy(values, array.data(), n * sizeof(T));
  }
  template <class Kernel, class... Arguments>
  void launch(Kernel kernel, std::size_t threads, int block, const Arguments&... arguments) {
    simt::launch(threads, static_cast<std::size_t>(block), [&] { kernel(arguments...); });
  }
  void wait() {}
  void use() {}
};

using EmulatedP3m = DeviceP3m<EmulatedMachine>;

MergedPoints merge(const Cloud& cloud) { return make_cpu_backend(2)->merge(cloud.points()); }

/// Towns and countryside in 40 by 40 km: some cut-offs wide, and few enough for the emulator.
Cloud province(std::size_t n) {
  Cloud cloud;
  Random random(6);
  for (std::size_t i = 0; i < n; ++i) {
    const double town = std::floor(4 * random());
    const double spread = random() < 0.3 ? 8e3 : 1.2e3;
    cloud.add(1e5 + 1e4 * town + spread * random.normal(), 4e5 + 1e4 * std::fmod(town, 2) + spread * random.normal());
  }
  return cloud;
}

/// 6 by 6 km: a mesh at the shortest cut-off that the emulator gets through.
Cloud village(std::size_t n) {
  Cloud cloud;
  Random random(7);
  for (std::size_t i = 0; i < n; ++i) cloud.add(2e5 + 6e3 * random(), 5e5 + 6e3 * random());
  return cloud;
}

/// The largest difference of scores from those of other sums, over the exact scores.
double worst_difference(const MergedPoints& points, const PairSettings& settings, const std::vector<double>& sums,
                        const std::vector<double>& others, const std::vector<double>& exact) {
  const double at_zero = coincident_value(settings.rule, settings.threshold_m);
  double worst = 0;
  for (std::size_t p = 0; p < points.size(); ++p) {
    const double score = exact[p] + (points.multiplicity[p] - 1.0) * at_zero;
    const double error = std::fabs(sums[p] - others[p]) / score;
    worst = std::max(worst, error <= INFINITY ? error : INFINITY);
  }
  return worst;
}

std::vector<double> exact_of(const MergedPoints& points, const PairSettings& settings) {
  std::vector<std::uint32_t> all(points.size());
  for (std::size_t p = 0; p < all.size(); ++p) all[p] = static_cast<std::uint32_t>(p);
  return exact_sums(points, settings, all, 2);
}

/// Sums by the cheapest plan, or with another cut-off, against exact ones and against those of the CPU.
void expect_good_sums(const Cloud& cloud, const PairSettings& settings, double tolerance, double cutoff_m = 0) {
  const MergedPoints points = merge(cloud);
  const p3m::Cloud measured = measure(points);
  std::optional<Plan> plan = make_plan(measured, settings, tolerance, true);
  ASSERT_TRUE(plan);
  if (cutoff_m > 0) plan = plan_with(measured, measured.extent, settings, tolerance, plan->recipe, cutoff_m);
  EmulatedP3m emulated(2);
  emulated.set_points(points, settings, *plan);
  const PairSums sums = emulated.execute({}, {});
  P3m cpu(2);
  cpu.set_points(points, settings, *plan);
  const PairSums of_cpu = cpu.execute({}, {});
  const std::vector<double> exact = exact_of(points, settings);
  EXPECT_LE(worst_difference(points, settings, sums.sum_per_m, exact, exact), tolerance);
  // The same method: in the same precision, the same sums but for roundings, and for the beginning of the fading, which
  // the CPU leaves out within a step of the cut-off.
  EXPECT_LE(worst_difference(points, settings, sums.sum_per_m, of_cpu.sum_per_m, exact),
            near_may_be_float(settings, tolerance) ? tolerance : 1e-13 + 0.01 * tolerance);
  EXPECT_EQ(sums.ordered_pairs_within, of_cpu.ordered_pairs_within);
}

using Case = std::tuple<ThresholdRule, double>;
class EmulatedFast : public testing::TestWithParam<Case> {
 protected:
  PairSettings settings() const { return {std::get<0>(GetParam()), 1000, Precision::double_}; }
  double tolerance() const { return std::get<1>(GetParam()); }
};

TEST_P(EmulatedFast, TownsInOneCloud) { expect_good_sums(province(500), settings(), tolerance()); }

TEST_P(EmulatedFast, ShortestCutOff) {
  const bool edge = settings().rule == ThresholdRule::cap || settings().rule == ThresholdRule::exclude;
  expect_good_sums(village(300), settings(), tolerance(), edge ? 1000 : 1000.1);
}

std::string case_name(const testing::TestParamInfo<Case>& info) {
  const char* const rules[] = {"cap", "exclude", "shift", "none"};
  const auto [rule, tolerance] = info.param;
  return std::string(rules[static_cast<int>(rule)]) + "_1em" +
         std::to_string(static_cast<int>(std::lround(-std::log10(tolerance))));
}

INSTANTIATE_TEST_SUITE_P(Cuda, EmulatedFast,
                         testing::Combine(testing::Values(ThresholdRule::cap, ThresholdRule::exclude,
                                                          ThresholdRule::shift, ThresholdRule::none),
                                          testing::Values(1e-3, 1e-6, 1e-9, 1e-11)),
                         case_name);

TEST(EmulatedP3m, EveryCloud) {
  for (const NamedCloud& named : all_clouds()) {
    SCOPED_TRACE(named.name);
    if (named.name == "coincident") continue;  // one location has no pairs
    expect_good_sums(named.make(250), {ThresholdRule::cap, 1000, Precision::double_}, 1e-6);
    if (named.name == "dense_town") continue;  // everyone is within the threshold: nothing is left
    expect_good_sums(named.make(250), {ThresholdRule::exclude, 1000, Precision::double_}, 1e-6);
  }
}

TEST(EmulatedP3m, FewLocations) {
  for (const std::size_t n : {2, 3, 31, 32, 33}) {
    SCOPED_TRACE(n);
    expect_good_sums(village(n), {ThresholdRule::cap, 1000, Precision::double_}, 1e-9);
    expect_good_sums(collinear(n), {ThresholdRule::none, 1000, Precision::double_}, 1e-9);
  }
}

TEST(EmulatedP3m, PairsAtExactlyTheThresholdCountAsOnTheCpu) {
  for (const ThresholdRule rule : {ThresholdRule::cap, ThresholdRule::exclude, ThresholdRule::none}) {
    expect_good_sums(shifted_lattice(400), {rule, 1000, Precision::double_}, 1e-6, 1000);
    expect_good_sums(lattice(400), {rule, 1000, Precision::double_}, 1e-9, 1700);
  }
}

TEST(EmulatedP3m, OtherMassesPointsAndPlansLeaveNothingBehind) {
  const MergedPoints many = merge(province(500));
  const MergedPoints few = merge(province(200));
  const p3m::Cloud measured = measure(many);
  EmulatedP3m used(2);
  const auto expect_like_new = [&](const MergedPoints& points, ThresholdRule rule, double cutoff_m,
                                   std::span<const std::uint32_t> masses) {
    const PairSettings settings{rule, 1000, Precision::double_};
    const auto cheapest = make_plan(measured, settings, 1e-7);
    ASSERT_TRUE(cheapest);
    const Plan plan = plan_with(measured, measured.extent, settings, 1e-7, cheapest->recipe, cutoff_m);
    EmulatedP3m fresh(1);
    fresh.set_points(points, settings, plan);
    used.set_points(points, settings, plan);
    const PairSums expected = fresh.execute(masses, {});
    for (int run = 0; run < 2; ++run) {
      const PairSums sums = used.execute(masses, {});
      EXPECT_EQ(sums.sum_per_m, expected.sum_per_m);  // the same bits
      EXPECT_EQ(sums.ordered_pairs_within, expected.ordered_pairs_within);
    }
  };
  std::vector<std::uint32_t> masses(many.size());
  for (std::size_t p = 0; p < masses.size(); ++p) masses[p] = static_cast<std::uint32_t>(p % 4);  // some have none
  std::vector<std::uint32_t> dominated = masses;
  dominated[7] = 1'000'000;
  expect_like_new(many, ThresholdRule::cap, 9e3, {});
  expect_like_new(many, ThresholdRule::cap, 9e3, masses);
  expect_like_new(few, ThresholdRule::cap, 9e3, {});  // the same plan
  expect_like_new(few, ThresholdRule::exclude, 9e3, {});
  expect_like_new(many, ThresholdRule::exclude, 15e3, dominated);
  expect_like_new(many, ThresholdRule::exclude, 15e3, masses);
  expect_like_new(many, ThresholdRule::shift, 15e3, masses);
}

TEST(EmulatedFft, AgreesWithTheLibrary) {
  EmulatedMachine machine;
  Random random(3);
  constexpr std::uint32_t batch = 3;
  for (const std::size_t n : {2, 4, 6, 8, 10, 14, 18, 30, 98, 126, 210, 256, 420, 900, 1250}) {
    SCOPED_TRACE(n);
    const Fft<double> library(n);
    std::vector<LargeArray<std::complex<double>>> expected(batch, LargeArray<std::complex<double>>(n));
    for (const bool along_elements : {true, false}) {
      const FftPass pass = along_elements
                               ? FftPass{static_cast<std::uint32_t>(n), 1, batch, 1, static_cast<std::uint32_t>(n)}
                               : FftPass{static_cast<std::uint32_t>(n), 1, batch, batch + 2, 1};
      const auto at = [&](std::size_t transform, std::size_t element) {
        return transform * pass.transform_step + element * pass.element_step;
      };
      std::vector<DeviceComplex> values((batch + 2) * n);
      std::vector<DeviceComplex> room(values.size());
      LargeArray<std::complex<double>> given(n);
      for (std::size_t b = 0; b < batch; ++b) {
        for (std::size_t e = 0; e < n; ++e) {
          given[e] = {random() - 0.5, random() - 0.5};
          values[at(b, e)] = {given[e].real(), given[e].imag()};
        }
        library.forward(given.data(), expected[b].data());
      }
      DeviceComplex* data = values.data();
      DeviceComplex* spare = room.data();
      const std::vector<DeviceComplex> roots = roots_of_unity(n);
      if (along_elements) {
        run_fft<true>(machine, data, spare, roots.data(), fft_radices(n), pass);
      } else {
        run_fft<false>(machine, data, spare, roots.data(), fft_radices(n), pass);
      }
      double worst = 0;
      for (std::size_t b = 0; b < batch; ++b) {
        for (std::size_t e = 0; e < n; ++e) {
          worst =
              std::max(worst, std::abs(std::complex<double>(data[at(b, e)].re, data[at(b, e)].im) - expected[b][e]));
        }
      }
      EXPECT_LE(worst, 1e-15 * std::sqrt(static_cast<double>(n)));
    }
  }
}

TEST(EmulatedFft, FewPassesMakeEveryQuickLength) {
  for (std::size_t n = 2; n <= 14'000; n = quick_length(n + 1)) {
    const std::vector<int> radices = fft_radices(n);
    std::size_t product = 1;
    for (const int radix : radices) product *= static_cast<std::size_t>(radix);
    EXPECT_EQ(product, n);
    EXPECT_LE(radices.size(), std::ceil(std::log(static_cast<double>(n)) / std::log(7.0))) << n;
  }
}

}  // namespace
}  // namespace dscore::test
