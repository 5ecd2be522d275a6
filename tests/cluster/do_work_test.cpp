// Units in one process, and over ranks that are threads of this one: who does what, and what is left after a failure.

#include "host/cluster/do_work.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <filesystem>
#include <mutex>
#include <thread>

#include "host/bytes.h"
#include "tests/io/scratch.h"

namespace dscore {
namespace {

using test::Scratch;

/// Messages between threads, in place of MPI.
class Post {
 public:
  explicit Post(int size) : boxes_(static_cast<std::size_t>(size)) {}
  void put(int to, Message message) {
    const std::lock_guard guard(lock_);
    boxes_[static_cast<std::size_t>(to)].push_back(std::move(message));
  }
  std::optional<Message> take(int rank) {
    const std::lock_guard guard(lock_);
    auto& box = boxes_[static_cast<std::size_t>(rank)];
    if (box.empty()) return std::nullopt;
    Message message = std::move(box.front());
    box.pop_front();
    return message;
  }
  int size() const { return static_cast<int>(boxes_.size()); }

 private:
  std::vector<std::deque<Message>> boxes_;
  std::mutex lock_;
};

class ThreadRanks : public Ranks {
 public:
  ThreadRanks(Post& post, int rank) : post_(post), rank_(rank) {}
  int rank() const override { return rank_; }
  int size() const override { return post_.size(); }
  std::string node() const override { return "here"; }
  void send(int to, MessageKind kind, std::span<const std::byte> bytes) override {
    post_.put(to, {rank_, kind, {bytes.begin(), bytes.end()}});
  }
  std::optional<Message> poll() override { return post_.take(rank_); }
  void finish() override {}
  void abort(int /*code*/) override { FAIL() << "aborted"; }

 private:
  Post& post_;
  int rank_;
};

struct Plan {
  std::size_t units = 30;
  std::size_t fails = SIZE_MAX;   // the unit that throws
  std::size_t enough = SIZE_MAX;  // behind this one nothing is needed, once it is taken
  std::string input = "same";
};

class Squares : public Work {
 public:
  explicit Squares(Plan plan) : plan_(std::move(plan)), taken(plan_.units) {}
  std::string identity() const override { return "squares of " + plan_.input; }
  std::size_t units() const override { return plan_.units; }
  std::string name(std::size_t unit) const override { return "square " + std::to_string(unit); }
  double predicted_s(std::size_t unit) const override { return static_cast<double>(unit); }
  Bytes run(std::size_t unit, const std::function<void(double)>& progress) override {
    order.push_back(unit);
    if (unit == plan_.fails) throw Error("no square of " + std::to_string(unit));
    progress(0.5);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return ByteWriter().put(static_cast<std::uint64_t>(unit * unit)).take();
  }
  void take(std::size_t unit, std::span<const std::byte> result) override {
    EXPECT_FALSE(taken[unit]) << "unit " << unit << " is taken twice";
    taken[unit] = ByteReader(result, "a square").get<std::uint64_t>();
    enough_ |= unit == plan_.enough;
  }
  bool needed(std::size_t unit) const override { return !enough_ || unit <= plan_.enough; }

  bool complete() const {
    for (std::size_t unit = 0; unit < taken.size(); ++unit) {
      if (taken[unit] != std::optional(unit * unit)) return false;
    }
    return true;
  }

 private:
  Plan plan_;
  bool enough_ = false;

 public:
  std::vector<std::size_t> order;  // units in the order of work
  std::vector<std::optional<std::uint64_t>> taken;
};

class DoWork : public testing::Test {
 protected:
  WorkOptions options() {
    WorkOptions options;
    options.output = scratch_ / "out";
    options.note = [this](const std::string& text) { notes_ += text + "\n"; };
    options.warn = [this](const std::string& text) { warnings_ += text + "\n"; };
    return options;
  }
  bool has_checkpoint() { return std::filesystem::exists(scratch_ / "out.checkpoint"); }

  /// What each rank ended with: the exit code, and rank 0's text.
  std::vector<int> over_ranks(const std::vector<Plan>& plans, Squares& first) {
    Post post(static_cast<int>(plans.size()));
    std::vector<int> codes(plans.size());
    std::vector<std::thread> threads;
    for (std::size_t r = 0; r < plans.size(); ++r) {
      threads.emplace_back([&, r] {
        ThreadRanks ranks(post, static_cast<int>(r));
        Squares other(plans[r]);
        Squares& work = r == 0 ? first : other;
        WorkOptions mine = options();
        mine.ranks = &ranks;
        std::string text;
        int code = 0;
        try {
          do_work(
              work, mine, [](const std::string&, double) {}, [&] { written_ = true; });
        } catch (const EndedElsewhere& end) {
          code = end.code;
        } catch (const std::exception& error) {
          code = 1;
          text = error.what();
          if (r == 0) text_ = text;
        }
        codes[r] = leave_ranks(ranks, code, text);
        done_ += work.order.size();
        EXPECT_EQ(std::count(other.taken.begin(), other.taken.end(), std::nullopt), other.units());
      });
    }
    for (std::thread& thread : threads) thread.join();
    return codes;
  }

  Scratch scratch_;
  std::string notes_;
  std::string warnings_;
  std::string text_;
  bool written_ = false;
  std::atomic<std::size_t> done_{0};
};

void nothing(const std::string& /*what*/, double /*fraction*/) {}

TEST_F(DoWork, OneProcessDoesThemInOrder) {
  Squares work({});
  double last = 0;
  bool written = false;
  do_work(
      work, options(),
      [&](const std::string& what, double fraction) {
        EXPECT_TRUE(what.starts_with("square")) << what;
        EXPECT_GE(fraction, last);
        last = fraction;
      },
      [&] {
        written = work.complete();
        EXPECT_TRUE(has_checkpoint()) << "removed before the output is there";
      });
  EXPECT_TRUE(written);
  EXPECT_TRUE(std::is_sorted(work.order.begin(), work.order.end()));
  EXPECT_EQ(work.order.size(), work.units());
  EXPECT_FALSE(has_checkpoint());
  EXPECT_EQ(notes_, "");
}

TEST_F(DoWork, GoesOnAfterAFailure) {
  Squares first({.fails = 7});
  EXPECT_THROW(do_work(first, options(), nothing, [] { FAIL(); }), Error);
  EXPECT_TRUE(has_checkpoint());
  Squares second({});
  do_work(second, options(), nothing, [] {});
  EXPECT_TRUE(second.complete());
  EXPECT_EQ(second.order.front(), 7);
  EXPECT_EQ(second.order.size(), 23);
  EXPECT_NE(notes_.find("7 of 30 units are finished"), std::string::npos) << notes_;
}

TEST_F(DoWork, AnOutputThatCannotBeWrittenLosesNoUnit) {
  Squares first({});
  EXPECT_THROW(do_work(first, options(), nothing, [] { throw Error("disk full"); }), Error);
  Squares second({});
  bool written = false;
  do_work(second, options(), nothing, [&] { written = second.complete(); });
  EXPECT_TRUE(written);
  EXPECT_TRUE(second.order.empty());
}

TEST_F(DoWork, WhatIsNotNeededIsNotDone) {
  Squares work({.enough = 4});
  do_work(work, options(), nothing, [] {});
  EXPECT_EQ(work.order.size(), 5);
}

TEST_F(DoWork, NoUnits) {
  Squares work({.units = 0});
  bool written = false;
  do_work(work, options(), nothing, [&] { written = true; });
  EXPECT_TRUE(written);
}

TEST_F(DoWork, SharesMakeTheWhole) {
  std::vector<std::string> paths;
  for (std::uint32_t k = 1; k <= 3; ++k) {
    Squares work({});
    WorkOptions mine = options();
    mine.shard = {k, 3};
    do_work(work, mine, nothing, [] { FAIL() << "a share has no output"; });
    EXPECT_EQ(work.order.size(), 10);
    paths.push_back(shard_name(mine.output, mine.shard));
  }
  Squares work({});
  WorkOptions mine = options();
  mine.merge = {paths[2], paths[0], paths[1]};
  bool written = false;
  do_work(work, mine, nothing, [&] { written = work.complete(); });
  EXPECT_TRUE(written);
  EXPECT_TRUE(work.order.empty());

  mine.merge = {paths[2], paths[0]};
  Squares incomplete({});
  EXPECT_THROW(do_work(incomplete, mine, nothing, [] { FAIL(); }), Error);
}

TEST_F(DoWork, AFinishedShareIsNotDoneAgain) {
  WorkOptions mine = options();
  mine.shard = {2, 3};
  Squares first({});
  do_work(first, mine, nothing, [] {});
  Squares second({});
  do_work(second, mine, nothing, [] {});
  EXPECT_TRUE(second.order.empty());
  mine.restart = true;
  Squares third({});
  do_work(third, mine, nothing, [] {});
  EXPECT_EQ(third.order.size(), 10);
}

TEST_F(DoWork, MergingRefusesSharesOfOtherWorkAndHasNoRestartToOffer) {
  WorkOptions mine = options();
  for (std::uint32_t k = 1; k <= 2; ++k) {
    Squares work({});
    WorkOptions share = options();
    share.shard = {k, 2};
    do_work(work, share, nothing, [] {});
    mine.merge.push_back(shard_name(share.output, share.shard));
  }
  Squares other({.input = "another"});
  try {
    do_work(other, mine, nothing, [] { FAIL(); });
    FAIL() << "merged";
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("\"squares of same\" there, \"squares of another\" here"), std::string::npos) << text;
    EXPECT_NE(text.find("make the shares again"), std::string::npos) << text;
  }
}

TEST_F(DoWork, DamageIsAWarning) {
  WorkOptions mine = options();
  mine.shard = {2, 3};
  Squares first({});
  do_work(first, mine, nothing, [] {});
  EXPECT_EQ(warnings_, "");
  const std::string path = shard_name(mine.output, mine.shard);
  std::string content = test::read_file(path);
  content[content.size() - 3] ^= 1;
  scratch_.write(std::filesystem::path(path).filename().string(), content);
  Squares second({});
  do_work(second, mine, nothing, [] {});
  EXPECT_EQ(second.order, std::vector<std::size_t>{28});
  EXPECT_NE(warnings_.find("damaged"), std::string::npos) << warnings_;
}

TEST_F(DoWork, RanksDoEveryUnitOnce) {
  for (std::size_t n = 1; n <= 5; ++n) {
    Squares first({});
    done_ = 0;
    written_ = false;
    EXPECT_EQ(over_ranks(std::vector<Plan>(n), first), std::vector<int>(n, 0));
    EXPECT_TRUE(written_);
    EXPECT_TRUE(first.complete());
    EXPECT_EQ(done_, first.units());
    EXPECT_FALSE(has_checkpoint());
    EXPECT_EQ(first.order.size() == first.units(), n == 1);
  }
}

TEST_F(DoWork, ARankThatFailsEndsAllAndTheRestIsKept) {
  const Plan plan{.fails = 11};
  Squares first(plan);
  const std::vector<int> codes = over_ranks(std::vector<Plan>(4, plan), first);
  EXPECT_EQ(codes, std::vector<int>(4, 1));
  const bool of_first = text_ == "no square of 11";
  EXPECT_TRUE(of_first || (text_.starts_with("rank ") && text_.ends_with(" on here: no square of 11"))) << text_;
  EXPECT_TRUE(has_checkpoint());
  const std::size_t before = done_;
  Squares again({});
  EXPECT_EQ(over_ranks(std::vector<Plan>(3), again), std::vector<int>(3, 0));
  EXPECT_TRUE(again.complete());
  EXPECT_LE(done_, before + again.units());
  EXPECT_GE(before, 12U);
}

TEST_F(DoWork, RanksWithOtherInputAreRefused) {
  std::vector<Plan> plans(3);
  plans[2].input = "another";
  Squares first(plans[0]);
  EXPECT_EQ(over_ranks(plans, first), std::vector<int>(3, 1));
  EXPECT_NE(text_.find("rank 2: has other work than rank 0"), std::string::npos) << text_;
  EXPECT_FALSE(written_);
}

TEST_F(DoWork, MoreRanksThanUnits) {
  Squares first({.units = 2});
  EXPECT_EQ(over_ranks(std::vector<Plan>(5, Plan{.units = 2}), first), std::vector<int>(5, 0));
  EXPECT_TRUE(first.complete());
}

}  // namespace
}  // namespace dscore
