// Where the program was built without MPI.

#include "host/cluster/launcher.h"
#include "host/cluster/ranks.h"

namespace dscore {

std::string mpi_library() { return ""; }

std::unique_ptr<Ranks> join_ranks() {
  const Launch launch = launch_of(process_environment());
  if (launch.tasks == 1) return nullptr;
  if (launch.task != 0) throw EndedElsewhere(1);
  throw Error(
      launch.by + " started " + std::to_string(launch.tasks) +
      " tasks, but this dscore was built without MPI: they would all do the same. Build it with -DDSCORE_MPI=ON, "
      "start one task, or share the work out with --shard (a job array).");
}

}  // namespace dscore
