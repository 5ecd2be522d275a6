#include "host/cli/wait_policy.h"

#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>

namespace dscore::cli {

void wait_passively(char** argv) {
  for (const char* name : {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"}) {
    if (std::getenv(name) != nullptr) return;
  }
  std::array<char, PATH_MAX> program{};
  if (readlink("/proc/self/exe", program.data(), program.size() - 1) <= 0) return;
  if (setenv("OMP_WAIT_POLICY", "passive", 0) != 0) return;
  execv(program.data(), argv);  // returns only where that cannot be: then threads spin
}

}  // namespace dscore::cli
