#include "io/csv.h"

#include <algorithm>
#include <cstring>
#include <unordered_set>
#include <utility>

#include "io/byte_source.h"
#include "io/column_names.h"
#include "io/number.h"
#include "kernels/error.h"

namespace dscore {

std::optional<char> delimiter_named(std::string_view name) {
  if (name == "tab" || name == "\\t") return '\t';
  constexpr std::string_view kRefused("\"\n\r\0", 4);
  if (name.size() != 1 || kRefused.find(name[0]) != std::string_view::npos) return std::nullopt;
  if (static_cast<unsigned char>(name[0]) >= 0x80) return std::nullopt;
  return name[0];
}

CsvReader::CsvReader(std::string name, std::string_view text, char delimiter)
    : name_(std::move(name)), delimiter_(delimiter), at_(text.data()), limit_(text.data() + text.size()) {
  read_header();
}

CsvReader::CsvReader(const CsvReader& header, std::string_view rows)
    : name_(header.name_),
      delimiter_(header.delimiter_),
      at_(rows.data()),
      limit_(rows.data() + rows.size()),
      columns_(header.columns_) {
  std::copy(std::begin(header.plain_ends_), std::end(header.plain_ends_), std::begin(plain_ends_));
}

CsvReader::CsvReader(TextInput& input, char delimiter)
    : name_(input.name()), input_(&input), delimiter_(delimiter), last_(false) {
  refill();
  read_header();
}

void CsvReader::read_header() {
  for (const char c : {delimiter_, '"', '\n', '\r', '\0'}) plain_ends_[static_cast<unsigned char>(c)] = true;
  while (limit_ - at_ < 3 && refill()) {  // the byte order mark may arrive in pieces
  }
  const std::string_view start(at_, static_cast<std::size_t>(limit_ - at_));
  if (start.starts_with("\xff\xfe") || start.starts_with("\xfe\xff")) {
    throw Error(name_ + ": encoded as UTF-16. Save it as UTF-8.");
  }
  if (start.starts_with("\xef\xbb\xbf")) at_ += 3;
  if (!read_record()) throw Error(name_ + ": the file is empty. A header with the names of the columns is needed.");
  columns_.assign(fields_.begin(), fields_.end());
  std::unordered_set<std::string> seen;
  for (const auto& column : columns_) {
    if (!seen.insert(column).second) {
      double value = 0;
      throw Error(name_ + ": two columns are named " + quoted(column) + ". " +
                  (parse_number(column, value) ? "Is there no header? The first line must name the columns."
                                               : "Rename one of them."));
    }
  }
}

bool CsvReader::has(std::string_view column) const {
  return std::find(columns_.begin(), columns_.end(), column) != columns_.end();
}

std::size_t CsvReader::index(std::string_view column, std::string_view advice) const {
  const auto at = std::find(columns_.begin(), columns_.end(), column);
  if (at != columns_.end()) return static_cast<std::size_t>(at - columns_.begin());
  throw Error(name_ + ": no column " + quoted(column) + ". " + columns_instead_of(column, columns_) +
              (advice.empty() ? "" : " ") + std::string(advice));
}

bool CsvReader::next() {
  ++row_;
  bool found = read_record();
  if (found && raw_.empty() && columns_.size() > 1) {  // a blank line: fine if nothing but blank lines follows
    const auto blank = std::pair(row_, line_);
    while (found && raw_.empty()) found = read_record();
    if (found) {
      throw Error(place_of(blank.first, blank.second) + ": a blank line between the rows. Remove it.");
    }
  }
  if (!found) {
    if (row_ == 1) throw Error(name_ + ": a header, but no rows. Nothing can be computed from it.");
    --row_;
    return false;
  }
  if (fields_.size() != columns_.size()) {
    fail_row(std::to_string(fields_.size()) + (fields_.size() == 1 ? " field" : " fields") + ", where the header has " +
             std::to_string(columns_.size()) + ". Mend the row (a field that holds a '" + std::string(1, delimiter_) +
             "' must stand in quotes).");
  }
  return true;
}

// Reads the next record, header or data, whatever its number of fields.
bool CsvReader::read_record() {
  while (true) {
    const char* const start = at_;
    switch (scan()) {
      case Scan::record:
        unquote();
        return true;
      case Scan::end:
        return false;
      case Scan::need_more:
        at_ = start;
        refill();
        break;
    }
  }
}

// Moves what is not yet read to the front of the buffer and adds a block; false if there was nothing to add.
bool CsvReader::refill() {
  if (last_) return false;
  const auto kept = static_cast<std::size_t>(limit_ - at_);
  constexpr std::size_t kBlock = 4 * ByteSource::kBlock;
  if (kept > 0 && at_ != buffer_.data()) std::memmove(buffer_.data(), at_, kept);
  if (buffer_.size() < kept + kBlock) buffer_.resize(std::max(2 * buffer_.size(), kept + kBlock));
  const std::size_t got = input_->read(buffer_.data() + kept, buffer_.size() - kept);
  at_ = buffer_.data();
  limit_ = at_ + kept + got;
  last_ = got == 0;
  return got > 0;
}

// One record from at_. Leaves at_ behind its line end.
CsvReader::Scan CsvReader::scan() {
  if (at_ == limit_) return last_ ? Scan::end : Scan::need_more;
  found_.clear();
  line_ = next_line_;
  const char* at = at_;
  std::uint64_t lines = 1;
  while (true) {
    if (at != limit_ && *at == '"') {
      if (const Scan outcome = scan_quoted(at, lines); outcome != Scan::record) return outcome;
    } else if (!scan_plain(at)) {
      return Scan::need_more;
    }
    if (at == limit_ && !last_) return Scan::need_more;
    if (at != limit_ && *at == delimiter_) {
      ++at;
      continue;
    }
    break;
  }
  // at: the end of the text, or a line end (CR only in front of LF or the end; scan_plain and scan_quoted saw to it).
  raw_ = {at_, static_cast<std::size_t>(at - at_)};
  if (at != limit_ && *at == '\r') ++at;
  if (at != limit_ && *at == '\n') ++at;
  at_ = at;
  next_line_ += lines;
  return Scan::record;
}

// An unquoted field; false if more text is needed to tell where it ends.
bool CsvReader::scan_plain(const char*& at) {
  const char* const begin = at;
  while (at != limit_ && !plain_ends_[static_cast<unsigned char>(*at)]) ++at;
  if (static_cast<std::size_t>(at - begin) > kLongestField) {
    fail_row("field " + std::to_string(found_.size() + 1) + " is longer than 1 MiB. Is this a CSV file?");
  }
  if (at == limit_ && !last_) return false;
  if (at != limit_ && *at != delimiter_ && *at != '\n') {
    const std::string field = "field " + std::to_string(found_.size() + 1);
    if (*at == '"') fail_row("a quote inside " + field + ". Quote the whole field and double the quotes in it.");
    if (*at == '\0') fail_row("a NUL byte in " + field + ". Is this a text file, saved as UTF-8?");
    if (at + 1 == limit_ && !last_) return false;
    if (at + 1 != limit_ && at[1] != '\n') {
      fail_row("a carriage return inside " + field +
               ". End lines by LF or CRLF, and quote fields that hold line ends.");
    }
  }
  found_.push_back({begin, at, false});
  return true;
}

// A quoted field; at stands on its opening quote and is left behind its closing one.
CsvReader::Scan CsvReader::scan_quoted(const char*& at, std::uint64_t& lines) {
  const char* const begin = at + 1;
  const char* end = begin;
  bool escaped = false;
  while (true) {
    const void* quote = std::memchr(end, '"', static_cast<std::size_t>(limit_ - end));
    end = quote == nullptr ? limit_ : static_cast<const char*>(quote);
    const bool too_long = static_cast<std::size_t>(end - begin) > kLongestField;
    if (too_long || (quote == nullptr && last_)) {
      fail_row("the quote that opens field " + std::to_string(found_.size() + 1) + " is not closed" +
               (too_long ? " within 1 MiB" : "") + ". Close it, or double it if it belongs to the text.");
    }
    if (quote == nullptr || (end + 1 == limit_ && !last_)) return Scan::need_more;
    if (end + 1 == limit_ || end[1] != '"') break;
    escaped = true;
    end += 2;
  }
  if (std::memchr(begin, '\0', static_cast<std::size_t>(end - begin)) != nullptr) {
    fail_row("a NUL byte in field " + std::to_string(found_.size() + 1) + ". Is this a text file, saved as UTF-8?");
  }
  at = end + 1;
  if (at != limit_ && *at == '\r' && at + 1 == limit_ && !last_) return Scan::need_more;
  const bool closed =
      at == limit_ || *at == delimiter_ || *at == '\n' || (*at == '\r' && (at + 1 == limit_ || at[1] == '\n'));
  if (!closed) {
    fail_row("text behind the closing quote of field " + std::to_string(found_.size() + 1) +
             ". Double the quotes that belong to the text.");
  }
  lines += static_cast<std::uint64_t>(std::count(begin, end, '\n'));
  found_.push_back({begin, end, escaped});
  return Scan::record;
}

void CsvReader::unquote() {
  fields_.clear();
  unquoted_.clear();
  std::size_t room = 0;
  for (const auto& field : found_) room += field.escaped ? static_cast<std::size_t>(field.end - field.begin) : 0;
  unquoted_.reserve(room);  // the views below stay valid
  for (const auto& field : found_) {
    if (!field.escaped) {
      fields_.emplace_back(field.begin, static_cast<std::size_t>(field.end - field.begin));
      continue;
    }
    const std::size_t begin = unquoted_.size();
    for (const char* c = field.begin; c != field.end; ++c) {
      unquoted_ += *c;
      if (*c == '"') ++c;  // the second of a doubled quote
    }
    fields_.emplace_back(unquoted_.data() + begin, unquoted_.size() - begin);
  }
}

std::string CsvReader::place_of(std::uint64_t row, std::uint64_t line) const {
  if (row == 0) return name_ + ", header";
  return name_ + ", line " + std::to_string(line) + " (row " + std::to_string(row) + ")";
}
std::string CsvReader::place() const { return place_of(row_, line_); }

void CsvReader::fail_row(const std::string& what) const { throw Error(place() + ": " + what); }

std::string CsvReader::complaint(std::size_t column, const std::string& what, std::string_view advice) const {
  return place() + ", column " + columns_[column] + ": " + what + "." + (advice.empty() ? "" : " ") +
         std::string(advice);
}

void CsvReader::fail(std::size_t column, const std::string& what, std::string_view advice) const {
  throw Error(complaint(column, what, advice));
}

double CsvReader::number(std::size_t column, std::string_view advice) const {
  double value = 0;
  if (!parse_number(fields_[column], value)) fail(column, why_not_a_number(fields_[column]), advice);
  return value;
}

}  // namespace dscore
