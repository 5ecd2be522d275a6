// Quantiles of every type against R's quantile(). The numbers were printed by R 4.2.2 with
//   p <- c(0, .1, .25, .5, .9, .95, 1)
//   for (t in 1:9) cat(sprintf("%.17g", quantile(x, p, type = t, names = FALSE)), "\n")

#include "kernels/quantile.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "kernels/error.h"

namespace dscore {
namespace {

double quantile(const std::vector<double>& sorted, double p, int type) {
  const QuantilePosition position = quantile_position(sorted.size(), p, type);
  return interpolate(sorted.at(position.low), sorted.at(position.high), position.weight);
}

constexpr std::array<double, 7> kProbabilities{0, .1, .25, .5, .9, .95, 1};

struct Sample {
  std::vector<double> sorted;
  double of_type[9][7];  ///< [type - 1][probability]
};

// One value, two, five with a tie, ten with ties.
const std::vector<Sample> kSamples{
    {{3.5},
     {{3.5, 3.5, 3.5, 3.5, 3.5, 3.5, 3.5},
      {3.5, 3.5, 3.5, 3.5, 3.5, 3.5, 3.5},
      {3.5, 3.5, 3.5, 3.5, 3.5, 3.5, 3.5},
      {3.5, 3.5, 3.5, 3.5, 3.5, 3.5, 3.5},
      {3.5, 3.5, 3.5, 3.5, 3.5, 3.5, 3.5},
      {3.5, 3.5, 3.5, 3.5, 3.5, 3.5, 3.5},
      {3.5, 3.5, 3.5, 3.5, 3.5, 3.5, 3.5},
      {3.5, 3.5, 3.5, 3.5, 3.5, 3.5, 3.5},
      {3.5, 3.5, 3.5, 3.5, 3.5, 3.5, 3.5}}},
    {{1, 4},
     {{1, 1, 1, 1, 4, 4, 4},
      {1, 1, 1, 2.5, 4, 4, 4},
      {1, 1, 1, 1, 4, 4, 4},
      {1, 1, 1, 1, 3.4000000000000004, 3.6999999999999997, 4},
      {1, 1, 1, 2.5, 4, 4, 4},
      {1, 1, 1, 2.5, 4, 4, 4},
      {1, 1.3000000000000003, 1.75, 2.5, 3.6999999999999997, 3.8499999999999996, 4},
      {1, 1, 1, 2.4999999999999991, 4, 4, 4},
      {1, 1, 1, 2.5, 4, 4, 4}}},
    {{1, 2.5, 4, 7, 7},
     {{1, 1, 2.5, 4, 7, 7, 7},
      {1, 1, 2.5, 4, 7, 7, 7},
      {1, 1, 1, 2.5, 7, 7, 7},
      {1, 1, 1.375, 3.25, 7, 7, 7},
      {1, 1, 2.125, 4, 7, 7, 7},
      {1, 1, 1.75, 4, 7, 7, 7},
      {1, 1.5999999999999999, 2.5, 4, 7, 7, 7},
      {1, 1, 2, 4, 7, 7, 7},
      {1, 1, 2.03125, 4, 7, 7, 7}}},
    {{0.01, 0.02, 0.02, 0.05, 0.08, 0.13, 0.21, 0.21, 0.21, 0.34},
     {{0.01, 0.01, 0.02, 0.080000000000000002, 0.20999999999999999, 0.34000000000000002, 0.34000000000000002},
      {0.01, 0.014999999999999999, 0.02, 0.10500000000000001, 0.27500000000000002, 0.34000000000000002,
       0.34000000000000002},
      {0.01, 0.01, 0.02, 0.080000000000000002, 0.20999999999999999, 0.34000000000000002, 0.34000000000000002},
      {0.01, 0.01, 0.02, 0.080000000000000002, 0.20999999999999999, 0.27500000000000002, 0.34000000000000002},
      {0.01, 0.014999999999999999, 0.02, 0.10500000000000001, 0.27500000000000002, 0.34000000000000002,
       0.34000000000000002},
      {0.01, 0.011000000000000001, 0.02, 0.10500000000000001, 0.32700000000000007, 0.34000000000000002,
       0.34000000000000002},
      {0.01, 0.019, 0.0275, 0.10500000000000001, 0.22299999999999995, 0.28149999999999986, 0.34000000000000002},
      {0.01, 0.013666666666666666, 0.02, 0.10499999999999995, 0.29233333333333328, 0.34000000000000002,
       0.34000000000000002},
      {0.01, 0.014000000000000002, 0.02, 0.10500000000000001, 0.28799999999999998, 0.34000000000000002,
       0.34000000000000002}}},
};

TEST(Quantile, AgreesWithRForEveryType) {
  for (const Sample& sample : kSamples) {
    for (int type = 1; type <= 9; ++type) {
      for (std::size_t k = 0; k < kProbabilities.size(); ++k) {
        EXPECT_DOUBLE_EQ(quantile(sample.sorted, kProbabilities[k], type), sample.of_type[type - 1][k])
            << "n = " << sample.sorted.size() << ", type " << type << ", p = " << kProbabilities[k];
      }
    }
  }
}

// x <- (0:999)^2 / 997; p <- c(.1, .29, .57, .9, .95, .999): n p is a whole number, but not always its product.
constexpr double kThousand[9][6] = {
    {9.830491474423269, 83.772316950852556, 324.73520561685058, 810.63289869608832, 903.31093279839513,
     999.00100300902704},
    {9.9302908726178529, 84.062688064192571, 325.30641925777331, 811.53510531594793, 904.2632898696088,
     1000.0025075225676},
    {9.830491474423269, 83.772316950852556, 324.73520561685058, 810.63289869608832, 903.31093279839513,
     999.00100300902704},
    {9.830491474423269, 83.772316950852556, 324.73520561685058, 810.63289869608832, 903.31093279839513,
     999.00100300902704},
    {9.9302908726178529, 84.062688064192571, 325.30641925777331, 811.53510531594793, 904.2632898696088,
     1000.0025075225676},
    {9.8504513540621872, 83.940732196589749, 325.38638916750244, 812.25687061183555, 905.12041123370091,
     1001.0020090270813},
    {10.01013039117352, 84.184643931795378, 325.22644934804407, 810.8133400200602, 903.40616850551635,
     999.00300601805407},
    {9.9036776997659626, 84.022036108324954, 325.33307589434969, 811.77569374791051, 904.54899699097291,
     1000.3356746907389},
    {9.9103309929789383, 84.03219909729188, 325.32641173520551, 811.71554663991981, 904.47757021063171,
     1000.2523828986959},
};

TEST(Quantile, AgreesWithRWhereRoundingDecides) {
  constexpr std::array<double, 6> probabilities{.1, .29, .57, .9, .95, .999};
  std::vector<double> sorted(1000);
  for (std::size_t i = 0; i < sorted.size(); ++i) sorted[i] = static_cast<double>(i * i) / 997.0;
  for (int type = 1; type <= 9; ++type) {
    for (std::size_t k = 0; k < probabilities.size(); ++k) {
      EXPECT_DOUBLE_EQ(quantile(sorted, probabilities[k], type), kThousand[type - 1][k])
          << "type " << type << ", p = " << probabilities[k];
    }
  }
}

TEST(Quantile, StaysInsideTheSampleAndGrowsWithP) {
  for (std::size_t n = 1; n <= 40; ++n) {
    std::vector<double> sorted(n);
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t step = i / 3;
      sorted[i] = 0.1 * static_cast<double>(step);
    }
    for (int type = 1; type <= 9; ++type) {
      double before = sorted.front();
      for (int step = 0; step <= 1000; ++step) {
        const double q = quantile(sorted, step / 1000.0, type);
        EXPECT_GE(q, before) << "n = " << n << ", type " << type << ", p = " << step / 1000.0;
        EXPECT_LE(q, sorted.back());
        before = q;
      }
    }
  }
}

TEST(Quantile, DoesNotRoundATieAwayFromItsValue) {
  const std::vector<double> sorted(50, 0.1 + 0.2);  // (1 - w) v + w v may differ from v
  for (int type = 1; type <= 9; ++type) {
    for (int step = 0; step <= 1000; ++step) EXPECT_EQ(quantile(sorted, step / 1000.0, type), 0.1 + 0.2);
  }
}

TEST(Quantile, KnowsNineTypes) {
  EXPECT_THROW(quantile_position(10, 0.5, 0), UsageError);
  EXPECT_THROW(quantile_position(10, 0.5, 10), UsageError);
}

}  // namespace
}  // namespace dscore
