#pragma once
// The Kaiser-Bessel window: compact in space, and all but compact in frequency. It serves twice: spread over the mesh
// it carries points to nodes and back, and its integral is the step that splits f.
//
// Source: Kaiser & Schafer 1980; Barnett, Magland & af Klinteberg 2019 (SIAM J. Sci. Comput. 41, C479) for meshes.

#include <cstddef>
#include <vector>

#include "kernels/large_array.h"
#include "kernels/p3m/polynomial.h"

namespace dscore::p3m {

/// sinh(sqrt(s)) / sqrt(s), and for negative s the sine that it becomes.
double sinhc_of_square(double s);

/// e^-x I0(x) for 0 <= x <= 100, I0 the modified Bessel function, to about 1e-16.
double bessel_i0_scaled(double x);

/// The window I0(shape sqrt(1 - x^2)) / I0(shape) on [-1, 1], 0 outside.
double kaiser_bessel(double shape, double x);

/// Its Fourier transform, the integral of window(x) cos(frequency x), divided by its value at 0.
double kaiser_bessel_transform(double shape, double frequency);

/// The window over `width` nodes, as polynomials: node j of a point's `width` nearest has the weight
/// sum_k power(k)[j] z^k, where z = 2 (i_0 - u + width/2) - 1 in [-1, 1), u is the point's coordinate in steps of the
/// mesh and i_0 = ceil(u - width/2) its first node.
class MeshWindow {
 public:
  /// width 2..kMaxWidth nodes; weights good to `error`.
  MeshWindow(int width, double shape, double error);

  static constexpr int kMaxWidth = 24;  ///< a whole number of vectors of FP64 of any instruction set
  static constexpr int kMaxPowers = kMaxFittedPowers;
  int width() const { return width_; }
  int degree() const { return degree_; }
  /// (degree + 1) rows of kMaxWidth, highest power first; weights after `width` are 0.
  const LargeArray<double>& powers() const { return powers_; }
  /// The transform of the window in steps of the mesh, at `frequency` radians per step.
  double transform(double frequency) const;
  /// 1 / transform^2 at frequencies 0 .. count - 1 of a period: undoes the spreading of points, there and back.
  std::vector<double> undo_spreading(std::size_t count, std::size_t period) const;

 private:
  int width_;
  double shape_;
  int degree_ = 0;
  LargeArray<double> powers_;
};

}  // namespace dscore::p3m
