#pragma once
// The results of a sensitivity analysis in HDF5 (io/schema.md).

#include <string>

#include "host/sweep_results.h"
#include "io/hdf5.h"
#include "io/problems.h"

namespace dscore {

/// The file appears complete or not at all, and replaces an older one. Throws Error.
void write_sweep(const std::string& path, const SweepResults& results);

/// Throws Error naming the first thing that is wrong, and how many more there are.
SweepResults read_sweep(const std::string& path);

namespace detail {
/// All that can be read, with everything that is wrong in `problems`.
SweepResults load_sweep(const hdf5::File& file, Problems& problems);
}  // namespace detail

}  // namespace dscore
