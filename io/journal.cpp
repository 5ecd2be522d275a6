#include "io/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <set>
#include <sstream>
#include <system_error>

#include "host/bytes.h"
#include "io/checksum.h"

namespace dscore {
namespace {

constexpr std::string_view kMagic = "dscoreJ1";
constexpr std::uint64_t kMark = 0xd5c0'7e0f'9ec0'7d01;  // begins a record; no text has these bytes
constexpr std::size_t kSum = 64;                        // digits of a SHA-256
constexpr std::size_t kHeadSum = 16;
constexpr std::size_t kHead = 3 * sizeof(std::uint64_t) + kHeadSum + kSum;
constexpr double kSyncEvery_s = 1;

double now_s() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string sum_of(std::string_view key, std::string_view head, std::string_view rest) {
  Sha256 sum;
  sum.add(key);
  sum.add(head);
  sum.add(rest);
  return sum.finish();
}

/// What every sum of a record begins with: the journal's work and share, not the command that was given.
std::string key_of(const JournalHeading& heading) {
  ByteWriter bytes;
  bytes.put(heading.identity).put(heading.units).put(heading.shard.index).put(heading.shard.count);
  return sum_of(kMagic, "", as_text(bytes.take()));
}

Bytes bytes_of(const JournalHeading& heading) {
  ByteWriter content;
  content.put(heading.identity).put(heading.units).put(heading.shard.index).put(heading.shard.count);
  content.put(static_cast<std::uint64_t>(heading.command.size()));
  for (const std::string& argument : heading.command) content.put(argument);
  content.put(heading.folder);
  const Bytes bytes = content.take();
  std::string text(kMagic);
  const std::uint64_t size = bytes.size();
  text.append(reinterpret_cast<const char*>(&size), sizeof size);
  text += as_text(bytes);
  text += sum_of(kMagic, "", as_text(bytes));
  const auto all = std::as_bytes(std::span(text));
  return {all.begin(), all.end()};
}

std::string head_of(std::uint64_t unit, std::uint64_t size, std::string_view key) {
  std::string head;
  for (const std::uint64_t value : {kMark, unit, size}) {
    head.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  return head + sum_of(key, head, "").substr(0, kHeadSum);
}

/// A file that is read at any place.
class File {
 public:
  explicit File(const std::string& path) : path_(path), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    struct stat status {};
    if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0) fail("cannot open", errno);
    if (!S_ISREG(status.st_mode)) throw Error(path_ + ": not a file of finished units: not a regular file.");
    size_ = static_cast<std::uint64_t>(status.st_size);
  }
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  std::uint64_t size() const { return size_; }
  /// As many of these bytes as the file has.
  std::string read(std::uint64_t from, std::uint64_t count) const {
    count = from < size_ ? std::min(count, size_ - from) : 0;
    std::string text(count, '\0');
    std::size_t done = 0;
    while (done < count) {
      const ssize_t got = ::pread(descriptor_, text.data() + done, count - done, static_cast<off_t>(from + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail("cannot read", errno);
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    text.resize(done);
    return text;
  }

 private:
  [[noreturn]] void fail(const std::string& what, int code) const {
    throw Error(path_ + ": " + what + ": " + std::generic_category().message(code) +
                ". Check the name and that you may read it.");
  }
  std::string path_;
  int descriptor_;
  std::uint64_t size_ = 0;
};

template <class T>
T value_at(const std::string& text, std::size_t place) {
  T value;
  std::memcpy(&value, text.data() + place, sizeof value);
  return value;
}

/// Where the heading ends; 0 where it is damaged.
std::uint64_t parse_heading(const File& file, JournalHeading& heading) {
  constexpr std::size_t kStart = kMagic.size() + sizeof(std::uint64_t);
  const std::string start = file.read(0, kStart);
  if (start.size() < kStart || !start.starts_with(kMagic)) return 0;
  const auto size = value_at<std::uint64_t>(start, kMagic.size());
  if (size > file.size()) return 0;
  const std::string content = file.read(kStart, size);
  const std::string sum = file.read(kStart + size, kSum);
  if (content.size() < size || sum != sum_of(kMagic, "", content)) return 0;
  ByteReader reader(std::as_bytes(std::span(content)), "a heading");
  heading.identity = reader.get_text();
  heading.units = reader.get<std::uint64_t>();
  heading.shard.index = reader.get<std::uint32_t>();
  heading.shard.count = reader.get<std::uint32_t>();
  heading.command.resize(std::min<std::uint64_t>(reader.get<std::uint64_t>(), size));
  for (std::string& argument : heading.command) argument = reader.get_text();
  heading.folder = reader.get_text();
  reader.finish();
  return kStart + size + kSum;
}

/// The first line of one text that the other has otherwise.
std::string first_difference(const std::string& there, const std::string& here) {
  std::istringstream a(there);
  std::istringstream b(here);
  std::string x;
  std::string y;
  while (true) {
    const bool more_a = static_cast<bool>(std::getline(a, x));
    const bool more_b = static_cast<bool>(std::getline(b, y));
    if (!more_a) x = "nothing more";
    if (!more_b) y = "nothing more";
    if (x != y || (!more_a && !more_b)) return "\"" + x + "\" there, \"" + y + "\" here";
  }
}

void refuse_other_work(const std::string& path, const JournalHeading& there, const JournalHeading& here) {
  if (key_of(there) == key_of(here)) return;
  std::string why = first_difference(there.identity, here.identity);
  if (there.identity == here.identity) {
    why = there.units != here.units
              ? std::to_string(there.units) + " units there, " + std::to_string(here.units) + " here"
              : "another share";
  }
  throw Error(path + ": holds finished units of other work: " + why +
              ". Go on with the call that it was made by, write to another output, or give --restart to begin anew.");
}

/// Where the next mark stands at or behind a place; the file's size where there is none.
std::uint64_t next_mark(const File& file, std::uint64_t from) {
  constexpr std::uint64_t kBlock = std::uint64_t{1} << 20;
  std::string mark(sizeof kMark, '\0');
  std::memcpy(mark.data(), &kMark, sizeof kMark);
  for (; from < file.size(); from += kBlock) {
    const std::string block = file.read(from, kBlock + mark.size() - 1);
    const std::size_t found = block.find(mark);
    if (found != std::string::npos) return from + found;
  }
  return file.size();
}

/// Whether a file without a good heading may have been a journal: damage leaves some of its first bytes, or zeros.
bool looks_like_a_journal(const std::string& path) {
  const std::string start = File(path).read(0, kMagic.size());
  std::size_t alike = 0;
  for (std::size_t k = 0; k < start.size(); ++k) alike += start[k] == kMagic[k] || start[k] == '\0' ? 1 : 0;
  return 2 * alike >= start.size();
}

JournalScan scan(const File& file, std::uint64_t from, const JournalHeading& heading, const TakeRecord& take) {
  const std::string key = key_of(heading);
  JournalScan result;
  std::set<std::uint64_t> seen;
  std::uint64_t good_end = from;  // of the last good record
  std::uint64_t good_bytes = from;
  std::uint64_t cut = 0;
  while (from < file.size()) {
    const std::string head = file.read(from, kHead);
    if (head.size() == kHead && value_at<std::uint64_t>(head, 0) == kMark) {
      const auto unit = value_at<std::uint64_t>(head, 8);
      const auto size = value_at<std::uint64_t>(head, 16);
      if (head.substr(0, kHead - kSum) == head_of(unit, size, key)) {
        if (size > file.size() - from - kHead) {  // its end was never written
          cut = file.size() - from;
          break;
        }
        const std::string body = file.read(from + kHead, size);
        if (head.substr(kHead - kSum) == sum_of(key, head.substr(0, kHead - kSum), body) && unit < heading.units) {
          const auto bytes = std::as_bytes(std::span(body));
          if (seen.insert(unit).second) {
            take(unit, Bytes(bytes.begin(), bytes.end()));
            ++result.records;
          }
          from = good_end = from + kHead + size;
          good_bytes += kHead + size;
          continue;
        }
        from += kHead + size;  // this one is damaged, and only this one
        continue;
      }
    }
    if (head.size() < kHead) cut = file.size() - from;
    from = next_mark(file, from + 1);
  }
  result.damaged_bytes = file.size() - good_bytes;
  result.cut_bytes = cut == file.size() - good_end ? cut : 0;
  return result;
}

/// Makes the name of a file last, too.
void sync_folder_of(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  const int folder = ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;  // what cannot be opened cannot be synced; the file itself is
  ::fsync(folder);
  ::close(folder);
}

}  // namespace

JournalHeading read_heading(const std::string& path) {
  JournalHeading heading;
  if (parse_heading(File(path), heading) == 0) {
    throw Error(path + ": not a file of finished units, or its beginning is damaged. Make it anew with --restart.");
  }
  return heading;
}

JournalScan read_records(const std::string& path, const JournalHeading& heading, const TakeRecord& take) {
  const File file(path);
  JournalHeading found;
  const std::uint64_t begin = parse_heading(file, found);
  if (begin > 0) refuse_other_work(path, found, heading);
  JournalScan result = scan(file, begin, heading, take);
  result.heading = begin > 0;
  return result;
}

Journal::Journal(std::string path, const JournalHeading& heading, bool restart, const TakeRecord& take)
    : path_(std::move(path)), heading_(heading), key_(key_of(heading)) {
  try {
    open();
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0) fail(errno);
    size_ = static_cast<std::uint64_t>(status.st_size);
    const Bytes begin_bytes = bytes_of(heading_);
    // Ended while the heading was written: there is nothing to lose.
    const bool only_begun =
        size_ < begin_bytes.size() && File(path_).read(0, size_) == as_text(begin_bytes).substr(0, size_);
    restart || only_begun ? begin() : load(take);
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
  write(bytes_of(heading_));
  dirty_ = true;
  sync();
  sync_folder_of(path_);
}

void Journal::load(const TakeRecord& take) {
  scan_ = read_records(path_, heading_, take);
  records_ = scan_.records;
  if (scan_.damaged_bytes == 0 && scan_.heading) return;
  if (!scan_.heading && scan_.records == 0 && !looks_like_a_journal(path_)) {
    throw Error(path_ + ": is not a checkpoint of dscore, but stands where one is to be. Move it away.");
  }
  if (scan_.heading && scan_.damaged_bytes == scan_.cut_bytes) {
    if (::ftruncate(descriptor_, static_cast<off_t>(size_ - scan_.cut_bytes)) != 0) fail(errno);
    size_ -= scan_.cut_bytes;
    dirty_ = true;
    return;
  }
  // Written again without the damage, under another name until it is complete. The lock goes over to it.
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
    write(bytes_of(heading_));
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
  std::string head = head_of(unit, result.size(), key_);
  head += sum_of(key_, head, as_text(result));
  const std::uint64_t before = size_;
  try {
    write(std::as_bytes(std::span(head)));
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
  if (dirty_ && now_s() - synced_s_ > kSyncEvery_s) sync();
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
