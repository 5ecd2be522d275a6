#include "io/point_table.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "io/atomic_file.h"
#include "io/check_parts.h"
#include "io/csv.h"
#include "io/csv_writer.h"
#include "io/hdf5.h"
#include "io/layout.h"
#include "io/number.h"
#include "io/provenance_json.h"
#include "io/text_input.h"
#include "io/text_output.h"
#include "kernels/error.h"

namespace dscore {
namespace {

constexpr double kFarthest = 1e8;                             // metres, as kernels/points.h asks
constexpr std::uint64_t kMostEstablishments = 4'000'000'000;  // as host/score.h

std::string advice_on(const char* flag) {
  return std::string("Coordinates are metres in RD New; mend the row or name another column with ") + flag + ".";
}
constexpr const char* kWeightAdvice =
    "A weight is the number of establishments that the row stands for; mend the row or name another column with "
    "--weight.";

// Why a number cannot be a coordinate or a weight; empty if it can.
std::string fault_of_coordinate(double value) {
  if (std::abs(value) <= kFarthest) return "";
  return std::isfinite(value) ? detail::text_of(value) + " is farther than 1e8 m from the origin"
                              : detail::text_of(value) + " is not a finite number";
}
std::string fault_of_weight(double value) {
  if (value >= 1 && value <= static_cast<double>(kMostEstablishments) && value == std::trunc(value)) return "";
  return detail::text_of(value) + " is not a whole number from 1 to 4,000,000,000";
}
std::string fault_of_total() { return "the weights up to here add up to more than 4,000,000,000"; }

void read_csv(PointTable& table, const PointColumns& columns) {
  CsvReader reader(table.name, table.content, columns.delimiter);
  if (reader.has("d_score")) {
    throw Error(table.name + ": there is a column d_score already. Rename it, or score the file it was made from.");
  }
  const std::size_t x = reader.index(columns.x, "Name yours with --x.");
  const std::size_t y = reader.index(columns.y, "Name yours with --y.");
  const std::size_t weight = columns.weight ? reader.index(*columns.weight, "Name yours with --weight.") : 0;
  const auto offset = [&](const char* at) { return static_cast<std::size_t>(at - table.content.data()); };
  table.header_begin = offset(reader.raw().data());
  table.header_end = table.header_begin + reader.raw().size();
  const auto coordinate = [&](std::size_t column, const char* flag) {
    double value = 0;
    const std::string_view field = reader.fields()[column];
    if (!parse_number(field, value)) reader.fail(column, why_not_a_number(field), advice_on(flag));
    if (!(std::abs(value) <= kFarthest)) reader.fail(column, fault_of_coordinate(value), advice_on(flag));
    return value;
  };
  std::uint64_t total = 0;
  while (reader.next()) {
    table.x_m.push_back(coordinate(x, "--x"));
    table.y_m.push_back(coordinate(y, "--y"));
    table.row_end.push_back(offset(reader.raw().data()) + reader.raw().size());
    if (!columns.weight) continue;
    const double value = reader.number(weight, kWeightAdvice);
    if (const std::string fault = fault_of_weight(value); !fault.empty()) reader.fail(weight, fault, kWeightAdvice);
    total += static_cast<std::uint64_t>(value);
    if (total > kMostEstablishments) reader.fail(weight, fault_of_total(), "Score parts of the table one by one.");
    table.multiplicity.push_back(static_cast<std::uint32_t>(value));
  }
}

// From the root and without empty steps: one name for each dataset.
std::string absolute(const std::string& path) {
  std::string clean;
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string step = path.substr(begin, end - begin);
    if (!step.empty() && step != ".") clean += "/" + step;
    begin = end + 1;
  }
  return clean.empty() ? "/" : clean;
}

void refuse_same_dataset(const std::string& a, const char* flag_a, const std::string& b, const char* flag_b) {
  if (a != b) return;
  throw UsageError(std::string(flag_a) + " and " + flag_b + " both name the dataset " + a + ". Name another one.");
}

std::vector<double> read_dataset(const hdf5::File& file, const std::string& path, const char* flag) {
  if (file.has(path)) return file.read<double>(path);
  throw Error(file.name() + ": no dataset " + path + ". Name yours with " + flag + " (in a group: group/name).");
}

void read_hdf5(PointTable& table, const PointColumns& columns) {
  const hdf5::File file = hdf5::File::view(table.content, table.name);
  if (const std::string format = layout::format_of(file); !format.empty()) {
    throw Error(table.name + ": a " + format + " file of dscore's, not a plain point set. Use `dscore " +
                (format == layout::kPopulation ? "run` for it." : "export` for it."));
  }
  const std::string x = absolute(columns.x);
  const std::string y = absolute(columns.y);
  const std::string weight_path = columns.weight ? absolute(*columns.weight) : "";
  refuse_same_dataset(x, "--x", y, "--y");
  refuse_same_dataset(weight_path, "--weight", x, "--x");
  refuse_same_dataset(weight_path, "--weight", y, "--y");
  table.group = x.substr(0, x.rfind('/'));
  for (const std::string& taken : {table.group + "/d_score", std::string("/provenance")}) {
    if (file.has(taken)) {
      throw Error(table.name + ": there is " + taken + " already. Rename it, or score the file it was made from.");
    }
  }
  table.x_m = read_dataset(file, x, "--x");
  table.y_m = read_dataset(file, y, "--y");
  const auto refuse = [&](const std::string& path, std::size_t i, const std::string& fault, const std::string& advice) {
    throw Error(table.name + ", " + path + ", index " + std::to_string(i) + ": " + fault + ". " + advice);
  };
  const std::size_t n = table.x_m.size();
  if (n == 0) throw Error(table.name + ", " + x + ": empty. Nothing can be computed from it.");
  const auto check_length = [&](const std::string& path, std::size_t length) {
    if (length == n) return;
    throw Error(table.name + ", " + path + ": " + std::to_string(length) + " values, where " + x + " has " +
                std::to_string(n) + ". They must be of one length.");
  };
  check_length(y, table.y_m.size());
  for (std::size_t i = 0; i < n; ++i) {
    if (!(std::abs(table.x_m[i]) <= kFarthest)) refuse(x, i, fault_of_coordinate(table.x_m[i]), advice_on("--x"));
    if (!(std::abs(table.y_m[i]) <= kFarthest)) refuse(y, i, fault_of_coordinate(table.y_m[i]), advice_on("--y"));
  }
  if (!columns.weight) return;
  const std::vector<double> weight = read_dataset(file, weight_path, "--weight");
  check_length(weight_path, weight.size());
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (const std::string fault = fault_of_weight(weight[i]); !fault.empty())
      refuse(weight_path, i, fault, kWeightAdvice);
    total += static_cast<std::uint64_t>(weight[i]);
    if (total > kMostEstablishments) refuse(weight_path, i, fault_of_total(), "Score parts of the table one by one.");
    table.multiplicity.push_back(static_cast<std::uint32_t>(weight[i]));
  }
}

bool is_device(const std::string& path) {
  std::error_code code;
  return path == "-" || (std::filesystem::exists(path, code) && !std::filesystem::is_regular_file(path, code));
}

void write_csv(const PointTable& table, const std::string& path, std::span<const double> d_score,
               const Provenance& provenance) {
  const std::string_view text = table.content;
  const bool carriage_return = text.substr(table.header_end).starts_with('\r');
  const std::string_view line_end = carriage_return ? "\r\n" : "\n";
  TextOutput out(path);
  std::string& buffer = out.buffer();
  buffer += text.substr(0, table.header_end);  // a byte order mark too
  buffer += table.delimiter;
  buffer += "d_score";
  buffer += line_end;
  std::size_t at = table.header_end;
  for (std::size_t i = 0; i < d_score.size(); ++i) {
    if (at < text.size() && text[at] == '\r') ++at;
    if (at < text.size() && text[at] == '\n') ++at;
    buffer += text.substr(at, table.row_end[i] - at);
    buffer += table.delimiter;
    append_number(buffer, d_score[i]);
    buffer += line_end;
    at = table.row_end[i];
    out.flush_if_full();
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

void write_hdf5(const PointTable& table, const std::string& path, std::span<const double> d_score,
                const Provenance& provenance) {
  AtomicFile out(path);
  hdf5::File file = hdf5::File::edit(table.content, table.name);
  file.write(table.group + "/d_score", d_score);
  file.set_attribute(table.group + "/d_score", "unit", std::string("1/km"));
  layout::write_provenance(file, "/provenance", provenance);
  out.write(file.take_bytes());
  out.commit();
}

}  // namespace

std::string provenance_beside(const std::string& path) { return path + ".provenance.json"; }

PointTable read_point_table(const std::string& path, const PointColumns& columns) {
  TextInput input(path);
  PointTable table;
  table.name = input.name();
  table.content = input.read_all();
  table.sha256 = input.sha256();
  table.delimiter = columns.delimiter;
  if (hdf5::looks_like_hdf5(table.content)) {
    table.format = PointTable::Format::hdf5;
    read_hdf5(table, columns);
  } else {
    read_csv(table, columns);
  }
  return table;
}

void check_output(const PointTable& table, const std::string& path) {
  const bool names_hdf5 = path.ends_with(".h5") || path.ends_with(".hdf5");
  const bool names_csv = path.ends_with(".csv") || path.ends_with(".csv.gz");
  if (table.format == PointTable::Format::csv && names_hdf5) {
    throw UsageError(path + ": the input " + table.name + " is CSV, and so is the output. Name it .csv or .csv.gz.");
  }
  if (table.format == PointTable::Format::hdf5 && names_csv) {
    throw UsageError(path + ": the input " + table.name + " is HDF5, and so is the output. Name it .h5.");
  }
  check_writable(path);
  if (table.format == PointTable::Format::csv && !is_device(path)) check_writable(provenance_beside(path));
}

void write_scored(const PointTable& table, const std::string& path, std::span<const double> d_score,
                  const Provenance& provenance) {
  check_output(table, path);
  if (d_score.size() != table.size()) {
    throw Error(path + ": " + std::to_string(d_score.size()) + " scores for " + std::to_string(table.size()) +
                " rows.");
  }
  if (table.format == PointTable::Format::csv) {
    write_csv(table, path, d_score, provenance);
  } else {
    write_hdf5(table, path, d_score, provenance);
  }
}

}  // namespace dscore
