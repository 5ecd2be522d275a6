// FFTW 3 (GPL; see README, Licence). Plans are estimated: measuring costs more than it saves where a transform is done
// once or twice.

#include <fftw3.h>

#include <map>
#include <mutex>
#include <new>

#include "kernels/fft.h"

namespace dscore {
namespace {

struct Plans {
  fftw_plan real_forward, real_backward, complex_forward;
};

fftw_complex* as_fftw(std::complex<double>* data) { return reinterpret_cast<fftw_complex*>(data); }

Plans make_plans(int n) {
  const std::size_t size = sizeof(fftw_complex) * (static_cast<std::size_t>(n) + 1);
  double* const real = static_cast<double*>(fftw_malloc(size));
  auto* const complex = static_cast<fftw_complex*>(fftw_malloc(size));
  if (real == nullptr || complex == nullptr) throw std::bad_alloc();
  const Plans plans{fftw_plan_dft_r2c_1d(n, real, complex, FFTW_ESTIMATE | FFTW_PRESERVE_INPUT),
                    fftw_plan_dft_c2r_1d(n, complex, real, FFTW_ESTIMATE | FFTW_DESTROY_INPUT),
                    fftw_plan_dft_1d(n, complex, complex, FFTW_FORWARD, FFTW_ESTIMATE)};
  fftw_free(real);
  fftw_free(complex);
  return plans;
}

/// FFTW's planner is for one thread at a time; its plans may be used by all.
const Plans& plans_for(std::size_t n) {
  static std::mutex mutex;
  static std::map<std::size_t, Plans> known;
  const std::lock_guard<std::mutex> lock(mutex);
  const auto found = known.find(n);
  if (found != known.end()) return found->second;
  return known.emplace(n, make_plans(static_cast<int>(n))).first->second;
}

fftw_plan as_plan(const void* plan) { return static_cast<fftw_plan>(const_cast<void*>(plan)); }

}  // namespace

Fft::Fft(std::size_t n) : n_(n) {
  const Plans& plans = plans_for(n);
  real_forward_ = plans.real_forward;
  real_backward_ = plans.real_backward;
  complex_forward_ = plans.complex_forward;
}

void Fft::real_forward(const double* in, std::complex<double>* out) const {
  fftw_execute_dft_r2c(as_plan(real_forward_), const_cast<double*>(in), as_fftw(out));
}

void Fft::real_backward(std::complex<double>* in, double* out) const {
  fftw_execute_dft_c2r(as_plan(real_backward_), as_fftw(in), out);
}

void Fft::complex_forward(std::complex<double>* data) const {
  fftw_execute_dft(as_plan(complex_forward_), as_fftw(data), as_fftw(data));
}

std::size_t quick_length(std::size_t n) {
  for (std::size_t length = n < 2 ? 2 : n + n % 2;; length += 2) {
    std::size_t rest = length;
    for (const std::size_t factor : {2U, 3U, 5U, 7U}) {
      while (rest % factor == 0) rest /= factor;
    }
    if (rest == 1) return length;
  }
}

const char* fft_library() { return fftw_version; }

}  // namespace dscore
