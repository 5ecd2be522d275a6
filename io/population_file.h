#pragma once
// The register in a file (io/schema.md, format "population").

#include <string>

#include "host/register.h"
#include "io/problems.h"

namespace dscore {

namespace hdf5 {
class File;
}  // namespace hdf5

/// Checks the register and writes it; the file appears complete or not at all. Throws Error.
void write_population(const std::string& path, const Register& input);

/// Reads and checks everything. Throws Error with the first problem and the number of others.
Register read_population(const std::string& path);

/// The register, and the SHA-256 of the file. Throws Error, too, where the file changed in between: the checksum would
/// be of another content than was read.
struct CheckedPopulation {
  Register population;
  std::string sha256;
};
CheckedPopulation read_population_and_checksum(const std::string& path);

namespace detail {
/// What both the reader and `validate` do: reads all that can be read, collects all that is wrong.
Register load_population(const hdf5::File& file, Problems& problems);
}  // namespace detail

}  // namespace dscore
