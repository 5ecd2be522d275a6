#pragma once
// How much is done of work on several sets, each of which takes time that grows with the square of its size.

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace dscore {

class WorkDone {
 public:
  explicit WorkDone(std::span<const std::size_t> sizes) {
    for (const std::size_t size : sizes) {
      work_.push_back(static_cast<double>(size) * static_cast<double>(size) + 1);
      all_ += work_.back();
    }
  }
  /// Fraction of the whole when `fraction` of these sets is done.
  double with(std::span<const std::size_t> sets, double fraction) const {
    double done = done_;
    for (const std::size_t s : sets) done += work_[s] * fraction;
    return std::min(1.0, done / all_);
  }
  void finish(std::size_t set) {
    done_ += work_[set];
    work_[set] = 0;
  }

 private:
  std::vector<double> work_;
  double all_ = 0, done_ = 0;
};

}  // namespace dscore
