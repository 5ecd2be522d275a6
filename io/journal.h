#pragma once
// The results of finished units of work (host/work.h) in a file that only ever grows: a checkpoint, or the share of one
// task of a job array.
//
// The file: "dscoreJ1", the size of the heading (64 bits), the heading, its SHA-256 (64 hexadecimal digits). Then
// records: kMark, unit, size (64 bits each), the first 16 digits of the SHA-256 of these, the SHA-256 of the record,
// the result. Sums of records are taken with the heading's, so no record passes in another journal. Little-endian.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "host/work.h"

namespace dscore {

/// The share `index` of `count` (from 1) of a work's units: those with unit % count == index - 1.
struct Shard {
  std::uint32_t index = 1;
  std::uint32_t count = 1;
  bool operator==(const Shard&) const = default;
};

struct JournalHeading {
  std::string identity;  ///< of the work, and of the program
  std::uint64_t units = 0;
  Shard shard;
  std::vector<std::string> command;  ///< the arguments that build the work again, without the program's name
  std::string folder;                ///< that they were given in
};

/// What came of reading a journal.
struct JournalScan {
  std::uint64_t records = 0;        ///< that were good
  std::uint64_t damaged_bytes = 0;  ///< that belong to no good record
  std::uint64_t cut_bytes = 0;      ///< of those, at the end: a record that was not written to its end
  bool heading = true;              ///< was good
};

/// Called with every good record, in the order of the file; each unit once.
using TakeRecord = std::function<void(std::uint64_t unit, Bytes result)>;

/// The heading of a journal, or of a finished share. Throws Error where it cannot be read or is damaged.
JournalHeading read_heading(const std::string& path);

/// The records of a journal with this heading; damaged ones are passed over. Throws Error where the file cannot be
/// read, or its heading is good and of other work.
JournalScan read_records(const std::string& path, const JournalHeading& heading, const TakeRecord& take);

/// A journal that is written to, by this process alone (flock).
class Journal {
 public:
  /// Goes on with the file, or begins it; `restart` begins it anew. Good records go to `take`; what is damaged is left
  /// out of the file for good. Throws Error where another process has it, or it is of other work.
  Journal(std::string path, const JournalHeading& heading, bool restart, const TakeRecord& take);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  const JournalScan& scan() const { return scan_; }
  std::uint64_t records() const { return records_; }

  /// Writes a record. Throws Error if it could not (disk full); the file then ends with the record before.
  void append(std::uint64_t unit, std::span<const std::byte> result);
  /// Brings what was written to disk, if there is anything new. Throws Error.
  void sync();
  /// The same where the last time is more than a second ago: a sync may take as long as many units.
  void sync_if_due();

  /// Gives the finished file another name, replacing what had it.
  void rename_to(const std::string& path);
  void remove();

 private:
  void open();
  void begin();
  void load(const TakeRecord& take);
  void write(std::span<const std::byte> bytes);
  [[noreturn]] void fail(int code);

  std::string path_;
  JournalHeading heading_;
  std::string key_;
  JournalScan scan_;
  std::uint64_t records_ = 0;
  std::uint64_t size_ = 0;
  int descriptor_ = -1;
  bool dirty_ = false;
  double synced_s_ = 0;
};

}  // namespace dscore
