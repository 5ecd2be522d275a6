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
  /// `longest_first`: groups of units, and units in them, in the order of predicted times, for several processes; else
  /// in the order of the work.
  UnitPool(Work& work, Shard shard, bool longest_first);

  /// New results are written to the journal from now on.
  void write_to(Journal* journal) { journal_ = journal; }

  /// Of a unit that was done before: has the work take the result. Before any unit is given out.
  void restore(std::size_t unit, const Bytes& result);
  /// Whether a unit of this share is finished.
  bool has(std::size_t unit) const;
  /// The next unit to do for one of the processes: of the group that it was last at, else of one that nobody is at,
  /// else of the one with most left to do. None: all that are needed are finished or under way.
  std::optional<std::size_t> next(std::size_t process);
  /// Writes a result to the journal, and keeps it for collect().
  void add(std::size_t unit, Bytes result);
  /// Has the work take the results that came, and asks which units it still needs.
  void collect();
  /// Every unit is finished and collected, or not needed.
  bool finished() const;
  /// Finished units, and all of this share.
  std::size_t done() const;
  std::size_t units() const { return units_.size(); }
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
  struct Group {
    std::vector<std::size_t> units;  // in the order in which they are given out
    std::size_t next = 0;            // of units
    double left_s = 0;               // of those that wait
    std::size_t processes = 0;       // that are at it
  };
  void settle(std::size_t unit, State state);
  void leave_waiting(std::size_t unit);
  bool has_more(Group& group) const;
  std::optional<std::size_t> group_for(std::size_t process);

  Work& work_;
  Journal* journal_ = nullptr;
  std::vector<std::size_t> units_;  // of this share, in the order of the work
  std::vector<Group> groups_;
  std::vector<std::size_t> group_of_;           // of every unit
  std::vector<std::optional<std::size_t>> at_;  // group that a process was last at
  std::size_t first_group_ = 0;                 // those before it have no more
  std::vector<double> predicted_s_;
  std::vector<State> state_;                         // of every unit; those of other shares are not needed
  std::vector<std::pair<std::size_t, Bytes>> came_;  // not collected yet
  bool asked_ = false;                               // whether units are needed, since they were restored
  std::size_t waiting_ = 0;
  std::size_t under_way_ = 0;
  std::size_t done_ = 0;
  double total_s_ = 0;
  double done_s_ = 0;
  std::exception_ptr fault_;
  mutable std::mutex lock_;
};

}  // namespace dscore
