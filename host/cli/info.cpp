// dscore info: what a bug report needs.

#include <H5public.h>
#include <omp.h>
#include <openssl/crypto.h>
#include <thrust/version.h>
#include <zlib.h>

#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include "host/cli/command.h"
#include "host/cluster/ranks.h"
#include "host/version.h"
#include "io/projection.h"
#include "io/stat_writer.h"
#include "kernels/backend.h"
#include "kernels/fft.h"

namespace dscore::cli {
namespace {

void print(const std::string& name, const std::string& value) {
  std::cout << std::left << std::setw(18) << name << value << '\n';
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string hdf5_version() {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  H5get_libversion(&major, &minor, &release);
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
}

std::string thrust_version() {
  return std::to_string(THRUST_MAJOR_VERSION) + "." + std::to_string(THRUST_MINOR_VERSION) + "." +
         std::to_string(THRUST_SUBMINOR_VERSION);
}

int print_info() {
  print("version", kFullVersion);
  const std::string build_type = kBuildType;
  print("compiler", std::string(kCompiler) + (build_type.empty() ? "" : ", " + build_type));
  const std::string cuda = kCudaVersion;
  print("CUDA", cuda.empty() ? "none: built without nvcc" : cuda + ", for sm " + kCudaArchitectures);
  print("instruction sets", joined(cpu_instruction_sets()));
  print("threads", std::to_string(omp_get_max_threads()));
  const std::string reason = cuda_unusable_because();
  if (reason.empty()) {
    for (const std::string& device : cuda_devices()) print("device", device);
  } else {
    print("device", "cpu only: " + reason);
  }
  print("MPI", mpi_library().empty() ? "none: built without it" : mpi_library());
  print("HDF5", hdf5_version());
  print("FFT", fft_library());
  print("Highway", kHighwayVersion);
  print("Thrust", thrust_version());
  print("zlib", zlibVersion());
  print("OpenSSL", OpenSSL_version(OPENSSL_VERSION));
  print("CLI11", CLI11_VERSION);
  const std::string proj = proj_version();
  print("PROJ", proj.empty() ? "none: built without it" : proj);
  print("ReadStat", can_write_stat_tables() ? "present (it does not tell its version)" : "none: built without it");
  return kDone;
}

std::function<int()> define(CLI::App& app) {
  app.footer("Examples:\n  dscore info\n  dscore info > info.txt     # attach it to a bug report");
  return print_info;
}

}  // namespace

const Command kInfoCommand{"info", "Print version, devices, instruction sets, libraries and threads", define};

}  // namespace dscore::cli
