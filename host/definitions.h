#pragma once
// Sector definitions: which establishments belong to which population, by the SBI code of the establishment and by
// company. A definition is always an input, never compiled in; io/definitions_file.h reads it from TOML.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "host/register.h"
#include "host/sbi.h"

namespace dscore {

/// Codes that begin with one of the prefixes `first` to `last`, all of `digits` digits. A code with fewer digits than
/// the prefixes never matches: an establishment known only as 01 is not one of 01.13.
struct SbiSelector {
  SbiCode first;
  SbiCode last;  ///< same number of digits, not below first

  bool matches(SbiCode code) const;
  /// "10-32", "38.3", "01.13".
  std::string text() const;
};

/// Reads a selector: a code at any level with or without its dots ("58", "38.3", "0113", "01131"), or a range of two
/// of the same level ("10-32", "01.1-01.3"). Throws Error saying what is wrong with `text` and what to write, also
/// where no code of the list (sbi_list.h) would match.
SbiSelector parse_selector(std::string_view text);

/// One population as the user defines it. Members: establishments whose code an `include` selector matches and no
/// `exclude` selector does, and all establishments of the `companies`, whatever their codes.
struct Definition {
  std::string name;       ///< identifier, [a-z0-9_]+
  std::string title;      ///< for tables and figures, may be empty
  std::string note;       ///< what a reader should know of it ("approximation of ..."), may be empty
  std::string benchmark;  ///< name of another population; empty: none
  std::vector<SbiSelector> include;
  std::vector<SbiSelector> exclude;
  std::vector<std::int64_t> companies;
  std::vector<std::string> subset_of;  ///< names of populations that must hold every member of this one
};

/// Something wrong with a list of definitions.
struct DefinitionFault {
  std::size_t population;  ///< index in the list
  std::string key;         ///< "name", "benchmark", ...; empty: the population as a whole
  std::string text;        ///< what, why, and what to do
};

/// Everything wrong with the list: names, benchmarks and subsets that do not exist, populations without any selector or
/// company, more than kMaxPopulations of them, and subset_of relations that do not hold: for every code of the list, of
/// any number of digits, and every company named.
std::vector<DefinitionFault> faults_of(const std::vector<Definition>& list);

/// The definitions of a register's populations, ready to classify establishments.
class Definitions {
 public:
  /// Throws Error with the first of `faults_of`. `note` is on the whole list.
  explicit Definitions(std::vector<Definition> list, std::string note = "");

  const std::vector<Definition>& list() const { return list_; }
  const std::string& note() const { return note_; }
  /// As a Register holds them, with benchmarks as indices.
  std::vector<Population> populations() const;

  /// Bit p set: an establishment with this code, of this company, is a member of population p, as in
  /// Register::membership. Without a code (it was bad) or a company (not known) only the other one counts. O(1).
  std::uint64_t membership(std::optional<SbiCode> code, std::optional<std::int64_t> company = {}) const {
    std::uint64_t mask = code ? by_code_[code->index()] : 0;
    if (company && !by_company_.empty()) {
      const auto found = by_company_.find(*company);
      if (found != by_company_.end()) mask |= found->second;
    }
    return mask;
  }
  /// All companies named, with the populations that name them: an import can report those that it never met.
  const std::unordered_map<std::int64_t, std::uint64_t>& companies() const { return by_company_; }

 private:
  std::vector<Definition> list_;
  std::string note_;
  std::vector<std::uint64_t> by_code_;  // by SbiCode::index()
  std::unordered_map<std::int64_t, std::uint64_t> by_company_;
};

}  // namespace dscore
