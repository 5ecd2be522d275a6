#pragma once
// The published tables and real geography beside the repository (../shared), which are no part of it.

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace dscore::test {

/// Lines of a file; none if it is not there.
inline std::vector<std::string> lines_of(const std::string& name) {
  std::ifstream file(std::string(DSCORE_SHARED) + "/" + name);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

inline std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
  return fields;
}

/// Records of a CSV file without its header; none if it is not there.
inline std::vector<std::vector<std::string>> table(const std::string& name) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& line : lines_of(name)) rows.push_back(fields_of(line));
  if (!rows.empty()) rows.erase(rows.begin());
  return rows;
}

}  // namespace dscore::test
