#include "io/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "kernels/error.h"

namespace dscore {
namespace {

namespace fs = std::filesystem;

// The names of open temporary files, where a signal handler can read them without locks or allocation.
struct Slot {
  std::atomic<bool> taken{false};
  std::atomic<bool> live{false};  // the name is complete and the file is to be removed
  std::array<char, PATH_MAX> name{};
};
std::array<Slot, 32> slots;
static_assert(std::atomic<bool>::is_always_lock_free);

int remember(const std::string& name) {
  if (name.size() >= PATH_MAX) return -1;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    bool free = false;
    if (!slots[i].taken.compare_exchange_strong(free, true)) continue;
    std::memcpy(slots[i].name.data(), name.c_str(), name.size() + 1);
    slots[i].live = true;
    return static_cast<int>(i);
  }
  return -1;  // more files at once than slots: the destructors still remove them
}

void forget(int slot) {
  if (slot < 0) return;
  auto& entry = slots[static_cast<std::size_t>(slot)];
  entry.live = false;
  entry.taken = false;
}

std::string directory_of(const std::string& path) {
  const std::string parent = fs::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

// Where a symbolic link leads, also if there is nothing yet; a link that leads nowhere has been refused before.
fs::path follow(fs::path path) {
  constexpr int kMost = 40;  // as Linux
  std::error_code code;
  for (int i = 0; i < kMost && fs::is_symlink(fs::symlink_status(path, code)); ++i) {
    const fs::path next = fs::read_symlink(path, code);
    if (code) break;
    path = path.parent_path() / next;  // an absolute one replaces the whole
  }
  return path;
}

[[noreturn]] void fail_to_write(const std::string& path, const std::string& target, int code) {
  std::string reason = std::generic_category().message(code);
  std::string advice = "Write elsewhere with another name.";
  if (code == ENOSPC || code == EDQUOT) {
    advice = "Free some space, or write elsewhere.";
  } else if (code == ENOENT) {
    reason = "there is no directory " + directory_of(target);
    advice = "Make it first, or write elsewhere.";
  } else if (code == ENOTDIR) {
    reason = directory_of(target) + " is not a directory";
  } else if (code == EISDIR) {
    reason = "it is a directory";
    advice = "Name a file in it.";
  } else if (code == EACCES || code == EROFS || code == EPERM) {
    advice = "Write where you may, or change the permissions of " + directory_of(target) + ".";
  }
  throw Error(path + ": cannot write: " + reason + ". " + advice);
}

}  // namespace

AtomicFile::AtomicFile(std::string path) : path_(std::move(path)), target_(path_) {
  if (path_ == "-") {
    path_ = "stdout";
    descriptor_ = STDOUT_FILENO;
    return;
  }
  if (path_.empty()) throw Error("The name of the output is empty. Name a file.");
  std::error_code code;
  const auto status = fs::status(path_, code);  // of what a symbolic link leads to
  // Else found only when the file gets its name: the temporary one is shorter and no link.
  if (code == std::errc::filename_too_long) fail(ENAMETOOLONG);
  if (code == std::errc::too_many_symbolic_link_levels) fail(ELOOP);
  if (fs::is_directory(status)) fail(EISDIR);
  if (fs::exists(status) && ::access(path_.c_str(), W_OK) != 0) fail(errno);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor_ < 0) fail(errno);
    return;
  }
  target_ = follow(path_).string();
  // Unique in this process by the counter, across processes by the process id; O_EXCL settles the rest.
  static std::atomic<unsigned> count{0};
  const fs::path aim(target_);
  for (int attempt = 0; descriptor_ < 0 && attempt < 100; ++attempt) {
    std::string name(1, '.');
    name += aim.filename().string().substr(0, 200);
    name += '.' + std::to_string(::getpid()) + '.' + std::to_string(count++) + ".tmp";
    temporary_ = (aim.parent_path() / name).string();
    slot_ = remember(temporary_);
    descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    const int reason = errno;
    if (descriptor_ >= 0) break;
    forget(slot_);
    slot_ = -1;
    temporary_.clear();
    if (reason != EEXIST) fail(reason);
  }
  if (descriptor_ < 0) fail(EEXIST);
  if (!fs::exists(status)) return;
  // A file that is replaced keeps who may read it. Not its set-user bits: they were given to other content.
  if (::fchmod(descriptor_, static_cast<mode_t>(status.permissions() & fs::perms::all)) != 0) {
    const int reason = errno;
    discard();
    fail(reason);
  }
}

AtomicFile::~AtomicFile() { discard(); }

void AtomicFile::discard() {
  if (descriptor_ >= 0 && descriptor_ != STDOUT_FILENO) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
  forget(slot_);
}

void AtomicFile::fail(int code) { fail_to_write(path_, target_, code); }

void AtomicFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(descriptor_, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) fail(errno);
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
}

void AtomicFile::commit() {
  if (descriptor_ == STDOUT_FILENO) return;
  // A file system or device that has nothing to bring to disk says EINVAL or ENOTSUP.
  if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != ENOTSUP && errno != EROFS) fail(errno);
  const int descriptor = descriptor_;
  descriptor_ = -1;
  if (::close(descriptor) != 0) fail(errno);
  if (temporary_.empty()) return;
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail(errno);
  temporary_.clear();
  forget(slot_);
  slot_ = -1;
}

void check_writable(const std::string& path) {
  std::error_code code;
  const bool device = path != "-" && fs::exists(path, code) && !fs::is_regular_file(path, code);
  if (device && !fs::is_directory(path, code)) return;  // opening a pipe would wait for its reader
  const AtomicFile probe(path);
}

void remove_temporary_files() noexcept {
  for (auto& slot : slots) {
    if (slot.live) ::unlink(slot.name.data());
  }
}

}  // namespace dscore
