#pragma once
// Files that appear complete or not at all: written under a temporary name in the same directory, renamed when done.

#include <string>
#include <string_view>

namespace dscore {

class AtomicFile {
 public:
  /// "-" is standard output and a device (/dev/null, a pipe) is written to directly; a symbolic link is followed, and
  /// a file that is replaced keeps its permissions.
  /// Throws Error with path, reason and what to do.
  explicit AtomicFile(std::string path);
  /// Removes the temporary file unless `commit` was reached.
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Throws Error if not everything could be written (disk full).
  void write(std::string_view bytes);
  /// Brings the bytes to disk and gives the file its name. Throws Error.
  void commit();
  const std::string& path() const { return path_; }

 private:
  [[noreturn]] void fail(int code);
  void discard();

  std::string path_;       // as given, for messages
  std::string target_;     // what is renamed to
  std::string temporary_;  // empty: written to directly
  int descriptor_ = -1;
  int slot_ = -1;
};

/// Throws the Error that writing `path` would meet at once (no such directory, no permission), to find it before
/// hours of work.
void check_writable(const std::string& path);

/// Removes every temporary file that is not committed. Safe in a signal handler: for a program that must end at once.
void remove_temporary_files() noexcept;

}  // namespace dscore
