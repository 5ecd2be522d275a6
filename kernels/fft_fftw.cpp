// FFTW 3 (GPL; see README, Licence), or what has its interface: MKL. Plans are estimated: measuring costs more than it
// saves where a transform is done once or twice.

#include <fftw3.h>

#include <algorithm>
#include <bit>
#include <map>
#include <mutex>
#include <new>

#include "kernels/fft.h"
#include "kernels/large_array.h"

namespace dscore {
namespace {

/// The library's names of a precision.
template <class Real>
struct Fftw;
template <>
struct Fftw<double> {
  using Plan = fftw_plan;
  using Complex = fftw_complex;
  static constexpr auto kPlan = fftw_plan_dft_1d;
  static constexpr auto kExecute = fftw_execute_dft;
  static constexpr auto kDestroy = fftw_destroy_plan;
  static constexpr auto kCleanUp = fftw_cleanup;
};
template <>
struct Fftw<float> {
  using Plan = fftwf_plan;
  using Complex = fftwf_complex;
  static constexpr auto kPlan = fftwf_plan_dft_1d;
  static constexpr auto kExecute = fftwf_execute_dft;
  static constexpr auto kDestroy = fftwf_destroy_plan;
  static constexpr auto kCleanUp = fftwf_cleanup;
};

/// Plans by length, to the end of the program. FFTW's planner is for one thread at a time; its plans may be used by
/// all.
template <class Real>
class Plans {
  using Library = Fftw<Real>;
  using Complex = typename Library::Complex;

 public:
  ~Plans() {
    for (const auto& [length, plan] : known_) Library::kDestroy(plan);
    Library::kCleanUp();
  }
  typename Library::Plan of_length(std::size_t n) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = known_.find(n);
    if (found != known_.end()) return found->second;
    LargeArray<std::complex<Real>> in(n);
    LargeArray<std::complex<Real>> out(n);
    const auto plan = Library::kPlan(static_cast<int>(n), reinterpret_cast<Complex*>(in.data()),
                                     reinterpret_cast<Complex*>(out.data()), FFTW_FORWARD, FFTW_ESTIMATE);
    if (plan == nullptr) throw std::bad_alloc();
    return known_.emplace(n, plan).first->second;
  }

 private:
  std::mutex mutex_;
  std::map<std::size_t, typename Library::Plan> known_;
};

}  // namespace

template <class Real>
Fft<Real>::Fft(std::size_t n) {
  static Plans<Real> plans;
  plan_ = plans.of_length(n);
}

template <class Real>
void Fft<Real>::forward(const std::complex<Real>* in, std::complex<Real>* out) const {
  using Complex = typename Fftw<Real>::Complex;
  // What is transformed to another place stays as it is, though the interface cannot say so.
  auto* const from = reinterpret_cast<Complex*>(const_cast<std::complex<Real>*>(in));
  Fftw<Real>::kExecute(static_cast<typename Fftw<Real>::Plan>(const_cast<void*>(plan_)), from,
                       reinterpret_cast<Complex*>(out));
}

template class Fft<double>;
template class Fft<float>;

std::size_t quick_length(std::size_t n) {
  for (std::size_t length = n < 8 ? 8 : (n + 7) / 8 * 8;; length += 8) {
    std::size_t rest = length;
    for (const std::size_t factor : {2U, 3U, 5U, 7U}) {
      while (rest % factor == 0) rest /= factor;
    }
    if (rest == 1 && length % 9 != 0) return length;
  }
}

bool is_quickest_length(std::size_t n) { return n >= 8 && n <= 2048 && quickest_length(n) == n; }

std::size_t quickest_length(std::size_t n) {
  constexpr std::size_t kLongest = 2048;
  if (n > kLongest) return 0;
  const std::size_t power = std::max<std::size_t>(8, std::bit_ceil(n));
  const std::size_t fives = 5 * power / 8;  // between it and the power before
  return fives >= n && fives % 8 == 0 ? fives : power;
}

const char* fft_library() { return fftw_version; }

}  // namespace dscore
