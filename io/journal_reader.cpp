#include "io/journal_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <system_error>

#include "kernels/error.h"

namespace dscore {
namespace {

using journal::kHead;
using journal::kMagic;
using journal::kRecordMark;
using journal::kSum;

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
  std::optional<journal::FoundHeading> find_heading() const {
    return journal::find_heading([this](std::uint64_t from, std::uint64_t count) { return read(from, count); }, size_);
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

std::uint64_t value_at(const std::string& text, std::size_t place) {
  std::uint64_t value = 0;
  std::memcpy(&value, text.data() + place, sizeof value);
  return value;
}

/// Where the next mark stands at or behind a place; the file's size where there is none.
std::uint64_t next_mark(const File& file, std::uint64_t from) {
  constexpr std::uint64_t kBlock = std::uint64_t{1} << 20;
  std::string mark(sizeof kRecordMark, '\0');
  std::memcpy(mark.data(), &kRecordMark, sizeof kRecordMark);
  for (; from < file.size(); from += kBlock) {
    const std::string block = file.read(from, kBlock + mark.size() - 1);
    const std::size_t found = block.find(mark);
    if (found != std::string::npos) return from + found;
  }
  return file.size();
}

/// Whether a file without a good heading may have been a journal: damage leaves some of its first bytes, or zeros.
bool looks_like_a_journal(const File& file) {
  const std::string start = file.read(0, kMagic.size());
  std::size_t alike = 0;
  for (std::size_t k = 0; k < start.size(); ++k) alike += start[k] == kMagic[k] || start[k] == '\0' ? 1 : 0;
  return 2 * alike >= start.size();
}

JournalScan scan(const File& file, std::uint64_t from, const JournalHeading& heading, const TakeRecord& take) {
  const std::string key = journal::key_of(heading);
  JournalScan result;
  std::set<std::uint64_t> seen;
  std::uint64_t good_end = from;  // of the last good record
  std::uint64_t good_bytes = from;
  std::uint64_t cut = 0;
  while (from < file.size()) {
    const std::string head = file.read(from, kHead);
    if (head.size() == kHead && value_at(head, 0) == kRecordMark) {
      const std::uint64_t unit = value_at(head, 8);
      const std::uint64_t size = value_at(head, 16);
      if (head.substr(0, kHead - kSum) == journal::record_start(unit, size, key)) {
        if (size > file.size() - from - kHead) {  // its end was never written
          cut = file.size() - from;
          break;
        }
        const std::string body = file.read(from + kHead, size);
        if (journal::is_result_of(head, body, key) && unit < heading.units) {
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

}  // namespace

JournalHeading read_heading(const std::string& path) {
  auto found = File(path).find_heading();
  if (!found) {
    throw Error(path +
                ": not a file of finished units, or its beginning is damaged. If it was a share, make it again: repeat "
                "the call that made it, with its --shard.");
  }
  return std::move(found->heading);
}

JournalScan read_records(const std::string& path, const JournalHeading& heading, const TakeRecord& take) {
  const File file(path);
  JournalScan result;
  const auto found = file.find_heading();
  if (found && journal::key_of(found->heading) != journal::key_of(heading)) {
    result.other_work = journal::difference(found->heading, heading);
    return result;
  }
  const std::string begin = journal::heading_bytes(heading);
  if (file.size() < begin.size() && begin.starts_with(file.read(0, file.size()))) {
    result.only_begun = true;
    return result;
  }
  result = scan(file, found ? found->end : 0, heading, take);
  result.heading = found.has_value();
  result.is_journal = found || result.records > 0 || looks_like_a_journal(file);
  return result;
}

void refuse_foreign(const std::string& path, const JournalScan& scan) {
  if (!scan.other_work.empty()) {
    throw Error(path + ": holds finished units of other work: " + scan.other_work +
                ". Give --restart to begin anew, or repeat the call that it was made by to go on.");
  }
  if (!scan.is_journal) {
    throw Error(path + ": has no finished units of dscore, but stands where they are to be. Move it away.");
  }
}

}  // namespace dscore
