#pragma once
// The significance of scores in a file (io/schema.md, format "significance").

#include <string>

#include "host/significance.h"
#include "io/problems.h"

namespace dscore {

namespace hdf5 {
class File;
}  // namespace hdf5

/// Checks and writes; the file appears complete or not at all. Throws Error.
void write_significance(const std::string& path, const Significance& significance);

/// Reads and checks everything. Throws Error with the first problem and the number of others.
Significance read_significance(const std::string& path);

/// What must hold, whoever made it.
void check_significance(const Significance& significance, Problems& problems);

namespace detail {
/// What both the reader and `validate` do: reads all that can be read, collects all that is wrong.
Significance load_significance(const hdf5::File& file, Problems& problems);
}  // namespace detail

}  // namespace dscore
