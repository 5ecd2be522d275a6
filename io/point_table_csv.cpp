// Points from and to CSV.

#include <omp.h>

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include "io/atomic_file.h"
#include "io/cell.h"
#include "io/check.h"
#include "io/column_names.h"
#include "io/csv.h"
#include "io/csv_writer.h"
#include "io/number.h"
#include "io/point_table_parts.h"
#include "io/provenance_json.h"
#include "io/text_output.h"
#include "kernels/error.h"

namespace dscore::detail {
namespace {

/// Says what a header is that lacks the column `name`: fields not separated, or no header at all.
void check_header(const CsvReader& reader, const PointTable& table, const std::string& name) {
  if (reader.has(name)) return;
  const std::vector<std::string>& header = reader.columns();
  if (const auto delimiter = other_delimiter(header)) {
    throw Error(table.name + ": the header has one column " + quoted(header[0]) + ". Is it separated by " + *delimiter +
                "? Add --delimiter " + *delimiter + ".");
  }
  double value = 0;
  const CellFormat point{'.', {}};
  const CellFormat comma{',', {}};
  const auto numbers = std::count_if(header.begin(), header.end(), [&](const std::string& field) {
    return point.number(std::string_view(field), value) || comma.number(std::string_view(field), value);
  });
  if (2 * static_cast<std::size_t>(numbers) >= header.size()) {
    throw Error(table.name + ": there is no header: the first line, " + quoted(reader.raw()) +
                ", holds numbers. Put a line with the names of the columns before it.");
  }
}

/// Reads and checks the fields of one row.
class RowReader {
 public:
  RowReader(const CsvReader& reader, const PointTable& table, const PointColumns& columns)
      : reader_(reader), names_(columns), format_{table.decimal, {}} {
    const auto index = [&](const std::string& name, const char* advice) {
      check_header(reader, table, name);
      return reader.index(name, advice);
    };
    x_ = index(columns.x, "Name yours with --x.");
    y_ = index(columns.y, "Name yours with --y.");
    if (columns.weight) weight_ = index(*columns.weight, "Name yours with --weight.");
  }

  double x = 0;
  double y = 0;
  double weight = 1;

  /// False if the row is bad; then `fault` says why.
  bool read() {
    return number(x_, x) && is_coordinate(x) && number(y_, y) && is_coordinate(y) &&
           (!names_.netherlands_only || in_box(x, y)) &&
           (!names_.weight || (number(weight_, weight) && is_weight(weight)));
  }

  std::string fault() const {
    for (const auto& [column, flag] : {std::pair(x_, "--x"), std::pair(y_, "--y")}) {
      double value = 0;
      if (!number(column, value)) return fault_of_number(column, coordinate_advice(flag));
      if (!is_coordinate(value)) return reader_.complaint(column, fault_of_coordinate(value), coordinate_advice(flag));
    }
    if (names_.netherlands_only && !in_box(x, y)) {
      return reader_.place() + ", columns " + names_.x + " and " + names_.y + ": " +
             fault_of_place(x, y, names_.x, names_.y) + kOtherPlane;
    }
    double value = 0;
    if (!number(weight_, value)) return fault_of_number(weight_, kWeightAdvice);
    return reader_.complaint(weight_, fault_of_weight(value), kWeightAdvice);
  }

  [[noreturn]] void fail_total() const { reader_.fail(weight_, fault_of_total(), kTotalAdvice); }

 private:
  bool number(std::size_t column, double& value) const { return format_.number(reader_.fields()[column], value); }

  std::string fault_of_number(std::size_t column, const std::string& advice) const {
    const std::string_view field = reader_.fields()[column];
    const bool comma = format_.decimal == ',';
    double value = 0;
    if (CellFormat{comma ? '.' : ',', {}}.number(field, value)) {
      return reader_.complaint(
          column,
          comma ? quoted(field) + " has a decimal point, where a decimal comma is needed" : why_not_a_number(field),
          comma ? "Leave --decimal out if all numbers have one, or mend the row."
                : "Add --decimal ',' if all numbers have one, or mend the row.");
    }
    if (field.find('.') != std::string_view::npos && field.find(',') != std::string_view::npos) {
      return reader_.complaint(column, quoted(field) + " is not a number", "Write no sign between thousands.");
    }
    return reader_.complaint(column, why_not_a_number(field), advice);
  }

  const CsvReader& reader_;
  const PointColumns& names_;
  CellFormat format_;
  std::size_t x_ = 0;
  std::size_t y_ = 0;
  std::size_t weight_ = 0;
};

/// Where the record that `reader` stands on ends in the text of the table.
std::size_t end_of_record(const PointTable& table, const CsvReader& reader) {
  return static_cast<std::size_t>(reader.raw().data() - table.content.data()) + reader.raw().size();
}

/// Lines of a table's text, and the row that the first of them is.
struct Part {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t first_row = 0;
  std::size_t rows = 0;
};

/// The rows of a text without quotes, cut between lines, for a thread each. A text that has quotes, or is too short to
/// be worth it, is not cut.
std::vector<Part> parts_of(std::string_view text, std::size_t begin) {
  constexpr std::size_t kWorthThreads = 1 << 20;  // bytes
  if (text.size() < kWorthThreads || text.find('"', begin) != std::string_view::npos) return {};
  begin = text.find('\n', begin);
  if (begin == std::string_view::npos) return {};
  ++begin;
  std::vector<Part> parts(static_cast<std::size_t>(omp_get_max_threads()));
  const std::size_t bytes = text.size() - begin;
  for (std::size_t k = 0; k < parts.size(); ++k) {
    parts[k].begin = k == 0 ? begin : parts[k - 1].end;
    const std::size_t about = begin + bytes * (k + 1) / parts.size() - 1;
    const std::size_t line_end = text.find('\n', std::max(about, parts[k].begin));  // lines may be longer than parts
    const bool last = k + 1 == parts.size() || line_end == std::string_view::npos;
    parts[k].end = last ? text.size() : line_end + 1;
  }
  return parts;
}

/// Reads the rows of all parts at the same time. False if anything is wrong: reading them in order says what. There the
/// table is not meaningful.
bool read_parts(PointTable& table, const PointColumns& columns, const CsvReader& header) {
  std::vector<Part> parts = parts_of(table.content, table.header_end);
  if (parts.empty()) return false;
  const std::string_view text = table.content;
#pragma omp parallel for schedule(static, 1)
  for (std::size_t k = 0; k < parts.size(); ++k) {
    const std::string_view lines = text.substr(parts[k].begin, parts[k].end - parts[k].begin);
    const auto line_ends = static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'));
    parts[k].rows = line_ends + (lines.empty() || lines.ends_with('\n') ? 0 : 1);
  }
  std::size_t rows = 0;
  for (Part& part : parts) part.first_row = std::exchange(rows, rows + part.rows);
  table.x_m.resize(rows);
  table.y_m.resize(rows);
  table.row_end.resize(rows);
  if (columns.weight) table.multiplicity.resize(rows);

  std::uint64_t total = 0;
  bool good = true;
#pragma omp parallel for schedule(static, 1) reduction(+ : total) reduction(&& : good)
  for (std::size_t k = 0; k < parts.size(); ++k) {
    try {
      const Part& part = parts[k];
      CsvReader reader(header, text.substr(part.begin, part.end - part.begin));
      RowReader row(reader, table, columns);
      std::size_t i = part.first_row;
      const std::size_t end = part.first_row + part.rows;
      for (; good && part.rows > 0 && reader.next(); ++i) {
        good = i < end && row.read();
        if (!good) break;
        table.x_m[i] = row.x;
        table.y_m[i] = row.y;
        table.row_end[i] = end_of_record(table, reader);
        if (!columns.weight) continue;
        total += static_cast<std::uint64_t>(row.weight);
        table.multiplicity[i] = static_cast<std::uint32_t>(row.weight);
      }
      good = good && i == end;  // a line less: empty ones at the end of a part
    } catch (const std::exception&) {
      good = false;  // an exception must not leave the parallel region
    }
  }
  return good && rows > 0 && !is_too_many(total);
}

/// Reads the rows in order, and says what is wrong with them.
void read_in_order(PointTable& table, const PointColumns& columns, CsvReader& reader) {
  table.x_m.clear();
  table.y_m.clear();
  table.row_end.clear();
  table.multiplicity.clear();
  RowReader row(reader, table, columns);
  BadRows bad;
  const auto next = [&] {
    try {
      return reader.next();
    } catch (const Error&) {
      bad.throw_if_any(true);  // the first one counts
      throw;
    }
  };
  std::uint64_t total = 0;
  while (next()) {
    if (!row.read()) bad.add([&] { return row.fault(); });
    if (!bad.none()) continue;
    table.x_m.push_back(row.x);
    table.y_m.push_back(row.y);
    table.row_end.push_back(end_of_record(table, reader));
    if (!columns.weight) continue;
    total += static_cast<std::uint64_t>(row.weight);
    if (is_too_many(total)) row.fail_total();
    table.multiplicity.push_back(static_cast<std::uint32_t>(row.weight));
  }
  bad.throw_if_any();
}

/// Appends rows begin, ..., end - 1 of the table with their scores.
void append_rows(const PointTable& table, std::span<const double> d_score, std::size_t begin, std::size_t end,
                 std::string_view line_end, std::string& to) {
  const std::string_view text = table.content;
  constexpr std::string_view kInNumbers = "0123456789+-.e";
  const bool plain = table.decimal == '.' && kInNumbers.find(table.delimiter) == std::string_view::npos;
  std::string number;
  std::size_t at = begin == 0 ? table.header_end : table.row_end[begin - 1];
  for (std::size_t i = begin; i < end; ++i) {
    if (at < text.size() && text[at] == '\r') ++at;
    if (at < text.size() && text[at] == '\n') ++at;
    to += text.substr(at, table.row_end[i] - at);
    to += table.delimiter;
    if (plain) {
      append_number(to, d_score[i]);
    } else {
      number.clear();
      append_number(number, d_score[i]);
      std::replace(number.begin(), number.end(), '.', table.decimal);
      append_field(to, number, table.delimiter);
    }
    to += line_end;
    at = table.row_end[i];
  }
}

}  // namespace

void read_csv_points(PointTable& table, const PointColumns& columns) {
  table.delimiter = columns.delimiter.value_or(',');
  table.decimal = columns.decimal.value_or('.');
  CsvReader reader(table.name, table.content, table.delimiter);
  if (reader.has("d_score")) {
    throw Error(table.name + ": there is a column d_score already. Rename it, or score the file it was made from.");
  }
  RowReader(reader, table, columns);  // are the columns there?
  table.header_end = end_of_record(table, reader);
  if (!read_parts(table, columns, reader)) read_in_order(table, columns, reader);
}

void write_csv_points(const PointTable& table, const std::string& path, std::span<const double> d_score,
                      const Provenance& provenance) {
  const std::string_view text = table.content;
  const bool carriage_return = text.substr(table.header_end).starts_with('\r');
  const std::string_view line_end = carriage_return ? "\r\n" : "\n";
  TextOutput out(path);
  std::string& buffer = out.buffer();
  buffer += text.substr(0, table.header_end);  // a byte order mark too
  buffer += table.delimiter;
  append_field(buffer, "d_score", table.delimiter);
  buffer += line_end;
  constexpr std::size_t kRows = 8192;  // that a thread makes text of at a time
  const std::size_t rows = d_score.size();
  std::vector<std::string> texts(static_cast<std::size_t>(omp_get_max_threads()));
  for (std::size_t first = 0; first < rows; first += kRows * texts.size()) {
    bool good = true;
#pragma omp parallel for schedule(static, 1) reduction(&& : good)
    for (std::size_t k = 0; k < texts.size(); ++k) {
      try {
        texts[k].clear();
        const std::size_t begin = std::min(rows, first + k * kRows);
        append_rows(table, d_score, begin, std::min(rows, begin + kRows), line_end, texts[k]);
      } catch (const std::bad_alloc&) {
        good = false;  // an exception must not leave the parallel region
      }
    }
    if (!good) throw std::bad_alloc();
    for (const std::string& made : texts) {
      buffer += made;
      out.flush_if_full();
    }
  }
  out.finish();
  if (is_device(path)) {
    out.commit();
    return;
  }
  AtomicFile sidecar(provenance_beside(path));
  sidecar.write(to_json(provenance));
  out.commit();
  sidecar.commit();
}

}  // namespace dscore::detail
