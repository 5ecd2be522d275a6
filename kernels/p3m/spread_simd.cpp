#include "kernels/p3m/spread_simd.h"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

// Compiled once per instruction set: Highway includes this file again for each.
#include "kernels/simd_targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/p3m/spread_simd.cpp"
#include <hwy/foreach_target.h>
// foreach_target.h comes first
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace dscore::p3m {  // NOLINT(modernize-concat-nested-namespaces): the inner name is a macro
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

template <class T>
using Tag = hn::ScalableTag<T>;
template <class T>
using Vec = hn::Vec<Tag<T>>;
template <class T>
constexpr int kMaxLanes = static_cast<int>(hn::MaxLanes(Tag<T>()));
template <class T>
constexpr int kMostVectors = (MeshWindow::kMaxWidth + kMaxLanes<T> - 1) / kMaxLanes<T>;

/// The nodes of a location and their weights along x and y, in whole vectors: zeros after the last, and along x before
/// the first where the nodes begin earlier.
template <class T, int along_x, int along_y>
struct Stencil {
  std::size_t column, row;  ///< the first node
  Vec<T> x[along_x];
  alignas(64) T y[along_y * kMaxLanes<T>];
};

/// start: stencils begin at columns that are multiples of it.
template <class T, int start, int along_x, int along_y>
class Stencils {
 public:
  Stencils(const Strips& strips, const MeshShape& shape, const MeshWindow& window)
      : x_(strips.x_m.data()), y_(strips.y_m.data()), per_step_(1 / shape.step_m), degree_(window.degree()) {
    const auto copy = [&](int room, int offset, T* to) {
      const double* from = window.powers().data();
      for (int n = 0; n <= degree_; ++n, from += MeshWindow::kMaxWidth, to += room) {
        std::fill_n(to, room, T(0));
        for (int k = 0; k < window.width(); ++k) to[offset + k] = static_cast<T>(from[k]);
      }
    };
    for (int offset = 0; offset < start; ++offset) copy(along_x * lanes_, offset, powers_x_ + offset * size_x());
    copy(along_y * lanes_, 0, powers_y_);
  }

  HWY_INLINE void find(std::size_t slot, Stencil<T, along_x, along_y>& stencil) const {
    const Tag<T> d;
    const double u = x_[slot] * per_step_;
    const double v = y_[slot] * per_step_;
    const double first_u = std::ceil(u);
    const double first_v = std::ceil(v);
    const auto first = static_cast<std::size_t>(first_u);
    const std::size_t offset = first % start;
    stencil.column = first - offset;
    stencil.row = static_cast<std::size_t>(first_v);
    const auto z_x = hn::Set(d, static_cast<T>(2 * (first_u - u) - 1));
    const auto z_y = hn::Set(d, static_cast<T>(2 * (first_v - v) - 1));
    const T* power_x = powers_x_ + static_cast<int>(offset) * size_x();
    const T* power_y = powers_y_;
    Vec<T> x[along_x];
    Vec<T> y[along_y];
    for (int k = 0; k < along_x; ++k) x[k] = hn::Load(d, power_x + k * lanes_);
    for (int k = 0; k < along_y; ++k) y[k] = hn::Load(d, power_y + k * lanes_);
    for (int n = 1; n <= degree_; ++n) {
      power_x += along_x * lanes_;
      power_y += along_y * lanes_;
      for (int k = 0; k < along_x; ++k) x[k] = hn::MulAdd(x[k], z_x, hn::Load(d, power_x + k * lanes_));
      for (int k = 0; k < along_y; ++k) y[k] = hn::MulAdd(y[k], z_y, hn::Load(d, power_y + k * lanes_));
    }
    for (int k = 0; k < along_x; ++k) stencil.x[k] = x[k];
    for (int k = 0; k < along_y; ++k) hn::Store(y[k], d, stencil.y + k * lanes_);
  }

 private:
  int size_x() const { return (degree_ + 1) * along_x * lanes_; }

  const int lanes_ = static_cast<int>(hn::Lanes(Tag<T>()));
  const double *x_, *y_;
  double per_step_;
  int degree_;
  alignas(64) T powers_x_[start * MeshWindow::kMaxPowers * along_x * kMaxLanes<T>];
  alignas(64) T powers_y_[MeshWindow::kMaxPowers * along_y * kMaxLanes<T>];
};

/// What the mesh returns to a location of its own unit mass: its weights, correlated, times the mesh's response.
template <int vectors>
double own_part(const Stencil<double, vectors, vectors>& stencil, int width, const double* response) {
  const Tag<double> d;
  alignas(64) double x[vectors * kMaxLanes<double>];
  for (int k = 0; k < vectors; ++k) hn::Store(stencil.x[k], d, x + k * static_cast<int>(hn::Lanes(d)));
  double along_x[MeshWindow::kMaxWidth] = {};
  double along_y[MeshWindow::kMaxWidth] = {};
  for (int lag = 0; lag < width; ++lag) {
    along_x[lag] = along_y[lag] = 0;
    for (int k = 0; k + lag < width; ++k) {
      along_x[lag] += x[k] * x[k + lag];
      along_y[lag] += stencil.y[k] * stencil.y[k + lag];
    }
    if (lag > 0) {
      along_x[lag] *= 2;
      along_y[lag] *= 2;
    }
  }
  double sum = 0;
  for (int dy = 0; dy < width; ++dy) {
    double of_row = 0;
    for (int dx = 0; dx < width; ++dx) of_row += along_x[dx] * response[dy * width + dx];
    sum += along_y[dy] * of_row;
  }
  return sum;
}

/// Vectors that are written to are aligned: what one location has written, the next reads as a whole, which a processor
/// does at once.
constexpr int kStart = kMaxLanes<double>;

/// vectors: of a window; written: wherever it begins.
template <int vectors, int written>
void spread_over(const Strips& strips, const MeshShape& shape, const MeshWindow& window, std::size_t first,
                 std::size_t last, double* nodes) {
  const Tag<double> d;
  const std::size_t lanes = hn::Lanes(d);
  const Stencils<double, kStart, written, vectors> stencils(strips, shape, window);
  const std::size_t stride = shape.stride();
  Stencil<double, written, vectors> stencil{};
  for (std::size_t slot = strips.begin[first]; slot < strips.begin[last]; ++slot) {
    if (strips.mass[slot] == 0) continue;
    stencils.find(slot, stencil);
    const auto mass = hn::Set(d, strips.mass[slot]);
    Vec<double> x[written];
    for (int k = 0; k < written; ++k) x[k] = hn::Mul(mass, stencil.x[k]);
    double* row = nodes + stencil.row * stride + stencil.column;
    for (int j = 0; j < window.width(); ++j, row += stride) {
      const auto y = hn::Set(d, stencil.y[j]);
      for (int k = 0; k < written; ++k) {
        double* const at = row + static_cast<std::size_t>(k) * lanes;
        hn::Store(hn::MulAdd(y, x[k], hn::Load(d, at)), d, at);
      }
    }
  }
}

template <int vectors, class T>
void gather_over(const Strips& strips, const MeshShape& shape, const MeshWindow& window, std::size_t first,
                 std::size_t last, const T* nodes, const OwnPart& own, double* sums) {
  const Tag<T> d;
  const std::size_t lanes = hn::Lanes(d);
  const Stencils<T, 1, vectors, vectors> stencils(strips, shape, window);
  const std::size_t stride = shape.stride<T>();
  Stencil<T, vectors, vectors> stencil{};
  for (std::size_t slot = strips.begin[first]; slot < strips.begin[last]; ++slot) {
    if (strips.location[slot] == kNoLocation) {
      sums[slot] = 0;
      continue;
    }
    stencils.find(slot, stencil);
    const T* row = nodes + stencil.row * stride + stencil.column;
    Vec<T> column[vectors];
    for (int k = 0; k < vectors; ++k) column[k] = hn::Zero(d);
    for (int j = 0; j < window.width(); ++j, row += stride) {
      const auto y = hn::Set(d, stencil.y[j]);
      for (int k = 0; k < vectors; ++k) {
        column[k] = hn::MulAdd(y, hn::LoadU(d, row + static_cast<std::size_t>(k) * lanes), column[k]);
      }
    }
    auto total = hn::Zero(d);
    for (int k = 0; k < vectors; ++k) total = hn::MulAdd(stencil.x[k], column[k], total);
    double self = own.of_unit_mass;
    if constexpr (std::is_same_v<T, double>) {
      if (own.response != nullptr) self = own_part(stencil, window.width(), own.response);
    }
    sums[slot] = static_cast<double>(hn::GetLane(hn::SumOfLanes(d, total))) - self * strips.mass[slot];
  }
}

/// Calls work with the number of vectors of a window as a compile-time constant.
template <class T, class Work>
void with_vectors(int width, const Work& work) {
  const int lanes = static_cast<int>(hn::Lanes(Tag<T>()));
  const int vectors = (width + lanes - 1) / lanes;
  [&]<int... k>(std::integer_sequence<int, k...>) {
    (void)((vectors == k + 1 && (work(std::integral_constant<int, k + 1>{}), true)) || ...);
  }
  (std::make_integer_sequence<int, kMostVectors<T>>{});
}

template <class T>
void gather(const Strips& strips, const MeshShape& shape, const MeshWindow& window, std::size_t first, std::size_t last,
            const T* nodes, const OwnPart& own, double* sums) {
  with_vectors<T>(window.width(), [&](auto vectors) {
    gather_over<decltype(vectors)::value>(strips, shape, window, first, last, nodes, own, sums);
  });
}

}  // namespace

void spread(const Strips& strips, const MeshShape& shape, const MeshWindow& window, std::size_t first, std::size_t last,
            double* nodes) {
  with_vectors<double>(window.width(), [&](auto vectors) {
    constexpr int kVectors = decltype(vectors)::value;
    const int room = kVectors * static_cast<int>(hn::Lanes(Tag<double>())) - window.width();
    if (room >= kStart - 1) return spread_over<kVectors, kVectors>(strips, shape, window, first, last, nodes);
    return spread_over<kVectors, kVectors + 1>(strips, shape, window, first, last, nodes);
  });
}
void gather_double(const Strips& strips, const MeshShape& shape, const MeshWindow& window, std::size_t first,
                   std::size_t last, const double* nodes, const OwnPart& own, double* sums) {
  gather(strips, shape, window, first, last, nodes, own, sums);
}
void gather_float(const Strips& strips, const MeshShape& shape, const MeshWindow& window, std::size_t first,
                  std::size_t last, const float* nodes, const OwnPart& own, double* sums) {
  gather(strips, shape, window, first, last, nodes, own, sums);
}

}  // namespace HWY_NAMESPACE
}  // namespace dscore::p3m
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dscore::p3m {

HWY_EXPORT(spread);
HWY_EXPORT(gather_double);
HWY_EXPORT(gather_float);

void spread_strips(const Strips& strips, const MeshShape& shape, const MeshWindow& window, std::size_t first,
                   std::size_t last, double* nodes) {
  HWY_DYNAMIC_DISPATCH(spread)(strips, shape, window, first, last, nodes);
}

void gather_strips(const Strips& strips, const MeshShape& shape, const MeshWindow& window, std::size_t first,
                   std::size_t last, const double* nodes, const OwnPart& own, double* sums) {
  HWY_DYNAMIC_DISPATCH(gather_double)(strips, shape, window, first, last, nodes, own, sums);
}
void gather_strips(const Strips& strips, const MeshShape& shape, const MeshWindow& window, std::size_t first,
                   std::size_t last, const float* nodes, const OwnPart& own, double* sums) {
  HWY_DYNAMIC_DISPATCH(gather_float)(strips, shape, window, first, last, nodes, own, sums);
}

}  // namespace dscore::p3m
#endif
