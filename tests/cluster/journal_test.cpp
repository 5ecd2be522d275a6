// Journals that were cut off, written over and mixed up never give a wrong result, and lose no more than was damaged.

#include "io/journal.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <random>

#include "kernels/error.h"
#include "tests/io/scratch.h"

namespace dscore {
namespace {

using test::read_file;
using test::Scratch;

constexpr const char* kName = "out.checkpoint";
using Records = std::map<std::uint64_t, Bytes>;

const JournalHeading kHeading{"work: test\nseed: 1", 64, {}, {"toil", "--seed", "1"}, "/somewhere"};

/// The result of a unit; of one in seven, nothing.
Bytes result_of(std::uint64_t unit) {
  std::mt19937_64 random(unit);
  Bytes bytes(unit % 7 == 0 ? 0 : 10 + unit * 37 % 500);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

Records records_in(const std::string& path, const JournalHeading& heading = kHeading) {
  Records records;
  read_records(path, heading, [&](std::uint64_t unit, Bytes result) { records[unit] = std::move(result); });
  return records;
}

void write_journal(const std::string& path, std::uint64_t units) {
  std::filesystem::remove(path);
  Journal journal(path, kHeading, false, [](std::uint64_t, const Bytes&) {});
  for (std::uint64_t unit = 0; unit < units; ++unit) journal.append(unit, result_of(unit));
}

/// Opens the journal, as a run does that goes on with it.
Records go_on(const std::string& path, JournalScan* scan = nullptr) {
  Records records;
  const Journal journal(path, kHeading, false, [&](std::uint64_t unit, Bytes result) {
    EXPECT_TRUE(records.emplace(unit, std::move(result)).second) << "unit " << unit << " twice";
  });
  if (scan != nullptr) *scan = journal.scan();
  return records;
}

void expect_right(const Records& records) {
  for (const auto& [unit, result] : records) EXPECT_EQ(result, result_of(unit)) << "unit " << unit;
}

class JournalTest : public testing::Test {
 protected:
  Scratch scratch_;
  std::string path_ = scratch_ / kName;
};

TEST_F(JournalTest, GivesBackWhatWasWritten) {
  write_journal(path_, 20);
  JournalScan scan;
  const Records records = go_on(path_, &scan);
  EXPECT_EQ(records.size(), 20);
  expect_right(records);
  EXPECT_EQ(scan.damaged_bytes, 0);
  const JournalHeading heading = read_heading(path_);
  EXPECT_EQ(heading.identity, kHeading.identity);
  EXPECT_EQ(heading.command, kHeading.command);
  EXPECT_EQ(heading.folder, kHeading.folder);
}

TEST_F(JournalTest, GoesOnWhereverItWasCut) {
  write_journal(path_, 4);
  const std::string whole = read_file(path_);
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    scratch_.write(kName, whole.substr(0, size));
    JournalScan scan;
    const Records before = go_on(path_, &scan);
    expect_right(before);
    EXPECT_EQ(scan.damaged_bytes, scan.cut_bytes) << size;  // nothing is lost but what was cut off
    Journal journal(path_, kHeading, false, [](std::uint64_t, const Bytes&) {});
    journal.append(40, result_of(40));
    const Records after = records_in(path_);
    EXPECT_EQ(after.size(), before.size() + 1) << size;
    expect_right(after);
  }
}

TEST_F(JournalTest, DamageLosesTheDamagedRecordsOnly) {
  std::mt19937 random(5);
  constexpr std::uint64_t kUnits = 24;
  write_journal(path_, kUnits);
  const std::string whole = read_file(path_);
  const auto anywhere = [&](std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(random); };
  for (int trial = 0; trial < 200; ++trial) {
    std::string damaged = whole;
    const std::size_t flips = 1 + trial % 4;
    for (std::size_t k = 0; k < flips; ++k) damaged[anywhere(whole.size())] ^= static_cast<char>(1 << anywhere(8));
    scratch_.write(kName, damaged);
    JournalScan scan;
    const Records records = go_on(path_, &scan);
    expect_right(records);
    if (damaged == whole) {
      EXPECT_EQ(records.size(), kUnits);  // two flips of the same bit
      continue;
    }
    EXPECT_TRUE(scan.damaged_bytes > 0 || !scan.heading);
    EXPECT_GE(records.size(), kUnits - flips);
    // Mended: the next to come sees nothing of it.
    JournalScan again;
    EXPECT_EQ(go_on(path_, &again), records);
    EXPECT_EQ(again.damaged_bytes, 0);
    EXPECT_TRUE(again.heading);
  }
}

TEST_F(JournalTest, BlocksThatAreZeroOrOfElsewhereGiveNoWrongResult) {
  std::mt19937 random(6);
  write_journal(path_, 24);
  const std::string whole = read_file(path_);
  const auto anywhere = [&](std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(random); };
  for (int trial = 0; trial < 200; ++trial) {
    std::string damaged = whole;
    const std::size_t at = anywhere(whole.size());
    const std::size_t size = std::min(whole.size() - at, 1 + anywhere(3000));
    if (trial % 3 == 0) damaged.replace(at, size, size, '\0');
    if (trial % 3 == 1) damaged.replace(at, size, whole.substr(anywhere(whole.size()), size));
    if (trial % 3 == 2) damaged.insert(at, whole.substr(anywhere(whole.size()), size));
    scratch_.write(kName, damaged);
    expect_right(go_on(path_));
  }
}

TEST_F(JournalTest, RecordsOfAnotherWorkDoNotPass) {
  write_journal(path_, 4);
  JournalHeading other = kHeading;
  other.identity = "work: test\nseed: 2";
  EXPECT_EQ(records_in(path_).size(), 4);
  try {
    Journal journal(path_, other, false, [](std::uint64_t, const Bytes&) { FAIL(); });
    FAIL() << "taken";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("\"seed: 1\" there, \"seed: 2\" here"), std::string::npos) << error.what();
  }
  EXPECT_EQ(records_in(path_).size(), 4) << "a refused journal is left as it was";
  // Not even if the heading is changed with its sum: records have the sum of theirs.
  const std::string mine = scratch_ / "mine";
  {
    Journal(mine, other, false, [](std::uint64_t, const Bytes&) {}).append(1, result_of(1));
  }
  const std::string their_records = read_file(path_);
  scratch_.write("mine", read_file(mine) + their_records);
  EXPECT_EQ(records_in(mine, other).size(), 1);
}

TEST_F(JournalTest, OfLongLinesThatDifferSaysAFewWords) {
  const auto line = [](const std::string& threshold) {
    return "threshold_km=" + threshold + " threshold_rule=cap method=auto tolerance=1e-09 decay=power:1 distance=plane";
  };
  JournalHeading there = kHeading;
  JournalHeading here = kHeading;
  const auto differ = [&](const std::string& a, const std::string& b) {
    there.identity = "sweep\n" + a;
    here.identity = "sweep\n" + b;
    return journal::difference(there, here);
  };
  EXPECT_EQ(differ(line("4"), line("5")),
            "\"threshold_km=4 threshold_rule=cap method=auto tolerance=1e-0...\" there, "
            "\"threshold_km=5 threshold_rule=cap method=auto tolerance=1e-0...\" here");
  EXPECT_EQ(differ(line("4") + " unchanged", line("4") + " move 3"),
            "\"...tolerance=1e-09 decay=power:1 distance=plane unchanged\" there, "
            "\"...tolerance=1e-09 decay=power:1 distance=plane move 3\" here");
  EXPECT_EQ(differ("a", "a\nb"), "nothing more there, \"b\" here");
}

TEST_F(JournalTest, RestartForgets) {
  write_journal(path_, 4);
  JournalHeading other = kHeading;
  other.identity = "other";
  {
    Journal(path_, other, true, [](std::uint64_t, const Bytes&) { FAIL(); }).append(3, result_of(3));
  }
  EXPECT_EQ(records_in(path_, other).size(), 1);
}

TEST_F(JournalTest, OneProcessAtATime) {
  write_journal(path_, 4);
  const Journal first(path_, kHeading, false, [](std::uint64_t, const Bytes&) {});
  EXPECT_THROW(Journal(path_, kHeading, false, [](std::uint64_t, const Bytes&) {}), Error);
  EXPECT_THROW(Journal(path_, kHeading, true, [](std::uint64_t, const Bytes&) {}), Error);
  EXPECT_EQ(records_in(path_).size(), 4);
}

TEST_F(JournalTest, AFullDiskLosesNothing) {
  write_journal(path_, 4);
  const std::uintmax_t size = std::filesystem::file_size(path_);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);  // a write beyond the limit then fails, as on a full disk
  {
    Journal journal(path_, kHeading, false, [](std::uint64_t, const Bytes&) {});
    const rlimit limit{size + 150, before.rlim_max};  // room for the head of a record, not for the whole
    setrlimit(RLIMIT_FSIZE, &limit);
    EXPECT_THROW(journal.append(8, result_of(8)), Error);
    EXPECT_EQ(std::filesystem::file_size(path_), size);
    setrlimit(RLIMIT_FSIZE, &before);
    journal.append(8, result_of(8));
  }
  std::signal(SIGXFSZ, handler);
  const Records records = go_on(path_);
  EXPECT_EQ(records.size(), 5);
  expect_right(records);
}

TEST_F(JournalTest, NothingToGoOnWithLeavesNoFile) {
  {
    const Journal journal(path_, kHeading, false, [](std::uint64_t, const Bytes&) {});
  }
  EXPECT_FALSE(std::filesystem::exists(path_));
}

}  // namespace
}  // namespace dscore
