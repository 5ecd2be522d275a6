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

constexpr std::size_t kColumns = 16;  ///< transformed together: a row's part of them is whole cache lines
constexpr std::size_t kAhead = 12;    ///< rows whose lines are under way at once: a row is far from the next

/// Complex numbers from one column to the next: each begins aligned, and an odd number of cache lines after the one
/// before, so that a row of columns does not fall on the same few places of the cache.
template <class Number>
std::size_t aligned_length(std::size_t n) {
  constexpr std::size_t kLine = 64 / sizeof(Number);
  return ((n + kLine - 1) / kLine | 1) * kLine;
}

template <class Number>
void prefetch(const Number* block) {
  constexpr std::size_t kLine = 64 / sizeof(Number);
  for (std::size_t c = 0; c < kColumns; c += kLine) __builtin_prefetch(block + c, 1);
}

/// Columns of the mesh's spectra along x, transformed along y while they are in the cache.
template <class Real>
class ColumnBlock {
 public:
  using Number = std::complex<Real>;
  ColumnBlock(const Fft<Real>& along_y, std::size_t period)
      : along_y_(along_y),
        period_(period),
        length_(aligned_length<Number>(period)),
        columns_(kColumns * length_),
        spectrum_(period) {}

  Number* column(std::size_t c) { return &columns_[c * length_]; }

  /// A column of so many rows becomes the conjugate of its convolution, by what frequencies are multiplied with.
  void convolve(std::size_t c, std::size_t rows, const double* symbol, std::size_t frequencies) {
    Number* const at = column(c);
    std::fill(at + rows, at + period_, Number(0));
    along_y_.forward(at, spectrum_.data());
    // The way back is the forward transform of the conjugate, conjugated.
    for (std::size_t ky = 0; ky < frequencies; ++ky) {
      spectrum_[ky] = std::conj(spectrum_[ky]) * static_cast<Real>(symbol[ky]);
    }
    std::fill(&spectrum_[frequencies], &spectrum_[period_ - frequencies] + 1, Number(0));
    for (std::size_t ky = 1; ky < frequencies; ++ky) {
      Number& negative = spectrum_[period_ - ky];
      negative = std::conj(negative) * static_cast<Real>(symbol[ky]);
    }
    along_y_.forward(spectrum_.data(), at);
  }

 private:
  const Fft<Real>& along_y_;
  std::size_t period_, length_;
  LargeArray<Number> columns_;
  LargeArray<Number> spectrum_;
};

/// What a transform in FP32 is off by, over the root mean square of what comes out.
constexpr double kTransformError = 1.3e-7;

/// The sum of value(0) .. value(count - 1), in four parts, which do not wait for each other.
template <class Value>
double sum_of(std::size_t count, const Value& value) {
  std::array<double, 4> sum{};
  std::size_t k = 0;
  for (; k + sum.size() <= count; k += sum.size()) {
    for (std::size_t part = 0; part < sum.size(); ++part) sum[part] += value(k + part);
  }
  for (; k < count; ++k) sum[0] += value(k);
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/// The root of the sum of squares.
template <class Real>
double norm(const Real* values, std::size_t count) {
  return std::sqrt(
      sum_of(count, [&](std::size_t k) { return static_cast<double>(values[k]) * static_cast<double>(values[k]); }));
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
  const Fft<double> along_x(shape.period_x);
  const Fft<double> along_y(shape.period_y);
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
  std::vector<double> row_to_row(blocks * kColumns, 0.0);  // by frequency x

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

    const std::size_t length = aligned_length<Complex>(shape.period_y);
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
        const auto both_signs = [&](const double* of) {  // of a frequency along y
          return 2 * sum_of(frequencies_y_, [&](std::size_t ky) { return of[ky]; }) - of[0];
        };
        row_to_row[block * kColumns + c] = both_signs(to);
        row_to_row[block * kColumns + c + 1] = both_signs(to + symbol_stride_);
      }
    }
  }
  double square = 0;
  for (std::size_t kx = 0; kx < frequencies_x_; ++kx) square += (kx == 0 ? 1 : 2) * row_to_row[kx] * row_to_row[kx];
  gain_of_row_ = std::sqrt(square);
}

template <class Real>
MeshSums<Real> Mesh::convolve(double* nodes, int threads) const {
  using Number = std::complex<Real>;
  constexpr bool in_float = sizeof(Real) < sizeof(double);
  const Fft<Real> along_x(shape_.period_x);
  const Fft<Real> along_y(shape_.period_y);
  const Fft<double> lowest_along_y(shape_.period_y);
  MeshSums<Real> sums{reinterpret_cast<const Real*>(nodes), {}};
  if (in_float) sums.error_of_row.resize(shape_.rows);
  const std::size_t rows = shape_.rows;
  const std::size_t stride = shape_.stride();
  // The spectrum of a row, as far as anything is left of it, fits into the row's own memory.
  const auto row_of = [&](std::size_t row) { return reinterpret_cast<Number*>(nodes + row * stride); };

#pragma omp parallel num_threads(threads)
  {
    // Rows go in pairs, a + i b. Of the transform F, a has (F(k) + F*(-k)) / 2 and b has (F(k) - F*(-k)) / 2i.
    LargeArray<Number> pair(shape_.period_x);
    LargeArray<Number> spectrum(shape_.period_x);
#pragma omp for schedule(dynamic, 8)
    for (std::size_t row = 0; row < rows; row += 2) {
      const double* const a = nodes + row * stride;
      const double* const b = row + 1 < rows ? a + stride : nullptr;
      for (std::size_t column = 0; column < shape_.columns; ++column) {
        pair[column] = Number(a[column], b == nullptr ? 0 : b[column]);
      }
      std::fill(pair.begin() + static_cast<std::ptrdiff_t>(shape_.columns), pair.end(), Number(0));
      if (in_float) {  // a row's own roundings: noise of its norm at all frequencies
        sums.error_of_row[row] = gain_of_row_ * norm(a, shape_.columns);
        if (b != nullptr) sums.error_of_row[row + 1] = gain_of_row_ * norm(b, shape_.columns);
      }
      along_x.forward(pair.data(), spectrum.data());
      Number* const of_a = row_of(row);
      Number* const of_b = b == nullptr ? nullptr : row_of(row + 1);
      for (std::size_t k = 0; k < frequencies_x_; ++k) {
        const Number f = spectrum[k];
        const Number g = std::conj(spectrum[k == 0 ? 0 : shape_.period_x - k]);
        const Number sum = Real(0.5) * (f + g);
        const Number difference = Real(0.5) * (f - g);
        of_a[k] = sum;
        if (of_b != nullptr) of_b[k] = {difference.imag(), -difference.real()};
      }
    }

    // Most of the sums is of the lowest frequencies: their transforms are FP64's.
    ColumnBlock<double> lowest(lowest_along_y, shape_.period_y);
    ColumnBlock<Real> others(along_y, shape_.period_y);
    const auto convolve_columns = [&](auto& block, std::size_t first) {
      const std::size_t count = std::min(kColumns, frequencies_x_ - first);
      for (std::size_t row = 0; row < rows; ++row) {
        const Number* const from = row_of(row) + first;
        prefetch(row_of(std::min(rows - 1, row + kAhead)) + first);
        for (std::size_t c = 0; c < count; ++c) block.column(c)[row] = from[c];
      }
      for (std::size_t c = 0; c < count; ++c) {
        block.convolve(c, rows, &symbol_[(first + c) * symbol_stride_], frequencies_y_);
      }
      for (std::size_t row = 0; row < rows; ++row) {
        Number* const to = row_of(row) + first;
        prefetch(row_of(std::min(rows - 1, row + kAhead)) + first);
        for (std::size_t c = 0; c < count; ++c) to[c] = static_cast<Number>(std::conj(block.column(c)[row]));
      }
    };
#pragma omp for schedule(dynamic, 1)
    for (std::size_t first = 0; first < frequencies_x_; first += kColumns) {
      if (first == 0) {
        convolve_columns(lowest, first);
      } else {
        convolve_columns(others, first);
      }
    }

    // And back: of a + i b the transform is A(k) + i B(k), and A*(-k) + i B*(-k) at negative k. Conjugated again. The
    // mean of a row, which is most of it, is added to what is transformed.
#pragma omp for schedule(dynamic, 8)
    for (std::size_t row = 0; row < rows; row += 2) {
      Real* const a = reinterpret_cast<Real*>(nodes + row * stride);
      Real* const b = row + 1 < rows ? reinterpret_cast<Real*>(nodes + (row + 1) * stride) : nullptr;
      const Number* const of_a = row_of(row);
      const Number* const of_b = b == nullptr ? nullptr : row_of(row + 1);
      std::fill(pair.begin() + static_cast<std::ptrdiff_t>(frequencies_x_), pair.end(), Number(0));
      const Real mean_a = of_a[0].real();
      const Real mean_b = b == nullptr ? 0 : of_b[0].real();
      pair[0] = 0;
      for (std::size_t k = 1; k < frequencies_x_; ++k) {
        const Number in_a = of_a[k];
        const Number in_b = of_b == nullptr ? Number(0) : of_b[k];
        pair[k] = {in_a.real() - in_b.imag(), -in_a.imag() - in_b.real()};
        pair[shape_.period_x - k] = {in_a.real() + in_b.imag(), in_a.imag() - in_b.real()};
      }
      if (in_float) {
        const auto add_noise = [&](std::size_t at, const Number* of) {
          const double rest = std::sqrt(2.0) * norm(reinterpret_cast<const Real*>(of + 1), 2 * (frequencies_x_ - 1));
          sums.error_of_row[at] = kTransformError * std::hypot(sums.error_of_row[at], rest);
        };
        add_noise(row, of_a);
        if (b != nullptr) add_noise(row + 1, of_b);
      }
      along_x.forward(pair.data(), spectrum.data());
      for (std::size_t column = 0; column < shape_.columns; ++column) a[column] = mean_a + spectrum[column].real();
      std::fill_n(a + shape_.columns, MeshWindow::kMaxWidth, Real(0));
      if (b == nullptr) continue;
      for (std::size_t column = 0; column < shape_.columns; ++column) b[column] = mean_b - spectrum[column].imag();
      std::fill_n(b + shape_.columns, MeshWindow::kMaxWidth, Real(0));
    }
  }
  return sums;
}

template MeshSums<double> Mesh::convolve<double>(double* nodes, int threads) const;
template MeshSums<float> Mesh::convolve<float>(double* nodes, int threads) const;

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
