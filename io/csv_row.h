#pragma once
// One row of a CSV table that is being written.

#include <cstdint>
#include <string>
#include <string_view>

#include "io/csv_writer.h"
#include "io/text_output.h"

namespace dscore {

class CsvRow {
 public:
  explicit CsvRow(TextOutput& out) : out_(out), text_(out.buffer()) {}
  ~CsvRow() = default;
  CsvRow(const CsvRow&) = delete;
  CsvRow& operator=(const CsvRow&) = delete;

  CsvRow& field(std::string_view text) {
    separate();
    append_field(text_, text);
    return *this;
  }
  template <class Number>
  CsvRow& number(Number value) {
    separate();
    append_number(text_, value);
    return *this;
  }
  /// Nothing if there is no value.
  CsvRow& whole_or_empty(int value) {
    separate();
    if (value != 0) append_number(text_, static_cast<std::int64_t>(value));
    return *this;
  }
  void end() {
    text_ += '\n';
    out_.flush_if_full();
  }

 private:
  void separate() {
    if (!first_) text_ += ',';
    first_ = false;
  }
  TextOutput& out_;
  std::string& text_;
  bool first_ = true;
};

}  // namespace dscore
