// Which lanes of a vector are within the threshold, decided exactly (kernels/within.h). Included once for every
// instruction set, after kernels/lanes-inl.h.

#if defined(DSCORE_KERNELS_WITHIN_LANES_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DSCORE_KERNELS_WITHIN_LANES_INL_H
#undef DSCORE_KERNELS_WITHIN_LANES_INL_H
#else
#define DSCORE_KERNELS_WITHIN_LANES_INL_H
#endif

#include "kernels/lanes-inl.h"
#include "kernels/within.h"

HWY_BEFORE_NAMESPACE();
namespace dscore {  // NOLINT(modernize-concat-nested-namespaces): the inner name is a macro
namespace HWY_NAMESPACE {
namespace {

/// What pairs in T know of the threshold: squares below `below` are within it, squares above `above` are not.
template <class T>
class WithinFilter {
 public:
  explicit WithinFilter(double threshold_m) : threshold_m_(threshold_m) {
    const double square = kScale * threshold_m * threshold_m;
    below_ = static_cast<T>(square * (1 - kGreyZone));
    above_ = static_cast<T>(square * (1 + kGreyZone));
  }

  /// The lanes at a distance < t of (x, y), whose own positions are x_of and y_of; metres. Lanes in the grey zone are
  /// decided one by one.
  HWY_INLINE MaskOf<T> lanes(typename Lanes<T>::V square, double x, double y, const double* x_of,
                             const double* y_of) const {
    const typename Lanes<T>::D d;
    const auto within = hn::Lt(square, hn::Set(d, below_));
    const auto grey = hn::AndNot(within, hn::Le(square, hn::Set(d, above_)));
    if (HWY_LIKELY(hn::AllFalse(d, grey))) return within;
    alignas(64) T decided[hn::MaxLanes(typename Lanes<T>::D())];
    for (int lane = 0; lane < static_cast<int>(hn::Lanes(d)); ++lane) {
      decided[lane] = within_threshold(x, y, x_of[lane], y_of[lane], threshold_m_) ? T(1) : T(0);
    }
    return hn::Gt(hn::Load(d, decided), hn::Zero(d));
  }

 private:
  static constexpr bool kDouble = sizeof(T) == sizeof(double);
  /// FP32 has the squares of doubled coordinates, which are exact: two roundings of 2^-24 and the bounds' own are 2e-7
  /// in all.
  static constexpr double kScale = kDouble ? 1 : 4;
  static constexpr double kGreyZone = kDouble ? kWithinGreyZone : 4e-7;

  double threshold_m_;
  T below_, above_;
};

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace dscore
HWY_AFTER_NAMESPACE();

#endif
