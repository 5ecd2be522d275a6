// A run over the populations of a register, held against plain loops over the same register.

#include "host/run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include "kernels/error.h"
#include "kernels/host_threads.h"
#include "kernels/p3m/engine.h"
#include "tests/clouds.h"
#include "tests/reference.h"

namespace dscore::test {
namespace {

enum : std::size_t { kBenchmark, kSector, kFree, kOne, kNobody, kOfOne, kPopulations };

/// 900 establishments in four regions (the last has none) and six populations, with all the cases to settle.
Register small_register() {
  Register input;
  const Cloud cloud = towns(900);
  Random random(51);
  for (std::size_t i = 0; i < cloud.size(); ++i) {
    input.id.push_back(static_cast<std::int64_t>(1'000 + i));
    input.x_m.push_back(cloud.x[i]);
    input.y_m.push_back(cloud.y[i]);
    input.region.push_back(cloud.x[i] < 1e5 ? 0 : cloud.x[i] < 1.5e5 ? 1 : 2);
    input.jobs.push_back(std::floor(20 * random()));
    std::uint64_t mask = 0;
    if (random() < 0.7) mask |= std::uint64_t{1} << kBenchmark;
    if (random() < (cloud.x[i] < 1e5 ? 0.5 : 0.1)) mask |= std::uint64_t{1} << kSector;
    if (random() < 0.2) mask |= std::uint64_t{1} << kFree;
    if (i == 450) mask |= std::uint64_t{1} << kOne;
    if (i % 2 == 0) mask |= std::uint64_t{1} << kOfOne;
    input.membership.push_back(mask);
  }
  input.populations = {{"benchmark", "Benchmark", {}}, {"sector", "Sector", kBenchmark}, {"free", "Free", {}},
                       {"one", "One", kBenchmark},     {"nobody", "Nobody", kBenchmark}, {"of_one", "Of one", kOne}};
  input.regions = {{"R1", "West", "w"}, {"R2", "Middle", "m"}, {"R3", "East", "e"}, {"R4", "Nowhere", "n"}};
  return input;
}

Results run_small(const Settings& settings = {}) { return run(*make_cpu_backend(2), small_register(), settings); }

/// The scores of a population by the plain double loop.
Reference scores_of(const Register& input, const std::vector<std::uint32_t>& rows) {
  Cloud cloud;
  for (const std::uint32_t row : rows) cloud.add(input.x_m[row], input.y_m[row]);
  return reference(cloud.points(), ThresholdRule::cap, 1000);
}

TEST(Run, ScoresEachPopulationByItself) {
  const Results results = run_small();
  ASSERT_EQ(results.members.size(), kPopulations);
  for (const std::size_t p : {kBenchmark, kSector, kFree, kOfOne}) {
    SCOPED_TRACE(results.input.populations[p].name);
    std::vector<std::uint32_t> rows;
    for (std::uint32_t i = 0; i < results.input.size(); ++i) {
      if ((results.input.membership[i] >> p & 1U) != 0) rows.push_back(i);
    }
    const MemberScores& members = results.members[p];
    EXPECT_EQ(members.row, rows);
    const Reference expected = scores_of(results.input, rows);
    EXPECT_LE(worst_error(members.d_score, expected.d), 1e-12);

    const PopulationResult& result = results.populations[p];
    EXPECT_EQ(result.establishments, rows.size());
    EXPECT_EQ(result.pairs_within_threshold, expected.pairs_within);
    EXPECT_EQ(result.coincident_pairs, expected.coincident_pairs);
    EXPECT_LT(result.locations, result.establishments);
    EXPECT_EQ(result.max_d, *std::max_element(members.d_score.begin(), members.d_score.end()));
    double total = 0;
    for (const double d : expected.d) total += d;
    EXPECT_NEAR(result.mean_d, total / static_cast<double>(rows.size()), 1e-12);
    EXPECT_LT(result.median_d, result.p90);
    EXPECT_LT(result.p90, result.p95);
    EXPECT_EQ(*std::min_element(members.decile.begin(), members.decile.end()), 1);
    EXPECT_EQ(*std::max_element(members.decile.begin(), members.decile.end()), 10);
  }
}

TEST(Run, ComparesASectorWithItsBenchmark) {
  const Results results = run_small();
  const PopulationResult& benchmark = results.populations[kBenchmark];
  const MemberScores& sector = results.members[kSector];
  double above_p90 = 0;
  double above_p95 = 0;
  for (std::size_t k = 0; k < sector.d_score.size(); ++k) {
    const double d = sector.d_score[k];
    above_p90 += d > benchmark.p90 ? 1 : 0;
    above_p95 += d > benchmark.p95 ? 1 : 0;
    const Cluster expected = d > benchmark.p95   ? Cluster::very_strong
                             : d > benchmark.p90 ? Cluster::strong
                                                 : Cluster::none;
    ASSERT_EQ(sector.cluster[k], expected);
  }
  EXPECT_GT(above_p95, 0);
  const auto n = static_cast<double>(sector.row.size());
  EXPECT_DOUBLE_EQ(results.populations[kSector].share_above_p90, above_p90 / n);
  EXPECT_DOUBLE_EQ(results.populations[kSector].share_above_p95, above_p95 / n);
}

TEST(Run, TabulatesRegions) {
  const Results results = run_small();
  const Register& input = results.input;
  const MemberScores& sector = results.members[kSector];
  const double mean_of_benchmark = results.populations[kBenchmark].mean_d;
  double national_jobs = 0;
  for (const std::uint32_t row : sector.row) national_jobs += input.jobs[row];

  ASSERT_EQ(results.regions[kSector].size(), 4U);
  int types = 0;
  for (std::uint16_t r = 0; r < 3; ++r) {
    SCOPED_TRACE(r);
    const RegionResult& result = results.regions[kSector][r];
    double n_rs = 0, jobs = 0, d = 0;
    for (std::size_t k = 0; k < sector.row.size(); ++k) {
      if (input.region[sector.row[k]] != r) continue;
      n_rs += 1;
      jobs += input.jobs[sector.row[k]];
      d += sector.d_score[k];
    }
    const auto n_r = static_cast<double>(std::count(input.region.begin(), input.region.end(), r));
    const double lq = (n_rs / n_r) / (static_cast<double>(sector.row.size()) / 900);
    EXPECT_EQ(result.establishments, n_rs);
    EXPECT_EQ(result.jobs, jobs);
    EXPECT_DOUBLE_EQ(result.lq, lq);
    EXPECT_DOUBLE_EQ(result.mean_d, d / n_rs);
    const bool clustering = d / n_rs > mean_of_benchmark;
    const bool large = jobs >= 0.05 * national_jobs;
    const int type = !clustering ? 0 : lq > 1 ? (large ? 1 : 2) : (large ? 3 : 0);
    EXPECT_EQ(result.type, type);
    types += type > 0 ? 1 : 0;
  }
  EXPECT_GT(types, 0);
  EXPECT_TRUE(is_missing(results.regions[kSector][3].lq));
  EXPECT_TRUE(is_missing(results.regions[kSector][3].mean_d));
}

TEST(Run, SettlesPopulationsWithoutBenchmarkOfOneAndOfNobody) {
  const Results results = run_small();
  for (const std::size_t p : {kBenchmark, kFree, kOfOne}) {  // a benchmark of one has no percentiles either
    SCOPED_TRACE(results.input.populations[p].name);
    EXPECT_FALSE(is_missing(results.populations[p].p90));
    EXPECT_TRUE(is_missing(results.populations[p].share_above_p90));
    EXPECT_TRUE(is_missing(results.populations[p].share_above_p95));
    for (const Cluster cluster : results.members[p].cluster) ASSERT_EQ(cluster, Cluster::none);
    for (const RegionResult& region : results.regions[p]) {
      EXPECT_EQ(region.type, 0);
      EXPECT_TRUE(is_missing(region.share_above_p90));
    }
  }
  EXPECT_EQ(results.populations[kOne].establishments, 1U);
  EXPECT_EQ(results.populations[kOne].locations, 1U);
  EXPECT_TRUE(is_missing(results.populations[kOne].mean_d));
  EXPECT_TRUE(is_missing(results.populations[kOne].share_above_p90));
  EXPECT_TRUE(is_missing(results.members[kOne].d_score.at(0)));
  EXPECT_EQ(results.members[kOne].decile.at(0), 0);

  EXPECT_EQ(results.populations[kNobody].establishments, 0U);
  EXPECT_TRUE(is_missing(results.populations[kNobody].max_d));
  EXPECT_TRUE(results.members[kNobody].d_score.empty());
  EXPECT_EQ(results.regions[kNobody].size(), 4U);
}

TEST(Run, GivesTheSameBitsForAnyNumberOfThreads) {
  const Results one = run(*make_cpu_backend(1), small_register(), {});
  const Results many = run(*make_cpu_backend(3), small_register(), {});
  for (std::size_t p = 0; p < kPopulations; ++p) {
    if (p == kOne) continue;  // missing is never equal
    EXPECT_EQ(one.members[p].d_score, many.members[p].d_score);
    EXPECT_EQ(one.members[p].decile, many.members[p].decile);
  }
  EXPECT_EQ(one.populations[kSector].mean_d, many.populations[kSector].mean_d);
  EXPECT_EQ(one.regions[kSector][0].mean_d, many.regions[kSector][0].mean_d);
}

/// The CPU, but with pieces of work on several host threads, as a GPU has them.
class ThreadedBackend final : public Backend {
 public:
  std::string description() const override { return cpu_->description(); }
  MergedPoints merge(const PointSet& points) const override { return cpu_->merge(points); }
  PairSums sum_pairs(const MergedPoints& points, const PairSettings& settings,
                     const Progress& progress) const override {
    return cpu_->sum_pairs(points, settings, progress);
  }
  std::unique_ptr<p3m::Engine> make_p3m() const override { return cpu_->make_p3m(); }
  bool takes_several() const override { return true; }
  void for_each(std::size_t n, const std::function<void(std::size_t)>& work) const override {
    for_each_on_threads(n, 4, work);
  }
  ScoreSummary summarise(std::span<const double> d, int quantile_type,
                         std::span<const double> probabilities) const override {
    return cpu_->summarise(d, quantile_type, probabilities);
  }
  RegionSums sum_by_region(std::span<const double> d, std::span<const double> jobs,
                           std::span<const std::uint16_t> region, std::size_t regions, double p90,
                           double p95) const override {
    return cpu_->sum_by_region(d, jobs, region, regions, p90, p95);
  }

 private:
  std::unique_ptr<Backend> cpu_ = make_cpu_backend(1);
};

TEST(Run, TakesSeveralPopulationsAtOnce) {
  Settings exact;
  exact.method = Method::exact;
  const Results one_by_one = run_small(exact);
  for (int turn = 0; turn < 5; ++turn) {
    const Results at_once = run(ThreadedBackend(), small_register(), exact);
    for (std::size_t p = 0; p < kPopulations; ++p) {
      EXPECT_EQ(at_once.members[p].d_score.size(), one_by_one.members[p].d_score.size());
      EXPECT_EQ(at_once.members[p].decile, one_by_one.members[p].decile);
      EXPECT_EQ(at_once.members[p].cluster, one_by_one.members[p].cluster);
      for (const auto share : {&PopulationResult::mean_d, &PopulationResult::p90, &PopulationResult::share_above_p90}) {
        const double expected = one_by_one.populations[p].*share;
        if (is_missing(expected)) continue;
        EXPECT_EQ(at_once.populations[p].*share, expected);
      }
      ASSERT_EQ(at_once.regions[p].size(), one_by_one.regions[p].size());
      for (std::size_t r = 0; r < at_once.regions[p].size(); ++r) {
        EXPECT_EQ(at_once.regions[p][r].jobs, one_by_one.regions[p][r].jobs);
        EXPECT_EQ(at_once.regions[p][r].type, one_by_one.regions[p][r].type);
      }
    }
  }
}

TEST(Run, UsesItsSettings) {
  Settings settings;
  settings.threshold_km = 5;
  settings.quantile_type = 1;
  settings.large_share = 1;
  const Results far = run_small(settings);
  const Results near = run_small();
  EXPECT_LT(far.populations[kBenchmark].max_d, near.populations[kBenchmark].max_d);
  EXPECT_GT(far.populations[kBenchmark].pairs_within_threshold, near.populations[kBenchmark].pairs_within_threshold);
  const std::vector<double>& d = far.members[kBenchmark].d_score;
  EXPECT_NE(std::find(d.begin(), d.end(), far.populations[kBenchmark].p90), d.end());  // type 1 is one of the scores
  for (const RegionResult& region : far.regions[kSector]) EXPECT_NE(region.type, 1);   // no region has all the jobs

  settings.quantile_type = 10;
  EXPECT_THROW(run_small(settings), UsageError);
}

TEST(Run, RecordsSettingsMachineAndTimes) {
  const Provenance provenance = run_small().provenance;
  EXPECT_EQ(std::get<std::string>(*provenance.find("device")), "cpu");
  EXPECT_EQ(std::get<std::string>(*provenance.find("device_description")), make_cpu_backend(2)->description());
  EXPECT_EQ(std::get<std::string>(*provenance.find("precision")), "double");
  EXPECT_EQ(std::get<double>(*provenance.find("threshold_km")), 1);
  double stages = 0;
  for (const char* name : {"merge_s", "pairs_s", "statistics_s"}) {
    const double seconds = std::get<double>(*provenance.find(name));
    EXPECT_GT(seconds, 0) << name;
    stages += seconds;
  }
  EXPECT_LE(stages, std::get<double>(*provenance.find("total_s")));
  EXPECT_GT(std::get<double>(*provenance.find("ordered_pairs_per_s")), 0);
}

TEST(Run, ReportsProgressAndStopsWhenTold) {
  std::vector<double> fractions;
  std::vector<std::string> names;
  run(*make_cpu_backend(2), small_register(), {}, [&](const std::string& what, double fraction) {
    fractions.push_back(fraction);
    names.push_back(what);
  });
  EXPECT_TRUE(std::is_sorted(fractions.begin(), fractions.end()));
  EXPECT_EQ(fractions.back(), 1);
  EXPECT_NE(std::find(names.begin(), names.end(), "scoring sector"), names.end());
  EXPECT_THROW(run(*make_cpu_backend(2), small_register(), {}, [](const std::string&, double) { throw Interrupted(); }),
               Interrupted);
}

std::string complaint(const Register& input) {
  try {
    run(*make_cpu_backend(1), input, {});
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

TEST(Run, RefusesARegisterThatDoesNotFit) {
  Register input = small_register();
  input.jobs.pop_back();
  EXPECT_NE(complaint(input).find("899 rows"), std::string::npos) << complaint(input);
  input = small_register();
  input.region[7] = 4;
  EXPECT_NE(complaint(input).find("row 8: region 4 does not exist"), std::string::npos) << complaint(input);
  input = small_register();
  input.x_m[8] = NAN;
  EXPECT_NE(complaint(input).find("row 9, column x"), std::string::npos) << complaint(input);
  input = small_register();
  input.jobs[9] = -1;
  EXPECT_NE(complaint(input).find("row 10: "), std::string::npos) << complaint(input);
  input = small_register();
  input.populations[kSector].benchmark = 6;
  EXPECT_NE(complaint(input).find("population sector: its benchmark"), std::string::npos) << complaint(input);
  input = small_register();
  input.populations.resize(65);
  EXPECT_NE(complaint(input).find("65 populations"), std::string::npos) << complaint(input);
}

TEST(Run, TakesAnEmptyRegisterAndSixtyFourPopulations) {
  EXPECT_TRUE(run(*make_cpu_backend(1), {}, {}).populations.empty());
  Register input = small_register();
  input.populations.resize(64);
  input.membership[0] |= std::uint64_t{1} << 63U;
  input.membership[1] |= std::uint64_t{1} << 63U;
  const Results results = run(*make_cpu_backend(1), input, {});
  EXPECT_EQ(results.populations.at(63).establishments, 2U);
}

}  // namespace
}  // namespace dscore::test
