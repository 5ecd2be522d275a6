#include "host/import_report.h"

#include <algorithm>
#include <stdexcept>

namespace dscore {
namespace {

struct Words {
  std::string_view name;
  std::string_view meaning;
};

// In the order of Reason.
constexpr std::array<Words, kReasons> kWords{{
    {"bad_id", "the id is missing or not a whole number"},
    {"bad_date", "a date that cannot be read or does not exist"},
    {"outside_date", "not active on the reference date"},
    {"bad_sbi", "not a code of the SBI 2008"},
    {"missing_postcode", "no postcode"},
    {"bad_postcode", "not a Dutch postcode"},
    {"unknown_postcode", "the postcode is not in the table of postcodes"},
    {"bad_coordinates", "coordinates that are missing or not numbers"},
    {"outside_country", "coordinates outside the Netherlands"},
    {"missing_municipality", "no municipality"},
    {"municipality_without_region", "the municipality is not in the table of municipalities"},
    {"missing_region", "no region"},
    {"unknown_region", "the region is not in the table of regions"},
    {"duplicate_id", "an earlier row that was kept has this id"},
    {"bad_company", "the company is missing or not a whole number, 0 or more"},
    {"missing_founded", "no founding date: taken as founded before the reference date"},
    {"missing_key", "no distribution key, or none above 0, in the company and municipality: equal shares"},
    {"unmatched_jobs", "the table of jobs has nothing for the company and municipality"},
    {"bad_jobs", "jobs that are missing, not a number, or above 1e12"},
    {"negative_jobs", "jobs below 0"},
    {"jobs_without_establishment", "no establishment of the company in the municipality was kept"},
    {"duplicate_row", "the same as an earlier row"},
    {"conflicting_row", "an earlier row says otherwise; the first one counts"},
    {"company_not_found", "a company named in the populations that has no establishment"},
}};

}  // namespace

std::string_view name_of(Reason reason) { return kWords[static_cast<std::size_t>(reason)].name; }
std::string_view meaning_of(Reason reason) { return kWords[static_cast<std::size_t>(reason)].meaning; }

std::optional<Reason> reason_named(std::string_view name) {
  const auto found = std::find_if(kWords.begin(), kWords.end(), [&](const Words& words) { return words.name == name; });
  if (found == kWords.end()) return std::nullopt;
  return static_cast<Reason>(found - kWords.begin());
}

std::uint64_t TableReport::dropped_rows() const {
  std::uint64_t rows = 0;
  for (const ReasonCount& reason : dropped) rows += reason.count;
  return rows;
}

void ImportReport::check() const {
  for (const TableReport& table : tables) {
    if (table.read == table.kept + table.dropped_rows()) continue;
    throw std::logic_error("import of " + table.table + ": " + std::to_string(table.read) + " rows read, but " +
                           std::to_string(table.kept) + " kept and " + std::to_string(table.dropped_rows()) +
                           " dropped");
  }
}

std::vector<std::string> ImportReport::unexpected(const std::vector<Reason>& expected) const {
  std::vector<std::string> found;
  for (const TableReport& table : tables) {
    for (std::size_t i = 0; i < kReasons; ++i) {
      const std::uint64_t count = table.dropped[i].count + table.noted[i].count;
      const auto reason = static_cast<Reason>(i);
      if (count == 0 || std::find(expected.begin(), expected.end(), reason) != expected.end()) continue;
      found.push_back(table.table + ": " + std::string(name_of(reason)) + " (" + std::to_string(count) + ")");
    }
  }
  return found;
}

}  // namespace dscore
