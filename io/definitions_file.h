#pragma once
// Sector definitions as a TOML file (data/sectors_2012.toml is one, with comments):
//
//   note = "..."                              optional
//   [[population]]
//   name = "agrofood_narrow"                  [a-z0-9_]+
//   title = "Agro&food - smal"                optional
//   note = "..."                              optional
//   benchmark = "benchmark_industry"          optional: name of another population
//   include = ["01", "10-12", "46.2"]         include, companies, or both
//   exclude = ["01.19"]                       optional
//   companies = [1234567]                     optional
//   subset_of = "agrofood_broad"              optional: a name, or a list of them

#include <string>
#include <string_view>
#include <vector>

#include "host/definitions.h"

namespace dscore {

/// Reads the file. Throws Error with the first problem (file, line, key, why, what to do) and how many more there are.
Definitions read_definitions(const std::string& path);

/// The text of such a file, of at most 16 MiB; "-" is standard input.
std::string read_definitions_text(const std::string& path);

/// As read_definitions, from text in memory; `name` is for messages.
Definitions parse_definitions(const std::string& name, const std::string& text);

/// The text of data/sectors_2012.toml, which comes with dscore: the populations of the note of 2012, the sectors among
/// them by approximation.
std::string_view shipped_definitions();

/// Every problem of a text, each as `parse_definitions` would throw it; empty if there is none.
std::vector<std::string> problems_of_definitions(const std::string& name, const std::string& text);

}  // namespace dscore
