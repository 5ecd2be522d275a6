#pragma once
// The columns of tables of results, each named once: to write them, to read them, to put them into CSV.

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "host/results.h"
#include "host/sweep_results.h"
#include "io/layout.h"

namespace dscore::columns {

/// Calls visit(name, member) for every column, in the order of the tables. Companies are apart: not all have them.
template <class Visit>
void each(const PopulationResult* /*tag*/, Visit visit) {
  using Row = PopulationResult;
  visit("establishments", &Row::establishments);
  visit("locations", &Row::locations);
  visit("mean_d", &Row::mean_d);
  visit("median_d", &Row::median_d);
  visit("max_d", &Row::max_d);
  visit("p90", &Row::p90);
  visit("p95", &Row::p95);
  visit("share_above_p90", &Row::share_above_p90);
  visit("share_above_p95", &Row::share_above_p95);
  visit("pairs_within_threshold", &Row::pairs_within_threshold);
  visit("coincident_pairs", &Row::coincident_pairs);
}
template <class Visit>
void each(const RegionResult* /*tag*/, Visit visit) {
  using Row = RegionResult;
  visit("establishments", &Row::establishments);
  visit("jobs", &Row::jobs);
  visit("lq", &Row::lq);
  visit("mean_d", &Row::mean_d);
  visit("share_above_p90", &Row::share_above_p90);
  visit("share_above_p95", &Row::share_above_p95);
  visit("type", &Row::type);
}
template <class Visit>
void each(const PopulationChange* /*tag*/, Visit visit) {
  using Row = PopulationChange;
  visit("compared", &Row::compared);
  visit("spearman", &Row::spearman);
  visit("kendall", &Row::kendall);
  visit("entered", &Row::entered);
  visit("left", &Row::left);
  visit("region_spearman", &Row::region_spearman);
  visit("region_kendall", &Row::region_kendall);
  visit("types_changed", &Row::types_changed);
}
template <class Visit>
void each(const SumsTaken* /*tag*/, Visit visit) {
  using Row = SumsTaken;
  visit("sums_exact", &Row::exact);
  visit("sums_fell_back", &Row::fell_back);
  visit("sums_largest_error", &Row::largest_error);
}

/// How a member is stored: types of regions in a byte.
template <class Member>
using StoredAs = std::conditional_t<std::is_same_v<Member, int>, std::uint8_t, Member>;

template <class Row, class Member>
void write(hdf5::File& file, const std::string& path, const std::vector<Row>& rows, Member Row::*member) {
  std::vector<StoredAs<Member>> column;
  column.reserve(rows.size());
  for (const auto& row : rows) column.push_back(static_cast<StoredAs<Member>>(row.*member));
  file.write(path, std::span<const StoredAs<Member>>(column));
}
template <class Row>
void write_all(hdf5::File& file, const std::string& group, const std::vector<Row>& rows) {
  each(static_cast<const Row*>(nullptr),
       [&](const char* name, auto member) { write(file, group + "/" + name, rows, member); });
}

/// Where a column cannot be read, numbers stand for missing ones, and counts and types are 0.
template <class Row, class Member>
void read(layout::Table& table, const std::string& name, std::vector<Row>& rows, Member Row::*member) {
  using Stored = StoredAs<Member>;
  const auto column = table.read<Stored>(name, [](std::size_t /*row*/) {
    if constexpr (std::is_floating_point_v<Stored>) return kMissing;
    return Stored{};
  });
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].*member = static_cast<Member>(column[i]);
}
template <class Row>
void read_all(layout::Table& table, std::vector<Row>& rows) {
  each(static_cast<const Row*>(nullptr), [&](const char* name, auto member) { read(table, name, rows, member); });
}

}  // namespace dscore::columns
