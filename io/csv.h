#pragma once
// CSV after RFC 4180, record by record: quoted fields with doubled quotes and line ends inside, LF or CRLF, a UTF-8
// byte order mark, a last line without its end. Strict where guessing would misread: ragged rows, a quote inside an
// unquoted field, text behind a closing quote, NUL bytes, lone carriage returns, UTF-16, and columns of the same name
// are errors. Blank lines at the end are ignored.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/text_input.h"

namespace dscore {

/// The delimiter of this name: one ASCII character, no quote and no line end, or "tab" (also "\\t"); else none.
std::optional<char> delimiter_named(std::string_view name);

class CsvReader {
 public:
  static constexpr std::size_t kLongestField = std::size_t{1} << 20;

  /// Text in memory, borrowed; views of records stay valid as long as it does. Reads the header. `name` is for
  /// messages. Throws Error naming file, row and column, here and in `next`.
  CsvReader(std::string name, std::string_view text, char delimiter = ',');
  /// Rows in memory, borrowed, of the table whose header `header` has read: one part of several, that may be read at
  /// the same time. Rows and lines are counted from the first one of the part.
  CsvReader(const CsvReader& header, std::string_view rows);
  /// A stream; views of records are valid until the next call of `next`.
  explicit CsvReader(TextInput& input, char delimiter = ',');

  const std::vector<std::string>& columns() const { return columns_; }
  bool has(std::string_view column) const;
  /// Index of a column; Error listing those there are, ending in `advice`.
  std::size_t index(std::string_view column, std::string_view advice = "") const;

  /// Goes to the next record; false at the end. A file with a header and no record at all is an Error.
  bool next();
  /// The fields of the record, without their quotes.
  std::span<const std::string_view> fields() const { return fields_; }
  /// The record (or, before the first `next`, the header) as it stands in the file, without its line end.
  std::string_view raw() const { return raw_; }
  /// Data rows counted from 1; 0 for the header.
  std::uint64_t row() const { return row_; }
  /// For messages: "addresses.csv, line 1043 (row 1042)". Lines count the header and line ends in quotes.
  std::string place() const;

  /// The field as a finite double (io/number.h); else an Error naming row and column, ending in `advice`.
  double number(std::size_t column, std::string_view advice) const;
  /// "<place>, column <name>: <what>. <advice>", and the same thrown as an Error.
  std::string complaint(std::size_t column, const std::string& what, std::string_view advice) const;
  [[noreturn]] void fail(std::size_t column, const std::string& what, std::string_view advice) const;

 private:
  struct Field {
    const char* begin;
    const char* end;
    bool escaped;  // holds doubled quotes
  };
  enum class Scan { record, need_more, end };

  void read_header();
  Scan scan();
  Scan scan_quoted(const char*& at, std::uint64_t& lines);
  bool scan_plain(const char*& at);
  bool read_record();
  bool refill();
  void unquote();
  std::string place_of(std::uint64_t row, std::uint64_t line) const;
  [[noreturn]] void fail_row(const std::string& what) const;

  std::string name_;
  TextInput* input_ = nullptr;
  char delimiter_;
  bool plain_ends_[256] = {};  // bytes at which an unquoted field stops
  std::string buffer_;         // of a stream
  const char* at_ = nullptr;   // what is not yet read
  const char* limit_ = nullptr;
  bool last_ = true;  // nothing follows limit_

  std::vector<std::string> columns_;
  std::vector<Field> found_;
  std::vector<std::string_view> fields_;
  std::string unquoted_;
  std::string_view raw_;
  std::uint64_t row_ = 0;
  std::uint64_t line_ = 0;       // of the record, from 1
  std::uint64_t next_line_ = 1;  // of the record after it
};

}  // namespace dscore
