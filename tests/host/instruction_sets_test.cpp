// The engine on every instruction set that this machine has and the program is compiled for, not only the widest.

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host/results.h"
#include "host/score.h"
#include "kernels/p3m/p3m.h"
#include "kernels/p3m/plan.h"
#include "tests/clouds.h"
#include "tests/reference.h"

namespace dscore::test {
namespace {

/// Lets the engine believe that the machine has one instruction set only, for as long as this lives.
class OnlyInstructionSet {
 public:
  explicit OnlyInstructionSet(std::int64_t set) { hwy::SetSupportedTargetsForTest(set); }
  ~OnlyInstructionSet() { hwy::SetSupportedTargetsForTest(0); }
  OnlyInstructionSet(const OnlyInstructionSet&) = delete;
  OnlyInstructionSet& operator=(const OnlyInstructionSet&) = delete;
};

/// Calls check() once for every instruction set that the program is compiled for and this machine has.
void on_every_set(const std::function<void(const std::string& set)>& check) {
  const std::vector<std::string> names = cpu_instruction_sets();
  std::set<std::string> tried;
  for (std::int64_t rest = hwy::SupportedTargets(); rest != 0; rest &= rest - 1) {
    const OnlyInstructionSet only(rest & -rest);
    const std::vector<std::string> sets = cpu_instruction_sets();
    if (sets.empty()) continue;  // the machine has it, the program is not compiled for it
    ASSERT_EQ(sets.size(), 1U);
    tried.insert(sets[0]);
    check(sets[0]);
  }
  EXPECT_EQ(tried, std::set<std::string>(names.begin(), names.end()));
}

const ThresholdRule kRules[] = {ThresholdRule::cap, ThresholdRule::exclude, ThresholdRule::shift, ThresholdRule::none};

TEST(InstructionSets, AllAgreeWithTheReference) {
  for (const NamedCloud& named : all_clouds()) {
    const Cloud cloud = named.make(1'031);
    for (const ThresholdRule rule : kRules) {
      const Reference expected = reference(cloud.points(), rule, 1000);
      on_every_set([&](const std::string& set) {
        for (const Precision precision : {Precision::double_, Precision::mixed}) {
          SCOPED_TRACE(set + (precision == Precision::mixed ? ", mixed, " : ", double, ") + named.name + ", rule " +
                       std::to_string(static_cast<int>(rule)));
          const Scores actual = score(*make_cpu_backend(2), cloud.points(), {rule, 1000, precision});
          EXPECT_LE(worst_error(actual.d, expected.d), precision == Precision::mixed ? 1e-6 : 1e-12);
          EXPECT_EQ(actual.pairs_within_threshold, expected.pairs_within);
          EXPECT_EQ(actual.coincident_pairs, expected.coincident_pairs);
        }
      });
    }
  }
}

/// Bands of a few locations, in the plane and on the sphere, from near pairs to such as need sines and arcsines; the
/// counts of pairs are the same everywhere, bit for bit.
TEST(InstructionSets, AllAgreeOnGeneralSums) {
  const std::vector<double> edges_m{0, 500, 1'000, 5'000, 5e4, 1e6};
  for (const NamedCloud& named : all_clouds()) {
    const MergedPoints points = make_cpu_backend(1)->merge(named.make(709).points());
    std::vector<double> weight, longitude, latitude;
    for (std::size_t p = 0; p < points.size(); ++p) {
      weight.push_back(1 + static_cast<double>(p % 5) / 3);
      longitude.push_back(5 + (points.x_m[p] - 155'000) / 68'400);
      latitude.push_back(52 + (points.y_m[p] - 463'000) / 111'250);
    }
    for (const GeneralPoints& general :
         {GeneralPoints{points, weight}, GeneralPoints{points, {}, longitude, latitude}}) {
      for (const ThresholdRule rule : kRules) {
        const PairSettings settings{.rule = rule};
        std::vector<std::vector<double>> expected;
        for (std::size_t p = 0; p < points.size(); p += 53) {
          expected.push_back(reference_sums(general, settings, edges_m, p));
        }
        std::optional<std::uint64_t> within;
        on_every_set([&](const std::string& set) {
          SCOPED_TRACE(set + (general.on_sphere() ? ", sphere, " : ", plane, ") + named.name + ", rule " +
                       std::to_string(static_cast<int>(rule)));
          const BandSums sums = band_sums(general, settings, edges_m, 1);
          for (std::size_t k = 0; k < expected.size(); ++k) {
            const auto begin = sums.sum_per_m.begin() + static_cast<std::ptrdiff_t>(53 * k * sums.bands);
            EXPECT_LE(worst_error({begin, begin + static_cast<std::ptrdiff_t>(sums.bands)}, expected[k]), 1e-12);
          }
          if (!within) within = sums.ordered_pairs_within;
          EXPECT_EQ(sums.ordered_pairs_within, *within);
        });
      }
    }
  }
}

/// Towns so dense that the fast method cuts runs of neighbours where they come within t: a lattice of 25 m, many pairs
/// at exactly 1,000 m; the same with every location moved by less than a metre; and the same with a location west of 0,
/// from where coordinates are rounded.
std::vector<Cloud> dense_towns() {
  constexpr int kAcross = 70;
  Random random(21);
  std::vector<Cloud> towns(3);
  for (int i = 0; i < kAcross * kAcross; ++i) {
    const double x = 25 * (i % kAcross);
    const double y = 4.5e5 + 25 * (i / kAcross);
    towns[0].add(1.5e5 + x, y);
    towns[1].add(1.5e5 + x + random(), y + random());
    towns[2].add(143'322 + x, y);
    for (Cloud& town : towns) town.multiplicity.push_back(1 + static_cast<std::uint32_t>(random.bits() % 3));
  }
  towns[2].add(-13'000.7, 4.5e5);
  towns[2].multiplicity.push_back(1);
  return towns;
}

TEST(InstructionSets, AllAgreeOnTheFastMethod) {
  struct Case {
    double threshold_m, cutoff_m, tolerance;
    ThresholdRule rule = ThresholdRule::exclude;
    bool by_patches = false;
  };
  constexpr ThresholdRule kShift = ThresholdRule::shift;
  constexpr Case kCases[] = {{1000, 1000, 1e-5},
                             {1000, 1000, 1e-9},
                             {1000, 1400, 1e-5},
                             {1000, 1400, 1e-9},
                             {300, 1400, 1e-5},
                             {300, 1400, 1e-9},
                             {1000, 1000, 1e-5, kShift},
                             {1000, 1000, 1e-9, kShift},
                             {1000, 1400, 1e-5, kShift},
                             {1000, 1400, 1e-9, kShift},
                             {300, 1400, 1e-5, kShift},
                             {300, 1400, 1e-9, kShift},
                             {1000, 1000, 1e-5, ThresholdRule::cap, true},
                             {1000, 1000, 1e-9, ThresholdRule::cap, true}};  // 1e-5: FP32
  for (const Cloud& town : dense_towns()) {
    const MergedPoints points = make_cpu_backend(2)->merge(town.points());
    const p3m::Cloud measured = p3m::measure(points);
    for (const Case& c : kCases) {
      const PairSettings settings{c.rule, c.threshold_m, Precision::double_};
      const PairSums expected = make_cpu_backend(2)->sum_pairs(points, settings, {});
      const p3m::RecipeTolerance recipe_tolerance(measured, settings, c.tolerance, true);
      const p3m::Recipe recipe = p3m::recipes(recipe_tolerance(c.cutoff_m)).front();
      p3m::Plan plan = p3m::plan_with(measured, measured.extent, settings, c.tolerance, recipe, c.cutoff_m);
      plan.by_patches = c.by_patches;
      const std::string name = ", rule " + std::to_string(static_cast<int>(c.rule)) + ", t " +
                               std::to_string(c.threshold_m) + ", cut-off " + std::to_string(c.cutoff_m) +
                               (c.tolerance < 1e-6 ? ", FP64" : ", FP32");
      p3m::P3m engine(2);
      engine.set_points(points, settings, plan);
      on_every_set([&](const std::string& set) {
        const PairSums sums = engine.execute({}, {});
        EXPECT_EQ(sums.ordered_pairs_within, expected.ordered_pairs_within) << set << name;
        EXPECT_LE(worst_error(sums.sum_per_m, expected.sum_per_m), plan.tolerance) << set << name;
      });
    }
  }
}

}  // namespace
}  // namespace dscore::test
