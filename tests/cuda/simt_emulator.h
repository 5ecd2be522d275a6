#pragma once
// A small SIMT machine for tests: runs a kernel's warps one after the other, the 32 lanes of a warp as fibers that meet
// at every shuffle. It is what kernels/simt.h offers where there is no nvcc: the same kernel source, the same results
// up to the rounding of the reciprocal root. A warp whose lanes do not all come to the same shuffle is an error here
// (undefined behaviour on a GPU).

#include <ucontext.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>

namespace dscore::simt {

inline constexpr std::uint32_t kWarp = 32;

/// One warp at work.
class Warp {
 public:
  /// Runs `body` once for each of 32 lanes, whose threads are numbered from `first_thread`.
  void run(std::size_t first_thread, const std::function<void()>& body) {
    first_thread_ = first_thread;
    body_ = &body;
    current() = this;
    for (std::uint32_t k = 0; k < kWarp; ++k) start(lanes_[k]);
    std::uint32_t running = kWarp;
    while (running > 0) {
      for (lane_ = 0; lane_ < kWarp; ++lane_) {
        if (!lanes_[lane_].done) swapcontext(&scheduler_, &lanes_[lane_].context);
        if (error_) std::rethrow_exception(error_);
      }
      running = 0;
      for (const Lane& lane : lanes_) running += lane.done ? 0 : 1;
      if (running != 0 && running != kWarp) throw std::logic_error("some lanes left, others wait in a shuffle");
      for (const Lane& lane : lanes_) {
        if (lane.shuffles != lanes_[0].shuffles) throw std::logic_error("lanes wait in different shuffles");
      }
    }
    current() = nullptr;
  }

  std::uint32_t lane() const { return lane_; }
  std::size_t thread() const { return first_thread_ + lane_; }

  template <class T>
  T shuffle(T value, std::uint32_t source) {
    static_assert(sizeof(T) <= sizeof(std::uint64_t));
    if (source >= kWarp) throw std::out_of_range("shuffle from a lane that does not exist");
    Lane& own = lanes_[lane_];
    // Two boards in turn: a lane may post for the next shuffle before others have read this one's.
    auto& board = boards_[own.shuffles++ % 2];
    std::memcpy(&board[lane_], &value, sizeof(T));
    swapcontext(&own.context, &scheduler_);
    T result;
    std::memcpy(&result, &board[source], sizeof(T));
    return result;
  }

  /// The warp that is running.
  static Warp*& current() {
    static thread_local Warp* warp = nullptr;
    return warp;
  }

 private:
  static constexpr std::size_t kStack = std::size_t{128} * 1024;

  struct Lane {
    ucontext_t context{};
    std::unique_ptr<char[]> stack = std::make_unique<char[]>(kStack);
    std::uint64_t shuffles = 0;
    bool done = false;
  };

  void start(Lane& lane) {
    lane.done = false;
    lane.shuffles = 0;
    getcontext(&lane.context);
    lane.context.uc_stack.ss_sp = lane.stack.get();
    lane.context.uc_stack.ss_size = kStack;
    lane.context.uc_link = &scheduler_;
    makecontext(&lane.context, &Warp::enter, 0);
  }

  static void enter() {
    Warp& warp = *current();
    try {
      (*warp.body_)();
    } catch (...) {
      warp.error_ = std::current_exception();
    }
    warp.lanes_[warp.lane_].done = true;
  }

  std::array<Lane, kWarp> lanes_;
  std::array<std::array<std::uint64_t, kWarp>, 2> boards_{};
  ucontext_t scheduler_{};
  const std::function<void()>* body_ = nullptr;
  std::exception_ptr error_;
  std::size_t first_thread_ = 0;
  std::uint32_t lane_ = 0;
};

inline std::uint32_t lane() { return Warp::current()->lane(); }
inline std::size_t thread() { return Warp::current()->thread(); }
template <class T>
T shuffle(T value, std::uint32_t source) {
  return Warp::current()->shuffle(value, source);
}
inline void add(std::uint64_t* counter, std::uint64_t value) { *counter += value; }

/// Runs a kernel on at least `threads` threads, in whole blocks as a GPU would.
inline void launch(std::size_t threads, std::size_t block, const std::function<void()>& kernel) {
  if (block == 0 || block % kWarp != 0) throw std::logic_error("a block is not a number of whole warps");
  Warp warp;
  const std::size_t whole = (threads + block - 1) / block * block;
  for (std::size_t first = 0; first < whole; first += kWarp) warp.run(first, kernel);
}

}  // namespace dscore::simt
