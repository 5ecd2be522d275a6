// Rank correlations, held against the plain double loop over pairs.

#include "host/agreement.h"

#include <gtest/gtest.h>

#include <cmath>

#include "host/results.h"
#include "tests/clouds.h"

namespace dscore::test {
namespace {

double plain_kendall(const std::vector<double>& a, const std::vector<double>& b) {
  double score = 0, of_a = 0, of_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const double sign_a = (a[i] > a[j]) - (a[i] < a[j]);
      const double sign_b = (b[i] > b[j]) - (b[i] < b[j]);
      score += sign_a * sign_b;
      of_a += sign_a * sign_a;
      of_b += sign_b * sign_b;
    }
  }
  return score / std::sqrt(of_a * of_b);
}

double plain_spearman(const std::vector<double>& a, const std::vector<double>& b) {
  const auto mid_rank = [](const std::vector<double>& values, double value) {
    double rank = 0;
    for (const double other : values) rank += other < value ? 1 : other == value ? 0.5 : 0;
    return rank;
  };
  const double mean = 0.5 * static_cast<double>(a.size());
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = mid_rank(a, a[i]) - mean;
    const double y = mid_rank(b, b[i]) - mean;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / std::sqrt(aa * bb);
}

TEST(Agreement, IsThatOfThePlainLoop) {
  for (const int levels : {3, 40, 100'000}) {  // many ties, some, hardly any
    SCOPED_TRACE(levels);
    Random random(static_cast<std::uint64_t>(levels));
    std::vector<double> a, b;
    for (int i = 0; i < 700; ++i) {
      const double common = random();
      a.push_back(std::floor(levels * (common + 0.3 * random())));
      b.push_back(std::floor(levels * (common + 0.3 * random())));
    }
    const Agreement found = agreement(a, b);
    EXPECT_EQ(found.compared, 700U);
    EXPECT_NEAR(found.kendall, plain_kendall(a, b), 1e-12);
    EXPECT_NEAR(found.spearman, plain_spearman(a, b), 1e-12);
    EXPECT_GT(found.kendall, 0.3);
    EXPECT_LT(found.kendall, found.spearman);
  }
}

TEST(Agreement, IsOneOfTheSameOrderAndMinusOneOfTheReverse) {
  const std::vector<double> up{1, 2, 5, 9};
  const std::vector<double> also{-3, 0, 0.5, 100};
  const std::vector<double> down{4, 3, 2, 1};
  EXPECT_EQ(agreement(up, also).kendall, 1);
  EXPECT_EQ(agreement(up, also).spearman, 1);
  EXPECT_EQ(agreement(up, down).kendall, -1);
  EXPECT_EQ(agreement(up, down).spearman, -1);
}

TEST(Agreement, LeavesOutWhatIsMissingInEither) {
  const std::vector<double> a{1, kMissing, 3, 4, 2};
  const std::vector<double> b{1, 2, 3, kMissing, 2};
  const Agreement found = agreement(a, b);
  EXPECT_EQ(found.compared, 3U);
  EXPECT_EQ(found.kendall, 1);
}

TEST(Agreement, IsMissingWhereNothingCanBeTold) {
  const std::vector<double> same{2, 2, 2};
  const std::vector<double> other{1, 2, 3};
  EXPECT_TRUE(is_missing(agreement(same, other).kendall));
  EXPECT_TRUE(is_missing(agreement(other, same).spearman));
  EXPECT_TRUE(is_missing(agreement(std::vector<double>{1}, std::vector<double>{1}).kendall));
  EXPECT_EQ(agreement(std::vector<double>{}, std::vector<double>{}).compared, 0U);
}

}  // namespace
}  // namespace dscore::test
