#pragma once
// What the environment says of the launcher that started this process (srun, mpirun), and what share of a node's cores
// and GPUs is this process's.

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace dscore {

/// Value of a variable of the environment, or none.
using Environment = std::function<std::optional<std::string>(const char* name)>;
Environment process_environment();

/// This process is one of several tasks of one command.
struct Launch {
  std::string by;  ///< "srun", "mpirun"
  int tasks = 1;
  int task = 0;
};

/// One task where nothing tells of more: a program that was started by hand, the script of a batch job, a task of a job
/// array.
Launch launch_of(const Environment& environment);

/// The GPUs of `all` that are for one of the processes that share a node: a block each, or, with more processes than
/// GPUs, one each in turn.
std::vector<std::string> share_of_gpus(const std::vector<std::string>& all, int process, int processes);

/// The GPUs that the node has: of CUDA_VISIBLE_DEVICES if it is set, else by number, counted without the driver's help.
std::vector<std::string> gpus_of_node(const Environment& environment);

/// Threads for one of the processes that share a node: the cores that it may run on, each divided by the number of
/// processes that may run on it too. `allowed`: per process, per core. At least 1.
int share_of_cores(const std::vector<std::vector<bool>>& allowed, std::size_t process);

}  // namespace dscore
