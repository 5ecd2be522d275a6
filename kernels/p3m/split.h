#pragma once
// f(d) = smooth(d) + near(d): the smooth part is summed on a mesh, the near part, 0 from the cut-off on, over pairs.
//
// cap, exclude, none (f = 1/d beyond t): smooth(d) = S(d/R) / d, where S is the integral of a Kaiser-Bessel window from
// 0 to x over that from 0 to 1: 1/d beyond R, and below an even function of d without high frequencies. Whatever f does
// below R, its kink or jump at t included, is left to near(d) = f(d) - smooth(d). R >= t.
// shift (f = 1/(t+d), which is not even in d): smooth(d) = f(d) S2(d/R), a step of the same window that rises between 0
// and R, so that nothing is left of the cusp at 0; near(d) = f(d) (1 - S2). The step is half as wide, so the mesh must
// be twice as fine.

#include <cstddef>
#include <vector>

#include "kernels/p3m/polynomial.h"
#include "kernels/pair.h"

namespace dscore::p3m {

/// Whether near(d) is f(d) times a polynomial (else f(d) minus one).
DSCORE_HD constexpr bool near_is_product(ThresholdRule rule) { return rule == ThresholdRule::shift; }

/// The highest frequency of the smooth part times the cut-off, for a window of shape `reach`.
constexpr double frequency_reach(ThresholdRule rule, double reach) { return near_is_product(rule) ? 2 * reach : reach; }

/// The polynomial of near(d), for a cut-off of 1: of z = 2 x^2 - 1, S(x)/x; for products of z = 2 x - 1, 1 - S2(x);
/// x = d/R. Powers of z, lowest first.
std::vector<double> near_polynomial(ThresholdRule rule, double reach, double error);

/// The smooth part at a distance, by near_polynomial(). Distances and cut-off in metres, the value in 1/m.
template <ThresholdRule rule>
DSCORE_HD inline double smooth_value(double d, Threshold<double> threshold, double cutoff_m, const double* powers,
                                     std::size_t count) {
  constexpr bool product = near_is_product(rule);
  const double square = d * d;
  if (d >= cutoff_m) return far_value<rule>(square, threshold);
  const double x = d / cutoff_m;
  if constexpr (product) return far_value<rule>(square, threshold) * (1 - evaluate(powers, count, 2 * x - 1));
  return evaluate(powers, count, 2 * x * x - 1) / cutoff_m;
}

/// The smooth part. Distances and cut-off in metres, values in 1/m.
class Smooth {
 public:
  Smooth(ThresholdRule rule, double threshold_m, double cutoff_m, const std::vector<double>& near_polynomial)
      : rule_(rule), threshold_{threshold_m, 1 / threshold_m}, cutoff_(cutoff_m), polynomial_(near_polynomial) {}

  double operator()(double d) const;
  double cutoff_m() const { return cutoff_; }

  /// to[direction * k] += the value at (k step_m, y_m), k = first .. last - 1, all beyond the cut-off: f itself.
  void add_far(double y_m, double step_m, std::size_t first, std::size_t last, double* to,
               std::ptrdiff_t direction) const;

 private:
  ThresholdRule rule_;
  Threshold<double> threshold_;
  double cutoff_;
  const std::vector<double>& polynomial_;
};

/// A step from 1 at x <= 0 to 0 at x >= 1 by a Kaiser-Bessel window of this shape.
class StepDown {
 public:
  explicit StepDown(double shape);
  double operator()(double x) const { return value(x, polynomial_.data(), polynomial_.size()); }

  const std::vector<double>& polynomial() const { return polynomial_; }
  /// The step by that polynomial.
  DSCORE_HD static double value(double x, const double* powers, std::size_t count) {
    if (x <= 0) return 1;
    return x >= 1 ? 0 : evaluate(powers, count, 2 * x - 1);
  }

 private:
  std::vector<double> polynomial_;
};

}  // namespace dscore::p3m
