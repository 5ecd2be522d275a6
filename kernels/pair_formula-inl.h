// The pair formula, for any type with the operations of pair.h. No include guard: pair.h includes it for scalars on
// host and device, allpairs_simd.cpp once more for each instruction set (a template only inlines lanes of the
// instruction set it was defined for).

/// A threshold in metres, with what the kernels derive from it once.
template <class T>
struct Threshold {
  T t;        ///< metres, > 0
  T inverse;  ///< 1/t
};

/// f(d) for a pair known to be at distance d >= t. Squared distance in m2, result in 1/m.
template <ThresholdRule rule, class Square, class T>
DSCORE_HD inline T far_value(Square distance2, Threshold<T> threshold) {
  if constexpr (rule == ThresholdRule::shift) {
    return reciprocal(threshold.t + square_root(distance2));
  } else {
    return inverse_sqrt(distance2);
  }
}

/// f(d) for any pair. `within` says whether d < t: it is decided apart (see `within_threshold`), because two of the
/// rules jump there and rounding must not move a pair across. Squared distance in m2, result in 1/m.
template <ThresholdRule rule, class Square, class T, class Mask>
DSCORE_HD inline T pair_value(Square distance2, Mask within, Threshold<T> threshold) {
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
