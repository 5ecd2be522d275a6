// Significance: draws, closed forms against all samples there are, the parts of the work in any order.

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "host/null_moments.h"
#include "host/score.h"
#include "kernels/error.h"
#include "tests/host/significance_samples.h"
#include "tests/reference.h"

namespace dscore::test {
namespace {

SignificanceSettings few_draws(std::uint32_t draws = 99) {
  SignificanceSettings settings;
  settings.draws = draws;
  return settings;
}

Register with_sector(const Cloud& cloud, std::size_t n, std::uint64_t seed = 3) {
  Register input = register_of(cloud);
  Random random(seed);
  add_sector(input, some_rows(input, n, random));
  return input;
}

// ---- draws

std::size_t count(const Labels& labels) {
  std::size_t n = 0;
  for (const std::uint64_t word : labels) n += static_cast<std::size_t>(__builtin_popcountll(word));
  return n;
}

// False alarm for each size: 1e-4 (chi-squared with 39 degrees of freedom, but for the sampling without replacement,
// which takes off 39/40). Sizes on both sides of a half, where the others are drawn instead.
TEST(Draws, EveryMemberIsAsLikely) {
  const std::unique_ptr<Backend> backend = make_cpu_backend(1);
  for (const std::size_t n : {std::size_t{3}, std::size_t{20}, std::size_t{33}}) {
    const Pool pool = make_pool(*backend, with_sector(towns(40), n), 1, Strata::none);
    ASSERT_EQ(pool.size(), 40U);
    ASSERT_EQ(pool.labelled, n);
    constexpr std::uint32_t kDraws = 4000;
    std::vector<double> times(40, 0);
    Labels labels;
    for (std::uint32_t draw = 1; draw <= kDraws; ++draw) {
      draw_labels(pool, PhiloxStream(1, 1, draw), labels);
      ASSERT_EQ(count(labels), n);
      for (std::size_t k = 0; k < 40; ++k) times[k] += is_labelled(labels, k) ? 1 : 0;
    }
    const double p = static_cast<double>(n) / 40;
    double chi_squared = 0;
    for (const double t : times) chi_squared += (t - kDraws * p) * (t - kDraws * p) / (kDraws * p * (1 - p));
    EXPECT_LT(chi_squared * 39 / 40, 81.0) << n;
  }
}

// All 10 pairs of 5 come as often. False alarm: 1e-4.
TEST(Draws, EverySetIsAsLikely) {
  const std::unique_ptr<Backend> backend = make_cpu_backend(1);
  const Pool pool = make_pool(*backend, with_sector(uniform(5), 2), 1, Strata::none);
  std::map<std::uint64_t, double> times;
  Labels labels;
  for (std::uint32_t draw = 1; draw <= 10'000; ++draw) {
    draw_labels(pool, PhiloxStream(2, 1, draw), labels);
    ++times[labels[0]];
  }
  ASSERT_EQ(times.size(), 10U);
  double chi_squared = 0;
  for (const auto& [set, t] : times) chi_squared += (t - 1000) * (t - 1000) / 1000;
  EXPECT_LT(chi_squared, 33.72);
}

TEST(Draws, StrataKeepTheirNumbers) {
  const std::unique_ptr<Backend> backend = make_cpu_backend(1);
  const Register input = with_sector(towns(600), 200);
  for (const Strata strata : {Strata::region, Strata::size}) {
    const Pool pool = make_pool(*backend, input, 1, strata);
    const auto stratum = [&](std::size_t member) {
      const double jobs = input.jobs[pool.row[member]];
      return strata == Strata::region ? pool.region[member]
             : jobs < 2               ? 0
             : jobs < 10              ? 1
             : jobs < 50              ? 2
             : jobs < 250             ? 3
                                      : 4;
    };
    const auto numbers = [&](const Labels& labels) {
      std::vector<int> n(5, 0);
      for (std::size_t k = 0; k < pool.size(); ++k) n[stratum(k)] += is_labelled(labels, k) ? 1 : 0;
      return n;
    };
    Labels labels;
    for (std::uint32_t draw = 1; draw <= 20; ++draw) {
      draw_labels(pool, PhiloxStream(1, 1, draw), labels);
      EXPECT_EQ(numbers(labels), numbers(pool.sector));
      EXPECT_NE(labels, pool.sector);
    }
  }
}

TEST(Draws, ThePoolIsTheUnionInOrderOfLocations) {
  const std::unique_ptr<Backend> backend = make_cpu_backend(1);
  Register input = with_sector(towns(500), 60);
  for (std::size_t i = 0; i < 500; i += 3) input.membership[i] &= ~std::uint64_t{1};  // a third leaves the benchmark
  const Pool pool = make_pool(*backend, input, 1, Strata::none);
  std::vector<std::uint32_t> rows = pool.row;
  std::sort(rows.begin(), rows.end());
  std::vector<std::uint32_t> wanted;
  for (std::uint32_t i = 0; i < 500; ++i) {
    if (input.membership[i] != 0) wanted.push_back(i);
  }
  EXPECT_EQ(rows, wanted);
  EXPECT_TRUE(std::is_sorted(pool.points.location.begin(), pool.points.location.end()));
  for (std::size_t k = 0; k < pool.size(); ++k) {
    EXPECT_EQ(pool.points.x_m[pool.points.location[k]], input.x_m[pool.row[k]]);
    EXPECT_EQ(pool.region[k], input.region[pool.row[k]]);
    EXPECT_EQ(is_labelled(pool.sector, k), (input.membership[pool.row[k]] & 2) != 0);
  }
}

// ---- closed forms, against the statistics of every sample that could be drawn

struct Sums {
  double n = 0, sum = 0, squares = 0;
  void add(double value) {
    ++n;
    sum += value;
    squares += value * value;
  }
  double mean() const { return sum / n; }
  double sd() const { return std::sqrt(squares / n - mean() * mean()); }
};

/// Calls visit(labels of the pool's members) for every labelling with the numbers of the strata.
template <class Visit>
void every_labelling(const Pool& pool, Visit visit) {
  for (std::uint64_t set = 0; set < std::uint64_t{1} << pool.size(); ++set) {
    const bool fits = std::all_of(pool.strata.begin(), pool.strata.end(), [&](const Stratum& stratum) {
      std::size_t n = 0;
      for (std::size_t k = stratum.begin; k < stratum.end; ++k) n += set >> pool.member(k) & 1U;
      return n == stratum.labelled;
    });
    if (fits && count({set}) == pool.labelled) visit(set);
  }
}

TEST(ClosedForms, OfScoresAreThoseOfAllSamples) {
  const std::unique_ptr<Backend> backend = make_cpu_backend(1);
  for (const Strata strata : {Strata::none, Strata::region}) {
    for (const ThresholdRule rule :
         {ThresholdRule::cap, ThresholdRule::exclude, ThresholdRule::shift, ThresholdRule::none}) {
      Cloud cloud = towns(11);
      cloud.x[4] = cloud.x[7];  // coincident
      cloud.y[4] = cloud.y[7];
      const Register input = with_sector(cloud, 5);
      const Pool pool = make_pool(*backend, input, 1, strata);
      SumSettings settings;
      settings.pairs.rule = rule;
      const std::vector<Moments> found = moments_of_scores(*backend, pool, settings, {});
      std::vector<Sums> wanted(pool.size());
      every_labelling(pool, [&](std::uint64_t set) {
        Cloud labelled;
        std::vector<std::size_t> member;
        for (std::size_t k = 0; k < pool.size(); ++k) {
          if ((set >> k & 1U) == 0) continue;
          member.push_back(k);
          labelled.add(input.x_m[pool.row[k]], input.y_m[pool.row[k]]);
        }
        const Reference scores = reference(labelled.points(), rule, 1000);
        for (std::size_t k = 0; k < member.size(); ++k) wanted[member[k]].add(scores.d[k]);
      });
      std::size_t next = 0;
      for (std::size_t k = 0; k < pool.size(); ++k) {
        if (!is_labelled(pool.sector, k)) continue;
        EXPECT_NEAR(found[next].mean / wanted[k].mean(), 1, 1e-11);
        EXPECT_NEAR(found[next].sd, wanted[k].sd(), 1e-7 * wanted[k].mean());
        ++next;
      }
      EXPECT_EQ(next, found.size());
    }
  }
}

TEST(ClosedForms, OfMeansAreThoseOfAllSamples) {
  const std::unique_ptr<Backend> backend = make_cpu_backend(1);
  for (const Strata strata : {Strata::none, Strata::region}) {
    const Pool pool = make_pool(*backend, with_sector(towns(12), 5), 1, strata);
    Random random(8);
    std::vector<double> values(12);
    for (double& value : values) value = random();
    const Moments found = moments_of_mean(pool, values);
    Sums wanted;
    every_labelling(pool, [&](std::uint64_t set) {
      double sum = 0;
      for (std::size_t k = 0; k < 12; ++k) sum += (set >> k & 1U) != 0 ? values[k] : 0;
      wanted.add(sum / 5);
    });
    EXPECT_NEAR(found.mean, wanted.mean(), 1e-13);
    EXPECT_NEAR(found.sd, wanted.sd(), 1e-9);
    EXPECT_EQ(moments_of_mean(pool, std::vector<double>(12, 0.1)).sd, 0);
  }
}

// Against draws: 2,000 of them, on locations enough for the fast methods. The mean over draws of a member's score,
// where it is labelled, is within four of its standard errors for all of a hundred members (false alarm: 0.6 %; seed
// fixed).
TEST(ClosedForms, OfScoresAgreeWithDraws) {
  const std::unique_ptr<Backend> backend = make_cpu_backend(1);
  const Register input = with_sector(towns(3000), 100);
  const Pool pool = make_pool(*backend, input, 1, Strata::none);
  SumSettings settings;
  settings.method = Method::p3m;
  const std::vector<Moments> found = moments_of_scores(*backend, pool, settings, {});
  std::vector<std::size_t> sector;
  for (std::size_t k = 0; k < pool.size(); ++k) {
    if (is_labelled(pool.sector, k)) sector.push_back(k);
  }
  // A member is always labelled, and 99 of the other 2,999 are: the same as the draws in which it is.
  constexpr std::uint32_t kDraws = 2000;
  Random random(31);
  for (std::size_t s = 0; s < sector.size(); ++s) {
    Sums scores;
    for (std::uint32_t draw = 0; draw < kDraws; ++draw) {
      double sum = 0;
      std::vector<std::size_t> chosen;
      while (chosen.size() < 99) {
        const auto k = static_cast<std::size_t>(random() * 3000);
        if (k == sector[s] || std::find(chosen.begin(), chosen.end(), k) != chosen.end()) continue;
        chosen.push_back(k);
        const std::uint32_t a = pool.row[sector[s]];
        const std::uint32_t b = pool.row[k];
        sum += 1 / std::max(1.0, std::hypot(input.x_m[a] - input.x_m[b], input.y_m[a] - input.y_m[b]) / 1000);
      }
      scores.add(sum / 99);
    }
    EXPECT_NEAR(scores.mean(), found[s].mean, 4 * found[s].sd / std::sqrt(kDraws));
    EXPECT_NEAR(scores.sd() / found[s].sd, 1, 0.1);
  }
}

TEST(ClosedForms, OfThePairsOfSectorsAgreeWithTheirDraws) {
  Register input = with_sector(towns(900), 120);
  Random random(4);
  add_sector(input, some_rows(input, 60, random));
  add_sector(input, some_rows(input, 1, random));
  const Significance found = significance_of(input, few_draws(999));
  ASSERT_EQ(found.cross.size(), 2U);  // the sector of one is not tested, and nobody is tested for being near it
  for (const CrossTest& pair : found.cross) {
    EXPECT_GT(pair.proximity.null_mean, pair.proximity.low);
    EXPECT_LT(pair.proximity.null_mean, pair.proximity.high);
    EXPECT_NEAR((pair.proximity.high - pair.proximity.low) / (2 * 1.96 * pair.proximity.null_sd), 1, 0.12);
    // The definition, by plain loops.
    double mean = 0;
    double n = 0;
    for (std::size_t i = 0; i < input.size(); ++i) {
      if ((input.membership[i] >> pair.of & 1U) == 0) continue;
      double sum = 0;
      double others = 0;
      for (std::size_t j = 0; j < input.size(); ++j) {
        if (j == i || (input.membership[j] >> pair.to & 1U) == 0) continue;
        ++others;
        sum += 1 / std::max(1.0, std::hypot(input.x_m[i] - input.x_m[j], input.y_m[i] - input.y_m[j]) / 1000);
      }
      mean += sum / others;
      ++n;
    }
    EXPECT_NEAR(pair.proximity.observed * n / mean, 1, 1e-6);
  }
}

// ---- the work

void expect_same(const TestResult& a, const TestResult& b) {
  const auto same = [](double x, double y) { return x == y || (is_missing(x) && is_missing(y)); };
  EXPECT_EQ(a.draws, b.draws);
  EXPECT_TRUE(same(a.observed, b.observed) && same(a.null_mean, b.null_mean) && same(a.null_sd, b.null_sd) &&
              same(a.z, b.z) && same(a.p_upper, b.p_upper) && same(a.p_lower, b.p_lower) && same(a.low, b.low) &&
              same(a.high, b.high) && same(a.min, b.min) && same(a.max, b.max) && same(a.q_upper, b.q_upper));
}

void expect_same(const Significance& a, const Significance& b) {
  for (std::size_t p = 0; p < a.populations.size(); ++p) {
    EXPECT_EQ(a.populations[p].draws, b.populations[p].draws);
    for (std::size_t k = 0; k < kStatistics.size(); ++k) {
      expect_same(a.populations[p].statistics[k], b.populations[p].statistics[k]);
      EXPECT_EQ(a.draws[p].statistics[k], b.draws[p].statistics[k]);
    }
    for (std::size_t r = 0; r < a.regions[p].size(); ++r) expect_same(a.regions[p][r].mean_d, b.regions[p][r].mean_d);
    EXPECT_EQ(a.members[p].null_sd, b.members[p].null_sd);
    EXPECT_EQ(a.members[p].q_upper, b.members[p].q_upper);
  }
  ASSERT_EQ(a.cross.size(), b.cross.size());
  for (std::size_t k = 0; k < a.cross.size(); ++k) expect_same(a.cross[k].proximity, b.cross[k].proximity);
}

Register two_sectors(std::size_t benchmark, std::size_t one, std::size_t other) {
  Register input = with_sector(uniform(benchmark), one);
  Random random(21);
  add_sector(input, some_rows(input, other, random));
  return input;
}

TEST(SignificanceWork, TheSameBitsForAnyNumberOfThreads) {
  const Register input = two_sectors(9000, 4000, 50);  // one sector by p3m, one exactly
  const Significance one = significance_of(input, few_draws(39), 1);
  EXPECT_EQ(one.populations[1].method, Method::p3m);
  EXPECT_EQ(one.populations[2].method, Method::exact);
  EXPECT_LE(one.populations[1].check_largest, 1e-6);
  for (const int threads : {2, 3}) expect_same(one, significance_of(input, few_draws(39), threads));
}

TEST(SignificanceWork, UnitsInAnyOrderAndByOthers) {
  const Register input = two_sectors(3000, 900, 50);
  const std::unique_ptr<Backend> backend = make_cpu_backend(1);
  SignificanceSettings settings = few_draws(1500);
  const Significance wanted = significance_of(input, settings);
  SignificanceWork collector(*backend, input, settings, "test");
  ASSERT_GE(collector.units(), 6U);
  for (std::size_t unit = collector.units(); unit-- > 0;) {
    SignificanceWork other(*backend, input, settings, "test");  // knows nothing of what was done before
    EXPECT_EQ(other.identity(), collector.identity());
    EXPECT_GT(other.predicted_s(unit), 0);
    collector.take(unit, other.run(unit, {}));
  }
  expect_same(wanted, collector.results());
}

TEST(SignificanceWork, AnyDrawCanBeHadByItself) {
  const Register input = with_sector(uniform(6000), 3000);
  const std::unique_ptr<Backend> backend = make_cpu_backend(1);
  const SignificanceSettings settings = few_draws(20);
  const Significance all = significance_of(input, settings);
  for (const std::uint32_t draw : {1U, 7U, 20U}) {
    RandomLabelling labelling(*backend, settings, 1, make_pool(*backend, input, 1, Strata::none), 4, nullptr, {});
    const std::vector<double> values = labelling.draws(draw, draw + 1, {});
    EXPECT_EQ(values[kMeanD], all.draws[1].statistics[kMeanD][draw - 1]);
    EXPECT_EQ(values[kMedianD], all.draws[1].statistics[kMedianD][draw - 1]);
  }
}

TEST(SignificanceWork, FastDrawsAreExactOnesToTheTolerance) {
  const Register input = with_sector(towns(20'000), 6000);
  SignificanceSettings settings = few_draws(9);
  const Significance fast = significance_of(input, settings);
  settings.scores.method = Method::exact;
  const Significance exact = significance_of(input, settings);
  EXPECT_EQ(fast.populations[1].method, Method::p3m);
  EXPECT_EQ(exact.populations[1].method, Method::exact);
  EXPECT_TRUE(is_missing(exact.populations[1].check_largest));
  for (const std::size_t s : {kMeanD, kMedianD}) {
    for (std::size_t k = 0; k < 9; ++k) {
      EXPECT_NEAR(fast.draws[1].statistics[s][k] / exact.draws[1].statistics[s][k], 1, 2e-6);
    }
  }
}

TEST(SignificanceWork, TheObservedStatisticsAreThoseOfTheScores) {
  const Register input = with_sector(towns(700), 90);
  const Significance found = significance_of(input, few_draws(19));
  const std::vector<std::vector<std::uint32_t>> rows = members_of(input);
  const auto scores_of = [&](std::size_t p) {
    Cloud cloud;
    for (const std::uint32_t row : rows[p]) cloud.add(input.x_m[row], input.y_m[row]);
    return reference(cloud.points(), ThresholdRule::cap, 1000).d;
  };
  const std::vector<double> d = scores_of(1);
  const std::vector<double> benchmark = scores_of(kBench);
  constexpr double kMixed = 1e-6;  // what exact draws are good to
  std::vector<double> sorted = benchmark;
  std::sort(sorted.begin(), sorted.end());
  const double p90 = 0.9 * sorted[629] + 0.1 * sorted[630];  // 0.9 * 699 = 629.1
  const auto& statistics = found.populations[1].statistics;
  double sum = 0;
  double above = 0;
  for (const double score : d) {
    sum += score;
    above += score > p90 ? 1 : 0;
  }
  EXPECT_NEAR(statistics[kMeanD].observed * 90 / sum, 1, kMixed);
  EXPECT_NEAR(statistics[kShareAboveP90].observed, above / 90, 1e-12);
  std::vector<double> own = d;
  std::sort(own.begin(), own.end());
  EXPECT_NEAR(statistics[kMedianD].observed / (0.5 * own[44] + 0.5 * own[45]), 1, kMixed);
  EXPECT_NEAR(statistics[kSuperiority].observed, compare(d, benchmark).superiority, 1e-6);
  EXPECT_NEAR(statistics[kKolmogorovSmirnov].observed, compare(d, benchmark).kolmogorov_smirnov, 1e-6);
  for (std::size_t r = 0; r < 4; ++r) {
    double in_region = 0;
    double n = 0;
    for (std::size_t k = 0; k < d.size(); ++k) {
      if (input.region[rows[1][k]] != r) continue;
      in_region += d[k];
      ++n;
    }
    const RegionTest& region = found.regions[1][r];
    EXPECT_EQ(static_cast<double>(region.establishments), n);
    if (n > 0) {
      EXPECT_NEAR(region.mean_d.observed * n / in_region, 1, kMixed);
    } else {
      EXPECT_TRUE(is_missing(region.mean_d.p_upper));
    }
  }
}

TEST(SignificanceWork, SectorsOutsideTheirBenchmarkDrawFromBoth) {
  Register input = with_sector(towns(400), 80);
  for (std::size_t i = 0; i < input.size(); ++i) {
    if ((input.membership[i] & 2) != 0 && i % 2 == 0) input.membership[i] = 2;
  }
  const std::vector<std::vector<std::uint32_t>> rows = members_of(input);
  const Significance found = significance_of(input, few_draws());
  const PopulationTests& tests = found.populations[1];
  EXPECT_EQ(tests.pool, 400U);
  EXPECT_EQ(tests.benchmark_establishments, rows[0].size());
  EXPECT_EQ(tests.outside_benchmark, 400 - rows[0].size());
  EXPECT_FALSE(is_missing(tests.statistics[kMeanD].z));
}

TEST(SignificanceWork, ASectorThatIsItsWholePoolIsAsExpected) {
  Register input = register_of(towns(300));
  std::vector<std::size_t> all(300);
  std::iota(all.begin(), all.end(), std::size_t{0});
  add_sector(input, all);
  const Significance found = significance_of(input, few_draws());
  for (const TestResult& test : found.populations[1].statistics) {
    EXPECT_EQ(test.p_upper, 1);
    EXPECT_EQ(test.p_lower, 1);
    EXPECT_EQ(test.null_sd, 0);
    EXPECT_TRUE(is_missing(test.z));
  }
  for (const double z : found.members[1].z) EXPECT_TRUE(is_missing(z));
}

TEST(SignificanceWork, PopulationsWithoutTests) {
  Register input = with_sector(towns(300), 30);
  Random random(2);
  const std::size_t one = add_sector(input, some_rows(input, 1, random));
  const std::size_t nobody = add_sector(input, {});
  const std::size_t against_one = add_sector(input, some_rows(input, 40, random));
  input.populations[against_one].benchmark = one;
  const Significance found = significance_of(input, few_draws());
  for (const std::size_t p : {kBench, one, nobody}) {
    EXPECT_TRUE(is_missing(found.populations[p].statistics[kMeanD].observed));
    EXPECT_EQ(found.populations[p].pool, 0U);
    EXPECT_TRUE(found.members[p].row.empty());
    EXPECT_TRUE(found.draws[p].statistics[kMeanD].empty());
  }
  // Its benchmark has no scores: there are means, and nothing to compare them with.
  const PopulationTests& tests = found.populations[against_one];
  EXPECT_FALSE(is_missing(tests.statistics[kMeanD].p_upper));
  EXPECT_TRUE(is_missing(tests.statistics[kShareAboveP90].observed));
  EXPECT_TRUE(is_missing(tests.statistics[kSuperiority].observed));
  EXPECT_TRUE(is_missing(tests.distributions.superiority));
}

TEST(SignificanceWork, ABenchmarkOfNobodyIsPredictedAndDone) {
  Register input = two_sectors(200, 40, 30);
  for (std::uint64_t& mask : input.membership) mask &= ~std::uint64_t{1};
  SignificanceSettings settings;
  settings.draws = 3;
  const auto backend = make_cpu_backend(2);
  SignificanceWork work(*backend, input, settings, "input");
  for (std::size_t unit = 0; unit < work.units(); ++unit) {
    EXPECT_TRUE(std::isfinite(work.predicted_s(unit)) && work.predicted_s(unit) >= 0) << work.name(unit);
    work.take(unit, work.run(unit, {}));
  }
  const Significance results = work.results();
  EXPECT_EQ(results.populations[1].benchmark_establishments, 0U);
  EXPECT_EQ(results.populations[1].draws, 3U);
}

TEST(SignificanceWork, ARegisterWithoutBenchmarksIsRefused) {
  Register input = with_sector(towns(50), 10);
  input.populations[1].benchmark.reset();
  const std::unique_ptr<Backend> backend = make_cpu_backend(1);
  try {
    SignificanceWork work(*backend, input, {}, "test");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("no population has a benchmark"), std::string::npos);
  }
}

TEST(SignificanceWork, StrataByRegionTakeAwayWhatRegionsExplain) {
  Register input = register_of(uniform(900));
  std::vector<std::size_t> west;
  for (std::size_t i = 0; i < input.size() && west.size() < 100; ++i) {
    if (input.region[i] == 0) west.push_back(i);
  }
  add_sector(input, west);
  SignificanceSettings settings = few_draws(199);
  const double z = significance_of(input, settings).populations[1].statistics[kMeanD].z;
  settings.strata = Strata::region;
  const Significance stratified = significance_of(input, settings);
  EXPECT_GT(z, 10);
  EXPECT_LT(std::fabs(stratified.populations[1].statistics[kMeanD].z), 4);
  EXPECT_EQ(stratified.regions[1][0].mean_d.draws, 199U);
  for (const double member : stratified.members[1].z) EXPECT_LT(std::fabs(member), 6);
}

TEST(SignificanceWork, EarlyStopsDoNotDependOnWhatWasDone) {
  const Register input = with_sector(towns(200), 60);
  SignificanceSettings settings = few_draws(20'000);
  settings.stop_early = 10;
  const std::unique_ptr<Backend> backend = make_cpu_backend(1);
  SignificanceWork all(*backend, input, settings, "test");
  SignificanceWork few(*backend, input, settings, "test");
  std::size_t done = 0;
  for (std::size_t unit = 0; unit < few.units(); ++unit) {
    if (!few.needed(unit)) continue;
    few.take(unit, few.run(unit, {}));
    ++done;
  }
  EXPECT_LT(done, few.units());
  for (std::size_t unit = all.units(); unit-- > 0;) all.take(unit, all.run(unit, {}));
  const Significance found = few.results();
  expect_same(found, all.results());
  const PopulationTests& tests = found.populations[1];
  EXPECT_LT(tests.draws, settings.draws);
  // The p-values are those of the first draws.
  const std::vector<double>& kept = found.draws[1].statistics[kMeanD];
  EXPECT_EQ(kept.size(), std::min<std::size_t>(tests.draws, kKeptDraws));
  int as_large = 0;
  for (std::size_t k = 0; k < kept.size(); ++k) {
    as_large += kept[k] >= tests.statistics[kMeanD].observed ? 1 : 0;
    if (as_large < 10) continue;
    EXPECT_DOUBLE_EQ(tests.statistics[kMeanD].p_upper, 10.0 / static_cast<double>(k + 1));
    break;
  }
  EXPECT_EQ(as_large, 10);
}

TEST(SignificanceWork, RefusesBytesOfOtherWorkAndMissingUnits) {
  const Register input = with_sector(towns(200), 60);
  const std::unique_ptr<Backend> backend = make_cpu_backend(1);
  SignificanceWork work(*backend, input, few_draws(9), "test");
  SignificanceWork more(*backend, input, few_draws(10), "test");
  EXPECT_NE(work.identity(), more.identity());
  EXPECT_THROW(work.take(1, more.run(1, {})), Error);
  EXPECT_THROW(work.take(1, Bytes(5)), Error);
  EXPECT_THROW(work.results(), Error);
}

TEST(SignificanceWork, StopsWhereProgressThrows) {
  const Register input = with_sector(towns(500), 100);
  const std::unique_ptr<Backend> backend = make_cpu_backend(1);
  SignificanceWork work(*backend, input, few_draws(500), "test");
  EXPECT_THROW(work.run(1, [](double) { throw Interrupted(); }), Interrupted);
}

TEST(SignificanceWork, ChecksItsSettings) {
  SignificanceSettings settings;
  settings.draws = 0;
  EXPECT_THROW(check(settings), UsageError);
  settings.draws = kMostDraws + 1;
  EXPECT_THROW(check(settings), UsageError);
  settings.draws = 999;
  settings.draw_tolerance = 0;
  EXPECT_THROW(check(settings), UsageError);
}

}  // namespace
}  // namespace dscore::test
