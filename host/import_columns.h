#pragma once
// The establishments of an import between reading and the register.

#include <cstdint>
#include <vector>

#include "host/import_report.h"

namespace dscore {

/// Columns of equal length, or empty where it says so.
struct ImportColumns {
  std::vector<std::int64_t> id;
  std::vector<std::int64_t> company;  ///< kNoCompany: not known; empty: there is no such column
  std::vector<double> x_m;            ///< or longitude, until they are projected
  std::vector<double> y_m;
  std::vector<std::uint32_t> municipality;  ///< number in RegionTables, kNoMunicipality: not known
  std::vector<std::uint32_t> region;        ///< number in RegionTables
  std::vector<double> key;                  ///< NaN: missing; empty: there is no such column
  std::vector<double> jobs;                 ///< empty: not a column of the establishments
  std::vector<std::uint64_t> membership;
  std::vector<std::uint64_t> row;  ///< in the table, from 1

  static constexpr std::int64_t kNoCompany = -1;

  std::size_t size() const { return id.size(); }
  void keep_only(const std::vector<bool>& kept);
};

/// Drops all but the first row of every id.
void drop_duplicate_ids(ImportColumns& columns, TableReport& report);

/// Gives establishments of no known company a number each, -1, -2, ..., so that each is a company of its own.
void number_unknown_companies(std::vector<std::int64_t>& company);

}  // namespace dscore
