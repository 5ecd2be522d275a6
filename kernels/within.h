#pragma once
// Is a pair strictly nearer than t? Decided exactly, whatever the rounding of the squared distance: postcode grids
// put many pairs at exactly 1,000 m, and the rules that jump (and the count of pairs within t) must not depend on
// the precision or the device.
//
// Method: a floating-point filter, and only in its grey zone the sign of (dx^2 + dy^2 - t^2) as an exact expansion
// (Shewchuk 1997, "Adaptive precision floating-point arithmetic and fast robust geometric predicates").
// Compile with contraction of a*b+c off: the error-free transforms below rely on it.

#include "kernels/pair.h"

namespace dscore {

/// Relative half-width of the filter's grey zone. The computed dx, dy are correctly rounded, and so are the product,
/// the fma and t*t: together their error stays below 4.5 units of 2^-53 relative to the larger side.
inline constexpr double kWithinGreyZone = 1e-15;

/// a + b = sum + error, exactly (Knuth).
DSCORE_HD inline void two_sum(double a, double b, double& sum, double& error) {
  sum = a + b;
  const double b_part = sum - a;
  error = (a - (sum - b_part)) + (b - b_part);
}

/// a * b = product + error, exactly (barring underflow).
DSCORE_HD inline void two_product(double a, double b, double& product, double& error) {
  product = a * b;
  error = fma(a, b, -product);
}

/// A sum of doubles kept as an exact, non-overlapping expansion, smallest component first.
struct ExactSum {
  double component[16];
  int size = 0;

  DSCORE_HD void add(double value) {
    for (int k = 0; k < size; ++k) two_sum(value, component[k], value, component[k]);
    component[size++] = value;
  }
  /// The sign of the sum: that of the largest component that is not zero.
  DSCORE_HD int sign() const {
    for (int k = size - 1; k >= 0; --k) {
      if (component[k] > 0) return 1;
      if (component[k] < 0) return -1;
    }
    return 0;
  }
};

/// Adds (a - b)^2 to the sum, exactly.
DSCORE_HD inline void add_squared_difference(ExactSum& sum, double a, double b) {
  double high;
  double low;
  two_sum(a, -b, high, low);
  double product;
  double error;
  two_product(low, low, product, error);
  sum.add(error);
  sum.add(product);
  two_product(2 * high, low, product, error);
  sum.add(error);
  sum.add(product);
  two_product(high, high, product, error);
  sum.add(error);
  sum.add(product);
}

/// Whether (xi-xj)^2 + (yi-yj)^2 < t^2 in exact arithmetic. Slow; `within_threshold` calls it when it must.
DSCORE_HD DSCORE_COLD inline bool within_threshold_exact(double xi, double yi, double xj, double yj, double t) {
  ExactSum sum;
  add_squared_difference(sum, xi, xj);
  add_squared_difference(sum, yi, yj);
  double product;
  double error;
  two_product(t, t, product, error);
  sum.add(-error);
  sum.add(-product);
  return sum.sign() < 0;
}

/// Whether points i and j are strictly nearer than t (all in metres), exactly.
DSCORE_HD inline bool within_threshold(double xi, double yi, double xj, double yj, double t) {
  const double dx = xi - xj;
  const double dy = yi - yj;
  const double distance2 = fma(dx, dx, dy * dy);
  const double t2 = t * t;
  if (distance2 < t2 * (1 - kWithinGreyZone)) return true;
  if (distance2 > t2 * (1 + kWithinGreyZone)) return false;
  return within_threshold_exact(xi, yi, xj, yj, t);
}

}  // namespace dscore
