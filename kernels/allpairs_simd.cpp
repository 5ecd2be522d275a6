#include "kernels/allpairs_simd.h"

#include <cstring>
#include <string>
#include <vector>

#include "kernels/backend.h"
#include "kernels/within.h"

// Compiled once per instruction set: Highway includes this file again for each.
#include "kernels/simd_targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/allpairs_simd.cpp"
#include <hwy/foreach_target.h>
// foreach_target.h comes first
#include <hwy/highway.h>

#include "kernels/lanes-inl.h"
#include "kernels/within_lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dscore {  // NOLINT(modernize-concat-nested-namespaces): the inner name is a macro
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// Vectors of T in 128 bytes, 8 at most: so many of b stay at hand while a passes by.
template <class T>
constexpr int vectors_in_block() {
  const int vectors = static_cast<int>(128 / sizeof(T) / hn::MaxLanes(typename Lanes<T>::D()));
  return vectors < 8 ? vectors : 8;
}

/// Sums of FP32 numbers are kept in FP32 over at most so many additions, then go on in FP64. Even where every addition
/// rounds the same way (equal distances), they are then off by less than 8.5 units of 2^-24.
constexpr int kChain = 16;

template <class T, int N>
HWY_INLINE void add_to_double(Lanes<T, N> chain, double* HWY_RESTRICT sums) {
  if constexpr (N > 1) {
    add_to_double(chain.low, sums);
    add_to_double(chain.high, sums + N / 2 * static_cast<int>(hn::Lanes(typename Lanes<T>::D())));
  } else {
    add_to_double(chain.v, sums);
  }
}

/// A block of b, from `j` on, against the locations `begin` to `end` of a. `row` holds a vector of partial sums per
/// location of a. Where all multiplicities of a side are 1, they are left out.
template <ThresholdRule rule, bool ones_a, bool ones_b, class T>
HWY_INLINE void far_block(const TileSide<T>& a, int begin, int end, const TileSide<T>& b, int j, double threshold_m,
                          T* HWY_RESTRICT row, double* HWY_RESTRICT of_b) {
  const typename Lanes<T>::D d;
  constexpr int kVectors = vectors_in_block<T>();
  using Block = Lanes<T, kVectors>;
  const auto threshold = make_threshold<T, kVectors>(threshold_m);
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int chain = begin; chain < end; chain += kChain) {
    Block sum(T(0));
    const int chain_end = chain + kChain < end ? chain + kChain : end;
    for (int i = chain; i < chain_end; ++i) {
      const Block dx = Block(a.x[i]) - load<kVectors>(b.x + j);
      const Block dy = Block(a.y[i]) - load<kVectors>(b.y + j);
      const FarSquare<T, kVectors> square{multiply_add(dx, dx, dy * dy)};
      Block f = far_value<rule>(square, threshold);
      sum = ones_a ? sum + f : multiply_add(Block(a.multiplicity[i]), f, sum);
      if constexpr (!ones_b) f = f * load<kVectors>(b.multiplicity + j);
      T* const partial = row + i * lanes;
      hn::Store(hn::Add(hn::Load(d, partial), add_up(f)), d, partial);
    }
    add_to_double(sum, of_b);
  }
}

/// to[i] += the sum of the vector `row` has for i, which becomes 0.
template <class T>
HWY_INLINE void take_row_sums(T* HWY_RESTRICT row, int count, double* HWY_RESTRICT to) {
  const typename Lanes<T>::D d;
  for (int i = 0; i < count; ++i) {
    T* const partial = row + i * static_cast<int>(hn::Lanes(d));
    to[i] += sum_in_double(hn::Load(d, partial));
    hn::Store(hn::Zero(d), d, partial);
  }
}

template <ThresholdRule rule, class T>
void far_pair(double threshold_m, const TileSide<T>& a, const TileSide<T>& b, TilePairSums& sums) {
  const typename Lanes<T>::D d;
  const int block = vectors_in_block<T>() * static_cast<int>(hn::Lanes(d));
  alignas(64) T row[kTileSize * hn::MaxLanes(typename Lanes<T>::D())];
  std::memset(row, 0, sizeof(T) * static_cast<std::size_t>(a.count) * hn::Lanes(d));
  std::memset(sums.of_a, 0, sizeof(sums.of_a));
  std::memset(sums.of_b, 0, sizeof(sums.of_b));

  int in_chain = 0;
  for (int j = 0; j < b.count; j += block) {
    double* const of_b = sums.of_b + j;
    if (j + block <= b.ones) {
      far_block<rule, true, true>(a, 0, a.ones, b, j, threshold_m, row, of_b);
      far_block<rule, false, true>(a, a.ones, a.count, b, j, threshold_m, row, of_b);
    } else {
      far_block<rule, true, false>(a, 0, a.ones, b, j, threshold_m, row, of_b);
      far_block<rule, false, false>(a, a.ones, a.count, b, j, threshold_m, row, of_b);
    }
    if (++in_chain == kChain / 2) {  // the sums within a block are links of the chain too
      take_row_sums(row, a.count, sums.of_a);
      in_chain = 0;
    }
  }
  if (in_chain > 0) take_row_sums(row, a.count, sums.of_a);
}

template <ThresholdRule rule, class T>
HWY_INLINE Lanes<T> near_value(typename Lanes<T>::V square, MaskOf<T> within, const Threshold<Lanes<T>>& threshold) {
  if constexpr (rule == ThresholdRule::exclude) {
    return pair_value<rule>(FarSquare<T>{Lanes<T>(square)}, within, threshold);
  } else {
    return pair_value<rule>(AnySquare<T>{Lanes<T>(square)}, within, threshold);
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
  const WithinFilter<T> filter(threshold_m);
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
    alignas(64) double row[2 * hn::MaxLanes(Lanes<double>::D())] = {};
    auto weight_within = hn::Zero(d);
    for (int chain = 0; chain < b.count; chain += kChain * lanes) {
      auto sum = hn::Zero(d);
      const int end = chain + kChain * lanes < b.count ? chain + kChain * lanes : b.count;
      for (int j = chain; j < end; j += lanes) {
        const auto dx = hn::Sub(hn::Load(d, b.x + j), xi);
        const auto dy = hn::Sub(hn::Load(d, b.y + j), yi);
        const auto mj = hn::Load(d, multiplicity + j);
        const auto distance2 = hn::MulAdd(dx, dx, hn::Mul(dy, dy));
        const auto within = filter.lanes(distance2, exact_a.x[i], exact_a.y[i], exact_b.x + j, exact_b.y + j);
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
    far_pair<constant_within(given) ? ThresholdRule::none : given>(threshold_m, a, b, sums);
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
    constexpr bool by_weight = constant_within(given);
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
