#include "kernels/series_simd.h"

#include <algorithm>

// Compiled once per instruction set: Highway includes this file again for each.
#include "kernels/simd_targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/series_simd.cpp"
#include <hwy/foreach_target.h>
// foreach_target.h comes first
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace dscore {  // NOLINT(modernize-concat-nested-namespaces): the inner name is a macro
namespace HWY_NAMESPACE {
namespace {

using namespace series;  // NOLINT(google-build-using-namespace): what this file is a part of
namespace hn = hwy::HWY_NAMESPACE;

/// At most kRows lanes: a vector does not reach beyond padded terms.
using D = hn::CappedTag<double, kRows>;
using V = hn::Vec<D>;

/// Signed copies of what a matrix is applied to, and what comes out.
struct Sides {
  alignas(64) double from[kAtOnce][kMostTerms];
  alignas(64) double to[kAtOnce][kMostTerms];
};

template <int columns, int count>
HWY_INLINE const double* apply_block(const Columns::Block& block, const double* HWY_RESTRICT value, Sides& sides) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  V factor[count][columns];
  for (int r = 0; r < count; ++r) {
    for (int c = 0; c < columns; ++c) factor[r][c] = hn::Set(d, sides.from[r][block.column + c]);
  }
  for (int row = block.begin; row < block.end; row += kRows) {
    for (int lane = 0; lane < kRows; lane += lanes) {
      V matrix[columns];
      for (int c = 0; c < columns; ++c) matrix[c] = hn::Load(d, value + c * kRows + lane);
      for (int r = 0; r < count; ++r) {
        V sum = hn::Load(d, sides.to[r] + row + lane);
        for (int c = 0; c < columns; ++c) sum = hn::MulAdd(matrix[c], factor[r][c], sum);
        hn::Store(sum, d, sides.to[r] + row + lane);
      }
    }
    value += columns * kRows;
  }
  return value;
}

template <int count>
void apply_to(const Columns& matrix, Sides& sides) {
  const double* value = matrix.values.data();
  for (const Columns::Block& block : matrix.blocks) {
    switch (block.columns) {
      case 1:
        value = apply_block<1, count>(block, value, sides);
        break;
      case 2:
        value = apply_block<2, count>(block, value, sides);
        break;
      case 3:
        value = apply_block<3, count>(block, value, sides);
        break;
      default:
        value = apply_block<Columns::kColumns, count>(block, value, sides);
    }
  }
}

/// T_0 .. T_{order - 1} of a vector of coordinates.
HWY_INLINE void chebyshev(int order, V x, V* value) {
  const D d;
  value[0] = hn::Set(d, 1.0);
  if (order > 1) value[1] = x;
  const V twice = hn::Add(x, x);
  for (int k = 2; k < order; ++k) value[k] = hn::MulSub(twice, value[k - 1], value[k - 2]);
}

/// T_0 .. T_{order - 1} of both own coordinates of a vector of points; those of 0 after the first `count`.
struct ChebyshevAtPoints {
  V x[kMostOrder];
  V y[kMostOrder];

  HWY_INLINE void set(int order, const Square& square, const double* x_m, const double* y_m, std::size_t count) {
    chebyshev(order, own(x_m, count, square.x_m, 1 / square.half_m), x);
    chebyshev(order, own(y_m, count, square.y_m, 1 / square.half_m), y);
  }

 private:
  static HWY_INLINE V own(const double* at, std::size_t count, double centre, double per_half) {
    const D d;
    return hn::IfThenElseZero(hn::FirstN(d, count),
                              hn::Mul(hn::Sub(hn::LoadU(d, at), hn::Set(d, centre)), hn::Set(d, per_half)));
  }
};

}  // namespace

void apply_columns(const Columns& matrix, int columns, int rows, const double* sign, const double* const* from,
                   double* const* to, int count) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  Sides sides;
  for (int r = 0; r < count; ++r) {
    for (int k = 0; k < columns; k += lanes) {
      hn::Store(hn::Mul(hn::Load(d, sign + k), hn::Load(d, from[r] + k)), d, sides.from[r] + k);
    }
    for (int k = 0; k < rows; k += lanes) hn::Store(hn::Zero(d), d, sides.to[r] + k);
  }
  switch (count) {
    case 1:
      apply_to<1>(matrix, sides);
      break;
    case 2:
      apply_to<2>(matrix, sides);
      break;
    case 3:
      apply_to<3>(matrix, sides);
      break;
    default:
      apply_to<kAtOnce>(matrix, sides);
  }
  for (int r = 0; r < count; ++r) {
    for (int k = 0; k < rows; k += lanes) {
      hn::Store(hn::MulAdd(hn::Load(d, sign + k), hn::Load(d, sides.to[r] + k), hn::Load(d, to[r] + k)), d, to[r] + k);
    }
  }
}

void moments_of(int order, const Square& square, const double* x_m, const double* y_m, const double* mass,
                std::size_t count, double* moments) {
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  ChebyshevAtPoints at;
  V sum[kMostTerms];  // by j, then i
  const int all = terms(order);
  for (int n = 0; n < all; ++n) sum[n] = hn::Zero(d);
  for (std::size_t k = 0; k < count; k += lanes) {
    const std::size_t here = std::min(lanes, count - k);
    at.set(order, square, x_m + k, y_m + k, here);
    const V m = hn::IfThenElseZero(hn::FirstN(d, here), hn::LoadU(d, mass + k));
    V* to = sum;
    for (int j = 0; j < order; ++j) {
      const V row = hn::Mul(m, at.y[j]);
      for (int i = 0; i + j < order; ++i, ++to) *to = hn::MulAdd(row, at.x[i], *to);
    }
  }
  std::fill(moments + all, moments + padded_terms(order), 0.0);
  const V* from = sum;
  for (int j = 0; j < order; ++j) {
    for (int i = 0; i + j < order; ++i, ++from) moments[term(i, j)] = hn::GetLane(hn::SumOfLanes(d, *from));
  }
}

void add_series_at(int order, const Square& square, const double* series, const double* x_m, const double* y_m,
                   std::size_t count, double* sums) {
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  ChebyshevAtPoints at;
  for (std::size_t k = 0; k < count; k += lanes) {
    const std::size_t here = std::min(lanes, count - k);
    at.set(order, square, x_m + k, y_m + k, here);
    V sum = hn::LoadU(d, sums + k);
    for (int j = 0; j < order; ++j) {
      V row = hn::Zero(d);
      for (int i = 0; i + j < order; ++i) row = hn::MulAdd(hn::Set(d, series[term(i, j)]), at.x[i], row);
      sum = hn::MulAdd(row, at.y[j], sum);
    }
    hn::StoreU(sum, d, sums + k);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace dscore
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dscore {

HWY_EXPORT(apply_columns);
HWY_EXPORT(moments_of);
HWY_EXPORT(add_series_at);

namespace series {

const double* mirror_signs(std::uint32_t mirrored) {
  struct Signs {
    alignas(64) double of[4][kMostTerms] = {};
    Signs() {
      for (std::uint32_t q = 0; q < 4; ++q) {
        for (int degree = 0; degree < kMostOrder; ++degree) {
          for (int j = 0; j <= degree; ++j) {
            const int turns = ((q & 1U) != 0 ? degree - j : 0) + ((q & 2U) != 0 ? j : 0);
            of[q][term(degree - j, j)] = turns % 2 == 0 ? 1 : -1;
          }
        }
      }
    }
  };
  static const Signs kSigns;
  return kSigns.of[mirrored];
}

void apply(const Columns& matrix, int columns, int rows, const double* sign, const double* const* from,
           double* const* to, int count) {
  HWY_DYNAMIC_DISPATCH(apply_columns)(matrix, columns, rows, sign, from, to, count);
}

void moments_of_points(int order, const Square& square, const double* x_m, const double* y_m, const double* mass,
                       std::size_t count, double* moments) {
  HWY_DYNAMIC_DISPATCH(moments_of)(order, square, x_m, y_m, mass, count, moments);
}

void add_series(int order, const Square& square, const double* series, const double* x_m, const double* y_m,
                std::size_t count, double* sums) {
  HWY_DYNAMIC_DISPATCH(add_series_at)(order, square, series, x_m, y_m, count, sums);
}

}  // namespace series
}  // namespace dscore
#endif
