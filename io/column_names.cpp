#include "io/column_names.h"

#include <algorithm>

#include "io/cell.h"
#include "io/number.h"

namespace dscore {
namespace {

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool nearly_equal(std::string_view a, std::string_view b) {
  a = trimmed_text(a);
  b = trimmed_text(b);
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return small(x) == small(y); });
}

}  // namespace

std::optional<std::string> other_delimiter(const std::vector<std::string>& columns) {
  if (columns.size() != 1) return std::nullopt;
  const std::size_t at = columns[0].find_first_of(";\t|,");
  if (at == std::string::npos) return std::nullopt;
  return columns[0][at] == '\t' ? "tab" : std::string("'") + columns[0][at] + '\'';
}

std::string columns_instead_of(std::string_view wanted, const std::vector<std::string>& columns) {
  constexpr std::size_t kShown = 20;
  const auto meant = std::find_if(columns.begin(), columns.end(),
                                  [&](const std::string& column) { return nearly_equal(column, wanted); });
  std::string text = meant == columns.end() ? "It has " : "Did you mean " + quoted(*meant) + "? It has ";
  for (std::size_t i = 0; i < std::min(kShown, columns.size()); ++i) {
    text += (i == 0 ? "" : ", ") + quoted(columns[i]);
  }
  if (columns.empty()) text += "none";
  if (columns.size() > kShown) text += ", ... (" + std::to_string(columns.size()) + " in all)";
  if (const auto delimiter = other_delimiter(columns)) {
    return text + ", which looks like several, separated by " + *delimiter + ": is the delimiter right?";
  }
  return text + ".";
}

}  // namespace dscore
