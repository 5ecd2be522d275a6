#include "kernels/p3m/near_simd.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
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

/// Locations that are taken together: so many chains of dependent instructions hide each other's latencies.
constexpr int kQuad = 4;
/// Locations whose sums are kept at hand while their neighbours pass by, whole quads. FP64 has fewer neighbours in a
/// vector, and less to save.
template <class T>
constexpr int kGroup = sizeof(T) == sizeof(float) ? 2 * kQuad : kQuad;
/// Vectors that are added up in FP32 before their sum goes on in FP64.
constexpr std::size_t kVectorsInFloat = 64;
/// Runs of fewer vectors are not worth looking where they come within t.
constexpr std::size_t kLongRun = 24;

/// How the neighbours in a vector stand to a group: some may be nearer than t and some not, or all are, or none.
enum class Where { mixed, within, beyond };

/// Whether squared distances tell what is within t by themselves: those of whole metres are exact up to t^2, and larger
/// ones are rounded to no less. digits: whole numbers up to there have a value of their own.
bool whole_squares(const Strips& strips, double threshold_m, double digits) {
  return strips.whole_metres && threshold_m == std::floor(threshold_m) && threshold_m * threshold_m <= digits;
}

template <class T>
struct Side;
/// Coordinates in metres.
template <>
struct Side<double> {
  const double *x, *y, *mass;
  static constexpr double kSquareScale = 1;
  explicit Side(const Strips& s) : x(s.x_m.data()), y(s.y_m.data()), mass(s.mass.data()) {}
  static double metres_per_unit(const Strips&) { return 1; }
  static bool squares_decide(const Strips& s, double threshold_m) { return whole_squares(s, threshold_m, 0x1p53); }
  /// Where coordinates were rounded as they were moved, by 2^-53 of the extent, distances are off by sqrt(8) of that.
  static double grey_zone(const Strips& s, double threshold_m) {
    return 2 * kWithinGreyZone + (s.moved_exactly ? 0.0 : 1e-15 * s.extent_m / threshold_m);
  }
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
  static bool squares_decide(const Strips& s, double threshold_m) {
    return s.units_exact && whole_squares(s, threshold_m, 0x1p24);
  }
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

/// The near part of pairs. edge: the cut-off is t, so that all of it is within the threshold, where f is the same for
/// all.
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
    squares_decide_ = Side<T>::squares_decide(strips, threshold_m_);
    const double grey = squares_decide_ ? 0 : Side<T>::grey_zone(strips, threshold_m_);
    threshold_t_ = static_cast<T>(t);
    at_t_ = static_cast<T>(decay_value(kernel.settings.decay, t));
    below_ = static_cast<T>(Side<T>::kSquareScale * t * t * (1 - grey));
    above_ = static_cast<T>(Side<T>::kSquareScale * t * t * (1 + grey));
    cutoff_square_ = static_cast<T>(Side<T>::kSquareScale * cutoff * cutoff);
    to_z_ = static_cast<T>(near_is_product(rule) ? 2 / cutoff : 2 / (Side<T>::kSquareScale * cutoff * cutoff));
    const double scale = near_is_product(rule) ? 1 : decay_value(kernel.settings.decay, cutoff);
    for (int k = 0; k <= degree_; ++k) {
      smooth_[k] = static_cast<T>(kernel.powers[degree_ - k] * scale);
      within_[k] = -smooth_[k];
    }
    const double inside = rule == ThresholdRule::exclude ? 0 : decay_value(kernel.settings.decay, t);
    within_[degree_] = static_cast<T>(inside - kernel.powers[0] * scale);
  }

  /// Values are in 1/unit (1/d; others are in metres); units in a metre (a power of two).
  HWY_INLINE T per_metre() const { return per_metre_; }

  /// f(d) - smooth(d), or 0 beyond the cut-off, for each of a quad and one vector of others, of squared distances.
  /// is_within: d < t, where they are mixed.
  template <Where where>
  HWY_INLINE void near(const V* square, const MaskOf<T>* is_within, V* value) const {
    const typename Lanes<T>::D d;
    using L = Lanes<T>;
    if constexpr (constant_within(rule) && (edge || where == Where::within)) {
      polynomial(square, within_, value);
      if constexpr (where == Where::within) return;
      HWY_UNROLL(kQuad)
      for (int g = 0; g < kQuad; ++g) value[g] = hn::IfThenElseZero(is_within[g], value[g]);
    } else {
      const Threshold<L> threshold = {L(threshold_t_), L(at_t_)};
      V smooth[kQuad];
      polynomial(square, smooth_, smooth);
      HWY_UNROLL(kQuad)
      for (int g = 0; g < kQuad; ++g) {
        const auto nearer = hn::Lt(square[g], hn::Set(d, cutoff_square_));
        V f;
        if constexpr (where == Where::beyond) {
          f = far_value<rule>(FarSquare<T>{L(square[g])}, threshold, decay_).v;
        } else if constexpr (constant_within(rule)) {
          f = pair_value<rule>(FarSquare<T>{L(square[g])}, is_within[g], threshold, decay_).v;
        } else {
          f = pair_value<rule>(AnySquare<T>{L(square[g])}, nearer, threshold, decay_).v;  // does not ask
        }
        const V rest = near_is_product(rule) ? hn::Mul(f, smooth[g]) : hn::Sub(f, smooth[g]);
        value[g] = hn::IfThenElseZero(nearer, rest);
      }
    }
  }

  /// Whether the location at slot i is within the threshold of those from slot j on.
  HWY_INLINE MaskOf<T> decide(V square, std::size_t i, std::size_t j) const {
    const typename Lanes<T>::D d;
    const auto within = hn::Lt(square, hn::Set(d, below_));
    if (squares_decide_) return within;
    const auto grey = hn::AndNot(within, hn::Le(square, hn::Set(d, above_)));
    if (HWY_LIKELY(hn::AllFalse(d, grey))) return within;
    return decide_exactly(within, grey, i, j);
  }

 private:
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

  using Powers = std::array<T, 64>;  // highest first

  /// Of squares, or (products) of distances.
  HWY_INLINE void polynomial(const V* square, const Powers& powers, V* value) const {
    const typename Lanes<T>::D d;
    V z[kQuad];
    HWY_UNROLL(kQuad)
    for (int g = 0; g < kQuad; ++g) {
      const V argument = near_is_product(rule) ? square_root(AnySquare<T>{Lanes<T>(square[g])}).v : square[g];
      z[g] = hn::MulAdd(argument, hn::Set(d, to_z_), hn::Set(d, T(-1)));
      value[g] = hn::Set(d, powers[0]);
    }
    for (int k = 1; k <= degree_; ++k) {
      const V power = hn::Set(d, powers[k]);
      HWY_UNROLL(kQuad)
      for (int g = 0; g < kQuad; ++g) value[g] = hn::MulAdd(value[g], z[g], power);
    }
  }

  const Strips& strips_;
  const MergedPoints& points_;
  double threshold_m_;
  Decreasing decay_;
  int degree_;
  bool squares_decide_;
  T per_metre_, threshold_t_, at_t_, below_, above_, cutoff_square_, to_z_;
  alignas(64) Powers smooth_;  ///< smooth(d)
  alignas(64) Powers within_;  ///< f(d) - smooth(d) where f is the same for all
};

/// Sums of m_p m_q over pairs of a group's members p and neighbours q that are within t: exact.
template <class T>
class WithinSums;
/// Masses are below 2^53: each member has a sum of its own.
template <>
class WithinSums<double> {
 public:
  using V = Lanes<double>::V;
  explicit WithinSums(const double* masses) : masses_(masses) {
    for (V& sum : of_member_) sum = hn::Zero(Lanes<double>::D());
    all_ = hn::Zero(Lanes<double>::D());
  }
  HWY_INLINE void add(int member, MaskOf<double> within, V mass) {
    of_member_[member] = hn::Add(of_member_[member], hn::IfThenElseZero(within, mass));
  }
  HWY_INLINE void add_all(V mass) { all_ = hn::Add(all_, mass); }
  HWY_INLINE void next(V /*mass*/) {}

  std::uint64_t total() const {
    std::uint64_t sum = 0;
    const double all = sum_in_double(all_);
    for (int g = 0; g < kGroup<double>; ++g) {
      sum += static_cast<std::uint64_t>(masses_[g]) * static_cast<std::uint64_t>(sum_in_double(of_member_[g]) + all);
    }
    return sum;
  }

 private:
  const double* masses_;
  V of_member_[kGroup<double>];
  V all_;  ///< what is within t of all members
};
/// Masses are below kLargestFloatMass: what a neighbour has of members within t is exact in FP32, and goes on in FP64.
/// One sum, for registers are few.
template <>
class WithinSums<float> {
 public:
  using V = Lanes<float>::V;
  explicit WithinSums(const float* masses) : masses_(masses) {
    low_ = high_ = hn::Zero(Lanes<double>::D());
    members_ = hn::Zero(Lanes<float>::D());
    all_ = 0;
    for (int g = 0; g < kGroup<float>; ++g) all_ += masses[g];
  }
  HWY_INLINE void add(int member, MaskOf<float> within, V /*mass*/) {
    members_ = hn::Add(members_, hn::IfThenElseZero(within, hn::Set(Lanes<float>::D(), masses_[member])));
  }
  HWY_INLINE void add_all(V mass) {
    members_ = hn::Set(Lanes<float>::D(), all_);
    next(mass);
  }
  /// After all members of a vector of neighbours.
  HWY_INLINE void next(V mass) {
    low_ = hn::MulAdd(lower_half(members_), lower_half(mass), low_);
    high_ = hn::MulAdd(upper_half(members_), upper_half(mass), high_);
    members_ = hn::Zero(Lanes<float>::D());
  }

  std::uint64_t total() const { return static_cast<std::uint64_t>(sum_in_double(low_) + sum_in_double(high_)); }

 private:
  const float* masses_;
  float all_;
  V members_;
  Lanes<double>::V low_, high_;
};

/// Sums of one group of consecutive locations over vectors of others.
template <ThresholdRule rule, bool edge, class T, class Decreasing>
class Group {
 public:
  using V = typename Lanes<T>::V;
  static constexpr int kMembers = kGroup<T>;

  Group(const NearValue<rule, edge, T, Decreasing>& value, const Side<T>& side, std::size_t slot, double* sums)
      : value_(value), side_(side), slot_(slot), sums_(sums), within_(side.mass + slot) {
    for (int g = 0; g < kMembers; ++g) {
      sum_[g] = hn::Zero(typename Lanes<T>::D());
      total_[g] = 0;
    }
  }

  /// The vector of locations from slot j on. ordered: of those, the ones that come after the member itself.
  template <Where where, bool ordered>
  HWY_INLINE void add(std::size_t j) {
    const typename Lanes<T>::D d;
    const V mass_j = hn::Load(d, side_.mass + j);
    V to_j = hn::Zero(d);
    HWY_UNROLL(2)
    for (int quad = 0; quad < kMembers; quad += kQuad) {
      V square[kQuad];
      MaskOf<T> within[kQuad];
      V near[kQuad];
      HWY_UNROLL(kQuad)
      for (int g = 0; g < kQuad; ++g) {
        const std::size_t i = slot_ + static_cast<std::size_t>(quad + g);
        const Lanes<T> dx = side_.from(side_.x + j, side_.x + i);
        const Lanes<T> dy = side_.from(side_.y + j, side_.y + i);
        square[g] = multiply_add(dx, dx, dy * dy).v;
        if constexpr (where == Where::mixed) within[g] = value_.decide(square[g], i, j);
      }
      value_.template near<where>(square, within, near);
      HWY_UNROLL(kQuad)
      for (int g = 0; g < kQuad; ++g) {
        const int member = quad + g;
        if constexpr (ordered) {
          const auto after =
              hn::Gt(hn::Iota(d, static_cast<T>(static_cast<std::ptrdiff_t>(j - slot_))), hn::Set(d, T(member)));
          near[g] = hn::IfThenElseZero(after, near[g]);
          within[g] = hn::And(after, within[g]);
        }
        sum_[member] = hn::MulAdd(mass_j, near[g], sum_[member]);
        to_j = hn::MulAdd(hn::Set(d, side_.mass[slot_ + static_cast<std::size_t>(member)]), near[g], to_j);
        if constexpr (where == Where::mixed) within_.add(member, within[g], mass_j);
      }
    }
    if constexpr (where == Where::mixed) within_.next(mass_j);
    if constexpr (where == Where::within) within_.add_all(mass_j);
    if constexpr (sizeof(T) == sizeof(float)) to_j = hn::Mul(to_j, hn::Set(d, value_.per_metre()));
    add_to_double(to_j, sums_ + j);
  }

  /// The vectors of slots begin .. end - 1, from a whole vector to the next.
  template <Where where>
  HWY_INLINE void add_run(std::size_t begin, std::size_t end) {
    const std::size_t lanes = hn::Lanes(typename Lanes<T>::D());
    for (std::size_t j = begin; j < end;) {
      std::size_t stop = end;
      if constexpr (sizeof(T) == sizeof(float)) {
        stop = std::min(end, j + room_ * lanes);
        room_ -= (stop - j + lanes - 1) / lanes;
      }
      for (; j < stop; j += lanes) add<where, false>(j);
      if (room_ == 0) flush();
    }
  }

  HWY_INLINE void flush() {
    HWY_UNROLL(8)
    for (int g = 0; g < kMembers; ++g) {
      total_[g] += sum_in_double(sum_[g]);
      sum_[g] = hn::Zero(typename Lanes<T>::D());
    }
    room_ = kVectorsInFloat;
  }

  double total(int g) const { return total_[g] * value_.per_metre(); }
  std::uint64_t pairs_within() const { return within_.total(); }

 private:
  const NearValue<rule, edge, T, Decreasing>& value_;
  const Side<T>& side_;
  std::size_t slot_;
  double* sums_;
  V sum_[kMembers];
  WithinSums<T> within_;
  std::size_t room_ = kVectorsInFloat - kMembers;  ///< vectors until FP32 sums must go on in FP64; some are its own
  double total_[kMembers];
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

struct Section {
  Where where;
  std::size_t begin, end;
};
/// A run, cut where its locations stand differently to a group.
class Sections {
 public:
  Sections(std::size_t begin, std::size_t end) : next_(begin), end_(end) {}
  /// From where the last one ended.
  void add(Where where, std::size_t end) {
    end = std::min(end, end_);
    if (end <= next_) return;
    section_[count_++] = {where, next_, end};
    next_ = end;
  }
  const Section* begin() const { return section_; }
  const Section* end() const { return section_ + count_; }

 private:
  Section section_[5];
  std::size_t count_ = 0;
  std::size_t next_, end_;
};

/// For the locations of a patch: what of each strip is summed by patches.
class Gaps {
 public:
  struct Slots {
    std::size_t begin, end;
  };
  Gaps(const Strips& strips, const PatchPairs* elsewhere) : strips_(strips), elsewhere_(elsewhere) {}

  void begin_strip(std::size_t strip) {
    end_ = 0;
    next_ = strips_.first_patch[strip];
  }
  /// The patch that a slot is in has pairs that are summed elsewhere, the slots' own among them. Slots come in order.
  HWY_INLINE bool at(std::size_t slot, std::size_t strip) {
    if (slot < end_) return true;
    if (next_ == strips_.first_patch[strip + 1] || slot != strips_.patches[next_].begin) return false;
    return find();
  }
  std::size_t end() const { return end_; }  ///< of the patch
  /// In the k-th strip from the patch's own, upwards.
  std::span<const Slots> of(std::size_t k) const { return {of_[k].data(), count_[k]}; }

 private:
  HWY_NOINLINE bool find() {
    const std::size_t index = next_++;
    if (elsewhere_->taken[index] == 0) return false;
    end_ = strips_.patches[index].end;
    count_ = {};
    for (std::size_t k = 0; k <= kMostStrips; ++k) {
      elsewhere_->for_partners(strips_, index, static_cast<std::ptrdiff_t>(k), [&](std::size_t found) {
        const Patch& other = strips_.patches[found];
        if (count_[k] > 0 && of_[k][count_[k] - 1].end == other.begin) {
          of_[k][count_[k] - 1].end = other.end;
        } else {
          of_[k][count_[k]++] = {other.begin, other.end};
        }
      });
    }
    return true;
  }

  const Strips& strips_;
  const PatchPairs* elsewhere_;
  std::size_t next_ = 0;
  std::size_t end_ = 0;
  std::array<std::array<Slots, 2 * kMostStrips + 1>, kMostStrips + 1> of_;
  std::array<std::size_t, kMostStrips + 1> count_{};
};

/// The other leg of a right triangle; negative where there is none.
double leg(double hypotenuse, double one) {
  return one < hypotenuse ? std::sqrt(hypotenuse * hypotenuse - one * one) : -1;
}

/// long_runs: they are cut into sections, which is worth it where there are many neighbours. patches: some pairs are
/// left out.
template <ThresholdRule rule, bool edge, bool long_runs, bool patches, class T, class Decreasing>
std::uint64_t strips_of(const NearKernel& kernel, const Strips& strips, const MergedPoints& points,
                        const PatchPairs* elsewhere, std::size_t first, std::size_t last, double* sums,
                        Decreasing decay) {
  const NearValue<rule, edge, T, Decreasing> value(kernel, strips, points, decay);
  const Side<T> side(strips);
  constexpr std::size_t kMembers = kGroup<T>;
  const double cutoff = kernel.cutoff_m * (1 + 1e-9);
  const double* const x = strips.x_m.data();
  const std::size_t lanes = hn::Lanes(typename Lanes<T>::D());
  const auto down = [&](std::size_t slot) { return slot / lanes * lanes; };
  const auto up = [&](std::size_t slot) { return (slot + lanes - 1) / lanes * lanes; };
  std::uint64_t pairs_within = 0;
  std::array<Run, kMostStrips + 1> runs{};
  const auto strips_up = static_cast<std::size_t>(strips.per_cutoff);
  Gaps gaps(strips, elsewhere);
  for (std::size_t s = first; s < last; ++s) {
    if constexpr (patches) gaps.begin_strip(s);
    for (std::size_t k = 0; k <= strips_up && s + k < strips.strips(); ++k) {
      runs[k] = {strips.begin[s + k], strips.begin[s + k]};
    }
    for (std::size_t slot = strips.begin[s]; slot < strips.end[s]; slot += kMembers) {
      const bool in_patch = patches && gaps.at(slot, s);
      if (in_patch && strips.location[slot] == kNoLocation) continue;  // so are all up to its end
      const std::size_t members = std::min(kMembers, strips.end[s] - slot);
      const double x_min = x[slot];
      const double x_max = x[slot + members - 1];
      double bottom = strips.y_m[slot];
      double top = bottom;
      for (std::size_t g = 1; g < members; ++g) {  // no branches
        bottom = std::min(bottom, strips.y_m[slot + g]);
        top = std::max(top, strips.y_m[slot + g]);
      }
      // Coordinates were rounded when they were moved.
      const double slack = 1e-9 * kernel.settings.threshold_m + 1e-15 * (x_max + top + 2 * cutoff);
      const double outer_t = kernel.settings.threshold_m + slack;
      const double inner_t = kernel.settings.threshold_m - slack;
      Group<rule, edge, T, Decreasing> group(value, side, slot, sums);

      // Its own strip: those after it. A group lies in one vector, or covers some.
      std::size_t after = down(slot);
      if (in_patch) {
        after = gaps.end();
      } else {
        for (; after < slot + kMembers; after += lanes) group.template add<Where::mixed, true>(after);
      }

      for (std::size_t k = 0; k <= strips_up && s + k < strips.strips(); ++k) {
        const double floor = strips.height_m * static_cast<double>(s + k);
        const double dy = std::max(0.0, floor - top);
        if (dy > cutoff) break;
        const double reach = leg(cutoff, dy);
        Run& run = runs[k];
        run.move(x, strips.begin[s + k], strips.end[s + k], x_min - reach, x_max + reach);
        const std::span<const Gaps::Slots> left_out = in_patch ? gaps.of(k) : std::span<const Gaps::Slots>();
        std::size_t next = std::max(k == 0 ? after : 0, down(run.begin));
        for (std::size_t n = 0; n <= left_out.size(); ++n) {
          const std::size_t begin = next;
          std::size_t end = up(run.end);
          if (n < left_out.size()) {
            end = std::min(end, left_out[n].begin);
            next = std::max(begin, left_out[n].end);  // to the left of its own patch, pairs are others'
          }
          if (begin >= end) continue;
          if constexpr (!long_runs) {
            group.template add_run<Where::mixed>(begin, end);
            continue;
          }
          Sections sections(begin, end);
          const double reach_t = leg(outer_t, dy);
          if (!edge && reach_t < 0) {
            sections.add(Where::beyond, end);
          } else if (end - begin >= kLongRun * lanes && members == kMembers) {  // what an empty slot has must be masked
            const double within_t = leg(inner_t, std::max(floor + strips.height_m - bottom, top - floor));
            const auto place = [&](double at) {
              return static_cast<std::size_t>(std::lower_bound(x + run.begin, x + run.end, at) - x);
            };
            if (!edge) sections.add(Where::beyond, down(place(x_min - reach_t)));
            if (within_t >= 0) {
              sections.add(Where::mixed, up(place(x_max - within_t)));
              sections.add(Where::within, down(place(x_min + within_t)));
            }
            sections.add(Where::mixed, edge ? end : up(place(x_max + reach_t)));
            sections.add(Where::beyond, end);
          } else {
            sections.add(Where::mixed, end);
          }
          for (const Section& section : sections) {
            if (section.where == Where::mixed) {
              group.template add_run<Where::mixed>(section.begin, section.end);
            } else if (section.where == Where::within) {
              group.template add_run<Where::within>(section.begin, section.end);
            } else if constexpr (!edge) {
              group.template add_run<Where::beyond>(section.begin, section.end);
            }
          }
        }
      }
      group.flush();
      for (std::size_t g = 0; g < members; ++g) sums[slot + g] += group.total(static_cast<int>(g));
      pairs_within += group.pairs_within();
    }
  }
  return pairs_within;
}

}  // namespace

std::uint64_t near_strips(const NearKernel& kernel, const Strips& strips, const MergedPoints& points, bool in_float,
                          const PatchPairs* elsewhere, std::size_t first, std::size_t last, double* sums) {
  return with_rule(kernel.settings.rule, [&](auto constant) {
    constexpr ThresholdRule rule = decltype(constant)::value;
    const auto of = [&](auto edge, auto example, auto g) {
      constexpr bool is_edge = decltype(edge)::value;
      using T = decltype(example);
      // Of other decays a value costs so much more than a decision that one loop does.
      if constexpr (std::is_same_v<decltype(g), InverseDistance>) {
        if constexpr (rule == ThresholdRule::cap && is_edge) {
          if (elsewhere != nullptr)
            return strips_of<rule, is_edge, true, true, T>(kernel, strips, points, elsewhere, first, last, sums, g);
        }
        if (strips.per_cutoff > kFewestStrips)
          return strips_of<rule, is_edge, true, false, T>(kernel, strips, points, nullptr, first, last, sums, g);
      }
      return strips_of<rule, is_edge, false, false, T>(kernel, strips, points, nullptr, first, last, sums, g);
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

/// FP32 adds a group's exactly, up to 2^21; FP64, their products with those of all neighbours: there are at most 4e9
/// establishments, which is below 2^32.
constexpr double kLargestFloatMass = 1 << 18;
/// Weights that are all smaller would lose digits to FP32's smallest numbers.
constexpr double kSmallestFloatMass = 0x1p-64;

bool near_may_be_float(const PairSettings& settings, double tolerance) {
  return settings.rule != ThresholdRule::none && is_plain(settings) && tolerance >= kFloatTolerance;
}

bool near_in_float(const NearKernel& kernel, const Strips& strips, double tolerance) {
  // A unit more or less must not matter at the threshold.
  return near_may_be_float(kernel.settings, tolerance) && strips.unit_m > 0 &&
         strips.largest_mass > kSmallestFloatMass && strips.largest_mass < kLargestFloatMass &&
         (strips.units_exact || strips.unit_m <= tolerance * kernel.settings.threshold_m);
}

std::uint64_t sum_near_strips(const NearKernel& kernel, const Strips& strips, const MergedPoints& points, bool in_float,
                              const PatchPairs* elsewhere, std::size_t first, std::size_t last, double* sums) {
  return HWY_DYNAMIC_DISPATCH(near_strips)(kernel, strips, points, in_float, elsewhere, first, last, sums);
}

}  // namespace p3m
}  // namespace dscore
#endif
