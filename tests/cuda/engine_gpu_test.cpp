// The engine's suite on a CUDA device (ctest label gpu), and the device against the CPU.

#include "tests/engine_suite.h"

namespace dscore::test {

INSTANTIATE_TEST_SUITE_P(Cuda, Engine, all_cases("cuda"), engine_case_name);

TEST(CudaEngine, AgreesWithTheCpu) {
  if (!cuda_unusable_because().empty()) GTEST_SKIP() << "no CUDA device: " << cuda_unusable_because();
  const Cloud cloud = towns(50'000);
  const Scores cpu = score(*make_cpu_backend(0), cloud.points(), {ThresholdRule::cap, 1000, Precision::double_});
  for (const Precision precision : {Precision::double_, Precision::mixed}) {
    const Scores cuda = score(*make_cuda_backend(), cloud.points(), {ThresholdRule::cap, 1000, precision});
    EXPECT_LE(worst_error(cuda.d, cpu.d), precision == Precision::mixed ? 1e-6 : 1e-12);
    EXPECT_EQ(cuda.pairs_within_threshold, cpu.pairs_within_threshold);
    EXPECT_EQ(cuda.locations, cpu.locations);
  }
}

}  // namespace dscore::test
