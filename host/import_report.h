#pragma once
// What an import did with every row: read = kept + dropped, for each table, by reason, with the first rows as examples.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dscore {

/// Why a row was dropped, or what is to be known of a row that was kept.
enum class Reason : std::uint8_t {
  bad_id,
  bad_date,
  outside_date,
  bad_sbi,
  missing_postcode,
  bad_postcode,
  unknown_postcode,
  bad_coordinates,
  outside_country,
  missing_municipality,
  municipality_without_region,
  missing_region,
  unknown_region,
  duplicate_id,
  bad_company,
  missing_founded,
  missing_key,
  unmatched_jobs,
  bad_jobs,
  negative_jobs,
  jobs_without_establishment,
  duplicate_row,
  conflicting_row,
  company_not_found,
};
inline constexpr std::size_t kReasons = static_cast<std::size_t>(Reason::company_not_found) + 1;

/// "unknown_postcode".
std::string_view name_of(Reason reason);
/// "the postcode is not in the table of postcodes".
std::string_view meaning_of(Reason reason);
std::optional<Reason> reason_named(std::string_view name);

/// One reason in one table.
struct ReasonCount {
  static constexpr std::size_t kExamples = 5;
  struct Example {
    std::uint64_t row = 0;  ///< counted from 1; in text files the header does not count
    std::string value;      ///< what stood there
  };

  std::uint64_t count = 0;
  std::vector<Example> first;  ///< at most kExamples, in the order of the table

  /// Counts; `value()` is only called for an example.
  template <class Value>
  void add(std::uint64_t row, Value value) {
    if (++count <= kExamples) first.push_back({row, std::string(value())});
  }
};

/// One table of the import.
struct TableReport {
  std::string table;  ///< "establishments"
  std::string file;
  std::uint64_t read = 0;
  std::uint64_t kept = 0;
  std::array<ReasonCount, kReasons> dropped;  ///< by Reason
  std::array<ReasonCount, kReasons> noted;    ///< rows that are kept all the same

  template <class Value>
  void drop(Reason reason, std::uint64_t row, Value value) {
    dropped[static_cast<std::size_t>(reason)].add(row, value);
  }
  template <class Value>
  void note(Reason reason, std::uint64_t row, Value value) {
    noted[static_cast<std::size_t>(reason)].add(row, value);
  }
  std::uint64_t dropped_rows() const;
};

struct ImportReport {
  std::vector<TableReport> tables;

  /// Throws std::logic_error unless read = kept + dropped in every table.
  void check() const;
  /// "table: reason (count)" for every reason that occurs and is not `expected`.
  std::vector<std::string> unexpected(const std::vector<Reason>& expected) const;
};

}  // namespace dscore
