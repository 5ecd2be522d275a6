#include "kernels/p3m/window.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "kernels/p3m/polynomial.h"

namespace dscore::p3m {

double sinhc_of_square(double s) {
  const double root = std::sqrt(std::fabs(s));
  if (root < 1e-4) return 1 + s / 6;
  return s > 0 ? std::sinh(root) / root : std::sin(root) / root;
}

double bessel_i0_scaled(double x) {
  // The mean of exp(x (cos a - 1)) over the circle, by the trapezoidal rule: the first harmonic that it gets wrong is
  // the one of order 2 kSteps, e^-(2 kSteps^2 / x) of the mean. (std::cyl_bessel_i has two digits less.)
  constexpr int kSteps = 48;
  static const std::array<double, kSteps + 1> kCosine = [] {
    std::array<double, kSteps + 1> table;
    for (int k = 0; k <= kSteps; ++k) table[k] = std::cos(std::numbers::pi * k / kSteps);
    return table;
  }();
  double sum = 0.5 * (1 + std::exp(-2 * x));
  for (int k = 1; k < kSteps; ++k) sum += std::exp(x * (kCosine[k] - 1));
  return sum / kSteps;
}

double kaiser_bessel(double shape, double x) {
  if (std::fabs(x) > 1) return 0;
  const double at = shape * std::sqrt(1 - x * x);
  return std::exp(at - shape) * bessel_i0_scaled(at) / bessel_i0_scaled(shape);
}

double kaiser_bessel_transform(double shape, double frequency) {
  return sinhc_of_square(shape * shape - frequency * frequency) / sinhc_of_square(shape * shape);
}

MeshWindow::MeshWindow(int width, double shape, double error) : width_(width), shape_(shape) {
  std::vector<std::vector<double>> pieces;
  for (int j = 0; j < width; ++j) {
    const auto weight = [&](double z) {
      return kaiser_bessel(shape, std::clamp((0.5 * (z + 1) + j) * 2 / width - 1, -1.0, 1.0));
    };
    // An error relative to the largest weight, 1, not to the piece's own.
    double largest = 0;
    for (const double z : {-1.0, 0.0, 1.0}) largest = std::max(largest, weight(z));
    pieces.push_back(fit_polynomial(weight, std::min(0.1, error / largest)));
    degree_ = std::max(degree_, static_cast<int>(pieces.back().size()) - 1);
  }
  powers_.assign(static_cast<std::size_t>(degree_ + 1) * kMaxWidth, 0.0);
  for (int j = 0; j < width; ++j) {
    for (std::size_t k = 0; k < pieces[j].size(); ++k) powers_[(degree_ - k) * kMaxWidth + j] = pieces[j][k];
  }
}

std::vector<double> MeshWindow::undo_spreading(std::size_t count, std::size_t period) const {
  std::vector<double> factor(count);
  for (std::size_t k = 0; k < count; ++k) {
    factor[k] = std::pow(transform(2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(period)), -2);
  }
  return factor;
}

double MeshWindow::transform(double frequency) const {
  const double half = 0.5 * width_;
  return width_ * std::exp(-shape_) / bessel_i0_scaled(shape_) *
         sinhc_of_square(shape_ * shape_ - half * half * frequency * frequency);
}

}  // namespace dscore::p3m
