#include "kernels/p3m/samples_simd.h"

// Compiled once per instruction set: Highway includes this file again for each.
#include "kernels/simd_targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/p3m/samples_simd.cpp"
#include <hwy/foreach_target.h>
// foreach_target.h comes first
#include <hwy/highway.h>

#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dscore::p3m {  // NOLINT(modernize-concat-nested-namespaces): the inner name is a macro
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
namespace lanes = dscore::HWY_NAMESPACE;
using One = lanes::Lanes<double>;

static_assert(hn::MaxLanes(One::D()) <= kFarRowPadding);

template <ThresholdRule rule, class Decreasing>
void add_values(const PairSettings& settings, double y_m, double step_m, std::size_t first, std::size_t last,
                double weight, double* to, Decreasing g) {
  const One::D d;
  const lanes::Threshold<One> threshold{One(settings.threshold_m),
                                        One(decay_value(settings.decay, settings.threshold_m))};
  const One y_square(y_m * y_m);
  for (std::size_t k = first; k < last; k += hn::Lanes(d)) {
    const One x = One(hn::Iota(d, static_cast<double>(k))) * One(step_m);
    const lanes::FarSquare<double> square{multiply_add(x, x, y_square)};
    const One sum = multiply_add(One(weight), lanes::far_value<rule>(square, threshold, g), One(hn::LoadU(d, to + k)));
    hn::StoreU(sum.v, d, to + k);
  }
}

}  // namespace

void add_far_values(const PairSettings& settings, double y_m, double step_m, std::size_t first, std::size_t last,
                    double weight, double* to) {
  lanes::with_decay<One>(settings.decay, [&](auto g) {
    // Beyond the threshold the other rules are the same function.
    if (settings.rule == ThresholdRule::shift) {
      add_values<ThresholdRule::shift>(settings, y_m, step_m, first, last, weight, to, g);
    } else {
      add_values<ThresholdRule::none>(settings, y_m, step_m, first, last, weight, to, g);
    }
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace dscore::p3m
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dscore::p3m {

HWY_EXPORT(add_far_values);

void add_far_row(const PairSettings& settings, double y_m, double step_m, std::size_t first, std::size_t last,
                 double weight, double* to) {
  HWY_DYNAMIC_DISPATCH(add_far_values)(settings, y_m, step_m, first, last, weight, to);
}

}  // namespace dscore::p3m
#endif
