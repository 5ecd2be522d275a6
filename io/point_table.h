#pragma once
// A plain point set for `dscore score`: two coordinates and perhaps a multiplicity per row, from CSV or HDF5, and the
// same table written back with a column d_score.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/provenance.h"
#include "kernels/points.h"

namespace dscore {

/// Which columns (CSV) or one-dimensional datasets (HDF5, with or without the path of their group) to read.
struct PointColumns {
  std::string x = "x";
  std::string y = "y";
  std::optional<std::string> weight = {};  ///< multiplicity: positive whole numbers
  std::optional<char> delimiter = {};      ///< CSV only; else ','
  std::optional<char> decimal = {};        ///< CSV only: '.' or ','; else '.'
  bool netherlands_only = false;           ///< refuse points outside in_box (io/check.h)
};

/// The points, and the input kept once as it came (unpacked), to repeat it in the output.
struct PointTable {
  enum class Format { csv, hdf5 };

  std::string name;         ///< of the file, for messages; "stdin"
  std::vector<double> x_m;  ///< finite, at most 1e8 in size
  std::vector<double> y_m;
  std::vector<std::uint32_t> multiplicity;  ///< >= 1, at most 4e9 together; empty without a weight column
  std::string sha256;                       ///< of the input as it lay on disk

  Format format = Format::csv;
  std::string content;               ///< the text, or the HDF5 file
  std::size_t header_end = 0;        ///< CSV: where the header ends, without its line end
  std::vector<std::size_t> row_end;  ///< CSV: where each row ends, without its line end
  std::string group;                 ///< HDF5: where x is, and d_score goes; "" is the root
  char delimiter = ',';              ///< CSV: of the input, and so of the output
  char decimal = '.';

  std::size_t size() const { return x_m.size(); }
  PointSet points() const { return {x_m, y_m, multiplicity}; }
};

/// Reads CSV (plain or gzip) or HDF5, told apart by content; "-" is standard input. Throws Error with row and column:
/// what is not a number, coordinates beyond 1e8 m, weights that are not positive whole numbers or add up to more than
/// 4e9, points outside the Netherlands if asked to, one HDF5 dataset for two columns and settings of CSV for HDF5
/// (UsageError), a column d_score that is there already, a population or result file of ours, and all that io/csv.h
/// refuses. Of several bad rows, the first is described and the others are counted.
PointTable read_point_table(const std::string& path, const PointColumns& columns);

/// Where the provenance of a CSV output goes: <path>.provenance.json.
std::string provenance_beside(const std::string& path);

/// Throws UsageError if the name of the output says another format than the input has (only CSV goes to CSV), Error if
/// it or the provenance beside it cannot be written. To be called before the work.
void check_output(const PointTable& table, const std::string& path);

/// Writes the table with d_score (one per row, 1/km; NaN: missing, an empty field in CSV) as its last column. CSV:
/// packed by gzip if the name ends in .gz, provenance in <path>.provenance.json beside it (none for "-" or a device).
/// HDF5: a copy of the file with a dataset d_score beside x and the provenance as attributes of the group /provenance.
void write_scored(const PointTable& table, const std::string& path, std::span<const double> d_score,
                  const Provenance& provenance);

}  // namespace dscore
