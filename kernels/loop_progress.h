#pragma once
// Progress told from inside a parallel loop.

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <exception>

#include "kernels/backend.h"

namespace dscore {

/// One thread tells, of what all have done: so the end of the loop may be left untold. What the listener throws (to
/// stop the work) is kept until the loop has ended.
class LoopProgress {
 public:
  /// Of the whole, the loop is the part between two fractions; it does so much work, in any unit.
  LoopProgress(const Progress& progress, double from, double to, double work)
      : progress_(progress), from_(from), to_(to), per_work_(work > 0 ? (to - from) / work : 0) {}

  /// Called by every thread of the loop, whenever some of the work is done.
  void add(double work) {
    const double done = done_.fetch_add(work) + work;
    if (!progress_ || omp_get_thread_num() != 0 || stopped_) return;
    try {
      progress_(std::min(to_, from_ + per_work_ * done));
    } catch (...) {
      thrown_ = std::current_exception();
      stopped_ = true;
    }
  }
  /// Whether what is left of the loop can be left out: end() throws.
  bool stopped() const { return stopped_; }
  /// After the loop.
  void end() const {
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  const Progress& progress_;
  double from_, to_, per_work_;
  std::atomic<double> done_ = 0;
  std::atomic<bool> stopped_ = false;
  std::exception_ptr thrown_;
};

}  // namespace dscore
