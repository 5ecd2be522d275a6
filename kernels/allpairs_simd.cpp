#include "kernels/allpairs_simd.h"

#include <cstring>
#include <string>
#include <vector>

#include "kernels/backend.h"
#include "kernels/within.h"

// Compiled once per instruction set: Highway includes this file again for each.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/allpairs_simd.cpp"
#include <hwy/foreach_target.h>
// foreach_target.h comes first
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace dscore {  // NOLINT(modernize-concat-nested-namespaces): the inner name is a macro
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// A vector of T with the operations that the pair formula needs.
template <class T>
struct Lanes {
  using D = hn::ScalableTag<T>;
  using V = hn::Vec<D>;
  V v;
  explicit Lanes(V lanes) : v(lanes) {}
  explicit Lanes(T value) : v(hn::Set(D(), value)) {}
};
using FloatLanes = Lanes<float>;
using DoubleLanes = Lanes<double>;
template <class T>
using MaskOf = hn::Mask<typename Lanes<T>::D>;

/// Whether ApproximateReciprocalSqrt is good to 1.5 * 2^-12, as x86 promises. Elsewhere roots are divided out.
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
constexpr bool kGoodEstimate = true;
#else
constexpr bool kGoodEstimate = false;
#endif

/// Squared distances in FP32 from doubled coordinates: 4 d^2. Powers of two are exact, and 1/d = 2 / sqrt(4 d^2) is
/// what Newton's step gives when its factor 1/2 is left out.
struct QuadrupledSquare {
  FloatLanes::V v;
};

HWY_INLINE FloatLanes inverse_sqrt(QuadrupledSquare square) {
  const FloatLanes::D d;
  if constexpr (!kGoodEstimate) return FloatLanes(hn::Div(hn::Set(d, 2.0F), hn::Sqrt(square.v)));
  const auto y = hn::ApproximateReciprocalSqrt(square.v);  // relative error below 1.5 * 2^-12
  const auto newton = hn::NegMulAdd(hn::Mul(square.v, y), y, hn::Set(d, 3.0F));
  return FloatLanes(hn::Mul(y, newton));  // relative error below 2.1e-7
}
HWY_INLINE FloatLanes square_root(QuadrupledSquare square) {
  return FloatLanes(hn::Mul(hn::Sqrt(square.v), hn::Set(FloatLanes::D(), 0.5F)));
}
HWY_INLINE FloatLanes reciprocal(FloatLanes x) { return FloatLanes(hn::Div(hn::Set(FloatLanes::D(), 1.0F), x.v)); }
HWY_INLINE FloatLanes operator+(FloatLanes a, FloatLanes b) { return FloatLanes(hn::Add(a.v, b.v)); }

/// 1/sqrt from the FP32 estimate y: with e = 1 - x y^2, 1/sqrt(x) = y (1 - e)^(-1/2) = y (1 + e/2 + 3/8 e^2 + 5/16 e^3
/// + 35/128 e^4 ...). The last term is taken up by the second: e^4 is replaced by 0.828 E^2 e^2, which is nearest to it
/// on |e| <= E = 1.5 * 2^-11 (the estimate's bound) and leaves a relative error below 1.4e-14. x in FP32's normal
/// range.
HWY_INLINE DoubleLanes inverse_sqrt(DoubleLanes x) {
  constexpr double kBound = 1.5 / 2048;
  constexpr double kSecond = 3.0 / 8 + 35.0 / 128 * 0.8284271247461901 * kBound * kBound;  // 2 (sqrt(2) - 1)
  const DoubleLanes::D d;
  if constexpr (!kGoodEstimate) return DoubleLanes(hn::Div(hn::Set(d, 1.0), hn::Sqrt(x.v)));
  const hn::Rebind<float, DoubleLanes::D> half;
  const auto y = hn::PromoteTo(d, hn::ApproximateReciprocalSqrt(hn::DemoteTo(half, x.v)));
  const auto e = hn::NegMulAdd(hn::Mul(x.v, y), y, hn::Set(d, 1.0));
  auto series = hn::MulAdd(e, hn::Set(d, 5.0 / 16), hn::Set(d, kSecond));
  series = hn::MulAdd(e, series, hn::Set(d, 0.5));
  return DoubleLanes(hn::MulAdd(hn::Mul(y, e), series, y));
}
HWY_INLINE DoubleLanes square_root(DoubleLanes x) { return DoubleLanes(hn::Sqrt(x.v)); }
HWY_INLINE DoubleLanes reciprocal(DoubleLanes x) { return DoubleLanes(hn::Div(hn::Set(DoubleLanes::D(), 1.0), x.v)); }
HWY_INLINE DoubleLanes operator+(DoubleLanes a, DoubleLanes b) { return DoubleLanes(hn::Add(a.v, b.v)); }

template <class T>
HWY_INLINE Lanes<T> select(MaskOf<T> condition, Lanes<T> yes, Lanes<T> no) {
  return Lanes<T>(hn::IfThenElse(condition, yes.v, no.v));
}

/// A squared distance of any size, zero included: roots by the hardware. For rules that have values below t. In FP32 it
/// is quadrupled.
template <class T>
struct AnySquare {
  typename Lanes<T>::V v;
};
template <class T>
HWY_INLINE Lanes<T> square_root(AnySquare<T> x) {
  const auto root = hn::Sqrt(x.v);
  if constexpr (sizeof(T) == sizeof(double)) return Lanes<T>(root);
  return Lanes<T>(hn::Mul(root, hn::Set(typename Lanes<T>::D(), T(0.5))));
}
template <class T>
HWY_INLINE Lanes<T> inverse_sqrt(AnySquare<T> x) {
  return reciprocal(square_root(x));
}
template <class T>
HWY_INLINE MaskOf<T> is_zero(AnySquare<T> x) {
  return hn::Eq(x.v, hn::Zero(typename Lanes<T>::D()));
}

#include "kernels/pair_formula-inl.h"

template <class T>
HWY_INLINE Threshold<Lanes<T>> make_threshold(double threshold_m) {
  return {Lanes<T>(static_cast<T>(threshold_m)), Lanes<T>(static_cast<T>(1.0 / threshold_m))};
}

HWY_INLINE QuadrupledSquare as_square(float /*type*/, FloatLanes::V sum) { return QuadrupledSquare{sum}; }
HWY_INLINE DoubleLanes as_square(double /*type*/, DoubleLanes::V sum) { return DoubleLanes(sum); }

/// Vectors of T in 128 bytes: so many of b stay at hand while a passes by.
template <class T>
constexpr int vectors_in_block() {
  return static_cast<int>(128 / sizeof(T) / hn::MaxLanes(typename Lanes<T>::D()));
}

/// Sums of FP32 numbers are kept in FP32 over at most so many additions, then go on in FP64. Even where every addition
/// rounds the same way (equal distances), they are then off by less than 8.5 units of 2^-24.
constexpr int kChain = 16;

#if HWY_TARGET == HWY_SCALAR
HWY_INLINE DoubleLanes::V lower_half(FloatLanes::V v) { return hn::PromoteTo(DoubleLanes::D(), v); }
HWY_INLINE DoubleLanes::V upper_half(FloatLanes::V /*v*/) { return hn::Zero(DoubleLanes::D()); }
#else
using HalfFloat = hn::Rebind<float, DoubleLanes::D>;
HWY_INLINE DoubleLanes::V lower_half(FloatLanes::V v) {
  return hn::PromoteTo(DoubleLanes::D(), hn::LowerHalf(HalfFloat(), v));
}
HWY_INLINE DoubleLanes::V upper_half(FloatLanes::V v) {
  return hn::PromoteTo(DoubleLanes::D(), hn::UpperHalf(HalfFloat(), v));
}
#endif

/// sums[k] += chain[k], in FP64, for one vector.
HWY_INLINE void add_to_double(FloatLanes::V chain, double* HWY_RESTRICT sums) {
  const DoubleLanes::D d;
  hn::Store(hn::Add(hn::Load(d, sums), lower_half(chain)), d, sums);
  if (hn::Lanes(FloatLanes::D()) == hn::Lanes(d)) return;  // one lane: there is no other half
  double* const next = sums + hn::Lanes(d);
  hn::Store(hn::Add(hn::Load(d, next), upper_half(chain)), d, next);
}
HWY_INLINE void add_to_double(DoubleLanes::V chain, double* HWY_RESTRICT sums) {
  const DoubleLanes::D d;
  hn::Store(hn::Add(hn::Load(d, sums), chain), d, sums);
}

HWY_INLINE double sum_in_double(FloatLanes::V v) {
  const DoubleLanes::D d;
  return hn::GetLane(hn::SumOfLanes(d, hn::Add(lower_half(v), upper_half(v))));
}
HWY_INLINE double sum_in_double(DoubleLanes::V v) { return hn::GetLane(hn::SumOfLanes(DoubleLanes::D(), v)); }

/// A block of b, from `j` on, against the locations `begin` to `end` of a. `row` holds a vector of partial sums per
/// location of a. Where all multiplicities of a side are 1, they are left out.
template <ThresholdRule rule, bool ones_a, bool ones_b, class T>
HWY_INLINE void far_block(const TileSide<T>& a, int begin, int end, const TileSide<T>& b, int j,
                          const Threshold<Lanes<T>>& threshold, T* HWY_RESTRICT row, double* HWY_RESTRICT of_b) {
  const typename Lanes<T>::D d;
  using V = typename Lanes<T>::V;
  constexpr int kVectors = vectors_in_block<T>();
  const int lanes = static_cast<int>(hn::Lanes(d));
  const T* HWY_RESTRICT x = b.x + j;
  const T* HWY_RESTRICT y = b.y + j;
  const T* HWY_RESTRICT m = b.multiplicity + j;
  for (int chain = begin; chain < end; chain += kChain) {
    V sum[kVectors];
    for (V& s : sum) s = hn::Zero(d);
    const int chain_end = chain + kChain < end ? chain + kChain : end;
    for (int i = chain; i < chain_end; ++i) {
      const auto xi = hn::Set(d, a.x[i]);
      const auto yi = hn::Set(d, a.y[i]);
      V pair_of_vectors = hn::Zero(d);  // added up two by two: short chains here as well
      V row_sum = hn::Zero(d);
      for (int v = 0; v < kVectors; ++v) {
        const auto dx = hn::Sub(xi, hn::Load(d, x + v * lanes));
        const auto dy = hn::Sub(yi, hn::Load(d, y + v * lanes));
        const V f = far_value<rule>(as_square(T(), hn::MulAdd(dx, dx, hn::Mul(dy, dy))), threshold).v;
        if constexpr (ones_a) {
          sum[v] = hn::Add(sum[v], f);
        } else {
          sum[v] = hn::MulAdd(hn::Set(d, a.multiplicity[i]), f, sum[v]);
        }
        if (v % 2 == 0) {
          pair_of_vectors = ones_b ? f : hn::Mul(hn::Load(d, m + v * lanes), f);
        } else {
          pair_of_vectors =
              ones_b ? hn::Add(pair_of_vectors, f) : hn::MulAdd(hn::Load(d, m + v * lanes), f, pair_of_vectors);
          row_sum = v == 1 ? pair_of_vectors : hn::Add(row_sum, pair_of_vectors);
        }
      }
      T* const partial = row + i * lanes;
      hn::Store(hn::Add(hn::Load(d, partial), row_sum), d, partial);
    }
    for (int v = 0; v < kVectors; ++v) add_to_double(sum[v], of_b + v * lanes);
  }
}

template <ThresholdRule rule, class T>
void far_pair(double threshold_m, const TileSide<T>& a, const TileSide<T>& b, TilePairSums& sums) {
  const typename Lanes<T>::D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  constexpr int kBlock = static_cast<int>(128 / sizeof(T));
  const auto threshold = make_threshold<T>(threshold_m);
  alignas(64) T row[kTileSize * hn::MaxLanes(typename Lanes<T>::D())];
  std::memset(row, 0, sizeof(T) * static_cast<std::size_t>(a.count * lanes));
  std::memset(sums.of_b, 0, sizeof(sums.of_b));

  for (int j = 0; j < b.count; j += kBlock) {
    double* const of_b = sums.of_b + j;
    if (j + kBlock <= b.ones) {
      far_block<rule, true, true>(a, 0, a.ones, b, j, threshold, row, of_b);
      far_block<rule, false, true>(a, a.ones, a.count, b, j, threshold, row, of_b);
    } else {
      far_block<rule, true, false>(a, 0, a.ones, b, j, threshold, row, of_b);
      far_block<rule, false, false>(a, a.ones, a.count, b, j, threshold, row, of_b);
    }
  }
  for (int i = 0; i < a.count; ++i) sums.of_a[i] = sum_in_double(hn::Load(d, row + i * lanes));
}

/// What near pairs in T know of the threshold: squares below `below` are within it, squares above `above` are not.
template <class T>
struct WithinFilter;
template <>
struct WithinFilter<double> {
  static constexpr double kScale = 1;
  static constexpr double kGreyZone = kWithinGreyZone;
};
/// Coordinates are exact, so two roundings of 2^-24 and the bounds' own: 2e-7 in all.
template <>
struct WithinFilter<float> {
  static constexpr double kScale = 4;
  static constexpr double kGreyZone = 4e-7;
};

/// The lanes of b from j on at distance < t of location i of a. Lanes in the grey zone are decided one by one.
template <class T>
HWY_INLINE MaskOf<T> within_lanes(typename Lanes<T>::V square, T below, T above, const TileSide<double>& a, int i,
                                  const TileSide<double>& b, int j, double threshold_m) {
  const typename Lanes<T>::D d;
  const auto within = hn::Lt(square, hn::Set(d, below));
  const auto grey = hn::AndNot(within, hn::Le(square, hn::Set(d, above)));
  if (HWY_LIKELY(hn::AllFalse(d, grey))) return within;
  alignas(64) T decided[hn::MaxLanes(typename Lanes<T>::D())];
  for (int lane = 0; lane < static_cast<int>(hn::Lanes(d)); ++lane) {
    decided[lane] = within_threshold(a.x[i], a.y[i], b.x[j + lane], b.y[j + lane], threshold_m) ? T(1) : T(0);
  }
  return hn::Gt(hn::Load(d, decided), hn::Zero(d));
}

template <ThresholdRule rule, class T>
HWY_INLINE Lanes<T> near_value(typename Lanes<T>::V square, MaskOf<T> within, const Threshold<Lanes<T>>& threshold) {
  if constexpr (rule == ThresholdRule::exclude) {
    return pair_value<rule>(as_square(T(), square), within, threshold);
  } else {
    return pair_value<rule>(AnySquare<T>{square}, within, threshold);
  }
}

/// The rule `exclude` serves `cap` too: pairs within the threshold all have the same value, so their weights are kept
/// apart (exact) and multiplied at the end. symmetric: a and b are two tiles; otherwise they are the same tile, and a
/// pair of a location with itself is left out. Returns the sum of m_p m_q over pairs within the threshold.
template <ThresholdRule rule, bool symmetric, class T>
std::uint64_t near_pair(double threshold_m, double value_within, const TileSide<T>& a, const TileSide<T>& b,
                        const TileSide<double>& exact_a, const TileSide<double>& exact_b, TilePairSums& sums) {
  const typename Lanes<T>::D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto threshold = make_threshold<T>(threshold_m);
  const double square = WithinFilter<T>::kScale * threshold_m * threshold_m;
  const T below = static_cast<T>(square * (1 - WithinFilter<T>::kGreyZone));
  const T above = static_cast<T>(square * (1 + WithinFilter<T>::kGreyZone));
  alignas(64) T multiplicity[kTileSize];
  alignas(64) T chain_of_b[kTileSize] = {};
  alignas(64) T within_of_b[kTileSize] = {};
  std::memcpy(multiplicity, b.multiplicity, sizeof(multiplicity));
  if constexpr (symmetric) std::memset(sums.of_b, 0, sizeof(sums.of_b));

  std::uint64_t pairs_within = 0;
  for (int i = 0; i < a.count; ++i) {
    if constexpr (!symmetric) multiplicity[i] = 0;
    const auto xi = hn::Set(d, a.x[i]);
    const auto yi = hn::Set(d, a.y[i]);
    const auto mi = hn::Set(d, a.multiplicity[i]);
    alignas(64) double row[2 * hn::MaxLanes(DoubleLanes::D())] = {};
    auto weight_within = hn::Zero(d);
    for (int chain = 0; chain < b.count; chain += kChain * lanes) {
      auto sum = hn::Zero(d);
      const int end = chain + kChain * lanes < b.count ? chain + kChain * lanes : b.count;
      for (int j = chain; j < end; j += lanes) {
        const auto dx = hn::Sub(hn::Load(d, b.x + j), xi);
        const auto dy = hn::Sub(hn::Load(d, b.y + j), yi);
        const auto mj = hn::Load(d, multiplicity + j);
        const auto distance2 = hn::MulAdd(dx, dx, hn::Mul(dy, dy));
        const auto within = within_lanes<T>(distance2, below, above, exact_a, i, exact_b, j, threshold_m);
        const auto f = near_value<rule, T>(distance2, within, threshold).v;
        sum = hn::MulAdd(mj, f, sum);
        weight_within = hn::Add(weight_within, hn::IfThenElseZero(within, mj));
        if constexpr (symmetric) {
          hn::Store(hn::MulAdd(mi, f, hn::Load(d, chain_of_b + j)), d, chain_of_b + j);
          hn::Store(hn::Add(hn::Load(d, within_of_b + j), hn::IfThenElseZero(within, mi)), d, within_of_b + j);
        }
      }
      add_to_double(sum, row);
    }
    if constexpr (!symmetric) multiplicity[i] = b.multiplicity[i];
    if (symmetric && (i % kChain == kChain - 1 || i == a.count - 1)) {
      for (int j = 0; j < b.count; j += lanes) {
        add_to_double(hn::Load(d, chain_of_b + j), sums.of_b + j);
        hn::Store(hn::Zero(d), d, chain_of_b + j);
      }
    }
    const double within_of_a = sum_in_double(weight_within);
    sums.of_a[i] = within_of_a * value_within;
    for (const double part : row) sums.of_a[i] += part;
    pairs_within += static_cast<std::uint64_t>(a.multiplicity[i]) * static_cast<std::uint64_t>(within_of_a);
  }
  if constexpr (symmetric) {
    for (int j = 0; j < b.count; ++j) sums.of_b[j] += static_cast<double>(within_of_b[j]) * value_within;
  }
  return pairs_within;
}

}  // namespace

template <class T>
void far_by_rule(ThresholdRule rule, double threshold_m, const TileSide<T>& a, const TileSide<T>& b,
                 TilePairSums& sums) {
  with_rule(rule, [&](auto constant) {
    // Beyond the threshold these three are the same function.
    constexpr ThresholdRule given = decltype(constant)::value;
    constexpr bool inverse = given == ThresholdRule::cap || given == ThresholdRule::exclude;
    far_pair<inverse ? ThresholdRule::none : given>(threshold_m, a, b, sums);
  });
}

void tiles_far_mixed(ThresholdRule rule, double threshold_m, const TileSide<float>& a, const TileSide<float>& b,
                     TilePairSums& sums) {
  far_by_rule(rule, threshold_m, a, b, sums);
}

void tiles_far(ThresholdRule rule, double threshold_m, const TileSide<double>& a, const TileSide<double>& b,
               TilePairSums& sums) {
  far_by_rule(rule, threshold_m, a, b, sums);
}

template <bool symmetric, class T>
std::uint64_t near_by_rule(ThresholdRule rule, double threshold_m, const TileSide<T>& a, const TileSide<T>& b,
                           const TileSide<double>& exact_a, const TileSide<double>& exact_b, TilePairSums& sums) {
  return with_rule(rule, [&](auto constant) {
    constexpr ThresholdRule given = decltype(constant)::value;
    constexpr bool by_weight = given == ThresholdRule::cap || given == ThresholdRule::exclude;
    return near_pair < by_weight ? ThresholdRule::exclude : given, symmetric,
           T > (threshold_m, by_weight ? coincident_value(given, threshold_m) : 0.0, a, b, exact_a, exact_b, sums);
  });
}

std::uint64_t tiles_near(ThresholdRule rule, double threshold_m, const TileSide<double>& a, const TileSide<double>& b,
                         TilePairSums& sums) {
  return near_by_rule<true>(rule, threshold_m, a, b, a, b, sums);
}

std::uint64_t tile_self(ThresholdRule rule, double threshold_m, const TileSide<double>& a, TilePairSums& sums) {
  return near_by_rule<false>(rule, threshold_m, a, a, a, a, sums);
}

std::uint64_t tiles_near_mixed(ThresholdRule rule, double threshold_m, const TileSide<float>& a,
                               const TileSide<float>& b, const TileSide<double>& exact_a,
                               const TileSide<double>& exact_b, TilePairSums& sums) {
  return near_by_rule<true>(rule, threshold_m, a, b, exact_a, exact_b, sums);
}

std::uint64_t tile_self_mixed(ThresholdRule rule, double threshold_m, const TileSide<float>& a,
                              const TileSide<double>& exact_a, TilePairSums& sums) {
  return near_by_rule<false>(rule, threshold_m, a, a, exact_a, exact_a, sums);
}

}  // namespace HWY_NAMESPACE
}  // namespace dscore
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dscore {

HWY_EXPORT(tiles_far_mixed);
HWY_EXPORT(tiles_far);
HWY_EXPORT(tiles_near);
HWY_EXPORT(tile_self);
HWY_EXPORT(tiles_near_mixed);
HWY_EXPORT(tile_self_mixed);

void sum_far_mixed(ThresholdRule rule, double threshold_m, const TileSide<float>& a, const TileSide<float>& b,
                   TilePairSums& sums) {
  HWY_DYNAMIC_DISPATCH(tiles_far_mixed)(rule, threshold_m, a, b, sums);
}

void sum_far(ThresholdRule rule, double threshold_m, const TileSide<double>& a, const TileSide<double>& b,
             TilePairSums& sums) {
  HWY_DYNAMIC_DISPATCH(tiles_far)(rule, threshold_m, a, b, sums);
}

std::uint64_t sum_near(ThresholdRule rule, double threshold_m, const TileSide<double>& a, const TileSide<double>& b,
                       TilePairSums& sums) {
  return HWY_DYNAMIC_DISPATCH(tiles_near)(rule, threshold_m, a, b, sums);
}

std::uint64_t sum_self(ThresholdRule rule, double threshold_m, const TileSide<double>& a, TilePairSums& sums) {
  return HWY_DYNAMIC_DISPATCH(tile_self)(rule, threshold_m, a, sums);
}

std::uint64_t sum_near_mixed(ThresholdRule rule, double threshold_m, const TileSide<float>& a, const TileSide<float>& b,
                             const TileSide<double>& exact_a, const TileSide<double>& exact_b, TilePairSums& sums) {
  return HWY_DYNAMIC_DISPATCH(tiles_near_mixed)(rule, threshold_m, a, b, exact_a, exact_b, sums);
}

std::uint64_t sum_self_mixed(ThresholdRule rule, double threshold_m, const TileSide<float>& a,
                             const TileSide<double>& exact_a, TilePairSums& sums) {
  return HWY_DYNAMIC_DISPATCH(tile_self_mixed)(rule, threshold_m, a, exact_a, sums);
}

std::vector<std::string> cpu_instruction_sets() {
  std::vector<std::string> names;
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) names.emplace_back(hwy::TargetName(target));
  return names;
}

}  // namespace dscore
#endif
