#pragma once
// f(d) = smooth(d) + near(d): the smooth part is summed on a mesh, the near part, 0 from the cut-off on, over pairs.
//
// cap, exclude, none (f = g, 1/d or another decay, beyond t): smooth(d) is g beyond R, and below an even function of d
// without high frequencies, made of a Kaiser-Bessel window psi on [-R, R]. Whatever f does below R, its kink or jump at
// t included, is left to near(d) = f(d) - smooth(d). R >= t.
//   d^-a:      smooth(d) = C times the integral of u^(a-1) psi(u d) over u = 0 .. 1, so that (d d/dd + a) smooth = C
//   psi. exp(-l d): smooth(d) = C times the convolution of exp(-l |d|) with psi, so that (d^2/dd^2 - l^2) smooth = -2 l
//   C psi.
// Either way the window's transform, and with it e^-reach, bounds what is left of high frequencies in the plane.
// shift (f = g(t+d), which is not even in d): smooth(d) = f(d) S2(d/R), a step by the integral of the same window that
// rises between 0 and R, so that nothing is left of the cusp at 0; near(d) = f(d) (1 - S2). The step is half as wide,
// so the mesh must be twice as fine.

#include <cstddef>
#include <vector>

#include "kernels/backend.h"
#include "kernels/p3m/polynomial.h"
#include "kernels/pair.h"

namespace dscore::p3m {

/// Whether near(d) is f(d) times a polynomial (else f(d) minus one).
DSCORE_HD constexpr bool near_is_product(ThresholdRule rule) { return rule == ThresholdRule::shift; }

/// The highest frequency of the smooth part times the cut-off, for a window of shape `reach`.
constexpr double frequency_reach(ThresholdRule rule, double reach) { return near_is_product(rule) ? 2 * reach : reach; }

/// The polynomial of near(d), of x = d/R: of z = 2 x^2 - 1, smooth(d) / g(R); for products of z = 2 x - 1, 1 - S2(x).
/// Powers of z, lowest first.
std::vector<double> near_polynomial(const PairSettings& settings, double cutoff_m, double reach, double error);

/// A cut-off R in metres with what the smooth part derives from it once.
struct Cutoff {
  double metres;
  double value;  ///< g(R)
};

/// The smooth part at a distance in metres, by near_polynomial(), in the unit of f.
template <ThresholdRule rule, class Decreasing = InverseDistance>
DSCORE_HD inline double smooth_value(double d, Threshold<double> threshold, Cutoff cutoff, const double* powers,
                                     std::size_t count, Decreasing g = {}) {
  constexpr bool product = near_is_product(rule);
  const double square = d * d;
  if (d >= cutoff.metres) return far_value<rule>(square, threshold, g);
  const double x = d / cutoff.metres;
  if constexpr (product) return far_value<rule>(square, threshold, g) * (1 - evaluate(powers, count, 2 * x - 1));
  return evaluate(powers, count, 2 * x * x - 1) * cutoff.value;
}

/// The smooth part. Distances and cut-off in metres, values in the unit of f.
class Smooth {
 public:
  Smooth(const PairSettings& settings, double cutoff_m, const std::vector<double>& near_polynomial)
      : settings_(settings),
        threshold_{settings.threshold_m, decay_value(settings.decay, settings.threshold_m)},
        cutoff_{cutoff_m, decay_value(settings.decay, cutoff_m)},
        polynomial_(near_polynomial) {}

  double operator()(double d) const;
  double cutoff_m() const { return cutoff_.metres; }
  const PairSettings& settings() const { return settings_; }

 private:
  PairSettings settings_;
  Threshold<double> threshold_;
  Cutoff cutoff_;
  const std::vector<double>& polynomial_;
};

/// A step from 1 at x <= 0 to 0 at x >= 1 by a Kaiser-Bessel window of this shape.
class StepDown {
 public:
  explicit StepDown(double shape);
  double operator()(double x) const {
    if (x <= 0) return 1;
    return x >= 1 ? 0 : evaluate(polynomial_, 2 * x - 1);
  }

 private:
  std::vector<double> polynomial_;
};

}  // namespace dscore::p3m
