// Random numbers by counter: against the vectors published with Random123, and their bounded integers.

#include "kernels/philox.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace dscore::test {
namespace {

// Random123 1.14, tests/kat_vectors, "philox4x32 10": counter, key, result.
TEST(Philox, GivesThePublishedWords) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}), (PhiloxCounter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (PhiloxCounter{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (PhiloxCounter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, AStreamIsItsCountersInOrder) {
  PhiloxStream stream(0x0123456789abcdef, 7, 9);
  for (std::uint32_t block = 0; block < 3; ++block) {
    for (const std::uint32_t word : philox4x32({block, 0, 9, 7}, {0x89abcdef, 0x01234567})) {
      EXPECT_EQ(stream.next(), word);
    }
  }
}

TEST(Philox, SeedsAndStreamsDiffer) {
  std::set<std::uint32_t> first;
  for (const std::uint64_t seed : {1ULL, 2ULL, 1ULL << 32U}) {
    for (std::uint32_t stream = 0; stream < 4; ++stream) {
      for (std::uint32_t substream = 0; substream < 4; ++substream) {
        first.insert(PhiloxStream(seed, stream, substream).next());
      }
    }
  }
  EXPECT_EQ(first.size(), 3U * 4 * 4);
}

// False alarm, were the words random: 1e-4 for each n (chi-squared). The seed is fixed, so the outcome is.
TEST(Philox, BoundedIntegersAreUniform) {
  const std::vector<std::pair<std::uint32_t, double>> limits = {{2, 15.14}, {10, 33.72}, {100, 160.06}};
  for (const auto& [n, limit] : limits) {
    PhiloxStream stream(3, n, 0);
    std::vector<double> count(n, 0);
    constexpr int kEach = 2000;
    for (std::uint32_t k = 0; k < kEach * n; ++k) ++count[stream.below(n)];
    double chi_squared = 0;
    for (const double c : count) chi_squared += (c - kEach) * (c - kEach) / kEach;
    EXPECT_LT(chi_squared, limit) << n;
  }
}

// 3 * 2^30 does not divide 2^32: without rejection the lowest quarter of results would come twice as often as others.
TEST(Philox, BoundedIntegersAreWithoutBias) {
  PhiloxStream stream(4, 0, 0);
  constexpr std::uint32_t kN = 3U << 30U;
  int thirds[3] = {};
  for (int k = 0; k < 30'000; ++k) ++thirds[stream.below(kN) >> 30U];
  for (const int third : thirds) EXPECT_NEAR(third, 10'000, 330);  // four standard deviations
  EXPECT_EQ(PhiloxStream(1, 1, 1).below(1), 0U);
}

}  // namespace
}  // namespace dscore::test
