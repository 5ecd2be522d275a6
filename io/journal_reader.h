#pragma once
// What a file of finished units (io/journal_format.h) has, damaged as it may be.

#include <cstdint>
#include <functional>
#include <string>

#include "io/journal_format.h"

namespace dscore {

/// What came of reading a journal.
struct JournalScan {
  std::uint64_t records = 0;        ///< that were good
  std::uint64_t damaged_bytes = 0;  ///< that belong to no good record
  std::uint64_t cut_bytes = 0;      ///< of those, at the end: a record that was not written to its end
  bool heading = true;              ///< was good
  bool only_begun = false;          ///< the file ends within its heading, which is the one that was asked for
  bool is_journal = true;           ///< false: nothing in it looks like one
  std::string other_work;           ///< a good heading, but of other work: how it differs. Nothing was read then

  /// Something was lost, and not only what a killed process had begun to write.
  bool damaged() const { return damaged_bytes > cut_bytes || !heading; }
};

/// Called with every good record, in the order of the file; each unit once.
using TakeRecord = std::function<void(std::uint64_t unit, Bytes result)>;

/// The heading of a journal, or of a finished share. Throws Error where it cannot be read or is damaged.
JournalHeading read_heading(const std::string& path);

/// The records of a journal with this heading; damaged ones are passed over. Throws Error where the file cannot be
/// read.
JournalScan read_records(const std::string& path, const JournalHeading& heading, const TakeRecord& take);

/// Throws Error where what was read of a file stands in the way of a call that --restart begins anew: it is of other
/// work, or no journal.
void refuse_foreign(const std::string& path, const JournalScan& scan);

}  // namespace dscore
