// Points from and to HDF5.

#include <algorithm>

#include "io/atomic_file.h"
#include "io/check.h"
#include "io/hdf5.h"
#include "io/layout.h"
#include "io/point_table_parts.h"
#include "kernels/error.h"

namespace dscore::detail {
namespace {

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

}  // namespace

void read_hdf5_points(PointTable& table, const PointColumns& columns) {
  if (columns.delimiter || columns.decimal) {
    throw UsageError(table.name + ": is HDF5, and " + (columns.delimiter ? "--delimiter" : "--decimal") +
                     " is for CSV. Leave it out.");
  }
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
  const auto at = [&](const std::string& path, std::size_t i) {
    return table.name + ", " + path + ", index " + std::to_string(i) + ": ";
  };
  const std::size_t n = table.x_m.size();
  if (n == 0) throw Error(table.name + ", " + x + ": empty. Nothing can be computed from it.");
  const auto check_length = [&](const std::string& path, std::size_t length) {
    if (length == n) return;
    throw Error(table.name + ", " + path + ": " + std::to_string(length) + " values, where " + x + " has " +
                std::to_string(n) + ". They must be of one length.");
  };
  check_length(y, table.y_m.size());
  BadRows bad;
  const std::string both = x + " and " + y;
  for (std::size_t i = 0; i < n; ++i) {
    const double x_m = table.x_m[i];
    const double y_m = table.y_m[i];
    if (!is_coordinate(x_m)) {
      bad.add([&] { return at(x, i) + fault_of_coordinate(x_m) + ". " + coordinate_advice("--x"); });
    } else if (!is_coordinate(y_m)) {
      bad.add([&] { return at(y, i) + fault_of_coordinate(y_m) + ". " + coordinate_advice("--y"); });
    } else if (columns.netherlands_only && !in_box(x_m, y_m)) {
      bad.add([&] { return at(both, i) + fault_of_place(x_m, y_m, columns.x, columns.y) + kOtherPlane; });
    }
  }
  bad.throw_if_any();
  if (!columns.weight) return;
  const std::vector<double> weight = read_dataset(file, weight_path, "--weight");
  check_length(weight_path, weight.size());
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (!is_weight(weight[i])) {
      bad.add([&] { return at(weight_path, i) + fault_of_weight(weight[i]) + ". " + kWeightAdvice; });
    }
    if (!bad.none()) continue;
    total += static_cast<std::uint64_t>(weight[i]);
    if (is_too_many(total)) throw Error(at(weight_path, i) + fault_of_total() + ". " + kTotalAdvice);
    table.multiplicity.push_back(static_cast<std::uint32_t>(weight[i]));
  }
  bad.throw_if_any();
}

void write_hdf5_points(const PointTable& table, const std::string& path, std::span<const double> d_score,
                       const Provenance& provenance) {
  AtomicFile out(path);
  hdf5::File file = hdf5::File::edit(table.content, table.name);
  file.write(table.group + "/d_score", d_score);
  const ProvenanceValue* const unit = provenance.find("unit");  // of other decays than 1/d
  file.set_attribute(table.group + "/d_score", "unit",
                     unit == nullptr ? std::string("1/km") : std::get<std::string>(*unit));
  layout::write_provenance(file, "/provenance", provenance);
  out.write(file.take_bytes());
  out.commit();
}

}  // namespace dscore::detail
