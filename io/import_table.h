#pragma once
// A table of the user's, opened, with his columns found by our names, and the report on its rows.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/import_report.h"
#include "io/import_config.h"
#include "io/table_reader.h"

namespace dscore {

class ImportTable {
 public:
  /// `table` is its section in the configuration `config_name`. Throws Error if the file cannot be read or lacks a
  /// column that the configuration names.
  ImportTable(const std::string& table, const TableConfig& config, const std::string& config_name);

  /// A cell of a row, by our name of its column; one that is not mapped is missing.
  class Column {
   public:
    bool mapped() const { return slot_ >= 0; }
    const Cell& in(std::span<const Cell> cells) const {
      static constexpr Cell kNothing{};
      return slot_ < 0 ? kNothing : cells[static_cast<std::size_t>(slot_)];
    }

   private:
    friend class ImportTable;
    std::ptrdiff_t slot_ = -1;
  };
  Column column(const std::string& ours) const;
  /// False if the column is known to hold numbers.
  bool may_hold_text(const std::string& ours) const;

  /// Visits all rows and counts them as read.
  void read(const TableReader::Visit& visit, const ImportProgress& progress);
  bool is_missing(const Cell& cell) const { return config_.cells.is_missing(cell); }
  bool number(const Cell& cell, double& value) const { return config_.cells.number(cell, value); }

  const std::string& name() const { return reader_->name(); }
  std::string sha256() { return reader_->sha256(); }

  TableReport report;

 private:
  const TableConfig& config_;
  std::unique_ptr<TableReader> reader_;
  std::vector<std::string> ours_;
  std::vector<std::size_t> wanted_;
};

/// Drops the row of a cell; what stood there is the example.
inline void drop(TableReport& report, Reason reason, std::uint64_t row, const Cell& cell) {
  report.drop(reason, row, [&] { return shown(cell); });
}
inline void note(TableReport& report, Reason reason, std::uint64_t row, const Cell& cell) {
  report.note(reason, row, [&] { return shown(cell); });
}

}  // namespace dscore
