// Is a pair within the threshold? kernels/within.h against whole-number arithmetic.
//
// Coordinates up to 2^20 m, of at least 2^-32 m granularity, and thresholds of at least 2^-43 m, are whole multiples of
// 2^-43 m, and squares of such differences fit 128 bits.

#include "kernels/within.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "tests/clouds.h"

namespace dscore::test {
namespace {

__extension__ using Int128 = __int128;

constexpr int kScale = 43;

Int128 whole(double metres) {
  const double scaled = std::ldexp(metres, kScale);
  EXPECT_EQ(scaled, std::floor(scaled)) << "the test's own scale is too coarse";
  return static_cast<Int128>(static_cast<std::int64_t>(scaled));
}

/// The sign of d^2 - t^2.
int compare_exactly(double xi, double yi, double xj, double yj, double t) {
  const Int128 dx = whole(xi) - whole(xj);
  const Int128 dy = whole(yi) - whole(yj);
  const Int128 difference = dx * dx + dy * dy - whole(t) * whole(t);
  return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}

/// How many pairs came out nearer, at and beyond t.
using Tally = std::array<int, 3>;

void expect_exact(double xi, double yi, double xj, double yj, double t, Tally& tally) {
  const int sign = compare_exactly(xi, yi, xj, yj, t);
  ++tally[static_cast<std::size_t>(sign) + 1];
  const auto trace = [&] {
    return testing::Message() << std::hexfloat << xi << ", " << yi << "; " << xj << ", " << yj << "; t = " << t;
  };
  ASSERT_EQ(within_threshold(xi, yi, xj, yj, t), sign < 0) << trace();
  ASSERT_EQ(within_threshold(xj, yj, xi, yi, t), sign < 0) << trace();
  ASSERT_EQ(within_threshold_exact(xi, yi, xj, yj, t), sign < 0) << trace();
}

double ulps_away(double value, int ulps) {
  for (; ulps > 0; --ulps) value = std::nextafter(value, std::numeric_limits<double>::infinity());
  for (; ulps < 0; ++ulps) value = std::nextafter(value, -std::numeric_limits<double>::infinity());
  return value;
}

const std::array<std::array<double, 2>, 7> kOrigins{
    {{0, 0}, {3e5, 6e5}, {121'000.5, 487'123.25}, {-3e5, 6e5}, {1e6, -1e6}, {1024.1, 2048.7}, {155'000.1, 463'000.3}}};

TEST(Within, DecidesLatticePairsAtExactlyTheThreshold) {
  // Every whole (dx, dy) of length 1000, 1105 (many triangles) and 725, and its eight neighbours, at several origins.
  Tally tally{};
  for (const double t : {1'000.0, 1'105.0, 725.0}) {
    for (int dx = -1'105; dx <= 1'105; ++dx) {
      const double rest = t * t - static_cast<double>(dx) * dx;
      if (rest < 0) continue;
      const double dy = std::round(std::sqrt(rest));
      for (const auto& [x, y] : kOrigins) {
        for (const double nudge : {-1.0, 0.0, 1.0}) {
          expect_exact(x, y, x + dx, y + dy + nudge, t, tally);
          expect_exact(x, y, x + dx + nudge, y - dy, t, tally);
        }
      }
    }
  }
  EXPECT_GT(tally[0], 10'000);
  EXPECT_GT(tally[1], 500);
  EXPECT_GT(tally[2], 10'000);
}

TEST(Within, DecidesScaledTriangles) {
  // Multiples of 2^-20 m: t = 1000 + k 2^-20 and a pair along (0.6, 0.8) or (0.28, 0.96) as near to t as the lattice
  // allows, often exactly at it.
  Tally tally{};
  constexpr std::int64_t unit = std::int64_t{1} << 20U;
  for (int k = 0; k < 5'000; ++k) {
    const std::int64_t t_units = 1'000 * unit + k;
    const double t = std::ldexp(static_cast<double>(t_units), -20);
    for (const auto& [a, b, c] : std::array<std::array<std::int64_t, 3>, 3>{{{3, 4, 5}, {7, 24, 25}, {20, 21, 29}}}) {
      const std::int64_t dx_units = t_units * a / c;
      const std::int64_t dy_units = t_units * b / c;
      const double dx = std::ldexp(static_cast<double>(dx_units), -20);
      const double dy = std::ldexp(static_cast<double>(dy_units), -20);
      for (const auto& [x, y] : std::array<std::array<double, 2>, 2>{{{3e5, 6e5}, {12'345.25, 399'999.75}}}) {
        expect_exact(x, y, x + dx, y + dy, t, tally);
        expect_exact(x, y, x - dy, y + dx, t, tally);
      }
    }
  }
  EXPECT_GT(tally[0], 1'000);
  EXPECT_GT(tally[1], 5'000);
}

TEST(Within, DecidesPairsOneRoundingAround) {
  // Any direction, t away as nearly as doubles allow; then coordinates and threshold moved by single roundings.
  Random random(41);
  Tally tally{};
  int missed_by_plain_rounding = 0;
  for (int k = 0; k < 4'000; ++k) {
    const auto& [x0, y0] = kOrigins[static_cast<std::size_t>(k) % kOrigins.size()];
    const double xi = std::ldexp(std::floor(std::ldexp(x0 + 1e4 * random(), 32)), -32);
    const double yi = std::ldexp(std::floor(std::ldexp(y0 + 1e4 * random(), 32)), -32);
    const double angle = 2 * M_PI * random();
    const double grid = 0x1p32;
    const double xj = std::round((xi + 1'000 * std::cos(angle)) * grid) / grid;
    const double yj = std::round((yi + 1'000 * std::sin(angle)) * grid) / grid;
    const double t0 = std::hypot(xi - xj, yi - yj);
    for (int t_ulps = -2; t_ulps <= 2; ++t_ulps) {
      const double t = ulps_away(t0, t_ulps);
      if (std::ldexp(t, kScale) != std::floor(std::ldexp(t, kScale))) continue;
      for (const double dx : {-1 / grid, 0.0, 1 / grid}) {
        expect_exact(xi, yi, xj + dx, yj, t, tally);
        const double ex = xi - (xj + dx);
        const double ey = yi - yj;
        if ((ex * ex + ey * ey < t * t) != within_threshold(xi, yi, xj + dx, yj, t)) {
          ++missed_by_plain_rounding;
        }
      }
    }
  }
  EXPECT_GT(tally[0], 5'000);
  EXPECT_GT(tally[2], 5'000);
  EXPECT_GT(missed_by_plain_rounding, 100) << "these pairs are too easy: plain rounding decides them all";
}

TEST(Within, DecidesCoincidentAndFarPairs) {
  EXPECT_TRUE(within_threshold(3e5, 6e5, 3e5, 6e5, 1e-3));
  EXPECT_TRUE(within_threshold(0.0, 0.0, -0.0, 0.0, 1e-3));
  EXPECT_FALSE(within_threshold(-1e8, -1e8, 1e8, 1e8, 1e8));
  EXPECT_TRUE(within_threshold(-1e8, 0, 1e8, 0, ulps_away(2e8, 1)));
  EXPECT_FALSE(within_threshold(-1e8, 0, 1e8, 0, 2e8));
}

}  // namespace
}  // namespace dscore::test
