#include "io/point_table.h"

#include "io/atomic_file.h"
#include "io/hdf5.h"
#include "io/point_table_parts.h"
#include "io/table_reader.h"
#include "io/text_input.h"
#include "kernels/error.h"

namespace dscore {

std::string provenance_beside(const std::string& path) { return path + ".provenance.json"; }

PointTable read_point_table(const std::string& path, const PointColumns& columns) {
  TextInput input(path);
  PointTable table;
  table.name = input.name();
  table.content = input.read_all();
  table.sha256 = input.sha256();
  if (hdf5::looks_like_hdf5(table.content)) {
    table.format = PointTable::Format::hdf5;
    detail::read_hdf5_points(table, columns);
  } else {
    detail::read_csv_points(table, columns);
  }
  return table;
}

void check_output(const PointTable& table, const std::string& path) {
  if (table.format == PointTable::Format::csv && format_by_name(path) == TableFormat::hdf5) {
    throw UsageError(path + ": the input " + table.name + " is CSV, and so is the output. Name it .csv or .csv.gz.");
  }
  if (table.format == PointTable::Format::hdf5 && names_text(path)) {
    throw UsageError(path + ": the input " + table.name + " is HDF5, and so is the output. Name it .h5.");
  }
  check_writable(path);
  if (table.format == PointTable::Format::csv && !detail::is_device(path)) check_writable(provenance_beside(path));
}

void write_scored(const PointTable& table, const std::string& path, std::span<const double> d_score,
                  const Provenance& provenance) {
  check_output(table, path);
  if (d_score.size() != table.size()) {
    throw Error(path + ": " + std::to_string(d_score.size()) + " scores for " + std::to_string(table.size()) +
                " rows.");
  }
  if (table.format == PointTable::Format::csv) {
    detail::write_csv_points(table, path, d_score, provenance);
  } else {
    detail::write_hdf5_points(table, path, d_score, provenance);
  }
}

}  // namespace dscore
