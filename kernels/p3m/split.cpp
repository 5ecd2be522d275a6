#include "kernels/p3m/split.h"

#include <cmath>
#include <numbers>

#include "kernels/p3m/window.h"

namespace dscore::p3m {
namespace {

/// Nodes and weights of a rule of integration over [0, 1].
struct Quadrature {
  std::vector<double> node, weight;

  template <class F>
  double of(const F& f) const {
    double sum = 0;
    for (std::size_t k = 0; k < node.size(); ++k) sum += weight[k] * f(node[k]);
    return sum;
  }
};

/// Gauss and Legendre's, by Newton's method on the Legendre polynomial.
const Quadrature& gauss() {
  static const Quadrature kGauss = [] {
    constexpr int n = 40;
    Quadrature rule;
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
      rule.node.push_back(0.5 * (x + 1));
      rule.weight.push_back(1 / ((1 - x * x) * slope * slope));
    }
    return rule;
  }();
  return kGauss;
}

/// For u^(a-1) times a smooth function: by tanh and sinh (Takahasi & Mori 1974), u = 1 / (1 + exp(-pi sinh s)).
Quadrature with_power(double a) {
  constexpr double kStep = 1.0 / 16;
  Quadrature rule;
  for (int k = -128; k <= 64; ++k) {
    const double s = k * kStep;
    const double e = std::exp(-std::numbers::pi * std::sinh(s));
    const double log_u = -std::log1p(e);  // of a u that may be too small for a number
    const double u = std::exp(std::isfinite(log_u) ? log_u : std::numbers::pi * std::sinh(s));
    const double slope = std::numbers::pi * std::cosh(s) * e / (1 + e);  // du/ds over u
    const double weight =
        kStep * (std::isfinite(e) ? slope * std::exp(a * log_u)
                                  : std::numbers::pi * std::cosh(s) * std::exp(a * std::numbers::pi * std::sinh(s)));
    if (weight > 0) {
      rule.node.push_back(u);
      rule.weight.push_back(weight);
    }
  }
  return rule;
}

/// The window, in powers of z = 2 x^2 - 1.
class Window {
 public:
  explicit Window(double shape)
      : powers_(fit_polynomial([&](double z) { return kaiser_bessel(shape, std::sqrt(0.5 * (z + 1))); }, 0)) {}
  double operator()(double x) const { return evaluate(powers_, 2 * x * x - 1); }

 private:
  std::vector<double> powers_;
};

/// The window's integral from 0 to x over that from 0 to 1, over x (so that it is even).
class WindowIntegral {
 public:
  explicit WindowIntegral(double shape) : window_(shape), all_(over_x(1)) {}
  double step_over_x(double x) const { return over_x(x) / all_; }

 private:
  double over_x(double x) const {
    return gauss().of([&](double u) { return window_(u * x); });
  }

  Window window_;
  double all_;
};

/// 1 - S2(x), S2 = (1 + S(y)) / 2 with y = 2 x - 1 and S odd.
double step_down(const WindowIntegral& integral, double x) {
  const double y = 2 * x - 1;
  return 0.5 * (1 - y * integral.step_over_x(std::fabs(y)));
}

/// The smooth part of x^-a, 0 <= x <= 1.
class SmoothPower {
 public:
  SmoothPower(double shape, double a) : window_(shape), rule_(a == 1 ? gauss() : with_power(a)), all_(at(1)) {}
  double operator()(double x) const { return at(x) / all_; }

 private:
  double at(double x) const {
    return rule_.of([&](double u) { return window_(u * x); });
  }

  Window window_;
  Quadrature rule_;
  double all_;
};

/// The smooth part of exp(-l x) over exp(-l), 0 <= x <= 1.
class SmoothExponential {
 public:
  SmoothExponential(double shape, double l) : window_(shape), l_(l) {
    all_ = between(0, 1, [&](double y) { return std::exp(l_ * (y - 1)) + std::exp(-l_ * (y + 1)); });
  }
  double operator()(double x) const {
    const auto decay = [&](double y) { return std::exp(-l_ * std::fabs(x - y)); };
    return (between(-1, 0, decay) + between(0, x, decay) + between(x, 1, decay)) / all_;
  }

 private:
  /// The integral of f times the window.
  template <class F>
  double between(double from, double to, const F& f) const {
    return (to - from) * gauss().of([&](double u) {
      const double y = from + u * (to - from);
      return f(y) * window_(y);
    });
  }

  Window window_;
  double l_;
  double all_;  ///< of the window times 2 cosh(l y) exp(-l) over [0, 1]
};

}  // namespace

std::vector<double> near_polynomial(const PairSettings& settings, double cutoff_m, double reach, double error) {
  if (near_is_product(settings.rule)) {
    const WindowIntegral integral(reach);
    return fit_polynomial([&](double z) { return step_down(integral, 0.5 * (z + 1)); }, error);
  }
  const double a = settings.decay.parameter;
  if (settings.decay.shape == DecayShape::exponential) {
    const SmoothExponential smooth(reach, a * cutoff_m);
    return fit_polynomial([&](double z) { return smooth(std::sqrt(0.5 * (z + 1))); }, error);
  }
  const SmoothPower smooth(reach, a);
  return fit_polynomial([&](double z) { return smooth(std::sqrt(0.5 * (z + 1))); }, error);
}

double Smooth::operator()(double d) const {
  return with_rule(settings_.rule, [&](auto rule) {
    return with_decay<double>(settings_.decay, [&](auto g) {
      return smooth_value<rule()>(d, threshold_, cutoff_, polynomial_.data(), polynomial_.size(), g);
    });
  });
}

StepDown::StepDown(double shape) {
  const WindowIntegral integral(shape);
  polynomial_ = fit_polynomial([&](double z) { return step_down(integral, 0.5 * (z + 1)); }, 0);
}

}  // namespace dscore::p3m
