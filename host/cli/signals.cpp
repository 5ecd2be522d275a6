#include "host/cli/signals.h"

#include <unistd.h>

#include <csignal>
#include <string_view>

#include "io/atomic_file.h"
#include "kernels/error.h"

namespace dscore::cli {
namespace {

volatile std::sig_atomic_t received = 0;
volatile std::sig_atomic_t stoppable = 0;

void on_signal(int signal) {
  const bool first = received == 0;
  received = signal;
  if (first && stoppable != 0) return;
  remove_temporary_files();
  // The progress line, if there is one, is wiped; the rest is what main() would have said.
  constexpr std::string_view wipe = "\r\x1b[K";
  constexpr std::string_view text = "error: interrupted.\n";
  if (isatty(STDERR_FILENO) == 1 && write(STDERR_FILENO, wipe.data(), wipe.size()) < 0) _exit(128 + signal);
  if (write(STDERR_FILENO, text.data(), text.size()) < 0) _exit(128 + signal);
  _exit(128 + signal);
}

}  // namespace

void install_signal_handlers() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before {};
    sigaction(signal, nullptr, &before);
    if (before.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
  }
  std::signal(SIGPIPE, SIG_DFL);
}

int stop_signal() { return received; }

void throw_if_interrupted() {
  if (received != 0) throw Interrupted();
}

StoppableWork::StoppableWork() { stoppable = 1; }
StoppableWork::~StoppableWork() { stoppable = 0; }

}  // namespace dscore::cli
