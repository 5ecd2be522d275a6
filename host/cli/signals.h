#pragma once
// Ctrl-C and its kin. Where the work can stop between two pieces, the first signal asks it to, and what was begun is
// unwound; the second signal, and any signal where the work cannot stop (a read that waits for input), ends the program
// at once. Either way no temporary file stays behind.

namespace dscore::cli {

/// Handles SIGINT, SIGTERM and SIGHUP (unless the caller of the program had them ignored) and lets a broken pipe end
/// the program quietly.
void install_signal_handlers();

/// The signal that asked the program to stop, or 0.
int stop_signal();

/// Throws Interrupted if a signal asked the program to stop. Called between pieces of work.
void throw_if_interrupted();

/// Lives while the work calls throw_if_interrupted() often: a first signal then waits for that call.
class StoppableWork {
 public:
  StoppableWork();
  ~StoppableWork();
  StoppableWork(const StoppableWork&) = delete;
  StoppableWork& operator=(const StoppableWork&) = delete;
};

}  // namespace dscore::cli
