// The pair formula of every decay and threshold rule, against powers and exponentials of the C library in extended
// precision.

#include "kernels/pair.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "kernels/backend.h"

namespace dscore::test {
namespace {

constexpr ThresholdRule kRules[] = {ThresholdRule::cap, ThresholdRule::exclude, ThresholdRule::shift,
                                    ThresholdRule::none};
constexpr double kThreshold = 1000;

long double decay_of(const Decay& decay, long double d) {
  return decay.shape == DecayShape::power ? std::pow(d, -static_cast<long double>(decay.parameter))
                                          : std::exp(-static_cast<long double>(decay.parameter) * d);
}

long double expected_value(ThresholdRule rule, const Decay& decay, long double d) {
  switch (rule) {
    case ThresholdRule::cap:
      return decay_of(decay, std::max<long double>(d, kThreshold));
    case ThresholdRule::exclude:
      return d < kThreshold ? 0 : decay_of(decay, d);
    case ThresholdRule::shift:
      return decay_of(decay, kThreshold + d);
    case ThresholdRule::none:
      return d == 0 && decay.shape == DecayShape::power ? 0 : decay_of(decay, d);
  }
  return NAN;
}

double value(ThresholdRule rule, const Decay& decay, double d) {
  return with_rule(rule, [&](auto constant) {
    return with_decay<double>(decay, [&](auto g) {
      return pair_value<constant()>(d * d, d < kThreshold,
                                    Threshold<double>{kThreshold, decay_value(decay, kThreshold)}, g);
    });
  });
}

std::vector<Decay> decays() {
  std::vector<Decay> all;
  for (const double a : {0.3, 0.5, 1.0, 1.5, 2.0, 2.7, 3.0, 4.0}) all.push_back({DecayShape::power, a});
  for (const double range_m : {2e3, 5e4}) all.push_back({DecayShape::exponential, 1 / range_m});
  return all;
}

TEST(PairFormula, HasEveryDecayUnderEveryRule) {
  for (const Decay& decay : decays()) {
    for (const ThresholdRule rule : kRules) {
      SCOPED_TRACE("decay " + std::to_string(decay.parameter) + ", rule " + std::to_string(static_cast<int>(rule)));
      for (const double d : {0.0, 1e-3, 1.0, 999.0, 1000.0, 1001.0, 17'321.0, 3e5}) {
        const auto expected = static_cast<double>(expected_value(rule, decay, d));
        EXPECT_NEAR(value(rule, decay, d), expected, 1e-13 * expected) << d;
      }
      EXPECT_DOUBLE_EQ(coincident_value(rule, kThreshold, decay), value(rule, decay, 0));
    }
  }
}

TEST(PairFormula, SquaresDecays) {
  for (const Decay& decay : decays()) {
    for (const ThresholdRule rule : kRules) {
      const PairSettings settings{rule, kThreshold, Precision::double_, decay};
      const PairSettings square = squared(settings);
      EXPECT_EQ(square.rule, rule);
      for (const double d : {0.0, 10.0, 999.0, 1000.0, 5e4}) {
        const double f = value(rule, decay, d);
        EXPECT_NEAR(value(square.rule, square.decay, d), f * f, 1e-13 * f * f) << d;
      }
    }
  }
  EXPECT_TRUE(is_plain({}));
  EXPECT_FALSE(is_plain(squared(PairSettings{})));
}

}  // namespace
}  // namespace dscore::test
