#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "kernels/series_simd.h"
#include "tests/clouds.h"

namespace dscore::test {
namespace {

using namespace series;

/// Some points in the square of a cell.
struct CellPoints {
  Square square;
  LargeArray<double> x, y, mass;
  CellPoints(double x_centre, double y_centre, double side, std::uint64_t seed) : square{x_centre, y_centre, side / 2} {
    Random random(seed);
    for (std::size_t k = 0; k < 30 + kRows; ++k) {
      x.push_back(x_centre + side * (random() - 0.5));
      y.push_back(y_centre + side * (random() - 0.5));
      mass.push_back(1 + std::floor(5 * random()));
    }
  }
  static constexpr std::size_t kCount = 30;
};

TEST(Series, TranslateWithinTheErrorAskedFor) {
  for (const double error : {1e-3, 1e-7, 1e-12}) {
    for (const auto& [dx, dy] : {std::pair(3, 0), std::pair(2, 2), std::pair(1, 4), std::pair(0, 9)}) {
      const double least = 1 / std::hypot(dx + 1.0, dy + 1.0);
      const Translation translation = make_translation([](double d) { return 1 / d; }, dx, dy, error * least);
      ASSERT_GT(translation.order, 0);
      for (std::uint32_t mirrored = 0; mirrored < 4; ++mirrored) {
        const double side = 250;
        const double sign_x = (mirrored & 1U) != 0 ? -1 : 1;
        const double sign_y = (mirrored & 2U) != 0 ? -1 : 1;
        const CellPoints source(1e5, 4e5, side, 1);
        const CellPoints target(1e5 + sign_x * dx * side, 4e5 + sign_y * dy * side, side, 2);
        const auto size = static_cast<std::size_t>(padded_terms(translation.order));
        LargeArray<double> moments(size, 0.0);
        LargeArray<double> series(size, 0.0);
        moments_of_points(translation.order, source.square, source.x.data(), source.y.data(), source.mass.data(),
                          CellPoints::kCount, moments.data());
        const double* from = moments.data();
        double* to = series.data();
        apply(translation.matrix, static_cast<int>(size), static_cast<int>(size), mirror_signs(mirrored), &from, &to,
              1);
        std::vector<double> sums(CellPoints::kCount + kRows, 0.0);
        add_series(translation.order, target.square, series.data(), target.x.data(), target.y.data(),
                   CellPoints::kCount, sums.data());
        for (std::size_t i = 0; i < CellPoints::kCount; ++i) {
          double expected = 0;
          for (std::size_t j = 0; j < CellPoints::kCount; ++j) {
            expected += source.mass[j] * side / std::hypot(target.x[i] - source.x[j], target.y[i] - source.y[j]);
          }
          EXPECT_NEAR(sums[i], expected, std::max(error, 1e-13) * expected) << error << ' ' << dx << ' ' << dy;
        }
      }
    }
  }
}

TEST(Series, RefuseCellsThatAreTooNear) {
  EXPECT_EQ(make_translation([](double d) { return 1 / d; }, 1, 0, 1e-9).order, 0);
}

TEST(Series, GoUpAndDownWithoutError) {
  // The moments of a cell from those of a quarter of it; and a series of the cell at points of the quarter.
  constexpr int kOrder = 15;
  const CellPoints quarter(1e5 + 25, 4e5 - 25, 50, 3);  // of larger x and smaller y
  const Square whole{1e5, 4e5, 50};
  LargeArray<double> of_quarter(padded_terms(kOrder), 0.0);
  LargeArray<double> up(padded_terms(kOrder), 0.0);
  LargeArray<double> expected(padded_terms(kOrder), 0.0);
  moments_of_points(kOrder, quarter.square, quarter.x.data(), quarter.y.data(), quarter.mass.data(), CellPoints::kCount,
                    of_quarter.data());
  moments_of_points(kOrder, whole, quarter.x.data(), quarter.y.data(), quarter.mass.data(), CellPoints::kCount,
                    expected.data());
  const double* from = of_quarter.data();
  double* to = up.data();
  const int size = padded_terms(kOrder);
  apply(moments_to_parent(kOrder, kOrder), size, size, mirror_signs(2), &from, &to, 1);
  for (int k = 0; k < terms(kOrder); ++k) EXPECT_NEAR(up[k], expected[k], 1e-11);

  LargeArray<double> series(padded_terms(kOrder), 0.0);
  for (int k = 0; k < terms(kOrder); ++k) series[k] = 1.0 / (1 + k);
  LargeArray<double> down(padded_terms(kOrder), 0.0);
  from = series.data();
  to = down.data();
  apply(series_to_child(kOrder, kOrder), size, size, mirror_signs(2), &from, &to, 1);
  std::vector<double> at_whole(CellPoints::kCount + kRows, 0.0);
  std::vector<double> at_quarter(CellPoints::kCount + kRows, 0.0);
  add_series(kOrder, whole, series.data(), quarter.x.data(), quarter.y.data(), CellPoints::kCount, at_whole.data());
  add_series(kOrder, quarter.square, down.data(), quarter.x.data(), quarter.y.data(), CellPoints::kCount,
             at_quarter.data());
  for (std::size_t k = 0; k < CellPoints::kCount; ++k) EXPECT_NEAR(at_quarter[k], at_whole[k], 1e-12);
}

}  // namespace
}  // namespace dscore::test
