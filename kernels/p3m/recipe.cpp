#include "kernels/p3m/recipe.h"

#include <array>
#include <cmath>
#include <numbers>

#include "kernels/p3m/window.h"

namespace dscore::p3m {
namespace {

using std::numbers::pi;

constexpr int kFrequencies = 33;  // sampled up to the highest
constexpr double kOversamplings[] = {1.15, 1.25, 1.4, 1.6, 2.0};

/// Measured over the model: what points of either side add up to (tests/kernels/p3m_recipe_test.cpp holds it).
constexpr double kEdgeShare = 1.0 / 25;
constexpr double kAliasShare = 4;

/// The largest alias of a mesh, over the frequencies of the smooth part, weighted by how much there is of them; or one
/// that is above the limit.
double alias(const std::array<double, kFrequencies>& part, double oversampling, int width, double shape, double limit) {
  double worst = 0;
  for (int k = kFrequencies - 1; k >= 0 && worst <= limit; --k) {         // the largest are mostly at high frequencies
    const double frequency = pi / oversampling * k / (kFrequencies - 1);  // per step of the mesh
    const auto transform = [&](double f) {                                // times the same for all
      return std::fabs(sinhc_of_square(shape * shape - 0.25 * width * width * f * f));
    };
    const double wrong = transform(2 * pi - frequency) + transform(2 * pi + frequency);
    worst = std::max(worst, part[k] * wrong / transform(frequency));
  }
  return worst;
}

}  // namespace

double smooth_part(double reach, double x) {
  // (2/pi) times the integral of the window's transform at x / cos(angle) over angles 0..pi/2: the plane's share of the
  // three-dimensional split, (4 pi / k^2) transform(k), along the line through it.
  constexpr int kAngles = 64;
  double sum = 0;
  for (int a = 0; a < kAngles; ++a) {
    const double angle = pi / 2 * (a + 0.5) / kAngles;
    sum += kaiser_bessel_transform(reach, x / std::cos(angle));
  }
  return sum / kAngles;
}

std::vector<Recipe> recipes(double tolerance) {
  const double half = tolerance / 2;  // one for the split, one for the mesh
  const double reach = std::log(kEdgeShare / half);
  std::array<double, kFrequencies> part;
  for (int k = 0; k < kFrequencies; ++k) part[k] = std::fabs(smooth_part(reach, reach * k / (kFrequencies - 1)));

  std::vector<Recipe> found;
  for (const double oversampling : kOversamplings) {
    for (int width = 3; width <= MeshWindow::kMaxWidth; ++width) {
      const double usual = pi * width * (1 - 0.5 / oversampling);  // the main lobe ends where the first alias begins
      double best = 1;
      double best_shape = 0;
      for (double factor = 0.9; factor < 1.21; factor += 0.05) {
        const double limit = std::min(best, half);
        const double error = kAliasShare * alias(part, oversampling, width, factor * usual, limit / kAliasShare);
        if (error < best) {
          best = error;
          best_shape = factor * usual;
        }
      }
      if (best <= half) {
        found.push_back({tolerance, reach, oversampling, width, best_shape});
        break;
      }
    }
  }
  return found;
}

}  // namespace dscore::p3m
