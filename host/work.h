#pragma once
// A computation that is cut into units, which may be done anywhere, in any order, and more than once.

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace dscore {

using Bytes = std::vector<std::byte>;

/// What `dscore sweep` and `dscore significance` hand to whoever does the units: one process, the ranks of MPI, the
/// tasks of a job array, a run that goes on after it was killed.
class Work {
 public:
  virtual ~Work() = default;

  /// Everything that the results depend on, and nothing else (no number of threads, no path), as text for people: units
  /// that were done for work of another identity are refused.
  virtual std::string identity() const = 0;

  virtual std::size_t units() const = 0;
  /// For progress and messages: "creative_media, draws 33 to 64".
  virtual std::string name(std::size_t unit) const = 0;
  /// Seconds on this machine, with all of its threads, predicted: what progress counts in.
  virtual double predicted_s(std::size_t unit) const = 0;
  /// Units of one group share what a process sets up for the first of them: it is given units of the group that it has
  /// set up, while there are any.
  virtual std::size_t group(std::size_t unit) const { return unit; }
  /// Likewise predicted: what a process takes once, before its first unit or between units, beside reading the input.
  virtual double predicted_start_s() const { return 0; }
  /// The most memory that a process takes, the program and its input included; predicted.
  virtual double predicted_bytes() const { return 0; }

  /// Does a unit. The same bytes wherever it is done, by whatever number of threads, and whatever was done before.
  /// `progress` may throw to stop the work (Interrupted).
  virtual Bytes run(std::size_t unit, const std::function<void(double fraction)>& progress) = 0;

  /// Collects the result of a unit, in any order, each unit once. Only where results are collected (rank 0, merge).
  /// Throws Error where the bytes are not the result of this unit. One thread calls run, take and needed, so they may
  /// share what they need.
  virtual void take(std::size_t unit, std::span<const std::byte> result) = 0;

  /// False where what was taken says that the unit is no longer needed (early stopping). What is reported in the end
  /// must not depend on whether it was done nonetheless.
  virtual bool needed(std::size_t /*unit*/) const { return true; }
};

}  // namespace dscore
