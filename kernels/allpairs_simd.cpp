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
namespace dscore {
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

/// Squared distances in FP32 from doubled coordinates: 4 d^2. Powers of two are exact, and 1/d = 2 / sqrt(4 d^2) is
/// what Newton's step gives when its factor 1/2 is left out.
struct QuadrupledSquare {
  FloatLanes::V v;
};

HWY_INLINE FloatLanes inverse_sqrt(QuadrupledSquare square) {
  const FloatLanes::D d;
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

/// Vectors of b that stay at hand while a passes by.
constexpr int kVectors = 4;

/// Locations of a whose sums for b are added up before they join the total: keeps chains of FP32 additions short.
constexpr int kChain = 64;

/// kVectors vectors of b, from `j` on, against the locations `begin` to `end` of a. `row` holds a vector of partial
/// sums per location of a; `totals` the sums of b. Where all multiplicities of a side are 1, they are left out.
template <ThresholdRule rule, bool ones_a, bool ones_b, class T>
HWY_INLINE void far_block(const TileSide<T>& a, int begin, int end, const TileSide<T>& b, int j,
                          const Threshold<Lanes<T>>& threshold, T* HWY_RESTRICT row, typename Lanes<T>::V& total0,
                          typename Lanes<T>::V& total1, typename Lanes<T>::V& total2, typename Lanes<T>::V& total3) {
  const typename Lanes<T>::D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const T* HWY_RESTRICT x = b.x + j;
  const T* HWY_RESTRICT y = b.y + j;
  const T* HWY_RESTRICT m = b.multiplicity + j;
  for (int chain = begin; chain < end; chain += kChain) {
    auto sum0 = hn::Zero(d);
    auto sum1 = hn::Zero(d);
    auto sum2 = hn::Zero(d);
    auto sum3 = hn::Zero(d);
    const int chain_end = chain + kChain < end ? chain + kChain : end;
    for (int i = chain; i < chain_end; ++i) {
      const auto xi = hn::Set(d, a.x[i]);
      const auto yi = hn::Set(d, a.y[i]);
      T* const partial = row + i * lanes;
      auto row_sum = hn::Load(d, partial);
      const auto add_vector = [&](int vector, typename Lanes<T>::V& sum) HWY_ATTR {
        const auto dx = hn::Sub(xi, hn::Load(d, x + vector * lanes));
        const auto dy = hn::Sub(yi, hn::Load(d, y + vector * lanes));
        const auto f = far_value<rule>(as_square(T(), hn::MulAdd(dx, dx, hn::Mul(dy, dy))), threshold).v;
        if constexpr (ones_a) {
          sum = hn::Add(sum, f);
        } else {
          sum = hn::MulAdd(hn::Set(d, a.multiplicity[i]), f, sum);
        }
        if constexpr (ones_b) {
          row_sum = hn::Add(row_sum, f);
        } else {
          row_sum = hn::MulAdd(hn::Load(d, m + vector * lanes), f, row_sum);
        }
      };
      add_vector(0, sum0);
      add_vector(1, sum1);
      add_vector(2, sum2);
      add_vector(3, sum3);
      hn::Store(row_sum, d, partial);
    }
    total0 = hn::Add(total0, sum0);
    total1 = hn::Add(total1, sum1);
    total2 = hn::Add(total2, sum2);
    total3 = hn::Add(total3, sum3);
  }
}

template <ThresholdRule rule, class T>
void far_pair(double threshold_m, const TileSide<T>& a, const TileSide<T>& b, TilePairSums<T>& sums) {
  const typename Lanes<T>::D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto threshold = make_threshold<T>(threshold_m);
  alignas(64) T row[kTileSize * hn::MaxLanes(typename Lanes<T>::D())];
  std::memset(row, 0, sizeof(T) * static_cast<std::size_t>(a.count * lanes));

  for (int j = 0; j < b.count; j += kVectors * lanes) {
    auto total0 = hn::Zero(d);
    auto total1 = hn::Zero(d);
    auto total2 = hn::Zero(d);
    auto total3 = hn::Zero(d);
    if (j + kVectors * lanes <= b.ones) {
      far_block<rule, true, true>(a, 0, a.ones, b, j, threshold, row, total0, total1, total2, total3);
      far_block<rule, false, true>(a, a.ones, a.count, b, j, threshold, row, total0, total1, total2, total3);
    } else {
      far_block<rule, true, false>(a, 0, a.ones, b, j, threshold, row, total0, total1, total2, total3);
      far_block<rule, false, false>(a, a.ones, a.count, b, j, threshold, row, total0, total1, total2, total3);
    }
    hn::Store(total0, d, sums.of_b + j);
    hn::Store(total1, d, sums.of_b + j + lanes);
    hn::Store(total2, d, sums.of_b + j + 2 * lanes);
    hn::Store(total3, d, sums.of_b + j + 3 * lanes);
  }
  for (int i = 0; i < a.count; ++i) sums.of_a[i] = hn::GetLane(hn::SumOfLanes(d, hn::Load(d, row + i * lanes)));
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
  if constexpr (rule == ThresholdRule::cap || rule == ThresholdRule::exclude) {
    return pair_value<rule>(as_square(T(), square), within, threshold);
  } else {
    return pair_value<rule>(AnySquare<T>{square}, within, threshold);
  }
}

/// symmetric: a and b are two tiles. Otherwise they are the same tile and a pair of a location with itself is left out.
template <ThresholdRule rule, bool symmetric, class T>
std::uint64_t near_pair(double threshold_m, const TileSide<T>& a, const TileSide<T>& b, const TileSide<double>& exact_a,
                        const TileSide<double>& exact_b, TilePairSums<T>& sums) {
  const typename Lanes<T>::D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto threshold = make_threshold<T>(threshold_m);
  const double square = WithinFilter<T>::kScale * threshold_m * threshold_m;
  const T below = static_cast<T>(square * (1 - WithinFilter<T>::kGreyZone));
  const T above = static_cast<T>(square * (1 + WithinFilter<T>::kGreyZone));
  alignas(64) T multiplicity[kTileSize];
  alignas(64) T chain_of_b[kTileSize] = {};
  std::memcpy(multiplicity, b.multiplicity, sizeof(multiplicity));
  if constexpr (symmetric) std::memset(sums.of_b, 0, sizeof(sums.of_b));

  std::uint64_t pairs_within = 0;
  for (int i = 0; i < a.count; ++i) {
    if constexpr (!symmetric) multiplicity[i] = 0;
    const auto xi = hn::Set(d, a.x[i]);
    const auto yi = hn::Set(d, a.y[i]);
    const auto mi = hn::Set(d, a.multiplicity[i]);
    auto sum = hn::Zero(d);
    auto count = hn::Zero(d);
    for (int j = 0; j < b.count; j += lanes) {
      const auto dx = hn::Sub(hn::Load(d, b.x + j), xi);
      const auto dy = hn::Sub(hn::Load(d, b.y + j), yi);
      const auto mj = hn::Load(d, multiplicity + j);
      const auto distance2 = hn::MulAdd(dx, dx, hn::Mul(dy, dy));
      const auto within = within_lanes<T>(distance2, below, above, exact_a, i, exact_b, j, threshold_m);
      const auto f = near_value<rule, T>(distance2, within, threshold).v;
      sum = hn::MulAdd(mj, f, sum);
      count = hn::Add(count, hn::IfThenElseZero(within, mj));
      if constexpr (symmetric) hn::Store(hn::MulAdd(mi, f, hn::Load(d, chain_of_b + j)), d, chain_of_b + j);
    }
    if constexpr (!symmetric) multiplicity[i] = b.multiplicity[i];
    if (symmetric && (i % kChain == kChain - 1 || i == a.count - 1)) {
      for (int j = 0; j < b.count; j += lanes) {
        hn::Store(hn::Add(hn::Load(d, sums.of_b + j), hn::Load(d, chain_of_b + j)), d, sums.of_b + j);
        hn::Store(hn::Zero(d), d, chain_of_b + j);
      }
    }
    sums.of_a[i] = hn::GetLane(hn::SumOfLanes(d, sum));
    pairs_within += static_cast<std::uint64_t>(a.multiplicity[i]) *
                    static_cast<std::uint64_t>(hn::GetLane(hn::SumOfLanes(d, count)));
  }
  return pairs_within;
}

}  // namespace

void FarMixed(ThresholdRule rule, double threshold_m, const TileSide<float>& a, const TileSide<float>& b,
              TilePairSums<float>& sums) {
  return rule == ThresholdRule::shift ? far_pair<ThresholdRule::shift>(threshold_m, a, b, sums)
                                      : far_pair<ThresholdRule::none>(threshold_m, a, b, sums);
}

void Far(ThresholdRule rule, double threshold_m, const TileSide<double>& a, const TileSide<double>& b,
         TilePairSums<double>& sums) {
  return rule == ThresholdRule::shift ? far_pair<ThresholdRule::shift>(threshold_m, a, b, sums)
                                      : far_pair<ThresholdRule::none>(threshold_m, a, b, sums);
}

template <bool symmetric, class T>
std::uint64_t near_by_rule(ThresholdRule rule, double threshold_m, const TileSide<T>& a, const TileSide<T>& b,
                           const TileSide<double>& exact_a, const TileSide<double>& exact_b, TilePairSums<T>& sums) {
  switch (rule) {
    case ThresholdRule::exclude:
      return near_pair<ThresholdRule::exclude, symmetric, T>(threshold_m, a, b, exact_a, exact_b, sums);
    case ThresholdRule::shift:
      return near_pair<ThresholdRule::shift, symmetric, T>(threshold_m, a, b, exact_a, exact_b, sums);
    case ThresholdRule::none:
      return near_pair<ThresholdRule::none, symmetric, T>(threshold_m, a, b, exact_a, exact_b, sums);
    case ThresholdRule::cap:
      break;
  }
  return near_pair<ThresholdRule::cap, symmetric, T>(threshold_m, a, b, exact_a, exact_b, sums);
}

std::uint64_t Near(ThresholdRule rule, double threshold_m, const TileSide<double>& a, const TileSide<double>& b,
                   TilePairSums<double>& sums) {
  return near_by_rule<true>(rule, threshold_m, a, b, a, b, sums);
}

std::uint64_t Self(ThresholdRule rule, double threshold_m, const TileSide<double>& a, TilePairSums<double>& sums) {
  return near_by_rule<false>(rule, threshold_m, a, a, a, a, sums);
}

std::uint64_t NearMixed(ThresholdRule rule, double threshold_m, const TileSide<float>& a, const TileSide<float>& b,
                        const TileSide<double>& exact_a, const TileSide<double>& exact_b, TilePairSums<float>& sums) {
  return near_by_rule<true>(rule, threshold_m, a, b, exact_a, exact_b, sums);
}

std::uint64_t SelfMixed(ThresholdRule rule, double threshold_m, const TileSide<float>& a,
                        const TileSide<double>& exact_a, TilePairSums<float>& sums) {
  return near_by_rule<false>(rule, threshold_m, a, a, exact_a, exact_a, sums);
}

}  // namespace HWY_NAMESPACE
}  // namespace dscore
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dscore {

HWY_EXPORT(FarMixed);
HWY_EXPORT(Far);
HWY_EXPORT(Near);
HWY_EXPORT(Self);
HWY_EXPORT(NearMixed);
HWY_EXPORT(SelfMixed);

void sum_far_mixed(ThresholdRule rule, double threshold_m, const TileSide<float>& a, const TileSide<float>& b,
                   TilePairSums<float>& sums) {
  HWY_DYNAMIC_DISPATCH(FarMixed)(rule, threshold_m, a, b, sums);
}

void sum_far(ThresholdRule rule, double threshold_m, const TileSide<double>& a, const TileSide<double>& b,
             TilePairSums<double>& sums) {
  HWY_DYNAMIC_DISPATCH(Far)(rule, threshold_m, a, b, sums);
}

std::uint64_t sum_near(ThresholdRule rule, double threshold_m, const TileSide<double>& a, const TileSide<double>& b,
                       TilePairSums<double>& sums) {
  return HWY_DYNAMIC_DISPATCH(Near)(rule, threshold_m, a, b, sums);
}

std::uint64_t sum_self(ThresholdRule rule, double threshold_m, const TileSide<double>& a, TilePairSums<double>& sums) {
  return HWY_DYNAMIC_DISPATCH(Self)(rule, threshold_m, a, sums);
}

std::uint64_t sum_near_mixed(ThresholdRule rule, double threshold_m, const TileSide<float>& a, const TileSide<float>& b,
                             const TileSide<double>& exact_a, const TileSide<double>& exact_b,
                             TilePairSums<float>& sums) {
  return HWY_DYNAMIC_DISPATCH(NearMixed)(rule, threshold_m, a, b, exact_a, exact_b, sums);
}

std::uint64_t sum_self_mixed(ThresholdRule rule, double threshold_m, const TileSide<float>& a,
                             const TileSide<double>& exact_a, TilePairSums<float>& sums) {
  return HWY_DYNAMIC_DISPATCH(SelfMixed)(rule, threshold_m, a, exact_a, sums);
}

std::vector<std::string> cpu_instruction_sets() {
  std::vector<std::string> names;
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) names.emplace_back(hwy::TargetName(target));
  return names;
}

}  // namespace dscore
#endif
