// Vectors of the instruction set at hand, with the operations that the pair formula needs. Included once for every
// instruction set (Highway), after <hwy/foreach_target.h>.

#if defined(DSCORE_KERNELS_LANES_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DSCORE_KERNELS_LANES_INL_H
#undef DSCORE_KERNELS_LANES_INL_H
#else
#define DSCORE_KERNELS_LANES_INL_H
#endif

#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include "kernels/pair.h"

HWY_BEFORE_NAMESPACE();
namespace dscore {  // NOLINT(modernize-concat-nested-namespaces): the inner name is a macro
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// N vectors of T (a power of two) with the operations that the pair formula needs. Each operation goes through all N
/// before the next one begins: N chains of dependent instructions run side by side, also where the processor looks
/// ahead only a little. In halves, because compilers keep those in registers and arrays not.
template <class T, int N = 1>
struct Lanes {
  Lanes<T, N / 2> low, high;
  Lanes(Lanes<T, N / 2> low_half, Lanes<T, N / 2> high_half) : low(low_half), high(high_half) {}
  explicit Lanes(T value) : low(value), high(value) {}
};
template <class T>
struct Lanes<T, 1> {
  using D = hn::ScalableTag<T>;
  using V = hn::Vec<D>;
  V v;
  explicit Lanes(V lanes) : v(lanes) {}
  explicit Lanes(T value) : v(hn::Set(D(), value)) {}
};
template <class T>
using MaskOf = hn::Mask<typename Lanes<T>::D>;

template <class T, int N>
HWY_INLINE Lanes<T, N> operator+(Lanes<T, N> a, Lanes<T, N> b) {
  if constexpr (N > 1) return {a.low + b.low, a.high + b.high};
  if constexpr (N == 1) return Lanes<T>(hn::Add(a.v, b.v));
}
template <class T, int N>
HWY_INLINE Lanes<T, N> operator-(Lanes<T, N> a, Lanes<T, N> b) {
  if constexpr (N > 1) return {a.low - b.low, a.high - b.high};
  if constexpr (N == 1) return Lanes<T>(hn::Sub(a.v, b.v));
}
template <class T, int N>
HWY_INLINE Lanes<T, N> operator*(Lanes<T, N> a, Lanes<T, N> b) {
  if constexpr (N > 1) return {a.low * b.low, a.high * b.high};
  if constexpr (N == 1) return Lanes<T>(hn::Mul(a.v, b.v));
}
/// a b + c, rounded once.
template <class T, int N>
HWY_INLINE Lanes<T, N> multiply_add(Lanes<T, N> a, Lanes<T, N> b, Lanes<T, N> c) {
  if constexpr (N > 1) return {multiply_add(a.low, b.low, c.low), multiply_add(a.high, b.high, c.high)};
  if constexpr (N == 1) return Lanes<T>(hn::MulAdd(a.v, b.v, c.v));
}
/// c - a b, rounded once.
template <class T, int N>
HWY_INLINE Lanes<T, N> subtract_product(Lanes<T, N> c, Lanes<T, N> a, Lanes<T, N> b) {
  if constexpr (N > 1) return {subtract_product(c.low, a.low, b.low), subtract_product(c.high, a.high, b.high)};
  if constexpr (N == 1) return Lanes<T>(hn::NegMulAdd(a.v, b.v, c.v));
}
template <class T, int N>
HWY_INLINE Lanes<T, N> hardware_root(Lanes<T, N> x) {
  if constexpr (N > 1) return {hardware_root(x.low), hardware_root(x.high)};
  if constexpr (N == 1) return Lanes<T>(hn::Sqrt(x.v));
}
template <class T, int N>
HWY_INLINE Lanes<T, N> reciprocal(Lanes<T, N> x) {
  if constexpr (N > 1) return {reciprocal(x.low), reciprocal(x.high)};
  if constexpr (N == 1) return Lanes<T>(hn::Div(hn::Set(typename Lanes<T>::D(), T(1)), x.v));
}
template <class T, int N>
HWY_INLINE Lanes<T, N> square_root(Lanes<T, N> x) {
  return hardware_root(x);
}
/// To 1 and 4 units in the last place (Highway); FP64. 0 where e^x is too small for a number.
template <int N>
HWY_INLINE Lanes<double, N> exponential(Lanes<double, N> x) {
  if constexpr (N > 1) return {exponential(x.low), exponential(x.high)};
  if constexpr (N == 1) return Lanes<double>(hn::Exp(Lanes<double>::D(), x.v));
}
template <int N>
HWY_INLINE Lanes<double, N> logarithm(Lanes<double, N> x) {
  if constexpr (N > 1) return {logarithm(x.low), logarithm(x.high)};
  if constexpr (N == 1) return Lanes<double>(hn::Log(Lanes<double>::D(), x.v));
}
template <class T>
HWY_INLINE Lanes<T> select(MaskOf<T> condition, Lanes<T> yes, Lanes<T> no) {
  return Lanes<T>(hn::IfThenElse(condition, yes.v, no.v));
}
/// N vectors that stand in memory one after the other.
template <int N, class T>
HWY_INLINE Lanes<T, N> load(const T* HWY_RESTRICT from) {
  const typename Lanes<T>::D d;
  if constexpr (N > 1) return {load<N / 2>(from), load<N / 2>(from + N / 2 * static_cast<int>(hn::Lanes(d)))};
  if constexpr (N == 1) return Lanes<T>(hn::Load(d, from));
}
template <class T, int N>
HWY_INLINE void store(Lanes<T, N> x, T* HWY_RESTRICT to) {
  const typename Lanes<T>::D d;
  if constexpr (N > 1) {
    store(x.low, to);
    store(x.high, to + N / 2 * static_cast<int>(hn::Lanes(d)));
  } else {
    hn::Store(x.v, d, to);
  }
}
/// The sum of the N vectors, added up two by two: no long chain of roundings.
template <class T, int N>
HWY_INLINE typename Lanes<T>::V add_up(Lanes<T, N> x) {
  if constexpr (N > 1) return add_up(x.low + x.high);
  if constexpr (N == 1) return x.v;
}

/// Whether ApproximateReciprocalSqrt is good to 1.5 * 2^-12, as x86 promises. Elsewhere roots are divided out.
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
inline constexpr bool kGoodEstimate = true;
#else
inline constexpr bool kGoodEstimate = false;
#endif

/// FP32's estimate of 1/sqrt(x), relative error below 1.5 * 2^-12.
template <class T, int N>
HWY_INLINE Lanes<T, N> estimate_inverse_sqrt(Lanes<T, N> x) {
  if constexpr (N > 1) {
    return {estimate_inverse_sqrt(x.low), estimate_inverse_sqrt(x.high)};
  } else if constexpr (sizeof(T) == sizeof(float)) {
    return Lanes<T>(hn::ApproximateReciprocalSqrt(x.v));
  } else {
    const typename Lanes<T>::D d;
    const hn::Rebind<float, typename Lanes<T>::D> half;
    return Lanes<T>(hn::PromoteTo(d, hn::ApproximateReciprocalSqrt(hn::DemoteTo(half, x.v))));
  }
}

/// Squared distances known to be in FP32's normal range: the square of FP64, and in FP32 that of doubled coordinates,
/// 4 d^2. Powers of two are exact, and 1/d = 2 / sqrt(4 d^2) is what Newton's step gives when its factor 1/2 is left
/// out.
template <class T, int N = 1>
struct FarSquare {
  Lanes<T, N> v;
};
template <int N>
HWY_INLINE Lanes<float, N> inverse_sqrt(FarSquare<float, N> square) {
  using L = Lanes<float, N>;
  if constexpr (!kGoodEstimate) return L(2.0F) * reciprocal(hardware_root(square.v));
  const L y = estimate_inverse_sqrt(square.v);
  return y * subtract_product(L(3.0F), square.v * y, y);  // relative error below 2.1e-7
}
/// From the estimate y: with e = 1 - x y^2, 1/sqrt(x) = y (1 - e)^(-1/2) = y (1 + e/2 + 3/8 e^2 + 5/16 e^3 + 35/128 e^4
/// ...). The last term is taken up by the second: e^4 is replaced by 0.828 E^2 e^2, which is nearest to it on |e| <= E
/// = 1.5 * 2^-11 (the estimate's bound) and leaves a relative error below 1.4e-14.
template <int N>
HWY_INLINE Lanes<double, N> inverse_sqrt(FarSquare<double, N> square) {
  using L = Lanes<double, N>;
  constexpr double kBound = 1.5 / 2048;
  constexpr double kSecond = 3.0 / 8 + 35.0 / 128 * 0.8284271247461901 * kBound * kBound;  // 2 (sqrt(2) - 1)
  if constexpr (!kGoodEstimate) return reciprocal(hardware_root(square.v));
  const L y = estimate_inverse_sqrt(square.v);
  const L e = subtract_product(L(1.0), square.v * y, y);
  L series = multiply_add(e, L(5.0 / 16), L(kSecond));
  series = multiply_add(e, series, L(0.5));
  return multiply_add(y * e, series, y);
}

/// A squared distance of any size, zero included: roots by the hardware. For rules that have values below t. In FP32 it
/// is quadrupled.
template <class T>
struct AnySquare {
  Lanes<T> v;
};
template <class T, int N>
HWY_INLINE Lanes<T, N> root_of(Lanes<T, N> square) {
  if constexpr (sizeof(T) == sizeof(double)) return hardware_root(square);
  return hardware_root(square) * Lanes<T, N>(T(0.5));
}
template <class T, int N>
HWY_INLINE Lanes<T, N> square_root(FarSquare<T, N> square) {
  return root_of(square.v);
}
template <class T>
HWY_INLINE Lanes<T> square_root(AnySquare<T> square) {
  return root_of(square.v);
}
template <class T>
HWY_INLINE Lanes<T> inverse_sqrt(AnySquare<T> square) {
  return reciprocal(square_root(square));
}
template <int N>
HWY_INLINE Lanes<double, N> logarithm(FarSquare<double, N> square) {
  return logarithm(square.v);
}
HWY_INLINE Lanes<double> logarithm(AnySquare<double> square) { return logarithm(square.v); }
template <class T>
HWY_INLINE MaskOf<T> is_zero(AnySquare<T> square) {
  return hn::Eq(square.v.v, hn::Zero(typename Lanes<T>::D()));
}

#include "kernels/pair_formula-inl.h"

template <class T, int N = 1>
HWY_INLINE Threshold<Lanes<T, N>> make_threshold(double threshold_m) {
  return {Lanes<T, N>(static_cast<T>(threshold_m)), Lanes<T, N>(static_cast<T>(1.0 / threshold_m))};
}

/// with_decay for N vectors. (By its own name, Decay would bring in the scalars' too.)
template <int N = 1, class Visitor>
HWY_INLINE auto with_decay_of_lanes(const Decay& decay, Visitor&& visit) {
  return HWY_NAMESPACE::with_decay<Lanes<double, N>>(decay, visit);
}

#if HWY_TARGET == HWY_SCALAR
HWY_INLINE Lanes<double>::V lower_half(Lanes<float>::V v) { return hn::PromoteTo(Lanes<double>::D(), v); }
HWY_INLINE Lanes<double>::V upper_half(Lanes<float>::V /*v*/) { return hn::Zero(Lanes<double>::D()); }
#else
using HalfFloat = hn::Rebind<float, Lanes<double>::D>;
HWY_INLINE Lanes<double>::V lower_half(Lanes<float>::V v) {
  return hn::PromoteTo(Lanes<double>::D(), hn::LowerHalf(HalfFloat(), v));
}
HWY_INLINE Lanes<double>::V upper_half(Lanes<float>::V v) {
  return hn::PromoteTo(Lanes<double>::D(), hn::UpperHalf(HalfFloat(), v));
}
#endif

/// sums[k] += chain[k], in FP64, for one vector.
HWY_INLINE void add_to_double(Lanes<float>::V chain, double* HWY_RESTRICT sums) {
  const Lanes<double>::D d;
  hn::Store(hn::Add(hn::Load(d, sums), lower_half(chain)), d, sums);
  if (hn::Lanes(Lanes<float>::D()) == hn::Lanes(d)) return;  // one lane: there is no other half
  double* const next = sums + hn::Lanes(d);
  hn::Store(hn::Add(hn::Load(d, next), upper_half(chain)), d, next);
}
HWY_INLINE void add_to_double(Lanes<double>::V chain, double* HWY_RESTRICT sums) {
  const Lanes<double>::D d;
  hn::Store(hn::Add(hn::Load(d, sums), chain), d, sums);
}

HWY_INLINE double sum_in_double(Lanes<float>::V v) {
  const Lanes<double>::D d;
  return hn::GetLane(hn::SumOfLanes(d, hn::Add(lower_half(v), upper_half(v))));
}
HWY_INLINE double sum_in_double(Lanes<double>::V v) { return hn::GetLane(hn::SumOfLanes(Lanes<double>::D(), v)); }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dscore
HWY_AFTER_NAMESPACE();

#endif
