#pragma once
// The pair formula: f(d), and whether d is within the threshold. The only place where either is written down;
// CPU lanes, CUDA threads and the reference of the tests all call these functions.
//
// Source: PBL/CBS note "De ratio van ruimtelijk-economisch topsectorenbeleid" (2012) after Scholl & Brenner (2011):
//   D_i = 1/(J-1) * sum over j != i of f(d_ij).
// Here distances are in metres and f is in 1/m; host/score.h turns sums into 1/km.

#include <cmath>
#include <type_traits>

#if defined(__CUDACC__)
#define DSCORE_HD __host__ __device__
#else
#define DSCORE_HD
#endif

namespace dscore {

/// How pairs nearer than the threshold t count.
enum class ThresholdRule {
  cap,      ///< f(d) = 1 / max(d, t): the d-score
  exclude,  ///< f(d) = 1/d, but 0 for d < t
  shift,    ///< f(d) = 1 / (t + d)
  none      ///< f(d) = 1/d, but 0 for d = 0 (coincident pairs are counted instead)
};

/// A threshold in metres, with what the kernels derive from it once.
template <class T>
struct Threshold {
  T t;        ///< metres, > 0
  T inverse;  ///< 1/t
};

// The scalar operations that the formulas are made of. A SIMD type brings its own overloads (found by argument).
DSCORE_HD inline double inverse_sqrt(double x) {
#if defined(__CUDA_ARCH__)
  return rsqrt(x);
#else
  return 1.0 / std::sqrt(x);
#endif
}
DSCORE_HD inline float inverse_sqrt(float x) {
#if defined(__CUDA_ARCH__)
  float y;  // MUFU.RSQ, relative error below 2^-22.4; x is never subnormal here (checked when tiles are paired)
  asm("rsqrt.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#else
  return 1.0F / std::sqrt(x);
#endif
}
DSCORE_HD inline double square_root(double x) { return sqrt(x); }
DSCORE_HD inline float square_root(float x) { return sqrtf(x); }
DSCORE_HD inline double reciprocal(double x) { return 1.0 / x; }
DSCORE_HD inline float reciprocal(float x) {
#if defined(__CUDA_ARCH__)
  return __frcp_rn(x);
#else
  return 1.0F / x;
#endif
}
template <class T>
DSCORE_HD inline T select(bool condition, T yes, T no) {
  return condition ? yes : no;
}
template <class T>
DSCORE_HD inline bool is_zero(T x) {
  return x == T(0);
}

/// f(d) for a pair known to be at distance d >= t. Squared distance in m2, result in 1/m.
template <ThresholdRule rule, class T>
DSCORE_HD inline T far_value(T distance2, Threshold<T> threshold) {
  if constexpr (rule == ThresholdRule::shift) {
    return reciprocal(threshold.t + square_root(distance2));
  } else {
    return inverse_sqrt(distance2);
  }
}

/// f(d) for any pair. `within` says whether d < t: it is decided apart (see `within_threshold`), because two of the
/// rules jump there and rounding must not move a pair across. Squared distance in m2, result in 1/m.
template <ThresholdRule rule, class T, class Mask>
DSCORE_HD inline T pair_value(T distance2, Mask within, Threshold<T> threshold) {
  if constexpr (rule == ThresholdRule::cap) {
    return select(within, threshold.inverse, far_value<rule>(distance2, threshold));
  } else if constexpr (rule == ThresholdRule::exclude) {
    return select(within, T(0), far_value<rule>(distance2, threshold));
  } else if constexpr (rule == ThresholdRule::shift) {
    return far_value<rule>(distance2, threshold);
  } else {
    return select(is_zero(distance2), T(0), far_value<rule>(distance2, threshold));
  }
}

/// f(0), the value of a coincident pair, in 1/m.
DSCORE_HD inline double coincident_value(ThresholdRule rule, double threshold_m) {
  return rule == ThresholdRule::cap || rule == ThresholdRule::shift ? 1.0 / threshold_m : 0.0;
}

/// Calls `visit` with the rule as a compile-time constant: visit(std::integral_constant<ThresholdRule, ...>).
template <class Visitor>
auto with_rule(ThresholdRule rule, Visitor&& visit) {
  switch (rule) {
    case ThresholdRule::exclude:
      return visit(std::integral_constant<ThresholdRule, ThresholdRule::exclude>{});
    case ThresholdRule::shift:
      return visit(std::integral_constant<ThresholdRule, ThresholdRule::shift>{});
    case ThresholdRule::none:
      return visit(std::integral_constant<ThresholdRule, ThresholdRule::none>{});
    case ThresholdRule::cap:
      break;
  }
  return visit(std::integral_constant<ThresholdRule, ThresholdRule::cap>{});
}

}  // namespace dscore
