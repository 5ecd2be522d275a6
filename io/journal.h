#pragma once
// The results of finished units of work (host/work.h) in a file that only ever grows: a checkpoint, or the share of one
// task of a job array. io/journal_format.h says what stands in it.

#include <cstdint>
#include <string>

#include "io/journal_reader.h"

namespace dscore {

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
  void write_again();
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
