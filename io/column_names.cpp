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
  if (columns.size() == 1 && columns[0].find_first_of(";\t|,") != std::string::npos) {
    text += ", which looks like several: is the delimiter right?";
  }
  return text;
}

}  // namespace dscore
