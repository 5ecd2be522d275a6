// FFTW 3 (GPL; see README, Licence), or what has its interface: MKL. Plans are estimated: measuring costs more than it
// saves where a transform is done once or twice.

#include <fftw3.h>

#include <map>
#include <mutex>
#include <new>

#include "kernels/fft.h"

namespace dscore {
namespace {

/// Plans by length, to the end of the program. FFTW's planner is for one thread at a time; its plans may be used by
/// all.
class Plans {
 public:
  ~Plans() {
    for (const auto& [length, plan] : known_) fftw_destroy_plan(plan);
    fftw_cleanup();
  }
  fftw_plan of_length(std::size_t n) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = known_.find(n);
    if (found != known_.end()) return found->second;
    auto* const in = static_cast<fftw_complex*>(fftw_malloc(sizeof(fftw_complex) * n));
    auto* const out = static_cast<fftw_complex*>(fftw_malloc(sizeof(fftw_complex) * n));
    fftw_plan plan = nullptr;
    if (in != nullptr && out != nullptr) {
      plan = fftw_plan_dft_1d(static_cast<int>(n), in, out, FFTW_FORWARD, FFTW_ESTIMATE);
    }
    fftw_free(in);
    fftw_free(out);
    if (plan == nullptr) throw std::bad_alloc();
    return known_.emplace(n, plan).first->second;
  }

 private:
  std::mutex mutex_;
  std::map<std::size_t, fftw_plan> known_;
};

}  // namespace

Fft::Fft(std::size_t n) {
  static Plans plans;
  plan_ = plans.of_length(n);
}

void Fft::forward(const std::complex<double>* in, std::complex<double>* out) const {
  // What is transformed to another place stays as it is, though the interface cannot say so.
  auto* const from = reinterpret_cast<fftw_complex*>(const_cast<std::complex<double>*>(in));
  fftw_execute_dft(static_cast<fftw_plan>(const_cast<void*>(plan_)), from, reinterpret_cast<fftw_complex*>(out));
}

std::size_t quick_length(std::size_t n) {
  for (std::size_t length = n < 8 ? 8 : (n + 7) / 8 * 8;; length += 8) {
    std::size_t rest = length;
    for (const std::size_t factor : {2U, 3U, 5U, 7U}) {
      while (rest % factor == 0) rest /= factor;
    }
    if (rest == 1 && length % 9 != 0) return length;
  }
}

const char* fft_library() { return fftw_version; }

}  // namespace dscore
