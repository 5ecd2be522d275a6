#pragma once
// Small .sav and .dta files for tests, by ReadStat.

#include <readstat.h>

#include <cmath>
#include <string>
#include <variant>
#include <vector>

#include "io/table_reader.h"

namespace dscore::test {

struct StatVariable {
  std::string name;
  bool text = false;
  std::string format = {};  ///< "DATE11", "%td"; empty: a plain number
};
using StatValue = std::variant<double, std::string>;  ///< NaN: missing

struct StatOptions {
  readstat_compress_t compression = READSTAT_COMPRESS_NONE;
  int version = 0;  ///< of .dta; 0: ReadStat's own choice
};

inline std::string stat_file(TableFormat format, const std::vector<StatVariable>& variables,
                             const std::vector<std::vector<StatValue>>& rows, const StatOptions& options = {}) {
  std::string bytes;
  readstat_writer_t* writer = readstat_writer_init();
  readstat_set_data_writer(writer, [](const void* data, std::size_t size, void* to) -> ssize_t {
    static_cast<std::string*>(to)->append(static_cast<const char*>(data), size);
    return static_cast<ssize_t>(size);
  });
  readstat_writer_set_compression(writer, options.compression);
  if (options.version != 0) {
    readstat_writer_set_file_format_version(writer, static_cast<std::uint8_t>(options.version));
  }
  readstat_writer_set_file_timestamp(writer, 1'000'000'000);
  std::vector<readstat_variable_t*> made;
  for (const StatVariable& variable : variables) {
    const auto type = variable.text ? READSTAT_TYPE_STRING : READSTAT_TYPE_DOUBLE;
    made.push_back(readstat_add_variable(writer, variable.name.c_str(), type, variable.text ? 16 : 0));
    if (!variable.format.empty()) readstat_variable_set_format(made.back(), variable.format.c_str());
  }
  const auto count = static_cast<long>(rows.size());
  if (format == TableFormat::sav) {
    readstat_begin_writing_sav(writer, &bytes, count);
  } else {
    readstat_begin_writing_dta(writer, &bytes, count);
  }
  for (const auto& row : rows) {
    readstat_begin_row(writer);
    for (std::size_t i = 0; i < made.size(); ++i) {
      if (const auto* text = std::get_if<std::string>(&row[i])) {
        readstat_insert_string_value(writer, made[i], text->c_str());
      } else if (std::isnan(std::get<double>(row[i]))) {
        readstat_insert_missing_value(writer, made[i]);
      } else {
        readstat_insert_double_value(writer, made[i], std::get<double>(row[i]));
      }
    }
    readstat_end_row(writer);
  }
  readstat_end_writing(writer);
  readstat_writer_free(writer);
  return bytes;
}

}  // namespace dscore::test
