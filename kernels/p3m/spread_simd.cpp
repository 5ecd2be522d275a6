#include "kernels/p3m/spread_simd.h"

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
using D = hn::ScalableTag<double>;

constexpr int kMaxLanes = static_cast<int>(hn::MaxLanes(D()));

/// The nodes of one location, and their weights along x and y. Along x the weights stand in whole vectors of nodes:
/// zeros lie before the first and after the last.
struct Stencil {
  std::size_t column, row;  ///< column: a multiple of the lanes
  int offset;               ///< of the first weight along x
  alignas(64) double x[MeshWindow::kMaxWidth + 2 * kMaxLanes];
  alignas(64) double y[MeshWindow::kMaxWidth];
};

class Stencils {
 public:
  Stencils(const Strips& strips, const MeshShape& shape, const MeshWindow& window)
      : x_(strips.x_m.data()),
        y_(strips.y_m.data()),
        per_step_(1 / shape.step_m),
        powers_(window.powers().data()),
        degree_(window.degree()) {
    const int lanes = static_cast<int>(hn::Lanes(D()));
    vectors_ = (window.width() + lanes - 1) / lanes;
  }

  HWY_INLINE void find(std::size_t slot, Stencil& stencil) const {
    const D d;
    const int lanes = static_cast<int>(hn::Lanes(d));
    const double u = x_[slot] * per_step_;
    const double v = y_[slot] * per_step_;
    const double first_u = std::ceil(u);
    const double first_v = std::ceil(v);
    const auto column = static_cast<std::size_t>(first_u);
    stencil.offset = static_cast<int>(column % static_cast<std::size_t>(lanes));
    stencil.column = column - static_cast<std::size_t>(stencil.offset);
    stencil.row = static_cast<std::size_t>(first_v);
    const auto z_x = hn::Set(d, 2 * (first_u - u) - 1);
    const auto z_y = hn::Set(d, 2 * (first_v - v) - 1);
    hn::Store(hn::Zero(d), d, stencil.x);
    for (int k = 0; k < vectors_; ++k) {
      const double* power = powers_ + k * lanes;
      auto x = hn::Load(d, power);
      auto y = x;
      for (int n = 1; n <= degree_; ++n) {
        power += MeshWindow::kMaxWidth;
        const auto next = hn::Load(d, power);
        x = hn::MulAdd(x, z_x, next);
        y = hn::MulAdd(y, z_y, next);
      }
      hn::StoreU(x, d, stencil.x + stencil.offset + k * lanes);
      hn::Store(y, d, stencil.y + k * lanes);
    }
    hn::StoreU(hn::Zero(d), d, stencil.x + stencil.offset + vectors_ * lanes);
  }

 private:
  const double *x_, *y_;
  double per_step_;
  const double* powers_;
  int degree_;
  int vectors_;
};

/// Vectors of nodes that a window covers wherever it begins.
int vectors_of(int width) {
  const int lanes = static_cast<int>(hn::Lanes(D()));
  return (width + lanes - 1 + lanes - 1) / lanes;
}

/// What the mesh returns to a location of its own unit mass: its weights, correlated, times the mesh's response.
double own_part(const Stencil& stencil, int width, const double* response) {
  const double* const x = stencil.x + stencil.offset;
  double along_x[MeshWindow::kMaxWidth];
  double along_y[MeshWindow::kMaxWidth];
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

/// `vectors` of nodes in a row.
template <int vectors>
void spread_over(const Strips& strips, const MeshShape& shape, const MeshWindow& window, std::size_t first,
                 std::size_t last, double* nodes) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const Stencils stencils(strips, shape, window);
  const std::size_t stride = shape.stride();
  Stencil stencil;
  for (std::size_t slot = strips.begin[first]; slot < strips.begin[last]; ++slot) {
    if (strips.mass[slot] == 0) continue;
    stencils.find(slot, stencil);
    const auto mass = hn::Set(d, strips.mass[slot]);
    hn::Vec<D> x[vectors];
    for (int k = 0; k < vectors; ++k) x[k] = hn::Mul(mass, hn::Load(d, stencil.x + k * lanes));
    double* row = nodes + stencil.row * stride + stencil.column;
    for (int j = 0; j < window.width(); ++j, row += stride) {
      const auto y = hn::Set(d, stencil.y[j]);
      for (int k = 0; k < vectors; ++k) {
        double* const at = row + k * lanes;
        hn::Store(hn::MulAdd(y, x[k], hn::Load(d, at)), d, at);
      }
    }
  }
}

template <int vectors>
void gather_over(const Strips& strips, const MeshShape& shape, const MeshWindow& window, std::size_t first,
                 std::size_t last, const double* nodes, const double* response, double own, double* sums) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const Stencils stencils(strips, shape, window);
  const std::size_t stride = shape.stride();
  Stencil stencil;
  for (std::size_t slot = strips.begin[first]; slot < strips.begin[last]; ++slot) {
    if (strips.location[slot] == kNoLocation) {
      sums[slot] = 0;
      continue;
    }
    stencils.find(slot, stencil);
    const double* row = nodes + stencil.row * stride + stencil.column;
    hn::Vec<D> column[vectors];
    for (int k = 0; k < vectors; ++k) column[k] = hn::Zero(d);
    for (int j = 0; j < window.width(); ++j, row += stride) {
      const auto y = hn::Set(d, stencil.y[j]);
      for (int k = 0; k < vectors; ++k) column[k] = hn::MulAdd(y, hn::Load(d, row + k * lanes), column[k]);
    }
    auto total = hn::Zero(d);
    for (int k = 0; k < vectors; ++k) total = hn::MulAdd(hn::Load(d, stencil.x + k * lanes), column[k], total);
    const double self = response == nullptr ? own : own_part(stencil, window.width(), response);
    sums[slot] = hn::GetLane(hn::SumOfLanes(d, total)) - self * strips.mass[slot];
  }
}

/// Calls work with the number of vectors of a window as a compile-time constant.
template <class Work>
void with_vectors(int width, const Work& work) {
  const int vectors = vectors_of(width);
  constexpr int kMost = (MeshWindow::kMaxWidth + 2 * (kMaxLanes - 1)) / kMaxLanes;
  [&]<int... k>(std::integer_sequence<int, k...>) {
    (void)((vectors == k + 1 && (work(std::integral_constant<int, k + 1>{}), true)) || ...);
  }
  (std::make_integer_sequence<int, kMost>{});
}

}  // namespace

void spread(const Strips& strips, const MeshShape& shape, const MeshWindow& window, std::size_t first, std::size_t last,
            double* nodes) {
  with_vectors(window.width(),
               [&](auto vectors) { spread_over<decltype(vectors)::value>(strips, shape, window, first, last, nodes); });
}

void gather(const Strips& strips, const MeshShape& shape, const MeshWindow& window, std::size_t first, std::size_t last,
            const double* nodes, const double* response, double own, double* sums) {
  with_vectors(window.width(), [&](auto vectors) {
    gather_over<decltype(vectors)::value>(strips, shape, window, first, last, nodes, response, own, sums);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace dscore::p3m
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dscore::p3m {

HWY_EXPORT(spread);
HWY_EXPORT(gather);

void spread_strips(const Strips& strips, const MeshShape& shape, const MeshWindow& window, std::size_t first,
                   std::size_t last, double* nodes) {
  HWY_DYNAMIC_DISPATCH(spread)(strips, shape, window, first, last, nodes);
}

void gather_strips(const Strips& strips, const MeshShape& shape, const MeshWindow& window, std::size_t first,
                   std::size_t last, const double* nodes, const double* response, double own, double* sums) {
  HWY_DYNAMIC_DISPATCH(gather)(strips, shape, window, first, last, nodes, response, own, sums);
}

}  // namespace dscore::p3m
#endif
