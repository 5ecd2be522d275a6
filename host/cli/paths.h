#pragma once
// The files named on the command line.

#include <string>

namespace dscore::cli {

/// The last part of a path, or "stdin": what provenance records, so that a result file names no one's folders.
std::string recorded_name(const std::string& path);

/// "-" for the other names of standard input (descriptor 0) or standard output (1), too: /dev/stdin, /dev/fd/0,
/// /proc/self/fd/0. A stream that leads to a file must not be replaced as a file is.
std::string stream_or_path(const std::string& path, int descriptor);

/// Throws UsageError if the name of an HDF5 output is one of standard output, where texts go, or the name of a text.
void check_hdf5_name(const std::string& output);

/// Throws UsageError if both name the same existing file.
void refuse_same_file(const std::string& input, const std::string& output);

}  // namespace dscore::cli
