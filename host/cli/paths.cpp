#include "host/cli/paths.h"

#include <unistd.h>

#include <filesystem>

#include "io/table_reader.h"
#include "kernels/error.h"

namespace dscore::cli {

std::string recorded_name(const std::string& path) {
  return path == "-" ? "stdin" : std::filesystem::path(path).filename().string();
}

std::string stream_or_path(const std::string& path, int descriptor) {
  const std::string number = std::to_string(descriptor);
  const char* const name = descriptor == STDIN_FILENO ? "/dev/stdin" : "/dev/stdout";
  return path == name || path == "/dev/fd/" + number || path == "/proc/self/fd/" + number ? "-" : path;
}

void check_hdf5_name(const std::string& output) {
  if (stream_or_path(output, STDOUT_FILENO) == "-") {
    throw UsageError(output + ": HDF5 needs a file, not standard output. Name one with -o.");
  }
  if (names_text(output)) throw UsageError(output + ": the output is HDF5, not text. Give it a name in .h5.");
}

void refuse_same_file(const std::string& input, const std::string& output) {
  std::error_code ignored;
  if (input == "-" || output == "-" || !std::filesystem::equivalent(input, output, ignored)) return;
  throw UsageError(output + ": is the input as well. Name another file with -o.");
}

}  // namespace dscore::cli
