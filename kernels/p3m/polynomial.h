#pragma once
// Polynomials fitted to smooth functions, for kernels that evaluate them millions of times.

#include <functional>
#include <vector>

#include "kernels/pair.h"  // DSCORE_HD

namespace dscore::p3m {

inline constexpr int kMaxFittedPowers = 64;

/// Powers of z, lowest first: f(z) is within `error` times max |f| of sum c_k z^k on [-1, 1]. The degree is the lowest
/// that a Chebyshev series of f needs, at most kMaxFittedPowers - 1 (a function that needs more is fitted less well).
/// Errors below 1e-14 are not reached. For functions whose series falls faster than 2.4^-k, so that powers lose no
/// digits.
std::vector<double> fit_polynomial(const std::function<double(double)>& f, double error);

/// The polynomial at z (Horner).
DSCORE_HD inline double evaluate(const double* powers, std::size_t count, double z) {
  double value = 0;
  for (std::size_t k = count; k-- > 0;) value = value * z + powers[k];
  return value;
}
inline double evaluate(const std::vector<double>& powers, double z) {
  return evaluate(powers.data(), powers.size(), z);
}

}  // namespace dscore::p3m
