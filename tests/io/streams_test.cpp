// Bytes in and out: gzip, checksums, files that appear complete or not at all.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <random>

#include "io/atomic_file.h"
#include "io/checksum.h"
#include "io/text_input.h"
#include "io/text_output.h"
#include "tests/io/scratch.h"

namespace dscore {
namespace {

using test::error_of;
using test::read_file;
using test::Scratch;

constexpr const char* kSumOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";  // FIPS 180-2
constexpr const char* kSumOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::string gzipped(const std::string& text) {
  const Scratch scratch;
  const std::string path = scratch / "t.gz";
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
  return read_file(path);
}

std::string long_text() {
  std::mt19937 random(4);
  std::string text;
  while (text.size() < 3'000'000) text += std::to_string(random()) + "\n";
  return text;
}

std::string all_of(const std::string& path) {
  TextInput input(path);
  return input.read_all();
}

TEST(Checksum, KnownSums) {
  const Scratch scratch;
  EXPECT_EQ(sha256_of_file(scratch.write("abc", "abc")), kSumOfAbc);
  EXPECT_EQ(sha256_of_file(scratch.write("empty", "")), kSumOfNothing);
  EXPECT_HAS(error_of([&] { sha256_of_file(scratch / "none"); }), "none: cannot open: No such file or directory");
  EXPECT_HAS(error_of([&] { sha256_of_file(scratch.path()); }), "a directory, where a file is needed");
}

TEST(TextInput, PlainAndPackedAreTheSame) {
  const Scratch scratch;
  const std::string text = long_text();
  EXPECT_EQ(all_of(scratch.write("a", text)), text);
  EXPECT_EQ(all_of(scratch.write("b", gzipped(text))), text) << "gzip is known by content, not by name";
  EXPECT_EQ(all_of(scratch.write("c", gzipped("one\n") + gzipped(text) + std::string(512, '\0'))), "one\n" + text)
      << "members joined, and padding";
  EXPECT_EQ(all_of(scratch.write("d", "")), "");
  EXPECT_EQ(all_of(scratch.write("e", gzipped(""))), "");
}

TEST(TextInput, SumIsOfTheBytesOnDisk) {
  const Scratch scratch;
  const std::string path = scratch.write("a.gz", gzipped(long_text()));
  TextInput input(path);
  input.read_all();
  EXPECT_EQ(input.sha256(), sha256_of_file(path));
  TextInput plain(scratch.write("b", "abc"));
  EXPECT_EQ(plain.sha256(), kSumOfAbc) << "also when not all was read";
}

TEST(TextInput, RefusesBrokenGzip) {
  const Scratch scratch;
  const std::string packed = gzipped(long_text());
  for (const std::size_t size : {std::size_t{2}, std::size_t{9}, packed.size() / 2, packed.size() - 1}) {
    EXPECT_HAS(error_of([&] { all_of(scratch.write("t.gz", packed.substr(0, size))); }), "the file is truncated")
        << size;
  }
  std::string damaged = packed;
  damaged[damaged.size() / 2] ^= 0x40;
  EXPECT_HAS(error_of([&] { all_of(scratch.write("d.gz", damaged)); }), "d.gz: the gzip data are damaged");
  EXPECT_HAS(error_of([&] { all_of(scratch.write("e.gz", packed + "tail")); }), "the gzip data are damaged");
}

TEST(TextInput, ReadsStandardInput) {
  const Scratch scratch;
  const int saved = ::dup(STDIN_FILENO);
  const int file = ::open(scratch.write("in", "a,b\n").c_str(), O_RDONLY);
  ::dup2(file, STDIN_FILENO);
  TextInput input("-");
  EXPECT_EQ(input.read_all(), "a,b\n");
  EXPECT_EQ(input.name(), "stdin");
  ::dup2(saved, STDIN_FILENO);
  ::close(file);
  ::close(saved);
}

TEST(AtomicFile, AppearsOnCommitOnly) {
  const Scratch scratch;
  scratch.write("out", "old");
  {
    AtomicFile file(scratch / "out");
    file.write("new");
    EXPECT_EQ(read_file(scratch / "out"), "old");
    file.commit();
  }
  EXPECT_EQ(read_file(scratch / "out"), "new");
  EXPECT_EQ(scratch.files(), 1U);
}

TEST(AtomicFile, LeavesNothingWhenUnwound) {
  const Scratch scratch;
  try {
    AtomicFile file(scratch / "out");
    file.write("half");
    EXPECT_EQ(scratch.files(), 1U) << "the temporary file is in the same directory";
    throw Interrupted();
  } catch (const Interrupted&) {
  }
  EXPECT_EQ(scratch.files(), 0U);
}

TEST(AtomicFile, SignalHandlerCanRemoveWhatIsOpen) {
  const Scratch scratch;
  AtomicFile first(scratch / "a");
  AtomicFile second(scratch / "b");
  second.commit();
  const AtomicFile third(scratch / "c");
  EXPECT_EQ(scratch.files(), 3U);
  remove_temporary_files();
  EXPECT_EQ(scratch.files(), 1U) << "what is committed stays";
  EXPECT_HAS(error_of([&] { first.commit(); }), "cannot write");
}

TEST(AtomicFile, FollowsLinks) {
  const Scratch scratch;
  scratch.write("aim", "old");
  std::filesystem::create_symlink("aim", scratch / "link");
  AtomicFile file(scratch / "link");
  file.write("new");
  file.commit();
  EXPECT_TRUE(std::filesystem::is_symlink(scratch / "link"));
  EXPECT_EQ(read_file(scratch / "aim"), "new");
}

TEST(AtomicFile, GetsTheUsualPermissions) {
  const Scratch scratch;
  const mode_t mask = ::umask(022);
  AtomicFile file(scratch / "out");
  file.commit();
  ::umask(mask);
  struct stat status {};
  ::stat((scratch / "out").c_str(), &status);
  EXPECT_EQ(status.st_mode & 0777, 0644U);
}

TEST(AtomicFile, KeepsThePermissionsOfWhatItReplaces) {
  const Scratch scratch;
  for (const mode_t mode : {0600U, 0664U}) {
    ASSERT_EQ(::chmod(scratch.write("out", "old").c_str(), mode), 0);
    AtomicFile file(scratch / "out");
    file.write("new");
    file.commit();
    struct stat status {};
    ::stat((scratch / "out").c_str(), &status);
    EXPECT_EQ(status.st_mode & 07777, mode);
    EXPECT_EQ(read_file(scratch / "out"), "new");
  }
}

TEST(AtomicFile, FollowsALinkToNothingYet) {
  const Scratch scratch;
  std::filesystem::create_directory(scratch / "sub");
  std::filesystem::create_symlink("sub/second", scratch / "link");
  std::filesystem::create_symlink("aim", scratch / "sub/second");
  AtomicFile file(scratch / "link");
  file.write("new");
  file.commit();
  EXPECT_TRUE(std::filesystem::is_symlink(scratch / "link"));
  EXPECT_TRUE(std::filesystem::is_symlink(scratch / "sub/second"));
  EXPECT_EQ(read_file(scratch / "sub/aim"), "new");
  std::filesystem::create_symlink("none/aim", scratch / "lost");
  EXPECT_HAS(error_of([&] { AtomicFile lost(scratch / "lost"); }), "there is no directory " + scratch / "none");
}

TEST(AtomicFile, NamesThatCannotBeGivenAreRefusedAtOnce) {
  const Scratch scratch;
  std::filesystem::create_symlink("loop", scratch / "loop");
  EXPECT_HAS(error_of([&] { AtomicFile file(scratch / "loop"); }), "Too many levels of symbolic links");
  EXPECT_TRUE(std::filesystem::is_symlink(scratch / "loop"));
  EXPECT_HAS(error_of([&] { AtomicFile file(scratch / std::string(256, 'a')); }), "File name too long");
  EXPECT_EQ(scratch.files(), 1U);
}

TEST(FileStamp, SeesThatAFileChanged) {
  const Scratch scratch;
  const std::string path = scratch.write("in", "old");
  const FileStamp stamp(path);
  stamp.check();
  AtomicFile file(path);
  file.write("new");
  file.commit();
  EXPECT_HAS(error_of([&] { stamp.check(); }), "in: changed while it was read");
}

TEST(AtomicFile, ErrorsSayWhatToDo) {
  const Scratch scratch;
  scratch.write("file", "");
  EXPECT_HAS(error_of([&] { AtomicFile file(scratch / "no/such/out"); }), "there is no directory");
  EXPECT_HAS(error_of([&] { AtomicFile file(scratch / "file/out"); }), "is not a directory");
  EXPECT_HAS(error_of([&] { AtomicFile file(scratch.path()); }), "it is a directory");
  EXPECT_HAS(error_of([&] { check_writable(scratch / "no/out"); }), "Make it first, or write elsewhere.");
  check_writable(scratch / "fine");
  EXPECT_EQ(scratch.files(), 1U) << "checking leaves nothing";
}

TEST(AtomicFile, ReadOnlyDirectory) {
  const Scratch scratch;
  ::chmod(scratch.path().c_str(), 0555);
  const bool root = ::geteuid() == 0;
  if (root) {
    ASSERT_EQ(::seteuid(65534), 0);
  }
  const std::string error = error_of([&] { AtomicFile file(scratch / "out"); });
  if (root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  ::chmod(scratch.path().c_str(), 0755);
  EXPECT_HAS(error, "out: cannot write: Permission denied.");
  EXPECT_EQ(scratch.files(), 0U);
}

TEST(AtomicFile, DeviceIsWrittenToDirectly) {
  AtomicFile null("/dev/null");
  null.write("gone");
  null.commit();
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  AtomicFile full("/dev/full");
  EXPECT_EQ(error_of([&] { full.write("x"); }),
            "/dev/full: cannot write: No space left on device. Free some space, or write elsewhere.");
}

TEST(AtomicFile, PipeIsWrittenToDirectly) {
  const Scratch scratch;
  ASSERT_EQ(::mkfifo((scratch / "pipe").c_str(), 0600), 0);
  std::filesystem::create_symlink("pipe", scratch / "link");
  const int reader = ::open((scratch / "pipe").c_str(), O_RDONLY | O_NONBLOCK);
  AtomicFile file(scratch / "link");
  file.write("through");
  file.commit();
  std::string got(7, '\0');
  EXPECT_EQ(::read(reader, got.data(), got.size()), 7);
  EXPECT_EQ(got, "through");
  ::close(reader);
  EXPECT_EQ(scratch.files(), 2U);
  EXPECT_HAS(error_of([] { AtomicFile none(""); }), "empty");
}

TEST(TextOutput, FullDeviceIsAnError) {
  TextOutput out("/dev/full");
  out.buffer() += "x";
  EXPECT_HAS(error_of([&] { out.commit(); }), "No space left on device");
}

TEST(TextOutput, PacksByName) {
  const Scratch scratch;
  const std::string text = long_text();
  for (const std::string name : {"t.csv", "t.csv.gz"}) {
    TextOutput out(scratch / name);
    for (std::size_t at = 0; at < text.size(); at += 1000) {
      out.buffer() += text.substr(at, 1000);
      out.flush_if_full();
    }
    EXPECT_FALSE(std::filesystem::exists(scratch / name));
    out.commit();
    EXPECT_EQ(all_of(scratch / name), text);
  }
  EXPECT_EQ(read_file(scratch / "t.csv"), text);
  EXPECT_LT(read_file(scratch / "t.csv.gz").size(), text.size() * 2 / 3);
}

TEST(TextOutput, PacksNothing) {
  const Scratch scratch;
  TextOutput out(scratch / "t.gz");
  out.commit();
  EXPECT_EQ(all_of(scratch / "t.gz"), "");
}

}  // namespace
}  // namespace dscore
