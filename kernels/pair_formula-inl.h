// The pair formula, for any type with the operations of pair.h. No include guard: pair.h includes it for scalars on
// host and device, lanes-inl.h once more for each instruction set (a template only inlines lanes of the instruction set
// it was defined for).

/// A threshold in metres, with what the kernels derive from it once.
template <class T>
struct Threshold {
  T t;     ///< metres, > 0
  T at_t;  ///< g(t)
};

// The decays g, from the square of a distance or from a distance, > 0; metres.

/// d^-(halves/2), by roots and products of 1/d.
template <int halves>
struct HalfPowerDecay {
  static constexpr bool kFiniteAtZero = false;

  template <class Square>
  DSCORE_HD inline auto of_square(Square square) const {
    return of_reciprocal(inverse_sqrt(square));
  }
  template <class T>
  DSCORE_HD inline T of_distance(T distance) const {
    return of_reciprocal(reciprocal(distance));
  }
  template <class T>
  DSCORE_HD static inline T of_reciprocal(T r) {
    static_assert(halves == 1 || halves == 2 || halves == 3 || halves == 4 || halves == 6);
    if constexpr (halves == 1) return square_root(r);
    if constexpr (halves == 2) return r;
    if constexpr (halves == 3) return r * square_root(r);
    if constexpr (halves == 4) return r * r;
    if constexpr (halves == 6) return r * r * r;
  }
};
using InverseDistance = HalfPowerDecay<2>;

/// d^-a.
template <class T>
struct PowerDecay {
  static constexpr bool kFiniteAtZero = false;
  T minus_half, minus;  ///< -a/2 and -a

  template <class Square>
  DSCORE_HD inline T of_square(Square square) const {
    return exponential(minus_half * logarithm(square));
  }
  DSCORE_HD inline T of_distance(T distance) const { return exponential(minus * logarithm(distance)); }
};

/// exp(-l d).
template <class T>
struct ExponentialDecay {
  static constexpr bool kFiniteAtZero = true;
  T minus_rate;  ///< 1/m

  template <class Square>
  DSCORE_HD inline T of_square(Square square) const {
    return exponential(minus_rate * square_root(square));
  }
  DSCORE_HD inline T of_distance(T distance) const { return exponential(minus_rate * distance); }
};

/// Calls `visit` with the decay as one of these types: visit(g).
template <class T, class Visitor>
inline auto with_decay(const Decay& decay, Visitor&& visit) {
  const double a = decay.parameter;
  if (decay.shape == DecayShape::exponential) return visit(ExponentialDecay<T>{T(-a)});
  if (a == 0.5) return visit(HalfPowerDecay<1>{});
  if (a == 1) return visit(InverseDistance{});
  if (a == 1.5) return visit(HalfPowerDecay<3>{});
  if (a == 2) return visit(HalfPowerDecay<4>{});
  if (a == 3) return visit(HalfPowerDecay<6>{});
  return visit(PowerDecay<T>{T(-0.5 * a), T(-a)});
}

/// f(d) for a pair known to be at distance d >= t. Squared distance in m2, result in the unit of f.
template <ThresholdRule rule, class Square, class T, class Decreasing = InverseDistance>
DSCORE_HD inline T far_value(Square distance2, Threshold<T> threshold, Decreasing g = {}) {
  if constexpr (rule == ThresholdRule::shift) {
    return g.of_distance(threshold.t + square_root(distance2));
  } else {
    return g.of_square(distance2);
  }
}

/// f(d) for any pair. `within` says whether d < t: it is decided apart (see `within_threshold`), because two of the
/// rules jump there and rounding must not move a pair across. Squared distance in m2, result in the unit of f.
template <ThresholdRule rule, class Square, class T, class Mask, class Decreasing = InverseDistance>
DSCORE_HD inline T pair_value(Square distance2, Mask within, Threshold<T> threshold, Decreasing g = {}) {
  if constexpr (rule == ThresholdRule::cap) {
    return select(within, threshold.at_t, far_value<rule>(distance2, threshold, g));
  } else if constexpr (rule == ThresholdRule::exclude) {
    return select(within, T(0), far_value<rule>(distance2, threshold, g));
  } else if constexpr (rule == ThresholdRule::shift || Decreasing::kFiniteAtZero) {
    return far_value<rule>(distance2, threshold, g);
  } else {
    return select(is_zero(distance2), T(0), far_value<rule>(distance2, threshold, g));
  }
}
