#pragma once
// SPSS .sav (also compressed, .zsav) and Stata .dta as tables, by ReadStat. Values that SPSS declares missing are
// missing; columns of a date format hold dates.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/checksum.h"
#include "io/table_reader.h"

namespace dscore {

/// The bytes of a file, or memory, with a place that moves.
class StatInput {
 public:
  /// A file on disk. Throws Error.
  explicit StatInput(const std::string& path);
  /// Memory, borrowed.
  StatInput(std::string name, std::string_view bytes);
  ~StatInput();
  StatInput(const StatInput&) = delete;
  StatInput& operator=(const StatInput&) = delete;

  const std::string& name() const { return name_; }
  std::int64_t size() const { return size_; }
  std::int64_t place() const { return place_; }
  /// False if the place would lie outside the file.
  bool seek(std::int64_t place);
  /// Bytes read, fewer only at the end; -1 on failure.
  std::int64_t read(char* to, std::size_t size);
  /// Of all bytes. Throws Error if the file changed since it was opened.
  std::string sha256() const;

 private:
  std::string name_;
  std::string_view bytes_;
  std::optional<FileStamp> stamp_;
  int descriptor_ = -1;
  std::int64_t size_ = 0;
  std::int64_t place_ = 0;
};

/// Throws Error where the file is not what `format` (sav or dta) says, or damaged.
std::unique_ptr<TableReader> open_stat_table(std::unique_ptr<StatInput> input, TableFormat format);

}  // namespace dscore
