#pragma once
// One way to read every format of table: the names of the columns, then all rows of the wanted ones in order, once.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/cell.h"
#include "io/text_input.h"

namespace dscore {

enum class TableFormat { csv, sav, dta, hdf5 };

/// A file and how to read it.
struct TableSource {
  std::string path;
  TableFormat format = TableFormat::csv;
  char delimiter = ',';                ///< CSV
  Encoding encoding = Encoding::utf8;  ///< CSV
  std::string group = {};              ///< HDF5: where the datasets are; "" is the root
};

class TableReader {
 public:
  TableReader() = default;
  TableReader(const TableReader&) = delete;
  TableReader& operator=(const TableReader&) = delete;
  virtual ~TableReader() = default;

  /// The path, for messages.
  virtual const std::string& name() const = 0;
  virtual const std::vector<std::string>& columns() const = 0;
  /// False if the column is known to hold numbers or dates; true if it holds text, or could.
  virtual bool may_hold_text(std::size_t column) const = 0;

  /// The row, counted from 1, and its cells in the order of the wanted columns.
  using Visit = std::function<void(std::uint64_t row, std::span<const Cell> cells)>;
  /// The share of the table that was read, 0 to 1. May throw, to stop.
  using Progress = std::function<void(double fraction)>;
  /// All rows, in order; to be called once. Throws Error with file and row where the file cannot be read further, and
  /// passes on what `visit` and `progress` throw.
  virtual void read(std::span<const std::size_t> wanted, const Visit& visit, const Progress& progress) = 0;
  /// SHA-256 of the file as it lies on disk; after `read`.
  virtual std::string sha256() = 0;

  /// Index of a column; Error listing those there are, ending in `advice`.
  std::size_t index(std::string_view column, std::string_view advice) const;
};

/// The format that the name of a file tells: .sav, .zsav, .dta, .h5, .hdf5; everything else is CSV.
TableFormat format_by_name(const std::string& path);

/// Whether the name of a file is that of a text: .csv, .tsv, .txt, .json, .toml, and .gz.
bool names_text(const std::string& path);

/// Opens the file and reads the names of its columns. Throws Error where it is not what `source` says.
std::unique_ptr<TableReader> open_table(const TableSource& source);

namespace detail {
std::unique_ptr<TableReader> open_csv_table(const TableSource& source);
std::unique_ptr<TableReader> open_readstat_table(const TableSource& source);
std::unique_ptr<TableReader> open_hdf5_table(const TableSource& source);
}  // namespace detail

}  // namespace dscore
