#include "host/cluster/launcher.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <system_error>

namespace dscore {
namespace {

int number(const std::optional<std::string>& text, int otherwise) {
  if (!text) return otherwise;
  char* end = nullptr;
  const long value = std::strtol(text->c_str(), &end, 10);
  return end == text->c_str() ? otherwise : static_cast<int>(value);
}

struct Launcher {
  const char* by;
  const char* tasks;
  const char* task;
};
// SLURM_NTASKS will not do: the script of a batch job has it, too, which is one process.
constexpr std::array<Launcher, 3> kLaunchers = {{{"mpirun", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"},
                                                 {"srun", "SLURM_STEP_NUM_TASKS", "SLURM_PROCID"},
                                                 {"mpirun", "PMI_SIZE", "PMI_RANK"}}};

}  // namespace

Environment process_environment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* const value = std::getenv(name);
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

Launch launch_of(const Environment& environment) {
  for (const Launcher& launcher : kLaunchers) {
    const int tasks = number(environment(launcher.tasks), 1);
    // mpirun within a step of one task: the innermost counts, so it comes first.
    if (tasks > 1) return {launcher.by, tasks, number(environment(launcher.task), 0)};
    if (environment(launcher.tasks)) return {};
  }
  return {};
}

std::vector<std::string> share_of_gpus(const std::vector<std::string>& all, int process, int processes) {
  const int gpus = static_cast<int>(all.size());
  if (gpus == 0) return {};
  if (processes > gpus) return {all[static_cast<std::size_t>(process % gpus)]};
  return {all.begin() + process * gpus / processes, all.begin() + (process + 1) * gpus / processes};
}

std::vector<std::string> gpus_of_node(const Environment& environment) {
  std::vector<std::string> gpus;
  if (const auto visible = environment("CUDA_VISIBLE_DEVICES")) {
    std::istringstream names(*visible);
    for (std::string name; std::getline(names, name, ',');) gpus.push_back(name);
    return gpus;
  }
  // Once CUDA is asked, it is too late to choose.
  std::error_code none;
  std::size_t count = 0;
  for (auto it = std::filesystem::directory_iterator("/proc/driver/nvidia/gpus", none);
       !none && it != std::filesystem::directory_iterator(); it.increment(none)) {
    ++count;
  }
  for (std::size_t k = 0; k < count; ++k) gpus.push_back(std::to_string(k));
  return gpus;
}

int share_of_cores(const std::vector<std::vector<bool>>& allowed, std::size_t process) {
  double share = 0;
  for (std::size_t core = 0; core < allowed[process].size(); ++core) {
    if (!allowed[process][core]) continue;
    share += 1.0 / static_cast<double>(std::count_if(allowed.begin(), allowed.end(),
                                                     [&](const std::vector<bool>& cores) { return cores[core]; }));
  }
  constexpr double kRounding = 1e-6;
  return std::max(1, static_cast<int>(std::floor(share + kRounding)));
}

}  // namespace dscore
