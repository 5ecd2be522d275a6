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

constexpr std::size_t kColumns = 8;  ///< transformed together: a row's part of them is two cache lines

/// Complex numbers from one column to the next, so that each begins aligned.
std::size_t aligned_length(std::size_t n) { return (n + 3) / 4 * 4; }

double radians(std::size_t frequency, std::size_t period) {
  return 2 * pi * static_cast<double>(frequency) / static_cast<double>(period);
}

/// 1 / transform^2 of the window at frequencies 0 .. count - 1 of a period.
std::vector<double> undo_spreading(const MeshWindow& window, std::size_t count, std::size_t period) {
  std::vector<double> factor(count);
  for (std::size_t k = 0; k < count; ++k) factor[k] = std::pow(window.transform(radians(k, period)), -2);
  return factor;
}

}  // namespace

void Mesh::set(const MeshShape& shape, const MeshWindow& window, const Smooth& smooth, double highest,
               double fade_shape, int threads) {
  shape_ = shape;
  const Fft along_x(shape.period_x);
  const Fft along_y(shape.period_y);
  const auto period_x = static_cast<double>(shape.period_x);
  const auto period_y = static_cast<double>(shape.period_y);
  frequencies_ = std::min(shape.period_x / 2, static_cast<std::size_t>(highest * period_x / (2 * pi))) + 1;
  symbol_stride_ = (frequencies_ + kColumns - 1) / kColumns * kColumns;
  const std::size_t half_x = shape.period_x / 2;
  const std::size_t half_y = shape.period_y / 2;
  const Samples samples(shape, smooth, fade_shape);
  const std::vector<double> undo_x = undo_spreading(window, frequencies_, shape.period_x);
  const std::vector<double> undo_y = undo_spreading(window, half_y + 1, shape.period_y);
  symbol_.resize((half_y + 1) * symbol_stride_);

#pragma omp parallel num_threads(threads)
  {
    LargeArray<double> real(shape.period_x);
    LargeArray<Complex> spectrum(half_x + 1);
#pragma omp for schedule(dynamic, 8)
    for (std::size_t row = 0; row <= half_y; ++row) {
      samples.row(row, real.data());
      for (std::size_t column = 1; column < half_x; ++column) real[shape.period_x - column] = real[column];
      along_x.real_forward(real.data(), spectrum.data());
      double* const to = &symbol_[row * symbol_stride_];
      for (std::size_t kx = 0; kx < frequencies_; ++kx) to[kx] = spectrum[kx].real();  // of an even function: real
      std::fill(to + frequencies_, to + symbol_stride_, 0.0);
    }

    // Two even real columns go as one complex one.
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
        along_y.complex_forward(column);
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
  const std::size_t half_x = shape_.period_x / 2;
  const std::size_t half_y = shape_.period_y / 2;
  const std::size_t length = aligned_length(shape_.period_y);
  // The spectrum of a row, as far as anything is left of it, fits into the row's own memory.
  const auto row_of = [&](std::size_t row) { return reinterpret_cast<Complex*>(nodes + row * stride); };

#pragma omp parallel num_threads(threads)
  {
    LargeArray<Complex> spectrum(half_x + 1);
#pragma omp for schedule(dynamic, 16)
    for (std::size_t row = 0; row < rows; ++row) {
      along_x.real_forward(nodes + row * stride, spectrum.data());
      std::copy_n(spectrum.begin(), frequencies_, row_of(row));
    }

    LargeArray<Complex> columns(kColumns * length);
#pragma omp for schedule(dynamic, 1)
    for (std::size_t block = 0; block < frequencies_; block += kColumns) {
      const std::size_t count = std::min(kColumns, frequencies_ - block);
      for (std::size_t row = 0; row < rows; ++row) {
        const Complex* const from = row_of(row) + block;
        for (std::size_t c = 0; c < count; ++c) columns[c * length + row] = from[c];
      }
      for (std::size_t c = 0; c < count; ++c) {
        Complex* const column = &columns[c * length];
        std::fill(column + rows, column + shape_.period_y, Complex(0));
        along_y.complex_forward(column);
        // The way back is the forward transform of the conjugate, conjugated.
        const double* const factor = &symbol_[block + c];
        for (std::size_t ky = 0; ky <= half_y; ++ky) {
          column[ky] = std::conj(column[ky]) * factor[ky * symbol_stride_];
        }
        for (std::size_t ky = half_y + 1; ky < shape_.period_y; ++ky) {
          column[ky] = std::conj(column[ky]) * factor[(shape_.period_y - ky) * symbol_stride_];
        }
        along_y.complex_forward(column);
      }
      for (std::size_t row = 0; row < rows; ++row) {
        Complex* const to = row_of(row) + block;
        for (std::size_t c = 0; c < count; ++c) to[c] = std::conj(columns[c * length + row]);
      }
    }

#pragma omp for schedule(dynamic, 16)
    for (std::size_t row = 0; row < rows; ++row) {
      std::copy_n(row_of(row), frequencies_, spectrum.begin());
      std::fill(spectrum.begin() + static_cast<std::ptrdiff_t>(frequencies_), spectrum.end(), Complex(0));
      along_x.real_backward(spectrum.data(), nodes + row * stride);
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
