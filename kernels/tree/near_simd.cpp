#include "kernels/tree/near_simd.h"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <vector>

#include "kernels/within.h"

// Compiled once per instruction set: Highway includes this file again for each.
#include "kernels/simd_targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/tree/near_simd.cpp"
#include <hwy/foreach_target.h>
// foreach_target.h comes first
#include <hwy/highway.h>

#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace dscore {  // NOLINT(modernize-concat-nested-namespaces): the inner name is a macro
namespace HWY_NAMESPACE {
namespace {

using namespace tree;  // NOLINT(google-build-using-namespace): what this file is a part of

/// Targets whose sums are kept at hand while the sources pass by.
constexpr int kGroup = 4;
/// Vectors that are added up in FP32 before their sum goes on in FP64.
constexpr std::size_t kVectorsInFloat = 16;
/// Sources copied at a time: they stay in the first-level cache.
constexpr std::size_t kBatch = 512;
/// Squared distances from here on have their root from FP32's estimate.
constexpr double kShortestSquare = 1e-30;

/// Coordinates of type T: metres in FP64, as they are, and in FP32 half metres from the first target (FarSquare<float>
/// wants the square of twice a distance).
template <class T>
constexpr bool kFloat = sizeof(T) == sizeof(float);

/// Consecutive slots in a batch.
struct Piece {
  std::size_t at;
  std::uint32_t slot;
};

/// Some sources, up to whole vectors; the last one is repeated without its mass.
template <class T>
struct Batch {
  static constexpr std::size_t kSpare = 16;  // copies are of whole vectors
  alignas(64) T x[kBatch + kSpare];
  alignas(64) T y[kBatch + kSpare];
  alignas(64) T mass[kBatch + kSpare];
  std::size_t count = 0;
  std::vector<Piece> pieces;
};

template <PairTask task, class T>
class Pairs {
 public:
  using L = Lanes<T>;
  using V = typename L::V;
  static constexpr bool kValues = task != PairTask::within;
  static constexpr bool kWithin = task == PairTask::capped || task == PairTask::within;

  Pairs(double threshold_m, const Slots& slots, Run targets, double* values, double* within)
      : threshold_m_(threshold_m), slots_(slots), targets_(targets), values_(values), within_(within) {
    double reach = threshold_m;
    if constexpr (kFloat<T>) {
      for (std::uint32_t s = targets.begin; s < targets.end; ++s) {
        reach = std::max({reach, threshold_m + std::fabs(slots.x_m[s] - origin_x()),
                          threshold_m + std::fabs(slots.y_m[s] - origin_y())});
      }
    }
    // Two roundings of 2^-24 and the bounds' own; and those of four coordinates of up to `reach` as wide a pair's.
    const double grey = kFloat<T> ? 4e-7 + 8 * 0x1p-24 * reach / threshold_m : kWithinGreyZone;
    const double square = (kFloat<T> ? 4 : 1) * threshold_m * threshold_m;
    below_ = static_cast<T>(square * (1 - grey));
    above_ = static_cast<T>(square * (1 + grey));
  }

  void add(std::span<const Run> sources) {
    for (Run run : sources) {
      while (run.begin < run.end) {
        const std::size_t here = std::min<std::size_t>(kBatch - batch_.count, run.end - run.begin);
        copy(run.begin, here);
        run.begin += static_cast<std::uint32_t>(here);
        if (batch_.count == kBatch) add_batch();
      }
    }
    if (batch_.count > 0) add_batch();
  }

 private:
  double origin_x() const { return slots_.x_m[targets_.begin]; }
  double origin_y() const { return slots_.y_m[targets_.begin]; }
  T x_of(double x_m) const { return kFloat<T> ? static_cast<T>(2 * (x_m - origin_x())) : static_cast<T>(x_m); }
  T y_of(double y_m) const { return kFloat<T> ? static_cast<T>(2 * (y_m - origin_y())) : static_cast<T>(y_m); }

  HWY_INLINE void copy(std::uint32_t begin, std::size_t count) {
    const std::size_t at = batch_.count;
    batch_.pieces.push_back({at, begin});
    const Lanes<double>::D d;
    for (std::size_t k = 0; k < count; k += hn::Lanes(d)) {
      const auto x = hn::LoadU(d, slots_.x_m + begin + k);
      const auto y = hn::LoadU(d, slots_.y_m + begin + k);
      const auto mass = hn::LoadU(d, slots_.mass + begin + k);
      if constexpr (kFloat<T>) {
        const hn::Rebind<float, Lanes<double>::D> half;
        const auto two = hn::Set(d, 2.0);
        const auto from = [&](auto value, double origin) {
          return hn::DemoteTo(half, hn::Mul(two, hn::Sub(value, hn::Set(d, origin))));
        };
        hn::StoreU(from(x, origin_x()), half, batch_.x + at + k);
        hn::StoreU(from(y, origin_y()), half, batch_.y + at + k);
        hn::StoreU(hn::DemoteTo(half, mass), half, batch_.mass + at + k);
      } else {
        hn::StoreU(x, d, batch_.x + at + k);
        hn::StoreU(y, d, batch_.y + at + k);
        hn::StoreU(mass, d, batch_.mass + at + k);
      }
    }
    batch_.count += count;
  }

  /// The slot of a source of the batch; those after the last have its.
  std::uint32_t slot_of(std::size_t k) const {
    k = std::min(k, batch_.count - 1);
    std::size_t piece = batch_.pieces.size() - 1;
    while (batch_.pieces[piece].at > k) --piece;
    return batch_.pieces[piece].slot + static_cast<std::uint32_t>(k - batch_.pieces[piece].at);
  }

  void add_batch() {
    const std::size_t lanes = hn::Lanes(typename L::D());
    const std::size_t end = (batch_.count + lanes - 1) / lanes * lanes;
    for (std::size_t k = batch_.count; k < end; ++k) {
      batch_.x[k] = batch_.x[batch_.count - 1];
      batch_.y[k] = batch_.y[batch_.count - 1];
      batch_.mass[k] = 0;
    }
    for (std::uint32_t s = targets_.begin; s < targets_.end; s += kGroup) add_group(s, end);
    batch_.count = 0;
    batch_.pieces.clear();
  }

  /// The batch to the sums of a group of targets; where there are fewer, the last one stands in.
  HWY_INLINE void add_group(std::uint32_t first, std::size_t end) {
    const typename L::D d;
    const std::size_t lanes = hn::Lanes(d);
    std::uint32_t target[kGroup];
    V x[kGroup];
    V y[kGroup];
    V sum[kGroup];
    V mass[kGroup];
    for (int g = 0; g < kGroup; ++g) {
      target[g] = std::min(first + static_cast<std::uint32_t>(g), targets_.end - 1);
      x[g] = hn::Set(d, x_of(slots_.x_m[target[g]]));
      y[g] = hn::Set(d, y_of(slots_.y_m[target[g]]));
    }
    double total[kGroup] = {};
    double total_mass[kGroup] = {};
    const std::size_t chain = kFloat<T> ? kVectorsInFloat * lanes : end;
    for (std::size_t from = 0; from < end; from += chain) {
      const std::size_t to = std::min(end, from + chain);
      for (int g = 0; g < kGroup; ++g) sum[g] = mass[g] = hn::Zero(d);
      for (std::size_t k = from; k < to; k += lanes) {
        const V source_x = hn::Load(d, batch_.x + k);
        const V source_y = hn::Load(d, batch_.y + k);
        const V source_mass = hn::Load(d, batch_.mass + k);
        V square[kGroup];
        V counted[kGroup];  // mass of those that have a value each
        HWY_UNROLL(kGroup)
        for (int g = 0; g < kGroup; ++g) {
          const V dx = hn::Sub(source_x, x[g]);
          const V dy = hn::Sub(source_y, y[g]);
          square[g] = hn::MulAdd(dx, dx, hn::Mul(dy, dy));
          counted[g] = source_mass;
        }
        if constexpr (kWithin) {
          MaskOf<T> inside[kGroup];
          decide(square, target, k, inside);
          HWY_UNROLL(kGroup)
          for (int g = 0; g < kGroup; ++g) {
            mass[g] = hn::Add(mass[g], hn::IfThenElseZero(inside[g], source_mass));
            square[g] = hn::IfThenElse(inside[g], hn::Set(d, above_), square[g]);
            counted[g] = hn::IfThenZeroElse(inside[g], source_mass);
          }
        }
        if constexpr (kValues) {
          V value[kGroup];
          values_of(square, value);
          HWY_UNROLL(kGroup)
          for (int g = 0; g < kGroup; ++g) sum[g] = hn::MulAdd(counted[g], value[g], sum[g]);
        }
      }
      for (int g = 0; g < kGroup; ++g) {
        if constexpr (kValues) total[g] += sum_in_double(sum[g]);
        if constexpr (kWithin) total_mass[g] += sum_in_double(mass[g]);
      }
    }
    for (std::uint32_t s = first; s < std::min(first + kGroup, targets_.end); ++s) {
      if constexpr (kValues) values_[s - targets_.begin] += total[s - first];
      if constexpr (kWithin) within_[s - targets_.begin] += total_mass[s - first];
    }
  }

  /// f of a group's squared distances, none of which is within the threshold where those are counted apart.
  HWY_INLINE void values_of(const V* square, V* value) const {
    const typename L::D d;
    if constexpr (task == PairTask::capped) {
      far_values<ThresholdRule::none>(square, value);
    } else if constexpr (task == PairTask::shift) {
      far_values<ThresholdRule::shift>(square, value);
      for (int g = 0; g < kGroup; ++g) {
        value[g] = hn::IfThenElseZero(hn::Gt(square[g], hn::Zero(d)), value[g]);
      }
    } else if constexpr (task == PairTask::none) {
      const V shortest = hn::Min(hn::Min(square[0], square[1]), hn::Min(square[2], square[3]));
      if (HWY_LIKELY(hn::AllTrue(d, hn::Ge(shortest, hn::Set(d, T(kShortestSquare)))))) {
        far_values<ThresholdRule::none>(square, value);
        return;
      }
      for (int g = 0; g < kGroup; ++g) {
        const V any = far_value<ThresholdRule::none>(AnySquare<T>{L(square[g])}, make_threshold<T>(threshold_m_)).v;
        value[g] = hn::IfThenElseZero(hn::Gt(square[g], hn::Zero(d)), any);
      }
    }
  }

  template <ThresholdRule rule>
  HWY_INLINE void far_values(const V* square, V* value) const {
    static_assert(kGroup == 4);
    const Lanes<T, 2> low{L(square[0]), L(square[1])};
    const Lanes<T, 2> high{L(square[2]), L(square[3])};
    const auto f =
        far_value<rule>(FarSquare<T, kGroup>{Lanes<T, kGroup>(low, high)}, make_threshold<T, kGroup>(threshold_m_));
    value[0] = f.low.low.v;
    value[1] = f.low.high.v;
    value[2] = f.high.low.v;
    value[3] = f.high.high.v;
  }

  /// Which of a vector of sources are within the threshold of each of the group.
  HWY_INLINE void decide(const V* square, const std::uint32_t* target, std::size_t k, MaskOf<T>* inside) const {
    const typename L::D d;
    const V below = hn::Set(d, below_);
    const V above = hn::Set(d, above_);
    auto grey = hn::Gt(below, above);  // none
    HWY_UNROLL(kGroup)
    for (int g = 0; g < kGroup; ++g) {
      inside[g] = hn::Lt(square[g], below);
      grey = hn::Or(grey, hn::AndNot(inside[g], hn::Le(square[g], above)));
    }
    if (HWY_LIKELY(hn::AllFalse(d, grey))) return;
    for (int g = 0; g < kGroup; ++g) inside[g] = decide_exactly(square[g], target[g], k);
  }

  HWY_NOINLINE MaskOf<T> decide_exactly(V square, std::uint32_t p, std::size_t k) const {
    const typename L::D d;
    alignas(64) T decided[hn::MaxLanes(typename L::D())];
    hn::Store(square, d, decided);
    for (std::size_t lane = 0; lane < hn::Lanes(d); ++lane) {
      const std::uint32_t q = slot_of(k + lane);
      const bool grey = decided[lane] >= below_ && decided[lane] <= above_;
      const bool in = grey ? within_threshold(slots_.x_m[p], slots_.y_m[p], slots_.x_m[q], slots_.y_m[q], threshold_m_)
                           : decided[lane] < below_;
      decided[lane] = in ? T(1) : T(0);
    }
    return hn::Gt(hn::Load(d, decided), hn::Zero(d));
  }

  double threshold_m_;
  const Slots& slots_;
  Run targets_;
  double* values_;
  double* within_;
  T below_, above_;
  Batch<T> batch_;
};

template <PairTask task, class T>
void sum_pairs_of(double threshold_m, const Slots& slots, Run targets, std::span<const Run> sources, double* values,
                  double* within) {
  Pairs<task, T>(threshold_m, slots, targets, values, within).add(sources);
}

}  // namespace

void near_pairs(PairTask task, double threshold_m, bool in_float, const Slots& slots, Run targets,
                std::span<const Run> sources, double* values, double* within) {
  switch (task) {
    case PairTask::capped:
      return in_float ? sum_pairs_of<PairTask::capped, float>(threshold_m, slots, targets, sources, values, within)
                      : sum_pairs_of<PairTask::capped, double>(threshold_m, slots, targets, sources, values, within);
    case PairTask::within:
      return in_float ? sum_pairs_of<PairTask::within, float>(threshold_m, slots, targets, sources, values, within)
                      : sum_pairs_of<PairTask::within, double>(threshold_m, slots, targets, sources, values, within);
    case PairTask::shift:
      return sum_pairs_of<PairTask::shift, double>(threshold_m, slots, targets, sources, values, within);
    case PairTask::none:
      return sum_pairs_of<PairTask::none, double>(threshold_m, slots, targets, sources, values, within);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace dscore
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dscore {

HWY_EXPORT(near_pairs);

namespace tree {

void sum_near(PairTask task, double threshold_m, bool in_float, const Slots& slots, Run targets,
              std::span<const Run> sources, double* values, double* within) {
  HWY_DYNAMIC_DISPATCH(near_pairs)(task, threshold_m, in_float, slots, targets, sources, values, within);
}

}  // namespace tree
}  // namespace dscore
#endif
