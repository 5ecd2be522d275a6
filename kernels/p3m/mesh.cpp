#include "kernels/p3m/mesh.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "kernels/p3m/samples.h"

namespace dscore::p3m {
namespace {

using Complex = std::complex<double>;
using std::numbers::pi;

constexpr std::size_t kColumns = 16;  ///< transformed together: a row's part of them is four cache lines
constexpr std::size_t kAhead = 12;    ///< rows whose lines are under way at once: a row is far from the next

/// Complex numbers from one column to the next, so that each begins aligned.
std::size_t aligned_length(std::size_t n) { return (n + 3) / 4 * 4; }

void prefetch(const Complex* block) {
  for (std::size_t c = 0; c < kColumns; c += 4) __builtin_prefetch(block + c, 1);
}

double radians(std::size_t frequency, std::size_t period) {
  return 2 * pi * static_cast<double>(frequency) / static_cast<double>(period);
}

}  // namespace

std::size_t MeshShape::frequencies_x(double highest) const {
  const double found = highest * static_cast<double>(period_x) / (2 * pi);
  return std::min(period_x / 2 - 1, static_cast<std::size_t>(found)) + 1;
}

void Mesh::set(const MeshShape& shape, const MeshWindow& window, const Smooth& smooth, double highest,
               double fade_shape, int threads) {
  shape_ = shape;
  const Fft along_x(shape.period_x);
  const Fft along_y(shape.period_y);
  const auto period_x = static_cast<double>(shape.period_x);
  const auto period_y = static_cast<double>(shape.period_y);
  frequencies_ = shape.frequencies_x(highest);
  symbol_stride_ = (frequencies_ + kColumns - 1) / kColumns * kColumns;
  const std::size_t half_x = shape.period_x / 2;
  const std::size_t half_y = shape.period_y / 2;
  const Samples samples(shape, smooth, fade_shape);
  const std::vector<double> undo_x = window.undo_spreading(frequencies_, shape.period_x);
  const std::vector<double> undo_y = window.undo_spreading(half_y + 1, shape.period_y);
  symbol_.resize((half_y + 1) * symbol_stride_);

#pragma omp parallel num_threads(threads)
  {
    // Two even real rows, or columns, go as one complex one: the transform of either is real.
    LargeArray<Complex> rows(shape.period_x);
    LargeArray<double> one(half_x + 1);
    LargeArray<double> other(half_x + 1);
#pragma omp for schedule(dynamic, 4)
    for (std::size_t row = 0; row <= half_y; row += 2) {
      samples.row(row, one.data());
      samples.row(std::min(row + 1, half_y), other.data());
      for (std::size_t column = 0; column <= half_x; ++column) rows[column] = {one[column], other[column]};
      for (std::size_t column = 1; column < half_x; ++column) rows[shape.period_x - column] = rows[column];
      along_x.forward(rows.data());
      double* const to = &symbol_[row * symbol_stride_];
      double* const next = &symbol_[std::min(row + 1, half_y) * symbol_stride_];
      for (std::size_t kx = 0; kx < symbol_stride_; ++kx) next[kx] = kx < frequencies_ ? rows[kx].imag() : 0;
      for (std::size_t kx = 0; kx < symbol_stride_; ++kx) to[kx] = kx < frequencies_ ? rows[kx].real() : 0;
    }

    LargeArray<Complex> pair(aligned_length(shape.period_y) * kColumns / 2);
#pragma omp for schedule(dynamic, 1)
    for (std::size_t block = 0; block < symbol_stride_; block += kColumns) {
      const std::size_t length = aligned_length(shape.period_y);
      for (std::size_t row = 0; row <= half_y; ++row) {
        const double* const from = &symbol_[row * symbol_stride_ + block];
        for (std::size_t c = 0; c < kColumns / 2; ++c) pair[c * length + row] = {from[2 * c], from[2 * c + 1]};
      }
      for (std::size_t c = 0; c < kColumns / 2; ++c) {
        Complex* const column = &pair[c * length];
        for (std::size_t row = 1; row < half_y; ++row) column[shape.period_y - row] = column[row];
        along_y.forward(column);
      }
      for (std::size_t ky = 0; ky <= half_y; ++ky) {
        double* const to = &symbol_[ky * symbol_stride_ + block];
        const double fy = radians(ky, shape.period_y);
        for (std::size_t c = 0; c < kColumns; ++c) {
          const std::size_t kx = block + c;
          const double fx = radians(kx, shape.period_x);
          const bool nothing = kx >= frequencies_ || fx * fx + fy * fy > highest * highest;
          const Complex both = pair[c / 2 * length + ky];
          to[c] =
              nothing ? 0 : (c % 2 == 0 ? both.real() : both.imag()) * undo_x[kx] * undo_y[ky] / period_x / period_y;
        }
      }
    }
  }
}

void Mesh::convolve(double* nodes, int threads) const {
  const Fft along_x(shape_.period_x);
  const Fft along_y(shape_.period_y);
  const std::size_t rows = shape_.rows;
  const std::size_t stride = shape_.stride();
  const std::size_t half_y = shape_.period_y / 2;
  const std::size_t length = aligned_length(shape_.period_y);
  // The spectrum of a row, as far as anything is left of it, fits into the row's own memory.
  const auto row_of = [&](std::size_t row) { return reinterpret_cast<Complex*>(nodes + row * stride); };

#pragma omp parallel num_threads(threads)
  {
    // Rows go in pairs, a + i b. Of the transform F, a has (F(k) + F*(-k)) / 2 and b has (F(k) - F*(-k)) / 2i.
    LargeArray<Complex> pair(shape_.period_x);
#pragma omp for schedule(dynamic, 8)
    for (std::size_t row = 0; row < rows; row += 2) {
      const double* const a = nodes + row * stride;
      const double* const b = row + 1 < rows ? a + stride : nullptr;
      for (std::size_t column = 0; column < shape_.period_x; ++column) {
        pair[column] = {a[column], b == nullptr ? 0 : b[column]};
      }
      along_x.forward(pair.data());
      Complex* const of_a = row_of(row);
      Complex* const of_b = b == nullptr ? nullptr : row_of(row + 1);
      for (std::size_t k = 0; k < frequencies_; ++k) {
        const Complex f = pair[k];
        const Complex g = std::conj(pair[k == 0 ? 0 : shape_.period_x - k]);
        const Complex sum = 0.5 * (f + g);
        const Complex difference = 0.5 * (f - g);
        of_a[k] = sum;
        if (of_b != nullptr) of_b[k] = {difference.imag(), -difference.real()};
      }
    }

    LargeArray<Complex> columns(kColumns * length);
#pragma omp for schedule(dynamic, 1)
    for (std::size_t block = 0; block < frequencies_; block += kColumns) {
      const std::size_t count = std::min(kColumns, frequencies_ - block);
      for (std::size_t row = 0; row < rows; ++row) {
        const Complex* const from = row_of(row) + block;
        prefetch(row_of(std::min(rows - 1, row + kAhead)) + block);
        for (std::size_t c = 0; c < count; ++c) columns[c * length + row] = from[c];
      }
      for (std::size_t c = 0; c < count; ++c) {
        Complex* const column = &columns[c * length];
        std::fill(column + rows, column + shape_.period_y, Complex(0));
        along_y.forward(column);
        // The way back is the forward transform of the conjugate, conjugated.
        const double* const factor = &symbol_[block + c];
        for (std::size_t ky = 0; ky <= half_y; ++ky) {
          column[ky] = std::conj(column[ky]) * factor[ky * symbol_stride_];
        }
        for (std::size_t ky = half_y + 1; ky < shape_.period_y; ++ky) {
          column[ky] = std::conj(column[ky]) * factor[(shape_.period_y - ky) * symbol_stride_];
        }
        along_y.forward(column);
      }
      for (std::size_t row = 0; row < rows; ++row) {
        Complex* const to = row_of(row) + block;
        prefetch(row_of(std::min(rows - 1, row + kAhead)) + block);
        for (std::size_t c = 0; c < count; ++c) to[c] = std::conj(columns[c * length + row]);
      }
    }

    // And back: of a + i b the transform is A(k) + i B(k), and A*(-k) + i B*(-k) at negative k. Conjugated again.
#pragma omp for schedule(dynamic, 8)
    for (std::size_t row = 0; row < rows; row += 2) {
      double* const a = nodes + row * stride;
      double* const b = row + 1 < rows ? a + stride : nullptr;
      const Complex* const of_a = row_of(row);
      const Complex* const of_b = b == nullptr ? nullptr : row_of(row + 1);
      std::fill(pair.begin() + static_cast<std::ptrdiff_t>(frequencies_), pair.end(), Complex(0));
      for (std::size_t k = 0; k < frequencies_; ++k) {
        const Complex in_a = of_a[k];
        const Complex in_b = of_b == nullptr ? Complex(0) : of_b[k];
        pair[k] = {in_a.real() - in_b.imag(), -in_a.imag() - in_b.real()};
        if (k > 0) pair[shape_.period_x - k] = {in_a.real() + in_b.imag(), in_a.imag() - in_b.real()};
      }
      along_x.forward(pair.data());
      for (std::size_t column = 0; column < shape_.period_x; ++column) a[column] = pair[column].real();
      if (b == nullptr) continue;
      for (std::size_t column = 0; column < shape_.period_x; ++column) b[column] = -pair[column].imag();
    }
  }
}

std::vector<double> Mesh::response(std::size_t size, int threads) const {
  const auto cosines = [](std::size_t period) {
    std::vector<double> table(period);
    for (std::size_t k = 0; k < period; ++k) table[k] = std::cos(radians(k, period));
    return table;
  };
  const std::vector<double> cosine_x = cosines(shape_.period_x);
  const std::vector<double> cosine_y = cosines(shape_.period_y);
  const std::size_t half_y = shape_.period_y / 2;
  std::vector<double> result(size * size, 0.0);
#pragma omp parallel for num_threads(threads) schedule(static, 1)
  for (std::size_t dy = 0; dy < size; ++dy) {
    std::vector<double> along_x(frequencies_, 0.0);  // summed over the frequencies along y
    for (std::size_t ky = 0; ky <= half_y; ++ky) {
      const double weight = (ky == 0 || ky == half_y ? 1 : 2) * cosine_y[ky * dy % shape_.period_y];
      const double* const factor = &symbol_[ky * symbol_stride_];
      for (std::size_t kx = 0; kx < frequencies_; ++kx) along_x[kx] += weight * factor[kx];
    }
    for (std::size_t kx = 0; kx < frequencies_; ++kx) {
      const double both = kx == 0 || 2 * kx == shape_.period_x ? 1 : 2;
      for (std::size_t dx = 0; dx < size; ++dx) {
        result[dy * size + dx] += both * along_x[kx] * cosine_x[kx * dx % shape_.period_x];
      }
    }
  }
  return result;
}

}  // namespace dscore::p3m
