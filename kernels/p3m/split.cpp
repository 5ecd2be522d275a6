#include "kernels/p3m/split.h"

#include <cmath>
#include <numbers>

#include "kernels/p3m/window.h"

namespace dscore::p3m {
namespace {

/// The integral of the window from 0 to x, over x (so that it is even).
class WindowIntegral {
 public:
  explicit WindowIntegral(double shape)
      : window_(fit_polynomial([&](double z) { return kaiser_bessel(shape, std::sqrt(0.5 * (z + 1))); }, 0)) {
    // window(x) in powers of z = 2 x^2 - 1, integrated in x by Gauss and Legendre's rule over [0, x].
    all_ = over_x(1);
  }
  /// S(x)/x for 0 <= x <= 1.
  double step_over_x(double x) const { return over_x(x) / all_; }

 private:
  double over_x(double x) const {
    constexpr int kNodes = 40;
    static const Gauss kGauss(kNodes);
    double sum = 0;
    for (int k = 0; k < kNodes; ++k) {
      const double y = x * kGauss.node[k];
      sum += kGauss.weight[k] * evaluate(window_, 2 * y * y - 1);
    }
    return sum;
  }

  /// Nodes and weights of Gauss and Legendre on [0, 1], by Newton's method on the Legendre polynomial.
  struct Gauss {
    std::vector<double> node, weight;
    explicit Gauss(int n) {
      for (int k = 0; k < n; ++k) {
        double x = std::cos(std::numbers::pi * (k + 0.75) / (n + 0.5));
        double slope = 1;
        for (int step = 0; step < 8; ++step) {
          double before = 1;
          double now = x;
          for (int m = 2; m <= n; ++m) {
            const double next = ((2 * m - 1) * x * now - (m - 1) * before) / m;
            before = now;
            now = next;
          }
          slope = n * (x * now - before) / (x * x - 1);
          x -= now / slope;
        }
        node.push_back(0.5 * (x + 1));
        weight.push_back(1 / ((1 - x * x) * slope * slope));
      }
    }
  };

  std::vector<double> window_;
  double all_;
};

/// 1 - S2(x), S2 = (1 + S(y)) / 2 with y = 2 x - 1 and S odd.
double step_down(const WindowIntegral& integral, double x) {
  const double y = 2 * x - 1;
  return 0.5 * (1 - y * integral.step_over_x(std::fabs(y)));
}

}  // namespace

std::vector<double> near_polynomial(ThresholdRule rule, double reach, double error) {
  const WindowIntegral integral(reach);
  if (near_is_product(rule)) {
    return fit_polynomial([&](double z) { return step_down(integral, 0.5 * (z + 1)); }, error);
  }
  return fit_polynomial([&](double z) { return integral.step_over_x(std::sqrt(0.5 * (z + 1))); }, error);
}

double Smooth::operator()(double d) const {
  return with_rule(rule_, [&](auto rule) {
    return smooth_value<rule()>(d, threshold_, cutoff_, polynomial_.data(), polynomial_.size());
  });
}

void Smooth::add_far(double y_m, double step_m, std::size_t first, std::size_t last, double* to,
                     std::ptrdiff_t direction) const {
  with_rule(rule_, [&](auto rule) {
    for (std::size_t k = first; k < last; ++k) {
      const double x = static_cast<double>(k) * step_m;
      to[direction * static_cast<std::ptrdiff_t>(k)] += far_value<rule()>(x * x + y_m * y_m, threshold_);
    }
  });
}

StepDown::StepDown(double shape) {
  const WindowIntegral integral(shape);
  polynomial_ = fit_polynomial([&](double z) { return step_down(integral, 0.5 * (z + 1)); }, 0);
}

}  // namespace dscore::p3m
