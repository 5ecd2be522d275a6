// The engine on every instruction set that this machine has and the program is compiled for, not only the widest.

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "host/results.h"
#include "host/score.h"
#include "tests/clouds.h"
#include "tests/reference.h"

namespace dscore::test {
namespace {

/// Lets the engine believe that the machine has one instruction set only, for as long as this lives.
class OnlyInstructionSet {
 public:
  explicit OnlyInstructionSet(std::int64_t set) { hwy::SetSupportedTargetsForTest(set); }
  ~OnlyInstructionSet() { hwy::SetSupportedTargetsForTest(0); }
  OnlyInstructionSet(const OnlyInstructionSet&) = delete;
  OnlyInstructionSet& operator=(const OnlyInstructionSet&) = delete;
};

TEST(InstructionSets, AllAgreeWithTheReference) {
  const std::vector<std::string> names = cpu_instruction_sets();
  const std::set<std::string> all(names.begin(), names.end());
  for (const NamedCloud& named : all_clouds()) {
    const Cloud cloud = named.make(1'031);
    for (const ThresholdRule rule :
         {ThresholdRule::cap, ThresholdRule::exclude, ThresholdRule::shift, ThresholdRule::none}) {
      const Reference expected = reference(cloud.points(), rule, 1000);
      std::set<std::string> tried;
      for (std::int64_t rest = hwy::SupportedTargets(); rest != 0; rest &= rest - 1) {
        const OnlyInstructionSet only(rest & -rest);
        const std::vector<std::string> sets = cpu_instruction_sets();
        if (sets.empty()) continue;  // the machine has it, the program is not compiled for it
        ASSERT_EQ(sets.size(), 1U);
        tried.insert(sets[0]);
        for (const Precision precision : {Precision::double_, Precision::mixed}) {
          SCOPED_TRACE(sets[0] + (precision == Precision::mixed ? ", mixed, " : ", double, ") + named.name + ", rule " +
                       std::to_string(static_cast<int>(rule)));
          const Scores actual = score(*make_cpu_backend(2), cloud.points(), {rule, 1000, precision});
          EXPECT_LE(worst_error(actual.d, expected.d), precision == Precision::mixed ? 1e-6 : 1e-12);
          EXPECT_EQ(actual.pairs_within_threshold, expected.pairs_within);
          EXPECT_EQ(actual.coincident_pairs, expected.coincident_pairs);
        }
      }
      EXPECT_EQ(tried, all);
    }
  }
}

}  // namespace
}  // namespace dscore::test
