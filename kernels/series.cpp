#include "kernels/series.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace dscore::series {
namespace {

using std::numbers::pi;

/// T_m((a - b) / 2) = sum over i, k of part(m, i, k) T_i(a) T_k(b); by T_{m+1}(w) = 2 w T_m(w) - T_{m-1}(w) and
/// 2 a T_i(a) = T_{i+1}(a) + T_{|i-1|}(a).
class OfDifference {
 public:
  OfDifference() {
    at(0, 0, 0) = 1;
    for (int m = 0; m + 1 < kMostOrder; ++m) {
      for (int i = 0; i <= m; ++i) {
        for (int k = 0; i + k <= m; ++k) {
          const double value = (m == 0 ? 0.5 : 1.0) * 0.5 * part(m, i, k);
          at(m + 1, i + 1, k) += value;
          at(m + 1, std::abs(i - 1), k) += value;
          at(m + 1, i, k + 1) -= value;
          at(m + 1, i, std::abs(k - 1)) -= value;
        }
      }
      if (m == 0) continue;
      for (int i = 0; i < m; ++i) {
        for (int k = 0; i + k < m; ++k) at(m + 1, i, k) -= part(m - 1, i, k);
      }
    }
  }
  double part(int m, int i, int k) const { return values_[(m * kMostOrder + i) * kMostOrder + k]; }

 private:
  double& at(int m, int i, int k) { return values_[(m * kMostOrder + i) * kMostOrder + k]; }
  std::vector<double> values_ = std::vector<double>(kMostOrder * kMostOrder * kMostOrder);
};

/// T_i((x + 1) / 2) = sum over k of part(i, k) T_k(x).
class OfHalf {
 public:
  OfHalf() {
    at(0, 0) = 1;
    for (int i = 0; i + 1 < kMostOrder; ++i) {
      for (int k = 0; k <= i; ++k) {
        const double value = (i == 0 ? 0.5 : 1.0) * part(i, k);
        at(i + 1, k) += value;
        at(i + 1, k + 1) += 0.5 * value;
        at(i + 1, std::abs(k - 1)) += 0.5 * value;
      }
      for (int k = 0; i > 0 && k < i; ++k) at(i + 1, k) -= part(i - 1, k);
    }
  }
  double part(int i, int k) const { return values_[i * kMostOrder + k]; }

 private:
  double& at(int i, int k) { return values_[i * kMostOrder + k]; }
  std::array<double, kMostOrder * kMostOrder> values_{};
};

const OfDifference& of_difference() {
  static const OfDifference kKnown;
  return kKnown;
}
const OfHalf& of_half() {
  static const OfHalf kKnown;
  return kKnown;
}

/// The matrix with columns of all terms below `order`; rows(degree of the column) gives the first and last + 1 degree,
/// entry(i, j, k, l) what it holds at the terms (i, j) of the row and (k, l) of the column.
template <class Rows, class Entry>
Columns make_columns(int order, Rows rows, Entry entry) {
  Columns made;
  for (int degree = 0; degree < order; ++degree) {
    const auto [first, last] = rows(degree);
    const int begin = terms(first) / kRows * kRows;
    const int end = padded_terms(last);
    if (begin >= end) continue;
    for (int l = 0; l <= degree; l += Columns::kColumns) {
      const int columns = std::min(Columns::kColumns, degree + 1 - l);
      made.blocks.push_back({static_cast<std::uint16_t>(begin), static_cast<std::uint16_t>(end),
                             static_cast<std::uint16_t>(term(degree - l, l)), static_cast<std::uint16_t>(columns)});
      const std::size_t at = made.values.size();
      made.values.resize(at + static_cast<std::size_t>(columns) * (end - begin), 0.0);
      for (int row_degree = first; row_degree < last; ++row_degree) {
        for (int j = 0; j <= row_degree; ++j) {
          const int row = term(row_degree - j, j) - begin;
          for (int c = 0; c < columns; ++c) {
            made.values[at + static_cast<std::size_t>((row / kRows * columns + c) * kRows + row % kRows)] =
                entry(row_degree - j, j, degree - l - c, l + c);
          }
        }
      }
    }
  }
  return made;
}

/// Chebyshev coefficients [n][m] of f at (dx + u, dy + v), through `nodes` points an axis.
std::vector<double> coefficients(const Kernel& f, double dx, double dy, int nodes) {
  std::vector<double> node(nodes);
  std::vector<double> cosine(static_cast<std::size_t>(nodes) * nodes);
  for (int a = 0; a < nodes; ++a) {
    node[a] = std::cos(pi * (a + 0.5) / nodes);
    for (int m = 0; m < nodes; ++m) {
      cosine[m * nodes + a] = (m == 0 ? 1.0 : 2.0) / nodes * std::cos(pi * m * (a + 0.5) / nodes);
    }
  }
  std::vector<double> by_x(cosine.size());  // [b][m]
  std::vector<double> value(nodes);
  for (int b = 0; b < nodes; ++b) {
    for (int a = 0; a < nodes; ++a) value[a] = f(std::hypot(dx + node[a], dy + node[b]));
    for (int m = 0; m < nodes; ++m) {
      double sum = 0;
      for (int a = 0; a < nodes; ++a) sum += cosine[m * nodes + a] * value[a];
      by_x[b * nodes + m] = sum;
    }
  }
  std::vector<double> found(cosine.size(), 0.0);
  for (int n = 0; n < nodes; ++n) {
    for (int b = 0; b < nodes; ++b) {
      const double c = cosine[n * nodes + b];
      for (int m = 0; m < nodes; ++m) found[n * nodes + m] += c * by_x[b * nodes + m];
    }
  }
  return found;
}

}  // namespace

Columns moments_to_parent(int order, int parent_order) {
  const OfHalf& half = of_half();
  return make_columns(
      order, [&](int degree) { return std::pair(std::min(degree, parent_order), parent_order); },
      [&](int i, int j, int k, int l) { return k <= i && l <= j ? half.part(i, k) * half.part(j, l) : 0; });
}

Columns series_to_child(int order, int child_order) {
  const OfHalf& half = of_half();
  return make_columns(
      order, [&](int degree) { return std::pair(0, std::min(degree + 1, child_order)); },
      [&](int i, int j, int k, int l) { return i <= k && j <= l ? half.part(k, i) * half.part(l, j) : 0; });
}

Translation make_translation(const Kernel& f, double dx, double dy, double error) {
  constexpr int kSpare = 4;  // nodes beyond the order: what the points take for another degree is negligible
  Translation made;
  std::vector<double> c;
  int nodes = 0;
  for (const int tried : {8, 12, 16, 24, 32, kMostOrder + kSpare}) {
    nodes = tried;
    c = coefficients(f, dx, dy, nodes);
    std::vector<double> of_degree(2 * nodes, 0.0);
    for (int n = 0; n < nodes; ++n) {
      for (int m = 0; m < nodes; ++m) of_degree[n + m] += std::fabs(c[n * nodes + m]);
    }
    double left_out = 0;
    int order = 2 * nodes;
    while (order > 1 && left_out + of_degree[order - 1] <= error) left_out += of_degree[--order];
    if (order <= nodes - kSpare) {
      made.order = order;
      break;
    }
  }
  if (made.order == 0) return made;

  const OfDifference& difference = of_difference();
  const int order = made.order;
  std::vector<double> along_x(static_cast<std::size_t>(order) * order * order, 0.0);  // [i][k][n]
  for (int i = 0; i < order; ++i) {
    for (int k = 0; i + k < order; ++k) {
      double* const to = &along_x[(static_cast<std::size_t>(i) * order + k) * order];
      for (int m = i + k; m < order; m += 2) {  // even terms stay with even ones
        const double part = difference.part(m, i, k);
        for (int n = 0; m + n < order; ++n) to[n] += c[n * nodes + m] * part;
      }
    }
  }
  made.matrix = make_columns(
      order, [&](int degree) { return std::pair(0, order - degree); },
      [&](int i, int j, int k, int l) {
        const double* const from = &along_x[(static_cast<std::size_t>(i) * order + k) * order];
        double sum = 0;
        for (int n = j + l; n < order; n += 2) sum += from[n] * difference.part(n, j, l);
        return sum;
      });
  made.values = static_cast<float>(made.matrix.values.size());
  return made;
}

}  // namespace dscore::series
