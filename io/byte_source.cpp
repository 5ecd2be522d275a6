#include "io/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "kernels/error.h"

namespace dscore {

ByteSource::ByteSource(const std::string& path) : name_(path == "-" ? "stdin" : path) {
  descriptor_ = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0) {
    throw Error(name_ + ": cannot open: " + std::generic_category().message(errno) +
                ". Check the name and that you may read it.");
  }
  if (S_ISDIR(status.st_mode)) {
    if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
    throw Error(name_ + ": a directory, where a file is needed.");
  }
  if (S_ISREG(status.st_mode)) size_ = static_cast<std::uint64_t>(status.st_size);
}

ByteSource::~ByteSource() {
  if (descriptor_ >= 0 && descriptor_ != STDIN_FILENO) ::close(descriptor_);
}

std::size_t ByteSource::read(char* to, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::read(descriptor_, to + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw Error(name_ + ": cannot read: " + std::generic_category().message(errno) + ".");
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

}  // namespace dscore
