#pragma once
// The results of a run in a file (io/schema.md, format "results"): everything `dscore export` needs.

#include <string>

#include "host/results.h"
#include "io/problems.h"

namespace dscore {

namespace hdf5 {
class File;
}  // namespace hdf5

/// Checks the results and writes them; the file appears complete or not at all. Throws Error.
void write_results(const std::string& path, const Results& results);

/// Reads and checks everything; `input.membership` and `input.company` stay empty. Throws Error with the first
/// problem and the number of others.
Results read_results(const std::string& path);

namespace detail {
/// What both the reader and `validate` do: reads all that can be read, collects all that is wrong.
Results load_results(const hdf5::File& file, Problems& problems);
}  // namespace detail

}  // namespace dscore
