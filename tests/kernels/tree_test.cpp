// The dual tree by itself: no check, no falling back.

#include "kernels/tree/tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "kernels/error.h"
#include "kernels/exact_sums.h"
#include "tests/clouds.h"
#include "tests/kernels/sum_cases.h"
#include "tests/reference.h"

namespace dscore::test {
namespace {

using namespace tree;

PairSums sums_of(const MergedPoints& points, const PairSettings& settings, double tolerance, int threads = 2) {
  Tree engine(threads);
  engine.set_points(points, settings, make_plan(points, settings, tolerance));
  return engine.execute({}, {});
}

/// The largest error of the sums at `targets`, over the scores that they make (times J - 1).
double worst_error_at(const MergedPoints& points, const PairSettings& settings, const PairSums& sums,
                      const std::vector<std::uint32_t>& targets) {
  const std::vector<double> exact = exact_sums(points, settings, targets, 2);
  const double at_zero = coincident_value(settings.rule, settings.threshold_m);
  double worst = 0;
  for (std::size_t k = 0; k < targets.size(); ++k) {
    const double off = std::fabs(sums.sum_per_m[targets[k]] - exact[k]);
    if (off == 0) continue;
    const double error = off / (exact[k] + (points.multiplicity[targets[k]] - 1.0) * at_zero);
    if (!(error <= worst)) worst = error;
  }
  return worst;
}

TEST(TreeCells, HoldEveryLocationOnceAndInTheirSquares) {
  Cloud far = islands(3'000);
  for (std::size_t i = 0; i < far.size(); i += 2) far.x[i] += 9e7;  // finer squares than merging knows
  for (const Cloud& cloud : {uniform(5'000), towns(5'000), far}) {
    const MergedPoints points = merge(cloud);
    Cells tree;
    make_cells(points, 20, 2, tree);
    std::vector<bool> seen(points.size(), false);
    for (const std::uint32_t location : tree.location) {
      EXPECT_FALSE(seen[location]);
      seen[location] = true;
    }
    std::size_t in_leaves = 0;
    for (const Cell& cell : tree.cells) {
      const double side = tree.side(cell.level);
      EXPECT_GE(cell.x_min, tree.x_origin_m + side * cell.column - 1e-7);
      EXPECT_LE(cell.y_max, tree.y_origin_m + side * (cell.row + 1.0) + 1e-7);
      if (cell.children == 0) {
        EXPECT_LE(cell.count(), 20U);
        in_leaves += cell.count();
        continue;
      }
      std::uint32_t next = cell.begin;
      for (std::uint32_t c = cell.first_child; c < cell.first_child + cell.children; ++c) {
        EXPECT_EQ(tree.cells[c].begin, next);
        EXPECT_EQ(tree.cells[c].level, cell.level + 1);
        next = tree.cells[c].end;
      }
      EXPECT_EQ(next, cell.end);
    }
    EXPECT_EQ(in_leaves, points.size());
  }
}

TEST(Tree, KeepsEveryToleranceAndRuleAndCountsExactly) {
  for (const Cloud& cloud : {towns(2'500), shifted_lattice(2'500), dominant(2'000)}) {
    const MergedPoints points = merge(cloud);
    Tree engine(2);  // one for all: what one case leaves must not show in the next
    for (const ThresholdRule rule : kRules) {
      const PairSettings settings{rule, 1000, Precision::double_};
      const std::uint64_t within = make_cpu_backend(2)->sum_pairs(points, settings, {}).ordered_pairs_within;
      for (const double tolerance : {1e-3, 1e-5, 1e-6, 1e-7, 1e-9, 1e-11, 1e-12}) {
        SCOPED_TRACE("rule " + std::to_string(static_cast<int>(rule)) + ", tolerance " + std::to_string(tolerance));
        engine.set_points(points, settings, make_plan(points, settings, tolerance));
        const PairSums sums = engine.execute({}, {});
        EXPECT_LE(worst_error_at(points, settings, sums, every(1, points)), tolerance);
        EXPECT_EQ(sums.ordered_pairs_within, within);
      }
    }
  }
}

TEST(Tree, GivesTheSameBitsForAnyNumberOfThreads) {
  for (const ThresholdRule rule : {ThresholdRule::cap, ThresholdRule::shift}) {
    for (const double tolerance : {1e-6, 1e-9}) {
      const MergedPoints points = merge(towns(20'000));
      const PairSettings settings{rule, 1000, Precision::double_};
      const PairSums one = sums_of(points, settings, tolerance, 1);
      for (const int threads : {2, 3, 7}) {
        const PairSums more = sums_of(points, settings, tolerance, threads);
        EXPECT_EQ(more.sum_per_m, one.sum_per_m) << threads << " threads";
        EXPECT_EQ(more.ordered_pairs_within, one.ordered_pairs_within);
      }
    }
  }
}

TEST(Tree, TakesOtherMassesOnTheSamePoints) {
  MergedPoints points = merge(towns(3'000));
  for (const ThresholdRule rule : {ThresholdRule::exclude, ThresholdRule::none}) {
    const PairSettings settings{rule, 1000, Precision::double_};
    Tree engine(2);
    engine.set_points(points, settings, make_plan(points, settings, 1e-9));
    engine.execute({}, {});
    std::vector<std::uint32_t> masses(points.size());
    for (std::size_t p = 0; p < masses.size(); ++p) masses[p] = static_cast<std::uint32_t>(p % 4);  // some have none
    const PairSums sums = engine.execute(masses, {});

    MergedPoints other = points;
    other.multiplicity.assign(masses.begin(), masses.end());
    EXPECT_LE(worst_error(sums.sum_per_m, exact_sums(other, settings, every(1, other), 2)), 1e-9);
    EXPECT_EQ(sums.ordered_pairs_within, make_cpu_backend(2)->sum_pairs(other, settings, {}).ordered_pairs_within);
  }
}

TEST(Tree, SumsTwoIslandsTenThousandKilometresApart) {
  Random random(6);
  Cloud cloud;
  for (int i = 0; i < 12'000; ++i) {
    const double east = i % 3 == 0 ? 1e7 : 0;
    cloud.add(2e4 + east + 5e3 * random(), 3.5e5 + 5e3 * random());
  }
  const MergedPoints points = merge(cloud);
  for (const ThresholdRule rule : kRules) {
    for (const double tolerance : {1e-6, 1e-10}) {
      const PairSettings settings{rule, 1000, Precision::double_};
      const PairSums sums = sums_of(points, settings, tolerance);
      EXPECT_LE(worst_error_at(points, settings, sums, every(13, points)), tolerance);
      EXPECT_EQ(sums.ordered_pairs_within, make_cpu_backend(2)->sum_pairs(points, settings, {}).ordered_pairs_within);
    }
  }
}

TEST(Tree, CountsAHundredThousandWithinTheThreshold) {
  constexpr std::uint64_t kMany = 100'000;
  Random random(8);
  Cloud cloud;
  for (std::uint64_t i = 0; i < kMany; ++i) cloud.add(1e5 + 700 * random(), 4e5 + 700 * random());
  const MergedPoints points = merge(cloud);
  ASSERT_EQ(points.size(), kMany);
  for (const ThresholdRule rule : {ThresholdRule::cap, ThresholdRule::exclude}) {
    const PairSums sums = sums_of(points, {rule, 1000, Precision::double_}, 1e-6);
    EXPECT_EQ(sums.ordered_pairs_within, kMany * (kMany - 1));
    const double expected = rule == ThresholdRule::cap ? (kMany - 1) / 1000.0 : 0.0;
    for (const double sum : sums.sum_per_m) ASSERT_DOUBLE_EQ(sum, expected);
  }
  // And where the threshold lies within the cloud.
  for (const double tolerance : {1e-6, 1e-9}) {
    const PairSettings settings{ThresholdRule::cap, 300, Precision::double_};
    const PairSums sums = sums_of(points, settings, tolerance);
    EXPECT_LE(worst_error_at(points, settings, sums, every(997, points)), tolerance);
  }
}

TEST(Tree, SumsFewLocations) {
  for (const std::size_t n : {1U, 2U, 3U, 60U}) {
    const MergedPoints points = merge(uniform(n));
    for (const ThresholdRule rule : kRules) {
      const PairSettings settings{rule, 1000, Precision::double_};
      EXPECT_LE(worst_error_at(points, settings, sums_of(points, settings, 1e-9), every(1, points)), 1e-9);
    }
  }
}

TEST(Tree, StopsWhenProgressThrows) {
  const MergedPoints points = merge(uniform(3'000));
  const PairSettings settings;
  Tree engine(2);
  engine.set_points(points, settings, make_plan(points, settings, 1e-6));
  EXPECT_THROW(engine.execute({},
                              [](double done) {
                                if (done > 0.3) throw Interrupted();
                              }),
               Interrupted);
  EXPECT_LE(worst_error_at(points, settings, engine.execute({}, {}), every(1, points)), 1e-6);
}

}  // namespace
}  // namespace dscore::test
