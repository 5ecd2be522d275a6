#pragma once
// Polynomials fitted to smooth functions, for kernels that evaluate them millions of times.

#include <functional>
#include <vector>

namespace dscore::p3m {

/// Powers of z, lowest first: f(z) is within `error` times max |f| of sum c_k z^k on [-1, 1]. The degree is the lowest
/// that a Chebyshev series of f needs, at most 63 (a function that needs more is fitted less well). Errors below 1e-14
/// are not reached. For functions whose series falls faster than 2.4^-k, so that powers lose no digits.
std::vector<double> fit_polynomial(const std::function<double(double)>& f, double error);

/// The polynomial at z (Horner).
inline double evaluate(const std::vector<double>& powers, double z) {
  double value = 0;
  for (std::size_t k = powers.size(); k-- > 0;) value = value * z + powers[k];
  return value;
}

}  // namespace dscore::p3m
