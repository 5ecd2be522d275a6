#pragma once
// Series of cells with the widest instructions the machine has (chosen at run time).

#include <cstddef>

#include "kernels/series.h"

namespace dscore::series {

/// Signs of terms where x (bit 0 of `mirrored`), y (bit 1) or both are turned round: T_k(-x) = (-1)^k T_k(x).
const double* mirror_signs(std::uint32_t mirrored);

/// Vectors that a matrix is applied to at once.
inline constexpr int kAtOnce = 4;

/// to[r][row] += sign[row] times the sum over columns of value sign[column] from[r][column], for r < count <= kAtOnce.
/// The matrix has rows up to padded `rows` terms, and columns up to `columns`; so have from and to.
void apply(const Columns& matrix, int columns, int rows, const double* sign, const double* const* from,
           double* const* to, int count);

/// A cell's square: its centre, and half of its side.
struct Square {
  double x_m, y_m, half_m;
};

/// moments[term] = sum of mass T_i T_j over `count` points. Here and below, up to kRows elements after the last are
/// read.
void moments_of_points(int order, const Square& square, const double* x_m, const double* y_m, const double* mass,
                       std::size_t count, double* moments);

/// sums[k] += the series at point k; up to kRows elements after the last are overwritten.
void add_series(int order, const Square& square, const double* series, const double* x_m, const double* y_m,
                std::size_t count, double* sums);

}  // namespace dscore::series
