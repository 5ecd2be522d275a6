#pragma once
// The processes that do one command together, under MPI (ranks_mpi.cpp; ranks_none.cpp where there is no MPI), and the
// messages between rank 0 and the others. No call waits inside MPI, which would take a core: all poll.

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "host/work.h"
#include "kernels/error.h"

namespace dscore {

enum class MessageKind : int {
  ready = 1,  ///< to rank 0: has built its work; the SHA-256 of the work's identity
  result,     ///< to rank 0: the unit (64 bits) and its result
  failed,     ///< to rank 0: exit code, node, text of the error
  unit,       ///< from rank 0: the unit (64 bits) to be done
  end,        ///< from rank 0: exit code; nothing more comes
  bye         ///< to rank 0: nothing more comes
};

struct Message {
  int from = 0;
  MessageKind kind{};
  Bytes bytes;
};

class Ranks {
 public:
  virtual ~Ranks() = default;
  virtual int rank() const = 0;
  virtual int size() const = 0;
  virtual std::string node() const = 0;
  /// One thread at a time, as poll.
  virtual void send(int to, MessageKind kind, std::span<const std::byte> bytes) = 0;
  /// The next message, if one has come.
  virtual std::optional<Message> poll() = 0;
  /// Leaves MPI, once nothing more is sent.
  virtual void finish() = 0;
  /// Ends all ranks at once.
  virtual void abort(int code) = 0;

  /// Rank 0 has ended the work, as a message of kind `end` said.
  bool ended() const { return ended_; }
  void set_ended() { ended_ = true; }

 private:
  bool ended_ = false;
};

/// Rank 0 has ended the work: this rank ends with the code, and says nothing.
struct EndedElsewhere : std::runtime_error {
  explicit EndedElsewhere(int exit_code) : std::runtime_error("ended by another rank"), code(exit_code) {}
  int code;
};

/// What another rank ended with.
struct RankFailed : Error {
  RankFailed(int exit_code, const std::string& text) : Error(text), code(exit_code) {}
  int code;
};

/// The failure of another rank, with its number and node: what a message of kind `failed` says.
RankFailed failure_in(const Message& message);
/// The exit code in a message of kind `end`.
int code_in(const Message& message);

/// "Open MPI v4.1.4", or empty where the program was built without MPI.
std::string mpi_library();

/// Enters MPI where this process was started as one of several; else null. Chooses the process's threads (OpenMP's
/// default, unless OMP_NUM_THREADS is set) and GPUs (CUDA_VISIBLE_DEVICES) among those of its node, and sends the
/// standard output of all ranks but 0 nowhere. Throws Error where the ranks cannot find each other: EndedElsewhere on
/// all but one.
std::unique_ptr<Ranks> join_ranks();

/// Every rank's last call: tells the others of the exit code (and rank 0 of the error), and returns when all have ended
/// their work. Returns the exit code, which is not 0 if rank 0's is not. Ranks that do not answer within `patience_s`
/// are aborted.
int leave_ranks(Ranks& ranks, int code, const std::string& text, double patience_s = 30);

/// Waits between polls, longer and longer.
class Pause {
 public:
  void wait();
  void reset() { us_ = kShortestUs; }

 private:
  static constexpr int kShortestUs = 20;
  static constexpr int kLongestUs = 1000;
  int us_ = kShortestUs;
};

}  // namespace dscore
