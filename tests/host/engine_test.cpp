// The engine's suite on the CPU, and what only the CPU has: threads and instruction sets.

#include "kernels/error.h"
#include "tests/engine_suite.h"

namespace dscore::test {

INSTANTIATE_TEST_SUITE_P(Cpu, Engine, all_cases("cpu"), engine_case_name);

TEST(CpuEngine, GivesTheSameBitsForAnyNumberOfThreads) {
  const Cloud cloud = towns(12'000);
  for (const Precision precision : {Precision::double_, Precision::mixed}) {
    const PairSettings settings{ThresholdRule::cap, 1000, precision};
    const Scores one = score(*make_cpu_backend(1), cloud.points(), settings);
    for (const int threads : {2, 3, 7}) {
      const Scores many = score(*make_cpu_backend(threads), cloud.points(), settings);
      EXPECT_EQ(one.d, many.d) << threads << " threads";
      EXPECT_EQ(one.pairs_within_threshold, many.pairs_within_threshold);
    }
  }
}

TEST(CpuEngine, StopsWhenProgressThrows) {
  const Cloud cloud = uniform(20'000);
  int calls = 0;
  const Progress stop = [&](double fraction) {
    EXPECT_GT(fraction, 0);
    EXPECT_LE(fraction, 1);
    if (++calls == 1) throw Interrupted();
  };
  EXPECT_THROW(score(*make_cpu_backend(2), cloud.points(), {}, stop), Interrupted);
  EXPECT_EQ(calls, 1);
}

TEST(CpuEngine, ReportsProgressUpToTheEnd) {
  std::vector<double> fractions;
  score(*make_cpu_backend(2), uniform(20'000).points(), {}, [&](double f) { fractions.push_back(f); });
  ASSERT_FALSE(fractions.empty());
  EXPECT_TRUE(std::is_sorted(fractions.begin(), fractions.end()));
  EXPECT_EQ(fractions.back(), 1.0);
}

TEST(CpuEngine, ListsItsInstructionSets) { EXPECT_FALSE(cpu_instruction_sets().empty()); }

}  // namespace dscore::test
