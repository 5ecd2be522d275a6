#include "io/layout.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "io/check.h"
#include "io/check_parts.h"

namespace dscore::layout {
namespace {

template <class T>
std::span<const T> span_of(const std::vector<T>& values) {
  return values;
}

// One member of each row as a column of text.
template <class Row>
std::vector<std::string> texts(const std::vector<Row>& rows, std::string Row::*member) {
  std::vector<std::string> column;
  column.reserve(rows.size());
  for (const auto& row : rows) column.push_back(row.*member);
  return column;
}

/// Our kinds of files, and what to do where another one was given.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kFormats{{
    {kPopulation, "Name the file that was made by `dscore synth` or from your register."},
    {kResults, "Make one with `dscore run`."},
    {kSweep, "Make one with `dscore sweep`."},
    {kSignificance, "Make one with `dscore significance`."},
}};

/// Empty if there is no such kind.
std::string how_to_make(const std::string& format) {
  for (const auto& [name, how] : kFormats) {
    if (format == name) return std::string(how);
  }
  return "";
}

}  // namespace

void mark(hdf5::File& file, const char* format) {
  file.set_attribute("/", "dscore_format", std::string(format));
  file.set_attribute("/", "schema_version", kSchemaVersion);
}

std::string format_of(const hdf5::File& file) {
  const auto value = file.attribute("/", "dscore_format");
  const auto* text = value ? std::get_if<std::string>(&*value) : nullptr;
  return text == nullptr ? "" : *text;
}

hdf5::File open(const std::string& path, const std::string& wanted) {
  hdf5::File file = hdf5::File::open(path);
  const std::string format = format_of(file);
  if (how_to_make(format).empty()) {
    std::string known;
    for (const auto& [name, how] : kFormats) known += (known.empty() ? "" : ", ") + std::string(name);
    throw Error(path + ": an HDF5 file, but not one of dscore's (no attribute dscore_format that says one of " + known +
                "). io/schema.md describes what is needed.");
  }
  const auto value = file.attribute("/", "schema_version");
  const auto* version = value ? std::get_if<std::int64_t>(&*value) : nullptr;
  if (version == nullptr || *version < 1) {
    throw Error(path + ": attribute schema_version is missing or not a positive integer. Make the file again.");
  }
  if (*version > kSchemaVersion) {
    throw Error(path + ": of schema version " + std::to_string(*version) + ", but this program reads up to " +
                std::to_string(kSchemaVersion) + ". Use a newer dscore.");
  }
  if (!wanted.empty() && format != wanted) {
    throw Error(path + ": a " + format + " file, where a " + wanted + " file is needed. " + how_to_make(wanted));
  }
  return file;
}

void write_establishments(hdf5::File& file, const Register& input, bool with_members) {
  file.make_group("/establishments");
  file.write("/establishments/id", span_of(input.id));
  file.write("/establishments/x_m", span_of(input.x_m));
  file.write("/establishments/y_m", span_of(input.y_m));
  file.write("/establishments/region", span_of(input.region));
  file.write("/establishments/jobs", span_of(input.jobs));
  if (!with_members) return;
  if (!input.company.empty()) file.write("/establishments/company", span_of(input.company));
  file.write("/establishments/membership", span_of(input.membership));
}

void write_populations(hdf5::File& file, const std::vector<Population>& populations) {
  std::vector<std::int64_t> benchmark;
  benchmark.reserve(populations.size());
  for (const auto& population : populations) {
    benchmark.push_back(population.benchmark ? static_cast<std::int64_t>(*population.benchmark) : -1);
  }
  file.make_group("/populations");
  file.write_text("/populations/name", texts(populations, &Population::name));
  file.write_text("/populations/title", texts(populations, &Population::title));
  file.write("/populations/benchmark", span_of(benchmark));
}

void write_regions(hdf5::File& file, const std::vector<Region>& regions) {
  file.make_group("/regions");
  file.write_text("/regions/code", texts(regions, &Region::code));
  file.write_text("/regions/name", texts(regions, &Region::name));
  file.write_text("/regions/part", texts(regions, &Region::part));
}

void write_provenance(hdf5::File& file, const std::string& group, const Provenance& provenance) {
  file.make_group(group);
  for (const auto& [name, value] : provenance.entries) file.set_attribute(group, name, value);
}

Table::Table(const hdf5::File& file, std::string group, const std::vector<std::string>& columns, Problems& problems)
    : file_(file), group_(std::move(group)), problems_(problems) {
  for (const auto& name : columns) {
    try {
      size_ = file_.info(place(name)).length;
      first_ = place(name);
      return;
    } catch (const Error&) {
      size_ = 1;  // reported when the column is read
    }
  }
}

void Table::report_length(const std::string& name, std::size_t length) {
  detail::check_length(place(name), length, first_, size_, problems_);
}

std::vector<Population> read_populations(const hdf5::File& file, Problems& problems) {
  Table table(file, "/populations", {"name", "title", "benchmark"}, problems);
  const auto name = table.read_text("name", [](std::size_t i) { return "unreadable_" + std::to_string(i); });
  const auto title = table.read_text("title", [](std::size_t) { return std::string(); });
  const auto benchmark = table.read<std::int64_t>("benchmark", [](std::size_t) { return -1; });
  problems.add_rows(
      table.place("benchmark"), table.size(), [&](std::size_t p) { return benchmark[p] < -1; },
      [&](std::size_t p) { return std::to_string(benchmark[p]) + " is not a population. Use -1 for none."; });
  std::vector<Population> populations(table.size());
  for (std::size_t p = 0; p < populations.size(); ++p) {
    populations[p] = {name[p], title[p], std::nullopt};
    if (benchmark[p] >= 0) populations[p].benchmark = static_cast<std::size_t>(benchmark[p]);
  }
  return populations;
}

std::vector<Region> read_regions(const hdf5::File& file, Problems& problems) {
  Table table(file, "/regions", {"code", "name", "part"}, problems);
  const auto code = table.read_text("code", [](std::size_t i) { return "unreadable_" + std::to_string(i); });
  const auto name = table.read_text("name", [](std::size_t) { return std::string(); });
  const auto part = table.read_text("part", [](std::size_t) { return std::string(); });
  std::vector<Region> regions(table.size());
  for (std::size_t r = 0; r < regions.size(); ++r) regions[r] = {code[r], name[r], part[r]};
  return regions;
}

void read_establishments(const hdf5::File& file, Register& input, bool with_members, Problems& problems) {
  Table table(file, "/establishments", {"id", "x_m", "y_m", "region", "jobs"}, problems);
  input.id = table.read<std::int64_t>("id", [](std::size_t i) { return static_cast<std::int64_t>(i); });
  input.x_m = table.read<double>("x_m", [](std::size_t) { return kBoxXMin; });
  input.y_m = table.read<double>("y_m", [](std::size_t) { return kBoxYMin; });
  input.region = table.read<std::uint16_t>("region", [](std::size_t) { return std::uint16_t{0}; });
  input.jobs = table.read<double>("jobs", [](std::size_t) { return 0.0; });
  if (!with_members) return;
  if (file.has(table.place("company"))) {
    input.company = table.read<std::int64_t>("company", [](std::size_t) { return std::int64_t{0}; });
  }
  const std::size_t populations = input.populations.size();
  const std::uint64_t all = populations >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << populations) - 1;
  input.membership = table.read<std::uint64_t>("membership", [&](std::size_t) { return all; });
}

Provenance read_provenance(const hdf5::File& file, const std::string& group, Problems& problems) {
  Provenance provenance;
  if (!file.has(group)) {
    problems.add(group, "no such group.");
    return provenance;
  }
  try {
    for (const auto& name : file.attribute_names(group)) {
      try {
        provenance.entries.emplace_back(name, file.attribute(group, name).value());
      } catch (const Error& error) {
        problems.add(error);
      }
    }
  } catch (const Error& error) {
    problems.add(error);
  }
  return provenance;
}

}  // namespace dscore::layout
