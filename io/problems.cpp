#include "io/problems.h"

namespace dscore {

std::string Problems::others(std::size_t count, const std::vector<std::size_t>& first) {
  std::string text;
  if (count == 1) return text;
  text += ' ';
  text += std::to_string(count);
  text += " such values, at indices ";
  for (std::size_t k = 0; k < first.size(); ++k) {
    if (k > 0) text += ", ";
    text += std::to_string(first[k]);
  }
  text += count > first.size() ? ", ..." : ".";
  return text;
}

}  // namespace dscore
