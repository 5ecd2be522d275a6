#pragma once
// Progress on a terminal: one line that is written over and wiped at the end.

#include <chrono>
#include <string>

namespace dscore::cli {

/// "[ 42 %] scoring industry, 3.1 s, about 4.2 s left" on a stream's terminal, at most ten times a second. Not for use
/// by several threads at once. Nothing is ever written to a stream that is not a terminal.
class ProgressLine {
 public:
  /// `wanted`: the user's choice. Shown only if standard error is a terminal too.
  explicit ProgressLine(bool wanted);
  ~ProgressLine() { wipe(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// Fraction done of the whole, 0 to 1; anything else is clamped. A fraction that falls starts a new piece of work.
  void update(const std::string& what, double fraction);
  /// Removes the line, so that other text can be written.
  void wipe();

 private:
  using Clock = std::chrono::steady_clock;

  bool shown_;
  bool on_screen_ = false;
  double last_fraction_ = 0;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_write_{};
};

/// The text of the line, without control characters: percentage, work, elapsed, estimated rest.
std::string progress_text(const std::string& what, double fraction, double elapsed_s);

/// "0.4 s", "12 s", "3 min 05 s", "2 h 04 min".
std::string duration_text(double seconds);

}  // namespace dscore::cli
