#include "host/cli/wait_policy.h"

#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>
#include <string_view>

namespace dscore::cli {

void wait_passively(char** argv) {
  for (const char* name : {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"}) {
    if (std::getenv(name) != nullptr) return;
  }
  std::array<char, PATH_MAX> program{};
  if (readlink("/proc/self/exe", program.data(), program.size() - 1) <= 0) return;
  const std::string_view path(program.data());
  if (path.substr(path.rfind('/') + 1).starts_with("ld"))
    return;  // started by a loader that was named: it is the program
  // Some microseconds of spinning bridge the gaps within a sum, which are many.
  if (setenv("OMP_WAIT_POLICY", "passive", 0) != 0 || setenv("GOMP_SPINCOUNT", "1000", 0) != 0) return;
  execv(program.data(), argv);  // returns only where that cannot be: then threads spin
}

}  // namespace dscore::cli
