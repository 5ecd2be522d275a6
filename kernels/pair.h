#pragma once
// The pair formula f(d). It stands in pair_formula-inl.h and nowhere else; CPU lanes, CUDA threads and the reference
// of the tests all call it. Whether d is within the threshold is kernels/within.h's.
//
// Source: PBL/CBS note "De ratio van ruimtelijk-economisch topsectorenbeleid" (2012) after Scholl & Brenner (2011):
//   D_i = 1/(J-1) * sum over j != i of f(d_ij).
// Here distances are in metres and f is in 1/m; host/score.h turns sums into 1/km.
// Other decays than 1/d are an extension: f is then in 1/m^a (powers), or has no unit (exponentials).

#include <cmath>
#include <type_traits>

#if defined(__CUDACC__)
#define DSCORE_HD __host__ __device__
#define DSCORE_COLD __noinline__  // rarely called: keep it out of the loops of kernels
#else
#define DSCORE_HD
#define DSCORE_COLD
#endif

namespace dscore {

/// How pairs nearer than the threshold t count; g is the decay, 1/d unless told otherwise.
enum class ThresholdRule {
  cap,      ///< f(d) = g(max(d, t)), with 1/d: the d-score
  exclude,  ///< f(d) = g(d), but 0 for d < t
  shift,    ///< f(d) = g(t + d)
  none      ///< f(d) = g(d), but 0 for d = 0 where g has no value there (coincident pairs are counted instead)
};

/// How f falls off with distance.
enum class DecayShape {
  power,       ///< g(d) = d^-a
  exponential  ///< g(d) = exp(-l d)
};
struct Decay {
  DecayShape shape = DecayShape::power;
  double parameter = 1;  ///< > 0: the exponent a, or the rate l in 1/m
  bool operator==(const Decay&) const = default;
};

/// The decay of f^2, where f has this one: (d^-a)^2 = d^-2a, exp(-l d)^2 = exp(-2 l d).
constexpr Decay squared(const Decay& decay) { return {decay.shape, 2 * decay.parameter}; }

/// Whether f is the same for all pairs within t (and g beyond), so that of those only their number matters.
DSCORE_HD constexpr bool constant_within(ThresholdRule rule) {
  return rule == ThresholdRule::cap || rule == ThresholdRule::exclude;
}

// The scalar operations that the formulas are made of. SIMD lanes bring their own overloads.
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
DSCORE_HD inline float square_root(float x) {
#if defined(__CUDA_ARCH__)
  float y;  // relative error below 2^-22.9
  asm("sqrt.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#else
  return sqrtf(x);
#endif
}
DSCORE_HD inline double reciprocal(double x) { return 1.0 / x; }
DSCORE_HD inline float reciprocal(float x) {
#if defined(__CUDA_ARCH__)
  float y;  // MUFU.RCP, relative error below 2^-23
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#else
  return 1.0F / x;
#endif
}
DSCORE_HD inline double exponential(double x) { return exp(x); }
DSCORE_HD inline double logarithm(double x) { return log(x); }
template <class T>
DSCORE_HD inline T select(bool condition, T yes, T no) {
  return condition ? yes : no;
}
template <class T>
DSCORE_HD inline bool is_zero(T x) {
  return x == T(0);
}

#include "kernels/pair_formula-inl.h"

/// g at a distance > 0 in metres.
inline double decay_value(const Decay& decay, double d_m) {
  return with_decay<double>(decay, [&](auto g) { return g.of_distance(d_m); });
}

/// f(0), the value of a coincident pair, in the unit of f.
DSCORE_HD inline double coincident_value(ThresholdRule rule, double threshold_m) {
  return rule == ThresholdRule::cap || rule == ThresholdRule::shift ? 1.0 / threshold_m : 0.0;
}
inline double coincident_value(ThresholdRule rule, double threshold_m, const Decay& decay) {
  if (rule == ThresholdRule::none) return decay.shape == DecayShape::exponential ? 1.0 : 0.0;
  return rule == ThresholdRule::exclude ? 0.0 : decay_value(decay, threshold_m);
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
