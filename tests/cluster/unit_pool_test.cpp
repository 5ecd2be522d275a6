// Which unit a process is given next.

#include "host/cluster/unit_pool.h"

#include <gtest/gtest.h>

#include "host/bytes.h"

namespace dscore {
namespace {

/// Nine units in three groups; those of higher numbers take longer.
class Nine : public Work {
 public:
  std::string identity() const override { return "nine"; }
  std::size_t units() const override { return 9; }
  std::string name(std::size_t unit) const override { return std::to_string(unit); }
  double predicted_s(std::size_t unit) const override { return 1.0 + static_cast<double>(unit); }
  std::size_t group(std::size_t unit) const override { return unit / 3; }
  Bytes run(std::size_t /*unit*/, const std::function<void(double)>& /*progress*/) override { return {}; }
  void take(std::size_t /*unit*/, std::span<const std::byte> /*result*/) override {}
};

using Units = std::vector<std::size_t>;

TEST(UnitPool, OneProcessGoesThroughTheGroupsInOrder) {
  Nine work;
  UnitPool pool(work, {}, false);
  Units given;
  while (const auto unit = pool.next(0)) given.push_back(*unit);
  EXPECT_EQ(given, (Units{0, 1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST(UnitPool, ProcessesKeepToGroupsOfTheirOwn) {
  Nine work;
  UnitPool pool(work, {}, true);
  Units first, second;
  for (int k = 0; k < 3; ++k) {
    first.push_back(*pool.next(0));
    second.push_back(*pool.next(1));
  }
  EXPECT_EQ(first, (Units{8, 7, 6}));
  EXPECT_EQ(second, (Units{5, 4, 3}));
  // Both are done with theirs: one begins the last group, the other helps.
  EXPECT_EQ(pool.next(1), 2);
  EXPECT_EQ(pool.next(0), 1);
  EXPECT_EQ(pool.next(1), 0);
  EXPECT_EQ(pool.next(0), std::nullopt);
  EXPECT_FALSE(pool.finished());
}

TEST(UnitPool, AProcessTooManyHelpsWhereMostIsLeft) {
  Nine work;
  UnitPool pool(work, {}, true);
  EXPECT_EQ(pool.next(0), 8);
  EXPECT_EQ(pool.next(1), 5);
  EXPECT_EQ(pool.next(2), 2);
  EXPECT_EQ(pool.next(3), 7);
  EXPECT_EQ(pool.next(3), 6);
  EXPECT_EQ(pool.next(0), 4);  // nothing is left of its own; 4 and 3 are the longest that wait
}

TEST(UnitPool, UnitsThatAreThereAreNotGivenOut) {
  Nine work;
  UnitPool pool(work, {}, false);
  for (const std::size_t unit : {0, 1, 2, 4}) pool.restore(unit, {});
  EXPECT_EQ(pool.next(0), 3);
  EXPECT_EQ(pool.next(0), 5);
  EXPECT_EQ(pool.next(1), 6);
  EXPECT_EQ(pool.done(), 4);
  EXPECT_THROW(pool.restore(0, {}), Error);
}

TEST(UnitPool, AShareHasItsUnitsOnly) {
  Nine work;
  UnitPool pool(work, {2, 4}, false);
  EXPECT_EQ(pool.units(), 2);
  EXPECT_EQ(pool.next(0), 1);
  EXPECT_EQ(pool.next(0), 5);
  EXPECT_EQ(pool.next(0), std::nullopt);
}

}  // namespace
}  // namespace dscore
