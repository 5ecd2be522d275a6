#pragma once
// The mesh: masses at its nodes in, the smooth part's sums at its nodes out, by Fourier transforms in free space.
//
// Free space: the smooth part is sampled at all displacements that two points may have along either axis, and faded
// over the rest of the period (Hockney & Eastwood 1988; the smooth counterpart of Vico, Greengard & Ferrando 2016).
// Dividing its transform by the window's, squared, undoes the spreading of points on both sides.

#include <complex>
#include <cstddef>
#include <type_traits>
#include <vector>

#include "kernels/fft.h"
#include "kernels/large_array.h"
#include "kernels/p3m/split.h"
#include "kernels/p3m/window.h"

namespace dscore::p3m {

/// Where the nodes are. A point (x, y) metres from the origin, the smallest coordinates, is spread over `width` columns
/// from ceil(x / step) on, and as many rows.
struct MeshShape {
  double step_m = 0;
  std::size_t rows = 0;                         ///< that points are spread over
  std::size_t columns = 0;                      ///< likewise
  std::size_t period_x = 0, period_y = 0;       ///< nodes of the transforms, zeros included
  double fade_from_x_m = 0, fade_from_y_m = 0;  ///< no two points are farther apart along this axis

  /// Numbers of T from one row to the next: whole vectors, and room for a window's last one. The same memory for any T.
  template <class T = double>
  std::size_t stride() const {
    constexpr std::size_t kInDouble = std::is_same_v<T, float> ? 2 : 1;
    return (period_x + 2 * MeshWindow::kMaxWidth + 7) / 8 * 8 * kInDouble;
  }
  /// Memory of the nodes and of the transformed smooth part.
  double bytes() const {
    return sizeof(double) * (static_cast<double>(rows * stride()) + 0.25 * static_cast<double>(period_x * period_y));
  }
  bool operator==(const MeshShape&) const = default;
};

/// Frequencies of a period up to `highest` radians per step, 0 included; to the nearest, as it is a sum that stands for
/// an integral up to there. (In a narrow mesh, which has few, that is a digit.)
std::size_t frequencies_up_to(double highest, std::size_t period);

/// Sums at the nodes, and what the roundings of FP32 leave in those of each row: about the root mean square (no rows:
/// FP64, which leaves nothing that counts).
template <class Real>
struct MeshSums {
  const Real* nodes = nullptr;  ///< stride<Real>() from one row to the next
  std::vector<double> error_of_row;
};

class Mesh {
 public:
  /// Samples and transforms the smooth part. highest: radians per step beyond which it has nothing along either axis;
  /// fade_shape: of the fading's window. May be called again: memory is kept.
  void set(const MeshShape& shape, const MeshWindow& window, const Smooth& smooth, double highest, double fade_shape,
           int threads);

  const MeshShape& shape() const { return shape_; }
  /// Masses (FP64: many are added up at a node) become sums at the nodes, in the same memory: rows x columns of them,
  /// and zeros as far as a window's last vectors reach. What else the rows have room for is overwritten. Real: double
  /// or float, of the sums and of all transforms but those of the lowest frequencies.
  template <class Real>
  MeshSums<Real> convolve(double* nodes, int threads) const;
  /// What a unit mass at one node gives to the node dx columns and dy rows away, for 0 <= dx, dy < size; [dy][dx].
  std::vector<double> response(std::size_t size, int threads) const;

 private:
  MeshShape shape_;
  std::size_t frequencies_x_ = 0, frequencies_y_ = 0;  ///< that anything is left of
  std::size_t symbol_stride_ = 0;                      ///< at least frequencies_y_
  LargeArray<double> symbol_;                          ///< [frequency x][frequency y]; divided by period_x period_y
  double gain_of_row_ = 0;  ///< the root mean square of a row's sums over that of its masses, if those were noise
};

}  // namespace dscore::p3m
