#include "kernels/p3m/near_simd.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>
#include <vector>

#include "kernels/backend.h"
#include "kernels/p3m/split.h"
#include "kernels/within.h"

// Compiled once per instruction set: Highway includes this file again for each.
#include "kernels/simd_targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/p3m/near_simd.cpp"
#include <hwy/foreach_target.h>
// foreach_target.h comes first
#include <hwy/highway.h>

#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dscore {  // NOLINT(modernize-concat-nested-namespaces): the inner name is a macro
namespace HWY_NAMESPACE {
namespace {

using namespace p3m;  // NOLINT(google-build-using-namespace): what this file is a part of

/// Locations whose sums are kept at hand while their neighbours pass by.
constexpr int kGroup = 4;  // add() lists its members
/// Vectors that are added up in FP32 before their sum goes on in FP64.
constexpr std::size_t kVectorsInFloat = 16;

template <class T>
struct Side;
/// Coordinates in metres.
template <>
struct Side<double> {
  const double *x, *y, *mass;
  static constexpr double kSquareScale = 1;
  explicit Side(const Strips& s) : x(s.x_m.data()), y(s.y_m.data()), mass(s.mass.data()) {}
  static double metres_per_unit(const Strips&) { return 1; }
  static double grey_zone(const Strips&, double) { return 2 * kWithinGreyZone; }  // coordinates were moved: rounded
  HWY_INLINE Lanes<double> from(const double* at, const double* origin) const {
    const Lanes<double>::D d;
    return Lanes<double>(hn::Sub(hn::Load(d, at), hn::Set(d, *origin)));
  }
};
/// Coordinates in whole units. Distances are in double units: FarSquare<float> wants the square of twice a distance.
template <>
struct Side<float> {
  const std::int32_t *x, *y;
  const float* mass;
  static constexpr double kSquareScale = 4;
  explicit Side(const Strips& s) : x(s.x_units.data()), y(s.y_units.data()), mass(s.mass_f.data()) {}
  static double metres_per_unit(const Strips& s) { return 2 * s.unit_m; }
  /// Two roundings of 2^-24 and the bounds' own; and where units are not exact, at most one unit in x and in y.
  static double grey_zone(const Strips& s, double threshold_m) {
    return 4e-7 + (s.units_exact ? 0.0 : 3 * s.unit_m / threshold_m);
  }
  HWY_INLINE Lanes<float> from(const std::int32_t* at, const std::int32_t* origin) const {
    const Lanes<float>::D d;
    const hn::Rebind<std::int32_t, Lanes<float>::D> di;
    return Lanes<float>(hn::ConvertTo(d, hn::Sub(hn::Load(di, at), hn::Set(di, *origin))));
  }
};

/// The near part of a group and one vector of others. edge: the cut-off is t, so that all of it is within the
/// threshold, where f is the same for all.
template <ThresholdRule rule, bool edge, class T, class Decreasing>
class NearValue {
 public:
  using V = typename Lanes<T>::V;

  NearValue(const NearKernel& kernel, const Strips& strips, const MergedPoints& points, Decreasing decay)
      : strips_(strips),
        points_(points),
        threshold_m_(kernel.settings.threshold_m),
        decay_(decay),
        degree_(kernel.degree) {
    const double unit = Side<T>::metres_per_unit(strips);
    per_metre_ = static_cast<T>(1 / unit);
    const double t = threshold_m_ / unit;
    const double cutoff = kernel.cutoff_m / unit;
    const double grey = Side<T>::grey_zone(strips, threshold_m_);
    threshold_t_ = static_cast<T>(t);
    at_t_ = static_cast<T>(decay_value(kernel.settings.decay, t));
    inside_ = rule == ThresholdRule::exclude ? 0 : at_t_;
    below_ = static_cast<T>(Side<T>::kSquareScale * t * t * (1 - grey));
    above_ = static_cast<T>(Side<T>::kSquareScale * t * t * (1 + grey));
    cutoff_square_ = static_cast<T>(Side<T>::kSquareScale * cutoff * cutoff);
    to_z_ = static_cast<T>(near_is_product(rule) ? 2 / cutoff : 2 / (Side<T>::kSquareScale * cutoff * cutoff));
    const double scale = near_is_product(rule) ? 1 : decay_value(kernel.settings.decay, cutoff);
    for (int k = 0; k <= degree_; ++k) powers_[k] = static_cast<T>(kernel.powers[degree_ - k] * scale);
  }

  /// Values are in 1/unit (1/d; others are in metres); units in a metre (a power of two).
  HWY_INLINE T per_metre() const { return per_metre_; }

  /// f(d) - smooth(d), or 0 beyond the cut-off, for each of a group and one vector of others, of squared distances;
  /// within: d < t, as decide() says.
  HWY_INLINE void near(const Lanes<T>* square, const MaskOf<T>* within, V* value) const {
    const typename Lanes<T>::D d;
    using L = Lanes<T>;
    const Threshold<L> threshold = {L(threshold_t_), L(at_t_)};
    V smooth[kGroup];
    polynomial(square, smooth);
    if constexpr (edge) {
      HWY_UNROLL(kGroup)
      for (int g = 0; g < kGroup; ++g)
        value[g] = hn::IfThenElseZero(within[g], hn::Sub(hn::Set(d, inside_), smooth[g]));
      return;
    }
    HWY_UNROLL(kGroup)
    for (int g = 0; g < kGroup; ++g) {
      V f;
      if constexpr (near_is_product(rule) || rule == ThresholdRule::none) {
        f = pair_value<rule>(AnySquare<T>{square[g]}, within[g], threshold, decay_).v;
      } else {
        f = pair_value<rule>(FarSquare<T>{square[g]}, within[g], threshold, decay_).v;
      }
      const V rest = near_is_product(rule) ? hn::Mul(f, smooth[g]) : hn::Sub(f, smooth[g]);
      value[g] = hn::IfThenElseZero(hn::Lt(square[g].v, hn::Set(d, cutoff_square_)), rest);
    }
  }

  /// Whether the location at slot i is within the threshold of those from slot j on.
  HWY_INLINE MaskOf<T> decide(V square, std::size_t i, std::size_t j) const {
    const typename Lanes<T>::D d;
    const auto within = hn::Lt(square, hn::Set(d, below_));
    const auto grey = hn::AndNot(within, hn::Le(square, hn::Set(d, above_)));
    if (HWY_LIKELY(hn::AllFalse(d, grey))) return within;
    return decide_exactly(within, grey, i, j);
  }

 private:
  /// Of squares, or (products) of distances, for a group at once: its chains of dependent operations run side by side.
  HWY_INLINE void polynomial(const Lanes<T>* square, V* value) const {
    const typename Lanes<T>::D d;
    V z[kGroup];
    HWY_UNROLL(kGroup)
    for (int g = 0; g < kGroup; ++g) {
      const V argument = near_is_product(rule) ? square_root(AnySquare<T>{square[g]}).v : square[g].v;
      z[g] = hn::MulAdd(argument, hn::Set(d, to_z_), hn::Set(d, T(-1)));
      value[g] = hn::Set(d, powers_[0]);
    }
    for (int k = 1; k <= degree_; ++k) {
      const V power = hn::Set(d, powers_[k]);
      HWY_UNROLL(kGroup)
      for (int g = 0; g < kGroup; ++g) value[g] = hn::MulAdd(value[g], z[g], power);
    }
  }

  HWY_NOINLINE MaskOf<T> decide_exactly(MaskOf<T> within, MaskOf<T> grey, std::size_t i, std::size_t j) const {
    const typename Lanes<T>::D d;
    alignas(64) T inside[hn::MaxLanes(typename Lanes<T>::D())];
    alignas(64) T open[hn::MaxLanes(typename Lanes<T>::D())];
    hn::Store(hn::IfThenElseZero(within, hn::Set(d, T(1))), d, inside);
    hn::Store(hn::IfThenElseZero(grey, hn::Set(d, T(1))), d, open);
    const std::uint32_t p = strips_.location[i];
    for (std::size_t lane = 0; lane < hn::Lanes(d); ++lane) {
      const std::uint32_t q = strips_.location[j + lane];
      if (open[lane] == 0 || p == kNoLocation || q == kNoLocation) continue;
      inside[lane] = within_threshold(points_.x_m[p], points_.y_m[p], points_.x_m[q], points_.y_m[q], threshold_m_);
    }
    return hn::Gt(hn::Load(d, inside), hn::Zero(d));
  }

  const Strips& strips_;
  const MergedPoints& points_;
  double threshold_m_;
  Decreasing decay_;
  int degree_;
  T per_metre_, threshold_t_, at_t_, below_, above_, cutoff_square_, to_z_, inside_;
  alignas(64) std::array<T, 64> powers_;  // highest first
};

/// Sums of one group of consecutive locations over vectors of others.
template <ThresholdRule rule, bool edge, class T, class Decreasing>
class Group {
 public:
  using V = typename Lanes<T>::V;
  Group(const NearValue<rule, edge, T, Decreasing>& value, const Side<T>& side, std::size_t slot, double* sums)
      : value_(value), side_(side), slot_(slot), sums_(sums) {
    clear();
  }

  /// The vector of locations from slot j on. ordered: of those, the ones that come after the member itself.
  template <bool ordered>
  HWY_INLINE void add(std::size_t j) {
    const typename Lanes<T>::D d;
    const V mass_j = hn::Load(d, side_.mass + j);
    Lanes<T> square[kGroup] = {zero(), zero(), zero(), zero()};
    MaskOf<T> within[kGroup];
    HWY_UNROLL(kGroup)
    for (int g = 0; g < kGroup; ++g) {
      const std::size_t i = slot_ + g;
      const Lanes<T> dx = side_.from(side_.x + j, side_.x + i);
      const Lanes<T> dy = side_.from(side_.y + j, side_.y + i);
      square[g] = multiply_add(dx, dx, dy * dy);
      within[g] = value_.decide(square[g].v, i, j);
    }
    V near[kGroup];
    value_.near(square, within, near);
    V to_j = hn::Zero(d);
    HWY_UNROLL(kGroup)
    for (int g = 0; g < kGroup; ++g) {
      V mass_within = hn::IfThenElseZero(within[g], mass_j);
      if constexpr (ordered) {
        const auto after =
            hn::Gt(hn::Iota(d, static_cast<T>(static_cast<std::ptrdiff_t>(j - slot_))), hn::Set(d, T(g)));
        near[g] = hn::IfThenElseZero(after, near[g]);
        mass_within = hn::IfThenElseZero(after, mass_within);
      }
      sum_[g] = hn::MulAdd(mass_j, near[g], sum_[g]);
      within_[g] = hn::Add(within_[g], mass_within);
      to_j = hn::MulAdd(hn::Set(d, side_.mass[slot_ + g]), near[g], to_j);
    }
    if constexpr (sizeof(T) == sizeof(float)) to_j = hn::Mul(to_j, hn::Set(d, value_.per_metre()));
    add_to_double(to_j, sums_ + j);
  }

  /// The vectors of slots begin .. end - 1, from a whole vector to the next.
  HWY_INLINE void add_run(std::size_t begin, std::size_t end) {
    const std::size_t lanes = hn::Lanes(typename Lanes<T>::D());
    for (std::size_t j = begin / lanes * lanes; j < end;) {
      std::size_t stop = end;
      if constexpr (sizeof(T) == sizeof(float)) {
        stop = std::min(end, j + room_ * lanes);
        room_ -= (stop - j + lanes - 1) / lanes;
      }
      for (; j < stop; j += lanes) add<false>(j);
      if (room_ == 0) flush();
    }
  }

  void flush() {
    HWY_UNROLL(kGroup)
    for (int g = 0; g < kGroup; ++g) {
      total_[g] += sum_in_double(sum_[g]);
      total_within_[g] += sum_in_double(within_[g]);
    }
    clear_vectors();
    room_ = kVectorsInFloat;
  }

  double total(int g) const { return total_[g] * value_.per_metre(); }
  double total_within(int g) const { return total_within_[g]; }

 private:
  static Lanes<T> zero() { return Lanes<T>(T(0)); }
  void clear_vectors() {
    const typename Lanes<T>::D d;
    HWY_UNROLL(kGroup)
    for (int g = 0; g < kGroup; ++g) sum_[g] = within_[g] = hn::Zero(d);
  }
  void clear() {
    clear_vectors();
    for (int g = 0; g < kGroup; ++g) total_[g] = total_within_[g] = 0;
  }

  const NearValue<rule, edge, T, Decreasing>& value_;
  const Side<T>& side_;
  std::size_t slot_;
  double* sums_;
  V sum_[kGroup], within_[kGroup];
  std::size_t room_ = kVectorsInFloat - kGroup;  ///< vectors until FP32 sums must go on in FP64; some are its own
  double total_[kGroup], total_within_[kGroup];
};

/// The run of one strip that a moving window covers. Windows of neighbouring groups overlap: it is found from the last.
struct Run {
  std::size_t begin, end;
  void move(const double* x, std::size_t first, std::size_t last, double from, double to) {
    while (begin > first && x[begin - 1] >= from) --begin;
    while (begin < last && x[begin] < from) ++begin;
    if (end < begin) end = begin;
    while (end > begin && x[end - 1] > to) --end;
    while (end < last && x[end] <= to) ++end;
  }
};

template <ThresholdRule rule, bool edge, class T, class Decreasing>
std::uint64_t strips_of(const NearKernel& kernel, const Strips& strips, const MergedPoints& points, std::size_t first,
                        std::size_t last, double* sums, Decreasing decay) {
  const NearValue<rule, edge, T, Decreasing> value(kernel, strips, points, decay);
  const Side<T> side(strips);
  const double cutoff = kernel.cutoff_m * (1 + 1e-9);
  const std::size_t lanes = hn::Lanes(typename Lanes<T>::D());
  std::uint64_t pairs_within = 0;
  std::array<Run, kStripsPerCutoff + 1> runs{};
  for (std::size_t s = first; s < last; ++s) {
    for (std::size_t k = 0; k < runs.size() && s + k < strips.strips(); ++k) {
      runs[k] = {strips.begin[s + k], strips.begin[s + k]};
    }
    for (std::size_t slot = strips.begin[s]; slot < strips.end[s]; slot += kGroup) {
      const std::size_t members = std::min<std::size_t>(kGroup, strips.end[s] - slot);
      const double x_min = strips.x_m[slot];
      const double x_max = strips.x_m[slot + members - 1];
      const double y_max = *std::max_element(&strips.y_m[slot], &strips.y_m[slot] + members);
      Group<rule, edge, T, Decreasing> group(value, side, slot, sums);

      // Its own strip: those after it. A group lies in one vector, or covers some.
      std::size_t j = slot / lanes * lanes;
      for (; j < slot + kGroup; j += lanes) group.template add<true>(j);
      runs[0].move(strips.x_m.data(), strips.begin[s], strips.end[s], x_min, x_max + cutoff);
      if (j < runs[0].end) group.add_run(j, runs[0].end);

      for (std::size_t k = 1; k < runs.size() && s + k < strips.strips(); ++k) {
        const double dy = std::max(0.0, strips.height_m * static_cast<double>(s + k) - y_max);
        if (dy > cutoff) break;
        const double reach = std::sqrt(cutoff * cutoff - dy * dy);
        runs[k].move(strips.x_m.data(), strips.begin[s + k], strips.end[s + k], x_min - reach, x_max + reach);
        if (runs[k].begin < runs[k].end) group.add_run(runs[k].begin, runs[k].end);
      }
      group.flush();
      for (std::size_t g = 0; g < members; ++g) {
        sums[slot + g] += group.total(static_cast<int>(g));
        pairs_within += static_cast<std::uint64_t>(strips.mass[slot + g]) *
                        static_cast<std::uint64_t>(group.total_within(static_cast<int>(g)));
      }
    }
  }
  return pairs_within;
}

}  // namespace

std::uint64_t near_strips(const NearKernel& kernel, const Strips& strips, const MergedPoints& points, bool in_float,
                          std::size_t first, std::size_t last, double* sums) {
  return with_rule(kernel.settings.rule, [&](auto constant) {
    constexpr ThresholdRule rule = decltype(constant)::value;
    const auto of = [&](auto edge, auto example, auto g) {
      return strips_of<rule, decltype(edge)::value, decltype(example)>(kernel, strips, points, first, last, sums, g);
    };
    const auto plain = [&](auto edge, auto example) { return of(edge, example, InverseDistance()); };
    if constexpr (constant_within(rule)) {  // whatever the decay
      if (kernel.cutoff_m == kernel.settings.threshold_m)
        return in_float ? plain(std::true_type(), 1.0F) : plain(std::true_type(), 1.0);
    }
    if constexpr (rule != ThresholdRule::none) {
      if (in_float) return plain(std::false_type(), 1.0F);
    }
    return with_decay_of_lanes(kernel.settings.decay, [&](auto g) { return of(std::false_type(), 1.0, g); });
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace dscore
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dscore {

HWY_EXPORT(near_strips);

namespace p3m {

/// kVectorsInFloat of these are added exactly.
constexpr double kLargestFloatMass = 1 << 20;

bool near_may_be_float(const PairSettings& settings, double tolerance) {
  return settings.rule != ThresholdRule::none && is_plain(settings) && tolerance >= kFloatTolerance;
}

bool near_in_float(const NearKernel& kernel, const Strips& strips, double tolerance) {
  // A unit more or less must not matter at the threshold.
  return near_may_be_float(kernel.settings, tolerance) && strips.unit_m > 0 &&
         strips.largest_mass < kLargestFloatMass &&
         (strips.units_exact || strips.unit_m <= tolerance * kernel.settings.threshold_m);
}

std::uint64_t sum_near_strips(const NearKernel& kernel, const Strips& strips, const MergedPoints& points, bool in_float,
                              std::size_t first, std::size_t last, double* sums) {
  return HWY_DYNAMIC_DISPATCH(near_strips)(kernel, strips, points, in_float, first, last, sums);
}

}  // namespace p3m
}  // namespace dscore
#endif
