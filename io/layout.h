#pragma once
// The parts of io/schema.md that population and result files share: the mark of the file, and the tables of
// establishments, populations and regions.

#include <cstdint>
#include <string>
#include <vector>

#include "host/register.h"
#include "io/hdf5.h"
#include "io/problems.h"

namespace dscore::layout {

inline constexpr std::int64_t kSchemaVersion = 1;
inline constexpr const char* kPopulation = "population";  ///< values of the attribute dscore_format
inline constexpr const char* kResults = "results";
inline constexpr const char* kSweep = "sweep";
inline constexpr const char* kSignificance = "significance";

/// Marks a new file as ours.
void mark(hdf5::File& file, const char* format);
/// The attribute dscore_format, empty if the file is not ours.
std::string format_of(const hdf5::File& file);
/// Opens a file of ours. Error: not HDF5, not ours, of a newer schema, or of another kind than `wanted` (if given).
hdf5::File open(const std::string& path, const std::string& wanted = "");

void write_establishments(hdf5::File& file, const Register& input, bool with_members);
void write_populations(hdf5::File& file, const std::vector<Population>& populations);
void write_regions(hdf5::File& file, const std::vector<Region>& regions);
void write_provenance(hdf5::File& file, const std::string& group, const Provenance& provenance);

/// The columns of one group, read so that every problem is found at once: a column that cannot be read, or is of
/// another length than the first one, is a problem, and harmless values stand in for what is missing.
class Table {
 public:
  /// `columns`: those that may settle the length, in order.
  Table(const hdf5::File& file, std::string group, const std::vector<std::string>& columns, Problems& problems);

  std::size_t size() const { return size_; }
  /// stand_in(i): the harmless value of row i.
  template <class T, class StandIn>
  std::vector<T> read(const std::string& name, StandIn stand_in) {
    return settle(
        name, [&] { return file_.read<T>(place(name)); }, stand_in);
  }
  template <class StandIn>
  std::vector<std::string> read_text(const std::string& name, StandIn stand_in) {
    return settle(
        name, [&] { return file_.read_text(place(name)); }, stand_in);
  }
  std::string place(const std::string& name) const { return group_ + "/" + name; }

 private:
  template <class Read, class StandIn>
  auto settle(const std::string& name, Read read, StandIn stand_in) {
    decltype(read()) values;
    try {
      values = read();
      if (values.size() != size_) report_length(name, values.size());
    } catch (const Error& error) {
      problems_.add(error);
    }
    const std::size_t given = std::min(values.size(), size_);
    values.resize(size_);
    for (std::size_t i = given; i < size_; ++i) values[i] = stand_in(i);
    return values;
  }
  void report_length(const std::string& name, std::size_t length);

  const hdf5::File& file_;
  std::string group_;
  std::string first_;
  std::size_t size_ = 1;
  Problems& problems_;
};

std::vector<Population> read_populations(const hdf5::File& file, Problems& problems);
std::vector<Region> read_regions(const hdf5::File& file, Problems& problems);
/// All but populations, regions and provenance.
void read_establishments(const hdf5::File& file, Register& input, bool with_members, Problems& problems);
Provenance read_provenance(const hdf5::File& file, const std::string& group, Problems& problems);

}  // namespace dscore::layout
