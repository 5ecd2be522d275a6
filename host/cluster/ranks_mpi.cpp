#include <fcntl.h>
#include <mpi.h>
#include <omp.h>
#include <sched.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>

#include "host/cluster/launcher.h"
#include "host/cluster/ranks.h"

namespace dscore {
namespace {

class MpiRanks : public Ranks {
 public:
  MpiRanks() {
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
  }
  int rank() const override { return rank_; }
  int size() const override { return size_; }

  std::string node() const override {
    std::array<char, MPI_MAX_PROCESSOR_NAME> name{};
    int length = 0;
    MPI_Get_processor_name(name.data(), &length);
    return {name.data(), static_cast<std::size_t>(length)};
  }

  void send(int to, MessageKind kind, std::span<const std::byte> bytes) override {
    if (bytes.size() > INT_MAX) {
      throw Error("the result of a unit has " + std::to_string(bytes.size()) +
                  " bytes, more than fit one message of MPI (2 GiB). Run with one rank, or as a job array.");
    }
    MPI_Send(bytes.data(), static_cast<int>(bytes.size()), MPI_BYTE, to, static_cast<int>(kind), MPI_COMM_WORLD);
  }

  std::optional<Message> poll() override {
    int there = 0;
    MPI_Message handle{};
    MPI_Status status{};
    MPI_Improbe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &handle, &status);
    if (there == 0) return std::nullopt;
    int size = 0;
    MPI_Get_count(&status, MPI_BYTE, &size);
    Message message{status.MPI_SOURCE, static_cast<MessageKind>(status.MPI_TAG), Bytes(static_cast<std::size_t>(size))};
    MPI_Mrecv(message.bytes.data(), size, MPI_BYTE, &handle, MPI_STATUS_IGNORE);
    return message;
  }

  void finish() override { MPI_Finalize(); }
  void abort(int code) override { MPI_Abort(MPI_COMM_WORLD, code); }

 private:
  int rank_ = 0;
  int size_ = 1;
};

/// The processes of this node.
class Node {
 public:
  Node() {
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &processes_);
    MPI_Comm_rank(processes_, &process_);
    MPI_Comm_size(processes_, &count_);
  }
  ~Node() { MPI_Comm_free(&processes_); }
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Before anything has asked CUDA for its devices.
  void share_gpus() const {
    if (count_ == 1) return;
    std::string names;
    for (const std::string& gpu : share_of_gpus(gpus_of_node(process_environment()), process_, count_)) {
      names += (names.empty() ? "" : ",") + gpu;
    }
    if (!names.empty()) setenv("CUDA_VISIBLE_DEVICES", names.c_str(), 1);
  }

  void share_cores() const {
    if (std::getenv("OMP_NUM_THREADS") != nullptr) return;
    cpu_set_t mine{};
    sched_getaffinity(0, sizeof mine, &mine);
    std::vector<cpu_set_t> masks(static_cast<std::size_t>(count_));
    MPI_Allgather(&mine, sizeof mine, MPI_BYTE, masks.data(), sizeof mine, MPI_BYTE, processes_);
    std::vector<std::vector<bool>> allowed;
    for (const cpu_set_t& mask : masks) {
      std::vector<bool>& cores = allowed.emplace_back(CPU_SETSIZE);
      for (std::size_t core = 0; core < cores.size(); ++core) cores[core] = CPU_ISSET(core, &mask);
    }
    omp_set_num_threads(share_of_cores(allowed, static_cast<std::size_t>(process_)));
  }

 private:
  MPI_Comm processes_{};
  int process_ = 0;
  int count_ = 1;
};

void silence_standard_output() {
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0) return;
  dup2(nowhere, STDOUT_FILENO);
  close(nowhere);
}

}  // namespace

std::string mpi_library() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> version{};
  int length = 0;
  MPI_Get_library_version(version.data(), &length);
  const std::string text(version.data(), static_cast<std::size_t>(length));
  return text.substr(0, text.find_first_of(",\n"));
}

std::unique_ptr<Ranks> join_ranks() {
  const Launch launch = launch_of(process_environment());
  if (launch.tasks == 1) return nullptr;
  int level = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &level);
  auto ranks = std::make_unique<MpiRanks>();
  std::string fault;
  if (ranks->size() == 1) {
    fault = launch.by + " started " + std::to_string(launch.tasks) + " tasks, but MPI (" + mpi_library() +
            ") does not see them as its ranks: they would all do the same. Start "
            "them with `srun --mpi=pmix` or another of `srun --mpi=list`, or with the mpirun of this MPI.";
  } else if (level < MPI_THREAD_SERIALIZED) {
    fault = "MPI (" + mpi_library() +
            ") allows calls from one thread only; dscore needs MPI_THREAD_SERIALIZED. Use an "
            "MPI that is built with threads.";
  }
  if (!fault.empty()) {
    MPI_Finalize();
    if (launch.task != 0) throw EndedElsewhere(1);
    throw Error(fault);
  }
  if (ranks->rank() != 0) silence_standard_output();
  const Node node;
  node.share_gpus();
  node.share_cores();
  return ranks;
}

}  // namespace dscore
