#pragma once
// Sums over distant cells as Chebyshev series: moments of a cell's masses, series of what other cells do to a cell, and
// the matrices between them.
//
// A cell's own coordinates run from -1 to 1. Its moments are M_kl = sum of m T_k(x) T_l(y), and what is far does to it
// sum L_ij T_i(x) T_j(y), over all i + j < order. Between two cells of one size f depends on the difference of two
// coordinates, so a series of total degree m + n < order in it is one of i + j + k + l < order in both: far fewer terms
// than the two sides' series would have apart (Fong & Darve 2009 interpolate either side for itself).

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "kernels/large_array.h"

namespace dscore::series {

/// Terms T_i(x) T_j(y) with i + j < order, by i + j, then by j.
constexpr int terms(int order) { return order * (order + 1) / 2; }
constexpr int term(int i, int j) { return terms(i + j) + j; }

inline constexpr int kMostOrder = 40;
/// Matrices have rows in multiples of this, a whole number of vectors of any instruction set; so has room for terms.
inline constexpr int kRows = 8;
constexpr int padded_terms(int order) { return (terms(order) + kRows - 1) / kRows * kRows; }
inline constexpr int kMostTerms = padded_terms(kMostOrder);

/// A matrix by blocks of up to kColumns columns that begin and end at the same rows.
struct Columns {
  static constexpr int kColumns = 4;
  struct Block {
    std::uint16_t begin = 0, end = 0;  ///< rows, multiples of kRows
    std::uint16_t column = 0, columns = 0;
  };
  std::vector<Block> blocks;
  LargeArray<double> values;  ///< by block; in it by kRows rows, by column, by row
};

/// Moments of a quarter of a cell (that of the larger coordinates) to moments of the cell.
Columns moments_to_parent(int order, int parent_order);
/// The series of a cell to that of a quarter of it (that of the larger coordinates).
Columns series_to_child(int order, int child_order);

/// f between two cells whose centres are (dx, dy) sides apart: from moments of one to the series of the other.
struct Translation {
  int order = 0;
  std::uint32_t id = 0;  ///< for those who sort them
  float values = 0;      ///< numbers in the matrix: what it costs
  Columns matrix;
};

/// f(d), d in sides of a cell.
using Kernel = std::function<double(double d)>;

/// The translation of the lowest order that errs by less than `error` for every pair of points in the two cells (as the
/// sum of what is left out of the series bounds it). dx, dy: sides from centre to centre. Order 0: none up to
/// kMostOrder does.
Translation make_translation(const Kernel& f, double dx, double dy, double error);

}  // namespace dscore::series
