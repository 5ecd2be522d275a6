#include "io/table_reader.h"

#include <algorithm>
#include <initializer_list>

#include "io/column_names.h"
#include "io/number.h"
#include "kernels/error.h"

namespace dscore {

std::size_t TableReader::index(std::string_view column, std::string_view advice) const {
  const auto at = std::find(columns().begin(), columns().end(), column);
  if (at != columns().end()) return static_cast<std::size_t>(at - columns().begin());
  throw Error(name() + ": no column " + quoted(column) + ". " + columns_instead_of(column, columns()) + " " +
              std::string(advice));
}

namespace {

/// Whether a name ends in one of these, in small letters or large ones.
bool ends_in(const std::string& path, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) {
    if (path.size() < ending.size()) return false;
    return std::equal(ending.rbegin(), ending.rend(), path.rbegin(),
                      [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); });
  });
}

}  // namespace

TableFormat format_by_name(const std::string& path) {
  if (ends_in(path, {".sav", ".zsav"})) return TableFormat::sav;
  if (ends_in(path, {".dta"})) return TableFormat::dta;
  if (ends_in(path, {".h5", ".hdf5"})) return TableFormat::hdf5;
  return TableFormat::csv;
}

bool names_text(const std::string& path) { return ends_in(path, {".csv", ".tsv", ".txt", ".json", ".toml", ".gz"}); }

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
