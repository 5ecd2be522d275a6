#pragma once
// Which units are to be done, under way, and finished; and what becomes of their results.

#include <exception>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "host/work.h"
#include "io/journal.h"

namespace dscore {

/// Of rank 0, or the only process. Two threads share it: one works, one hands out units to other ranks. The work itself
/// is seen by the first alone, which calls collect().
class UnitPool {
 public:
  /// `longest_first`: in the order of predicted times, for several processes; else in the order of the work.
  UnitPool(Work& work, Shard shard, bool longest_first);

  /// New results are written to the journal from now on.
  void write_to(Journal* journal) { journal_ = journal; }

  /// Of a unit that was done before: has the work take the result. Before any unit is given out.
  void restore(std::size_t unit, const Bytes& result);
  /// The next unit to do. None: all that are needed are finished or under way.
  std::optional<std::size_t> next();
  /// Writes a result to the journal, and keeps it for collect().
  void add(std::size_t unit, Bytes result);
  /// Has the work take the results that came, and asks which units it still needs.
  void collect();
  /// Every unit is finished and collected, or not needed.
  bool finished() const;
  /// Finished units, and all of this share.
  std::size_t done() const;
  std::size_t units() const { return order_.size(); }
  /// Units that nobody has begun, and that were needed when collect() last asked.
  std::size_t waiting() const;
  /// Share of the predicted time that is done, `fraction` of the unit in hand included.
  double progress(std::optional<std::size_t> in_hand, double fraction) const;
  void sync_if_due();

  /// What ended the other thread's work; check() throws it.
  void fail(std::exception_ptr fault);
  void check() const;

 private:
  enum class State { waiting, under_way, finished, not_needed };
  void settle(std::size_t unit, State state);

  Work& work_;
  Journal* journal_ = nullptr;
  std::vector<std::size_t> order_;
  std::vector<double> predicted_s_;
  std::vector<State> state_;                         // of every unit; those of other shares are not needed
  std::vector<std::pair<std::size_t, Bytes>> came_;  // not collected yet
  std::size_t next_ = 0;                             // in order_
  bool asked_ = false;                               // whether units are needed, since they were restored
  std::size_t under_way_ = 0;
  std::size_t done_ = 0;
  double total_s_ = 0;
  double done_s_ = 0;
  std::exception_ptr fault_;
  mutable std::mutex lock_;
};

}  // namespace dscore
