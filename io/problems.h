#pragma once
// What is wrong with a file, collected: the readers refuse with the first problem, `dscore validate` lists them all.

#include <cstddef>
#include <string>
#include <vector>

#include "kernels/error.h"

namespace dscore {

class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}

  /// `what` is wrong at `place` (a dataset, with an index where there is one).
  void add(const std::string& place, const std::string& what) { list_.push_back(file_ + ", " + place + ": " + what); }
  /// A text that names its place already.
  void add(const Error& error) { list_.emplace_back(error.what()); }

  /// One problem for all indices i < n with bad(i): the first with describe(i), then how many and which come first.
  template <class Bad, class Describe>
  void add_rows(const std::string& place, std::size_t n, Bad bad, Describe describe) {
    std::size_t count = 0;
    std::vector<std::size_t> first;
    for (std::size_t begin = 0; begin < n; begin += kBlock) {
      const std::size_t end = n - begin < kBlock ? n : begin + kBlock;
      std::size_t in_block = 0;  // as a rule none: counted without a branch for each
      for (std::size_t i = begin; i < end; ++i) in_block += bad(i) ? 1 : 0;
      for (std::size_t i = begin; in_block > 0 && i < end && first.size() < kShown; ++i) {
        if (bad(i)) first.push_back(i);
      }
      count += in_block;
    }
    if (count == 0) return;
    add(place + ", index " + std::to_string(first[0]), describe(first[0]) + others(count, first));
  }

  bool none() const { return list_.empty(); }
  const std::vector<std::string>& list() const { return list_; }

  /// Throws the first problem as an Error that says how many more there are, and `where` to see them.
  void throw_if_any(const std::string& where = "") const {
    if (list_.empty()) return;
    if (list_.size() == 1) throw Error(list_[0]);
    throw Error(list_[0] + " (and " + std::to_string(list_.size() - 1) + " more" + where + ")");
  }

 private:
  static std::string others(std::size_t count, const std::vector<std::size_t>& first);

  static constexpr std::size_t kShown = 3;
  static constexpr std::size_t kBlock = 1024;
  std::string file_;
  std::vector<std::string> list_;
};

}  // namespace dscore
