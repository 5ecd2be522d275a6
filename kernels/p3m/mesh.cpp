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

/// Complex numbers from one column to the next: each begins aligned, and an odd number of cache lines after the one
/// before, so that a row of columns does not fall on the same few places of the cache.
std::size_t aligned_length(std::size_t n) { return ((n + 3) / 4 | 1) * 4; }

void prefetch(const Complex* block) {
  for (std::size_t c = 0; c < kColumns; c += 4) __builtin_prefetch(block + c, 1);
}

double radians(std::size_t frequency, std::size_t period) {
  return 2 * pi * static_cast<double>(frequency) / static_cast<double>(period);
}

}  // namespace

std::size_t frequencies_up_to(double highest, std::size_t period) {
  const double found = highest * static_cast<double>(period) / (2 * pi);
  return std::min(period / 2 - 1, static_cast<std::size_t>(std::lround(found))) + 1;
}

void Mesh::set(const MeshShape& shape, const MeshWindow& window, const Smooth& smooth, double highest,
               double fade_shape, int threads) {
  shape_ = shape;
  const Fft along_x(shape.period_x);
  const Fft along_y(shape.period_y);
  frequencies_x_ = frequencies_up_to(highest, shape.period_x);
  frequencies_y_ = frequencies_up_to(highest, shape.period_y);
  const std::size_t half_x = shape.period_x / 2;
  const std::size_t half_y = shape.period_y / 2;
  const std::size_t blocks = (frequencies_x_ + kColumns - 1) / kColumns;
  const Samples samples(shape, smooth, fade_shape);
  std::vector<double> undo_x = window.undo_spreading(frequencies_x_, shape.period_x);
  std::vector<double> undo_y = window.undo_spreading(frequencies_y_, shape.period_y);
  undo_x.resize(blocks * kColumns, 0.0);
  for (double& factor : undo_y) factor /= static_cast<double>(shape.period_x) * static_cast<double>(shape.period_y);
  symbol_stride_ = half_y + 1;
  symbol_.resize(blocks * kColumns * symbol_stride_);

#pragma omp parallel num_threads(threads)
  {
    // Two even real rows, or columns, go as one complex one: the transform of either is real. A block of columns is
    // first kept row by row, and then, in the same memory, column by column.
    LargeArray<Complex> rows(shape.period_x);
    LargeArray<Complex> spectrum(std::max(shape.period_x, shape.period_y) + kColumns, Complex(0));
    LargeArray<double> one(samples.length());
    LargeArray<double> other(samples.length());
#pragma omp for schedule(dynamic, 4)
    for (std::size_t row = 0; row <= half_y; row += 2) {
      const std::size_t next = std::min(row + 1, half_y);
      samples.row(row, one.data());
      samples.row(next, other.data());
      for (std::size_t column = 0; column <= half_x; ++column) rows[column] = {one[column], other[column]};
      for (std::size_t column = 1; column < half_x; ++column) rows[shape.period_x - column] = rows[column];
      along_x.forward(rows.data(), spectrum.data());
      for (std::size_t block = 0; block < blocks; ++block) {
        const Complex* const from = &spectrum[block * kColumns];
        double* const to = &symbol_[block * kColumns * symbol_stride_];
        for (std::size_t c = 0; c < kColumns; ++c) to[next * kColumns + c] = from[c].imag();
        for (std::size_t c = 0; c < kColumns; ++c) to[row * kColumns + c] = from[c].real();
      }
    }

    const std::size_t length = aligned_length(shape.period_y);
    LargeArray<Complex> pairs(length * kColumns / 2);
#pragma omp for schedule(dynamic, 1)
    for (std::size_t block = 0; block < blocks; ++block) {
      double* const columns = &symbol_[block * kColumns * symbol_stride_];
      for (std::size_t row = 0; row <= half_y; ++row) {
        const double* const from = columns + row * kColumns;
        for (std::size_t c = 0; c < kColumns / 2; ++c) pairs[c * length + row] = {from[2 * c], from[2 * c + 1]};
      }
      for (std::size_t c = 0; c < kColumns; c += 2) {
        Complex* const pair = &pairs[c / 2 * length];
        for (std::size_t row = 1; row < half_y; ++row) pair[shape.period_y - row] = pair[row];
        along_y.forward(pair, spectrum.data());
        const double undo = undo_x[block * kColumns + c];
        const double undo_next = undo_x[block * kColumns + c + 1];
        double* const to = columns + c * symbol_stride_;
        for (std::size_t ky = 0; ky < frequencies_y_; ++ky) {
          to[ky] = spectrum[ky].real() * undo * undo_y[ky];
          to[symbol_stride_ + ky] = spectrum[ky].imag() * undo_next * undo_y[ky];
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
  const std::size_t length = aligned_length(shape_.period_y);
  // The spectrum of a row, as far as anything is left of it, fits into the row's own memory.
  const auto row_of = [&](std::size_t row) { return reinterpret_cast<Complex*>(nodes + row * stride); };

#pragma omp parallel num_threads(threads)
  {
    // Rows go in pairs, a + i b. Of the transform F, a has (F(k) + F*(-k)) / 2 and b has (F(k) - F*(-k)) / 2i.
    LargeArray<Complex> pair(shape_.period_x);
    LargeArray<Complex> spectrum(std::max(shape_.period_x, shape_.period_y));
#pragma omp for schedule(dynamic, 8)
    for (std::size_t row = 0; row < rows; row += 2) {
      const double* const a = nodes + row * stride;
      const double* const b = row + 1 < rows ? a + stride : nullptr;
      for (std::size_t column = 0; column < shape_.columns; ++column) {
        pair[column] = {a[column], b == nullptr ? 0 : b[column]};
      }
      std::fill(pair.begin() + static_cast<std::ptrdiff_t>(shape_.columns), pair.end(), Complex(0));
      along_x.forward(pair.data(), spectrum.data());
      Complex* const of_a = row_of(row);
      Complex* const of_b = b == nullptr ? nullptr : row_of(row + 1);
      for (std::size_t k = 0; k < frequencies_x_; ++k) {
        const Complex f = spectrum[k];
        const Complex g = std::conj(spectrum[k == 0 ? 0 : shape_.period_x - k]);
        const Complex sum = 0.5 * (f + g);
        const Complex difference = 0.5 * (f - g);
        of_a[k] = sum;
        if (of_b != nullptr) of_b[k] = {difference.imag(), -difference.real()};
      }
    }

    LargeArray<Complex> columns(kColumns * length);
#pragma omp for schedule(dynamic, 1)
    for (std::size_t block = 0; block < frequencies_x_; block += kColumns) {
      const std::size_t count = std::min(kColumns, frequencies_x_ - block);
      for (std::size_t row = 0; row < rows; ++row) {
        const Complex* const from = row_of(row) + block;
        prefetch(row_of(std::min(rows - 1, row + kAhead)) + block);
        for (std::size_t c = 0; c < count; ++c) columns[c * length + row] = from[c];
      }
      for (std::size_t c = 0; c < count; ++c) {
        Complex* const column = &columns[c * length];
        std::fill(column + rows, column + shape_.period_y, Complex(0));
        along_y.forward(column, spectrum.data());
        // The way back is the forward transform of the conjugate, conjugated.
        const double* const factor = &symbol_[(block + c) * symbol_stride_];
        for (std::size_t ky = 0; ky < frequencies_y_; ++ky) spectrum[ky] = std::conj(spectrum[ky]) * factor[ky];
        std::fill(&spectrum[frequencies_y_], &spectrum[shape_.period_y - frequencies_y_] + 1, Complex(0));
        for (std::size_t ky = 1; ky < frequencies_y_; ++ky) {
          Complex& negative = spectrum[shape_.period_y - ky];
          negative = std::conj(negative) * factor[ky];
        }
        along_y.forward(spectrum.data(), column);
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
      std::fill(pair.begin() + static_cast<std::ptrdiff_t>(frequencies_x_), pair.end(), Complex(0));
      for (std::size_t k = 0; k < frequencies_x_; ++k) {
        const Complex in_a = of_a[k];
        const Complex in_b = of_b == nullptr ? Complex(0) : of_b[k];
        pair[k] = {in_a.real() - in_b.imag(), -in_a.imag() - in_b.real()};
        if (k > 0) pair[shape_.period_x - k] = {in_a.real() + in_b.imag(), in_a.imag() - in_b.real()};
      }
      along_x.forward(pair.data(), spectrum.data());
      for (std::size_t column = 0; column < shape_.columns; ++column) a[column] = spectrum[column].real();
      if (b == nullptr) continue;
      for (std::size_t column = 0; column < shape_.columns; ++column) b[column] = -spectrum[column].imag();
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
  // First over the frequencies along y: [frequency x][dy], and [frequency y][dy] the cosines for it.
  constexpr std::size_t kMost = MeshWindow::kMaxWidth;
  std::vector<double> weight_y(frequencies_y_ * kMost);
  for (std::size_t ky = 0; ky < frequencies_y_; ++ky) {
    for (std::size_t dy = 0; dy < kMost; ++dy) {
      weight_y[ky * kMost + dy] = (ky == 0 ? 1 : 2) * cosine_y[ky * dy % shape_.period_y];
    }
  }
  std::vector<double> along_x(frequencies_x_ * kMost);
#pragma omp parallel for num_threads(threads)
  for (std::size_t kx = 0; kx < frequencies_x_; ++kx) {
    std::array<double, kMost> sum{};
    const double* const factor = &symbol_[kx * symbol_stride_];
    for (std::size_t ky = 0; ky < frequencies_y_; ++ky) {
      for (std::size_t dy = 0; dy < kMost; ++dy) sum[dy] += factor[ky] * weight_y[ky * kMost + dy];
    }
    std::copy(sum.begin(), sum.end(), &along_x[kx * kMost]);
  }
  std::vector<double> result(size * size, 0.0);
  for (std::size_t kx = 0; kx < frequencies_x_; ++kx) {
    for (std::size_t dx = 0; dx < size; ++dx) {
      const double weight = (kx == 0 ? 1 : 2) * cosine_x[kx * dx % shape_.period_x];
      for (std::size_t dy = 0; dy < size; ++dy) result[dy * size + dx] += weight * along_x[kx * kMost + dy];
    }
  }
  return result;
}

}  // namespace dscore::p3m
