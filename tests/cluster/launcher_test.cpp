// Who started the process, and its share of a node.

#include "host/cluster/launcher.h"

#include <gtest/gtest.h>

#include <map>

namespace dscore {
namespace {

Environment environment_of(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const char* name) -> std::optional<std::string> {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second;
  };
}

TEST(Launch, ByHandIsOneTask) { EXPECT_EQ(launch_of(environment_of({})).tasks, 1); }

TEST(Launch, TheScriptOfABatchJobIsOneTask) {
  EXPECT_EQ(launch_of(environment_of({{"SLURM_JOB_ID", "7"}, {"SLURM_NTASKS", "8"}, {"SLURM_PROCID", "0"}})).tasks, 1);
}

TEST(Launch, Srun) {
  const Launch launch = launch_of(environment_of({{"SLURM_STEP_NUM_TASKS", "8"}, {"SLURM_PROCID", "3"}}));
  EXPECT_EQ(launch.by, "srun");
  EXPECT_EQ(launch.tasks, 8);
  EXPECT_EQ(launch.task, 3);
}

TEST(Launch, MpirunWithinAStepOfOneTaskPerNode) {
  const Launch launch = launch_of(environment_of({{"SLURM_STEP_NUM_TASKS", "2"},
                                                  {"SLURM_PROCID", "1"},
                                                  {"OMPI_COMM_WORLD_SIZE", "8"},
                                                  {"OMPI_COMM_WORLD_RANK", "5"}}));
  EXPECT_EQ(launch.tasks, 8);
  EXPECT_EQ(launch.task, 5);
}

TEST(Launch, OneRankIsOneTask) {
  EXPECT_EQ(launch_of(environment_of({{"OMPI_COMM_WORLD_SIZE", "1"}, {"SLURM_STEP_NUM_TASKS", "2"}})).tasks, 1);
  EXPECT_EQ(launch_of(environment_of({{"PMI_SIZE", "3"}, {"PMI_RANK", "2"}})).task, 2);
}

using Names = std::vector<std::string>;

TEST(Gpus, ABlockEach) {
  const Names all{"0", "1", "2", "3"};
  EXPECT_EQ(share_of_gpus(all, 2, 4), Names{"2"});
  EXPECT_EQ(share_of_gpus(all, 1, 2), (Names{"2", "3"}));
  EXPECT_EQ(share_of_gpus(all, 0, 1), all);
  EXPECT_EQ(share_of_gpus(all, 5, 8), Names{"1"});
  EXPECT_EQ(share_of_gpus({}, 0, 2), Names{});
}

TEST(Gpus, EveryGpuIsSomeonesWhereThereAreEnoughProcesses) {
  const Names all{"a", "b", "c", "d", "e"};
  for (int processes = 1; processes <= 5; ++processes) {
    Names given;
    for (int process = 0; process < processes; ++process) {
      const Names share = share_of_gpus(all, process, processes);
      EXPECT_FALSE(share.empty());
      given.insert(given.end(), share.begin(), share.end());
    }
    EXPECT_EQ(given, all);
  }
}

TEST(Gpus, ThoseThatAreVisible) {
  EXPECT_EQ(gpus_of_node(environment_of({{"CUDA_VISIBLE_DEVICES", "GPU-1,GPU-2"}})), (Names{"GPU-1", "GPU-2"}));
  EXPECT_EQ(gpus_of_node(environment_of({{"CUDA_VISIBLE_DEVICES", ""}})), Names{});
}

TEST(Cores, BoundProcessesHaveTheirOwn) {
  const std::vector<std::vector<bool>> allowed{{true, true, false, false}, {false, false, true, true}};
  EXPECT_EQ(share_of_cores(allowed, 0), 2);
  EXPECT_EQ(share_of_cores(allowed, 1), 2);
}

TEST(Cores, UnboundProcessesShare) {
  const std::vector<std::vector<bool>> allowed(3, std::vector<bool>(9, true));
  for (std::size_t process = 0; process < 3; ++process) EXPECT_EQ(share_of_cores(allowed, process), 3);
  EXPECT_EQ(share_of_cores(std::vector<std::vector<bool>>(5, {true, true}), 4), 1);
}

}  // namespace
}  // namespace dscore
