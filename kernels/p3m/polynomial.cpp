#include "kernels/p3m/polynomial.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace dscore::p3m {
namespace {

constexpr int kNodes = kMaxFittedPowers;

/// Where a series of a function known to all digits of FP64 ends and rounding errors go on.
constexpr double kAllDigits = 1e-14;

/// The Chebyshev series of f through kNodes points.
std::array<double, kNodes> chebyshev_series(const std::function<double(double)>& f) {
  constexpr int kTurn = 4 * kNodes;
  static const std::array<double, kTurn> kCosine = [] {
    std::array<double, kTurn> table;
    for (int k = 0; k < kTurn; ++k) table[k] = std::cos(2 * std::numbers::pi * k / kTurn);
    return table;
  }();
  std::array<double, kNodes> value;
  for (int j = 0; j < kNodes; ++j) value[j] = f(kCosine[2 * j + 1]);
  std::array<double, kNodes> series;
  for (int k = 0; k < kNodes; ++k) {
    double sum = 0;
    for (int j = 0; j < kNodes; ++j) sum += value[j] * kCosine[k * (2 * j + 1) % kTurn];
    series[k] = (k == 0 ? 1.0 : 2.0) / kNodes * sum;
  }
  return series;
}

}  // namespace

std::vector<double> fit_polynomial(const std::function<double(double)>& f, double error) {
  const std::array<double, kNodes> series = chebyshev_series(f);
  double scale = 0;
  for (const double c : series) scale += std::fabs(c);
  int degree = kNodes - 1;
  for (double left_out = 0; degree > 0; --degree) {
    left_out += std::fabs(series[degree]);
    if (left_out > std::max(error, kAllDigits) * scale) break;
  }

  // T_k in powers of z: T_{k+1} = 2 z T_k - T_{k-1}.
  const std::size_t size = static_cast<std::size_t>(degree) + 1;
  std::vector<double> powers(size, 0.0);
  std::vector<double> before(size, 0.0);
  std::vector<double> now(size, 0.0);
  now[0] = 1;
  for (std::size_t k = 0; k < size; ++k) {
    for (std::size_t n = 0; n <= k; ++n) powers[n] += series[k] * now[n];
    std::vector<double> next(size, 0.0);
    for (std::size_t n = 0; n + 1 < size; ++n) next[n + 1] = (k == 0 ? 1.0 : 2.0) * now[n];
    for (std::size_t n = 0; n < size; ++n) next[n] -= k == 0 ? 0.0 : before[n];
    before = std::move(now);
    now = std::move(next);
  }
  return powers;
}

}  // namespace dscore::p3m
