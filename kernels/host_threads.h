#pragma once
// Independent pieces of work on several host threads.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <future>
#include <system_error>
#include <vector>

namespace dscore {

/// Calls work(k) for all k < n, on up to `threads` threads, of which the caller's is one. After an exception nothing
/// more is begun; the first that is seen is thrown on when what had begun is done.
inline void for_each_on_threads(std::size_t n, std::size_t threads, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  const auto take_turns = [&] {
    try {
      for (std::size_t k = next++; k < n; k = next++) work(k);
    } catch (...) {
      next = n;
      throw;
    }
  };
  std::vector<std::future<void>> others;  // wait for their threads when they go
  try {
    for (std::size_t t = 1; t < std::min(n, threads); ++t) others.push_back(std::async(std::launch::async, take_turns));
  } catch (const std::system_error&) {  // the system has no more: fewer will do
  }
  take_turns();
  for (std::future<void>& other : others) other.get();
}

}  // namespace dscore
