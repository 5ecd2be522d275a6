#include "io/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>

#include "kernels/error.h"

namespace dscore {
namespace {

constexpr double kSyncEveryS = 1;

double now_s() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

std::span<const std::byte> as_bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

/// Makes the name of a file last, too.
void sync_folder_of(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  const int folder = ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;  // what cannot be opened cannot be synced; the file itself is
  ::fsync(folder);
  ::close(folder);
}

}  // namespace

Journal::Journal(std::string path, const JournalHeading& heading, bool restart, const TakeRecord& take)
    : path_(std::move(path)), heading_(heading), key_(journal::key_of(heading)) {
  try {
    open();
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0) fail(errno);
    size_ = static_cast<std::uint64_t>(status.st_size);
    restart ? begin() : load(take);
  } catch (...) {
    if (descriptor_ >= 0) ::close(descriptor_);
    throw;
  }
  synced_s_ = now_s();
}

Journal::~Journal() {
  if (descriptor_ < 0) return;
  if (records_ == 0) ::unlink(path_.c_str());  // nothing to go on with
  ::close(descriptor_);
}

void Journal::open() {
  while (true) {
    descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (descriptor_ < 0) fail(errno);
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) {
        throw Error(path_ + ": another process is at work on it. Wait for it, or end it; then call again.");
      }
      if (errno != ENOTSUP && errno != ENOSYS) fail(errno);  // file systems without locks
    }
    struct stat ours {};
    struct stat named {};
    if (::fstat(descriptor_, &ours) != 0) fail(errno);
    // Removed or replaced by the process that had the lock until now?
    if (::stat(path_.c_str(), &named) == 0 && ours.st_ino == named.st_ino && ours.st_dev == named.st_dev) return;
    ::close(descriptor_);
    descriptor_ = -1;
  }
}

void Journal::begin() {
  if (::ftruncate(descriptor_, 0) != 0) fail(errno);
  size_ = 0;
  write(as_bytes(journal::heading_bytes(heading_)));
  dirty_ = true;
  sync();
  sync_folder_of(path_);
}

void Journal::load(const TakeRecord& take) {
  scan_ = read_records(path_, heading_, take);
  refuse_foreign(path_, scan_);
  if (scan_.only_begun) return begin();  // there is nothing to lose
  records_ = scan_.records;
  if (scan_.damaged()) return write_again();
  if (scan_.cut_bytes == 0) return;
  if (::ftruncate(descriptor_, static_cast<off_t>(size_ - scan_.cut_bytes)) != 0) fail(errno);
  size_ -= scan_.cut_bytes;
  dirty_ = true;
}

/// Without the damage, under another name until it is complete. The lock goes over to it.
void Journal::write_again() {
  const std::string name = path_ + ".mended";
  const int before = descriptor_;
  descriptor_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
  const int reason = errno;
  if (descriptor_ < 0) {
    descriptor_ = before;
    fail(reason);
  }
  try {
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno != ENOTSUP && errno != ENOSYS) fail(errno);
    size_ = 0;
    write(as_bytes(journal::heading_bytes(heading_)));
    records_ = 0;
    read_records(path_, heading_, [this](std::uint64_t unit, const Bytes& result) { append(unit, result); });
    sync();
    if (::rename(name.c_str(), path_.c_str()) != 0) fail(errno);
  } catch (...) {
    ::unlink(name.c_str());
    ::close(before);
    throw;
  }
  ::close(before);
  sync_folder_of(path_);
}

void Journal::append(std::uint64_t unit, std::span<const std::byte> result) {
  const std::string head = journal::record_head(unit, result, key_);
  const std::uint64_t before = size_;
  try {
    write(as_bytes(head));
    write(result);
  } catch (...) {
    // Half a record would be passed over anyhow.
    if (::ftruncate(descriptor_, static_cast<off_t>(before)) == 0) size_ = before;
    throw;
  }
  ++records_;
}

void Journal::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(descriptor_, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) fail(errno);
    bytes = bytes.subspan(static_cast<std::size_t>(done));
    size_ += static_cast<std::uint64_t>(done);
    dirty_ = true;
  }
}

void Journal::sync() {
  if (!dirty_) return;
  if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != ENOTSUP) fail(errno);
  dirty_ = false;
  synced_s_ = now_s();
}

void Journal::sync_if_due() {
  if (dirty_ && now_s() - synced_s_ > kSyncEveryS) sync();
}

void Journal::rename_to(const std::string& path) {
  dirty_ = true;
  sync();
  if (::rename(path_.c_str(), path.c_str()) != 0) fail(errno);
  sync_folder_of(path);
  ::close(descriptor_);
  descriptor_ = -1;
}

void Journal::remove() {
  ::unlink(path_.c_str());
  ::close(descriptor_);
  descriptor_ = -1;
}

void Journal::fail(int code) {
  std::string advice = "See to it that this file can be written, or write elsewhere.";
  if (code == ENOSPC || code == EDQUOT || code == EFBIG) {
    advice = "Free some space; the same command then goes on from the " + std::to_string(records_) +
             " units that are finished.";
  }
  throw Error(path_ + ": cannot write: " + std::generic_category().message(code) + ". " + advice);
}

}  // namespace dscore
