// The CUDA kernels with other launches than the program's: plain instead of symmetric, and in small pieces.

#include <gtest/gtest.h>

#include "kernels/allpairs_cuda.h"
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
          const PairSums sums = cuda::sum_pairs(points, settings, {}, {symmetry, max_pairs, &device_s});
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

INSTANTIATE_TEST_SUITE_P(Rules, CudaKernels,
                         testing::Values(ThresholdRule::cap, ThresholdRule::exclude, ThresholdRule::shift,
                                         ThresholdRule::none));

}  // namespace
}  // namespace dscore
