#include "io/table_reader.h"

#include <algorithm>

#include "io/number.h"
#include "kernels/error.h"

namespace dscore {

std::string detail::list_of_columns(const std::vector<std::string>& columns) {
  constexpr std::size_t kShown = 20;
  std::string list = "It has ";
  for (std::size_t i = 0; i < std::min(kShown, columns.size()); ++i) {
    list += (i == 0 ? "" : ", ") + quoted(columns[i]);
  }
  if (columns.empty()) list += "none";
  if (columns.size() == 1 && columns[0].find_first_of(";\t|,") != std::string::npos) {
    list += ", which looks like several: is the delimiter right?";
  }
  if (columns.size() > kShown) list += ", ... (" + std::to_string(columns.size()) + " in all)";
  return list;
}

std::size_t TableReader::index(std::string_view column, std::string_view advice) const {
  const auto at = std::find(columns().begin(), columns().end(), column);
  if (at != columns().end()) return static_cast<std::size_t>(at - columns().begin());
  throw Error(name() + ": no column " + quoted(column) + ". " + detail::list_of_columns(columns()) + ". " +
              std::string(advice));
}

TableFormat format_by_name(const std::string& path) {
  const auto ends = [&](std::string_view ending) {
    if (path.size() < ending.size()) return false;
    return std::equal(ending.rbegin(), ending.rend(), path.rbegin(),
                      [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); });
  };
  if (ends(".sav") || ends(".zsav")) return TableFormat::sav;
  if (ends(".dta")) return TableFormat::dta;
  if (ends(".h5") || ends(".hdf5")) return TableFormat::hdf5;
  return TableFormat::csv;
}

std::unique_ptr<TableReader> open_table(const TableSource& source) {
  switch (source.format) {
    case TableFormat::csv:
      return detail::open_csv_table(source);
    case TableFormat::sav:
    case TableFormat::dta:
      return detail::open_readstat_table(source);
    case TableFormat::hdf5:
      return detail::open_hdf5_table(source);
  }
  throw std::logic_error("a table of no known format");
}

}  // namespace dscore
