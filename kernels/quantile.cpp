#include "kernels/quantile.h"

#include <algorithm>
#include <limits>
#include <string>

#include "kernels/error.h"

namespace dscore {
namespace {

/// A product that should be a whole number may miss it by a few roundings: R forgives as much in types 4-6, 8, 9.
constexpr double kFuzz = 4 * std::numeric_limits<double>::epsilon();

/// Between the order statistics j and j + 1, counted from 1 (0 and n + 1 stand for the first and the last).
QuantilePosition between(std::size_t n, double j, double weight) {
  const double last = static_cast<double>(n) - 1;
  const auto index = [&](double i) { return static_cast<std::size_t>(std::clamp(i, 0.0, last)); };
  return {index(j - 1), index(j), weight};
}

/// The types that do not interpolate (1, 3) or only halfway (2).
QuantilePosition step(std::size_t n, double p, int type) {
  const double np = static_cast<double>(n) * p - (type == 3 ? 0.5 : 0.0);
  const double j = std::floor(np);
  const bool beyond = np > j;
  switch (type) {
    case 1:
      return between(n, j, beyond ? 1 : 0);
    case 2:
      return between(n, j, beyond ? 1 : 0.5);
    default:  // 3: the nearest even order statistic
      return between(n, j, np != j || std::fmod(j, 2) == 1 ? 1 : 0);
  }
}

/// The types that interpolate between plotting positions (k - a) / (n + 1 - a - b).
QuantilePosition linear(std::size_t n, double p, double a, double b) {
  const double np = a + p * (static_cast<double>(n) + 1 - a - b);
  const double j = std::floor(np + kFuzz);
  const double weight = np - j;
  return between(n, j, std::fabs(weight) < kFuzz ? 0 : weight);
}

}  // namespace

QuantilePosition quantile_position(std::size_t n, double p, int type) {
  switch (type) {
    case 1:
    case 2:
    case 3:
      return step(n, p, type);
    case 4:
      return linear(n, p, 0, 1);
    case 5:
      return linear(n, p, 0.5, 0.5);
    case 6:
      return linear(n, p, 0, 0);
    case 7: {
      const double at = 1 + (static_cast<double>(n) - 1) * p;
      return between(n, std::floor(at), at - std::floor(at));
    }
    case 8:
      return linear(n, p, 1.0 / 3, 1.0 / 3);
    case 9:
      return linear(n, p, 3.0 / 8, 3.0 / 8);
    default:
      throw UsageError("quantile type " + std::to_string(type) + " does not exist. Types are 1 to 9.");
  }
}

}  // namespace dscore
