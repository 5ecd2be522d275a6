// The CUDA kernels with other launches than the program's: plain instead of symmetric, in small pieces, and on more
// devices than there are.

#include <gtest/gtest.h>

#include "kernels/allpairs_cuda.h"
#include "kernels/cuda_devices.h"
#include "kernels/error.h"
#include "tests/cuda/naive.h"

namespace dscore {
namespace {

class CudaKernels : public testing::TestWithParam<ThresholdRule> {
 protected:
  void SetUp() override {
    if (const std::string reason = cuda_unusable_because(); !reason.empty()) {
      GTEST_SKIP() << "no CUDA device: " << reason;
    }
  }

  void expect_like_reference(std::size_t n) const {
    const MergedPoints points = test::cloud("towns", n);
    for (const Precision precision : {Precision::double_, Precision::mixed}) {
      const PairSettings settings{GetParam(), 1000, precision};
      const PairSums expected = test::naive_sums(points, settings);
      for (const Symmetry symmetry : {Symmetry::symmetric, Symmetry::plain}) {
        for (const std::size_t max_pairs : {std::size_t{3}, std::size_t{16}, kMaxPairsPerLaunch}) {
          double device_s = -1;
          const PairSums sums = cuda::sum_pairs(
              points, settings, {}, {.symmetry = symmetry, .cut = {max_pairs, max_pairs}, .device_s = &device_s});
          EXPECT_LE(test::worst_difference(sums.sum_per_m, expected.sum_per_m),
                    precision == Precision::mixed ? 1e-6 : 1e-12);
          EXPECT_EQ(sums.ordered_pairs_within, expected.ordered_pairs_within);
          EXPECT_GT(device_s, 0);
        }
      }
    }
  }
};

TEST_P(CudaKernels, SmallLaunches) { expect_like_reference(1100); }
TEST_P(CudaKernels, ManyLaunches) { expect_like_reference(4000); }

/// Several sets in one run, on the first device taken for several: the same bits as one by one on one.
TEST_P(CudaKernels, SmallRunOnSeveralDevices) {
  const std::vector<MergedPoints> clouds{
      test::cloud("towns", 1100), test::cloud("spread", 2300), {}, test::cloud("dense", 40)};
  std::vector<const MergedPoints*> sets;
  for (const MergedPoints& cloud : clouds) sets.push_back(&cloud);
  const std::vector<int> usable = cuda::usable_devices();
  const int first = usable.front();
  const Cut cut{8, 6};
  for (const Precision precision : {Precision::double_, Precision::mixed}) {
    const PairSettings settings{GetParam(), 1000, precision};
    std::vector<PairSums> alone;
    for (const MergedPoints& cloud : clouds) {
      alone.push_back(cuda::sum_pairs(cloud, settings, {}, {.devices = {first}, .cut = cut}));
    }
    for (const std::vector<int>& devices : {std::vector<int>{first, first}, std::vector<int>(8, first), usable}) {
      double device_s = -1;
      const std::vector<PairSums> sums =
          cuda::sum_pairs(sets, settings, {}, {.devices = devices, .cut = cut, .device_s = &device_s});
      EXPECT_GT(device_s, 0);
      ASSERT_EQ(sums.size(), sets.size());
      for (std::size_t k = 0; k < sets.size(); ++k) {
        EXPECT_EQ(sums[k].sum_per_m, alone[k].sum_per_m);
        EXPECT_EQ(sums[k].ordered_pairs_within, alone[k].ordered_pairs_within);
      }
    }
  }
}

TEST_P(CudaKernels, SaysWhichDeviceFails) {
  const MergedPoints points = test::cloud("towns", 300);
  try {
    cuda::sum_pairs(points, {GetParam(), 1000, Precision::mixed}, {},
                    {.devices = {cuda::usable_devices().front(), 999}, .cut = {1, 1}});
    FAIL() << "a device that is not there did not throw";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("choosing device 999 failed: "), std::string::npos) << error.what();
  }
  const PairSums sums = cuda::sum_pairs(points, {GetParam(), 1000, Precision::mixed}, {});  // works again
  EXPECT_EQ(sums.sum_per_m.size(), points.size());
}

INSTANTIATE_TEST_SUITE_P(Rules, CudaKernels,
                         testing::Values(ThresholdRule::cap, ThresholdRule::exclude, ThresholdRule::shift,
                                         ThresholdRule::none));

}  // namespace
}  // namespace dscore
