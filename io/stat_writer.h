#pragma once
// Tables written as SPSS .sav or Stata .dta by ReadStat.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "host/date.h"

namespace dscore {

enum class StatFormat { sav, dta };

struct StatColumnSpec {
  enum class Type { number, text, date };
  std::string name;   ///< letters, digits and _, at most 32
  std::string label;  ///< for people
  Type type = Type::number;
  std::size_t width = 0;  ///< of texts, the longest in bytes
};

/// Missing where empty; a type that is not the column's is a programming error.
using StatValue = std::variant<std::monostate, double, std::string, Day>;

/// Whether this build has ReadStat (a static build has not).
bool can_write_stat_tables();

/// Writes a table of `rows` rows; `fill(row, values)` sets one value a column. Bytes go to `write` as they come.
/// Deterministic: the file says that it was made on 2011-12-31. Throws Error naming `file`, and what `write` throws.
void write_stat_table(const std::string& file, StatFormat format, const std::vector<StatColumnSpec>& columns,
                      std::size_t rows, const std::function<void(std::size_t, std::vector<StatValue>&)>& fill,
                      const std::function<void(std::string_view)>& write);

}  // namespace dscore
