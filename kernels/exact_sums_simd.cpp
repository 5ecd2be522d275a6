#include "kernels/exact_sums_simd.h"

// Compiled once per instruction set: Highway includes this file again for each.
#include "kernels/simd_targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/exact_sums_simd.cpp"
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

constexpr int kVectors = 4;  ///< side by side, where every pair is far
using Block = Lanes<double, kVectors>;

/// A far square whose root begins with an estimate in FP64 (relative error below 2^-14), where the instruction set has
/// one: a tenth quicker than by way of FP32. The series ends where its next term is below 1e-16.
template <int N>
struct FarSquareOfDouble : FarSquare<double, N> {};

#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
template <int N>
HWY_INLINE Lanes<double, N> estimate_in_double(Lanes<double, N> x) {
  if constexpr (N > 1) return {estimate_in_double(x.low), estimate_in_double(x.high)};
  if constexpr (N == 1) return Lanes<double>(Lanes<double>::V{_mm512_rsqrt14_pd(x.v.raw)});
}
template <int N>
HWY_INLINE Lanes<double, N> inverse_sqrt(FarSquareOfDouble<N> square) {
  using L = Lanes<double, N>;
  const L y = estimate_in_double(square.v);
  const L e = subtract_product(L(1.0), square.v * y, y);
  L series = multiply_add(e, L(5.0 / 16), L(3.0 / 8));
  series = multiply_add(e, series, L(0.5));
  return multiply_add(y * e, series, y);
}
#endif

template <ThresholdRule rule, class Decreasing>
void add_far(const PairSettings& settings, const TileSide<double>& targets, const TileSide<double>& sources,
             double* sums, Decreasing g) {
  const int step = kVectors * static_cast<int>(hn::Lanes(Lanes<double>::D()));
  const auto threshold = make_threshold<double, kVectors>(settings.threshold_m);
  for (int i = 0; i < targets.count; ++i) {
    const Block x(targets.x[i]);
    const Block y(targets.y[i]);
    Block sum(0.0);
    for (int j = 0; j < sources.count; j += step) {
      const Block dx = load<kVectors>(sources.x + j) - x;
      const Block dy = load<kVectors>(sources.y + j) - y;
      const FarSquareOfDouble<kVectors> square{{multiply_add(dx, dx, dy * dy)}};
      sum = multiply_add(load<kVectors>(sources.multiplicity + j), far_value<rule>(square, threshold, g), sum);
    }
    sums[i] += sum_in_double(add_up(sum));
  }
}

template <ThresholdRule rule, class Decreasing>
void add_near(const PairSettings& settings, const TileSide<double>& targets, const TileSide<double>& sources,
              double* sums, Decreasing g) {
  const Lanes<double>::D d;
  const double t = settings.threshold_m;
  const Threshold<Lanes<double>> threshold{Lanes<double>(t), Lanes<double>(decay_value(settings.decay, t))};
  const WithinFilter<double> filter(t);
  for (int i = 0; i < targets.count; ++i) {
    const auto x = hn::Set(d, targets.x[i]);
    const auto y = hn::Set(d, targets.y[i]);
    auto sum = hn::Zero(d);
    for (int j = 0; j < sources.count; j += static_cast<int>(hn::Lanes(d))) {
      const auto dx = hn::Sub(hn::Load(d, sources.x + j), x);
      const auto dy = hn::Sub(hn::Load(d, sources.y + j), y);
      const AnySquare<double> square{Lanes<double>(hn::MulAdd(dx, dx, hn::Mul(dy, dy)))};
      const auto within = filter.lanes(square.v.v, targets.x[i], targets.y[i], sources.x + j, sources.y + j);
      const auto f = pair_value<rule>(square, within, threshold, g).v;
      sum = hn::MulAdd(hn::Load(d, sources.multiplicity + j), hn::IfThenZeroElse(is_zero(square), f), sum);
    }
    sums[i] += sum_in_double(sum);
  }
}

}  // namespace

void exact_sums_of(const PairSettings& settings, bool far, const TileSide<double>& targets,
                   const TileSide<double>& sources, double* sums) {
  with_rule(settings.rule, [&](auto constant) {
    constexpr ThresholdRule rule = decltype(constant)::value;
    constexpr ThresholdRule beyond = constant_within(rule) ? ThresholdRule::none : rule;  // the same function there
    if (far) {
      with_decay_of_lanes<kVectors>(settings.decay,
                                    [&](auto g) { add_far<beyond>(settings, targets, sources, sums, g); });
    } else {
      with_decay_of_lanes(settings.decay, [&](auto g) { add_near<rule>(settings, targets, sources, sums, g); });
    }
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace dscore
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dscore {

HWY_EXPORT(exact_sums_of);

void add_exact_sums(const PairSettings& settings, bool far, const TileSide<double>& targets,
                    const TileSide<double>& sources, double* sums) {
  HWY_DYNAMIC_DISPATCH(exact_sums_of)(settings, far, targets, sources, sums);
}

}  // namespace dscore
#endif
