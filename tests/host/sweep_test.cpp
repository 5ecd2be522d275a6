// Sensitivity analyses: every setting is a run of its own, whatever is shared.

#include "host/sweep.h"

#include <gtest/gtest.h>

#include <cmath>

#include "host/agreement.h"
#include "host/run.h"
#include "kernels/error.h"
#include "tests/clouds.h"

namespace dscore::test {
namespace {

/// 1,500 establishments in three regions, a benchmark and two sectors, of 200 companies.
Register towns_register() {
  Register input;
  const Cloud cloud = towns(1500);
  Random random(77);
  for (std::size_t i = 0; i < cloud.size(); ++i) {
    input.id.push_back(static_cast<std::int64_t>(i));
    input.x_m.push_back(cloud.x[i]);
    input.y_m.push_back(cloud.y[i]);
    input.region.push_back(cloud.x[i] < 1e5 ? 0 : cloud.x[i] < 1.5e5 ? 1 : 2);
    input.jobs.push_back(1 + std::floor(30 * random() * random()));
    input.company.push_back(static_cast<std::int64_t>(200 * random()));
    std::uint64_t mask = random() < 0.8 ? 1 : 0;
    if (random() < 0.3) mask |= 2;
    if (random() < (input.region.back() == 1 ? 0.4 : 0.05)) mask |= 4;
    input.membership.push_back(mask);
  }
  input.populations = {{"benchmark", "", {}}, {"spread", "", 0}, {"middle", "", 0}};
  input.regions = {{"R1", "West", ""}, {"R2", "Middle", ""}, {"R3", "East", ""}};
  return input;
}

SweepResults sweep_of(const Register& input, std::vector<SweepSetting> settings, int threads = 2) {
  const auto backend = make_cpu_backend(threads);
  Sweep sweep(*backend, input, {std::move(settings), {}}, "test");
  for (std::size_t unit = sweep.units(); unit-- > 0;) sweep.take(unit, sweep.run(unit, {}));  // any order
  return std::move(sweep).results();
}

SweepSetting baseline() { return {"baseline", "", {}, {}}; }

SweepSetting with(const Change& change) { return {"change", "it", {}, change}; }

bool same(double a, double b) { return a == b || (is_missing(a) && is_missing(b)); }

void expect_same(const SettingResult& found, const Results& expected) {
  for (std::size_t p = 0; p < found.populations.size(); ++p) {
    SCOPED_TRACE(p);
    EXPECT_EQ(found.populations[p].establishments, expected.populations[p].establishments);
    EXPECT_EQ(found.populations[p].mean_d, expected.populations[p].mean_d);
    EXPECT_EQ(found.populations[p].p95, expected.populations[p].p95);
    for (std::size_t r = 0; r < found.regions[p].size(); ++r) {
      const RegionResult& region = found.regions[p][r];
      EXPECT_EQ(region.establishments, expected.regions[p][r].establishments);
      EXPECT_EQ(region.type, expected.regions[p][r].type);
      EXPECT_EQ(region.jobs, expected.regions[p][r].jobs);
      EXPECT_TRUE(same(region.mean_d, expected.regions[p][r].mean_d));
      EXPECT_TRUE(same(region.lq, expected.regions[p][r].lq));
    }
  }
}

TEST(Sweep, SettingsAreRunsOfTheirOwn) {
  const Register input = towns_register();
  std::vector<SweepSetting> settings{baseline()};
  SweepSetting far = baseline();
  far.settings.threshold_km = 3;
  far.settings.threshold_rule = ThresholdRule::exclude;
  settings.push_back(far);
  SweepSetting quantile = baseline();
  quantile.settings.quantile_type = 1;
  quantile.settings.large_share = 0.4;
  settings.push_back(quantile);
  const SweepResults results = sweep_of(input, settings);
  const auto backend = make_cpu_backend(1);
  for (std::size_t s = 0; s < settings.size(); ++s) {
    SCOPED_TRACE(s);
    expect_same(results.settings[s], run(*backend, input, settings[s].settings));
  }
  EXPECT_EQ(scored_together(settings).size(), 2U);  // the third has the baseline's scores
  EXPECT_EQ(results.settings[2].changes[1].kendall, 1);
  EXPECT_LT(results.settings[1].changes[1].kendall, 1);
}

TEST(Sweep, AChangedRegisterIsARegister) {
  const Register input = towns_register();
  const auto backend = make_cpu_backend(1);
  const MoveRegion move{2, 5'000, -3'000};
  const SweepResults results = sweep_of(input, {baseline(), with(move), with(WithoutRegion{0}), with(WithoutCompany{7}),
                                                with(WithoutCircle{1.2e5, 4.5e5, 3e4})});
  Register moved = input;
  for (std::size_t i = 0; i < input.size(); ++i) {
    if (input.region[i] != 2) continue;
    moved.x_m[i] += 5'000;
    moved.y_m[i] -= 3'000;
  }
  expect_same(results.settings[1], run(*backend, moved, {}));

  const auto without = [&](auto leaves) {
    std::vector<std::uint32_t> rows;
    for (std::uint32_t i = 0; i < input.size(); ++i) {
      if (!leaves(i)) rows.push_back(i);
    }
    EXPECT_LT(rows.size(), input.size());
    return run(*backend, rows_of(input, rows), {});
  };
  expect_same(results.settings[2], without([&](std::size_t i) { return input.region[i] == 0; }));
  expect_same(results.settings[3], without([&](std::size_t i) { return input.company[i] == 7; }));
  expect_same(results.settings[4],
              without([&](std::size_t i) { return std::hypot(input.x_m[i] - 1.2e5, input.y_m[i] - 4.5e5) < 3e4; }));
  EXPECT_TRUE(is_missing(results.settings[2].regions[0][0].mean_d));
}

TEST(Sweep, ComparesTheEstablishmentsThatAreInBoth) {
  const Register input = towns_register();
  const SweepResults results = sweep_of(input, {baseline(), with(WithoutRegion{0})});
  const auto backend = make_cpu_backend(1);
  const Results all = run(*backend, input, {});
  std::vector<std::uint32_t> rows;
  for (std::uint32_t i = 0; i < input.size(); ++i) {
    if (input.region[i] != 0) rows.push_back(i);
  }
  const Results some = run(*backend, rows_of(input, rows), {});
  for (std::size_t p = 0; p < input.populations.size(); ++p) {
    SCOPED_TRACE(p);
    std::vector<double> before, after;
    std::uint64_t entered = 0, left = 0;
    for (std::size_t i = 0; i < all.members[p].row.size(); ++i) {
      for (std::size_t j = 0; j < some.members[p].row.size(); ++j) {
        if (rows[some.members[p].row[j]] != all.members[p].row[i]) continue;
        before.push_back(all.members[p].d_score[i]);
        after.push_back(some.members[p].d_score[j]);
        const bool was = all.members[p].cluster[i] != Cluster::none;
        const bool is = some.members[p].cluster[j] != Cluster::none;
        entered += is && !was ? 1 : 0;
        left += was && !is ? 1 : 0;
      }
    }
    const Agreement expected = agreement(before, after);
    const PopulationChange& change = results.settings[1].changes[p];
    EXPECT_EQ(change.compared, before.size());
    EXPECT_EQ(change.spearman, expected.spearman);
    EXPECT_EQ(change.kendall, expected.kendall);
    EXPECT_EQ(change.entered, entered);
    EXPECT_EQ(change.left, left);
  }
  EXPECT_GT(results.settings[1].changes[1].entered + results.settings[1].changes[1].left, 0U);
  EXPECT_EQ(results.settings[0].changes[1].kendall, 1);
  EXPECT_EQ(results.settings[0].changes[1].entered, 0U);
}

TEST(Sweep, OtherBenchmarksMoveTheBounds) {
  const Register input = towns_register();
  const auto backend = make_cpu_backend(1);
  const SweepResults results = sweep_of(input, {baseline(), with(OtherBenchmark{OtherBenchmark::Of::population, 1}),
                                                with(OtherBenchmark{OtherBenchmark::Of::everything, 0}),
                                                with(OtherBenchmark{OtherBenchmark::Of::others, 0})});
  const auto share_with = [&](std::size_t p, auto is_benchmark) {
    Register other = input;
    other.populations.push_back({"other", "", {}});
    other.populations[p].benchmark = 3;
    for (std::uint64_t& mask : other.membership) {
      if (is_benchmark(mask)) mask |= 8;
    }
    return run(*backend, other, {}).populations[p].share_above_p90;
  };
  EXPECT_EQ(results.settings[1].populations[2].share_above_p90,
            share_with(2, [](auto mask) { return (mask & 2) != 0; }));
  EXPECT_EQ(results.settings[2].populations[2].share_above_p90, share_with(2, [](auto) { return true; }));
  for (const std::size_t p : {1, 2}) {
    const std::uint64_t own = std::uint64_t{1} << p;
    EXPECT_EQ(results.settings[3].populations[p].share_above_p90,
              share_with(p, [&](auto mask) { return (mask & 1) != 0 && (mask & own) == 0; }));
  }
  EXPECT_EQ(results.settings[3].populations.size(), 3U);  // none that was made for it
  EXPECT_EQ(results.settings[3].populations[2].mean_d, results.settings[0].populations[2].mean_d);
}

TEST(Sweep, SubsamplesAreOfTheAskedSizeAndOfTheirNumber) {
  const Register input = towns_register();
  const ChangedRegister first = changed_register(Subsample{0.5, 1, 0}, input);
  const ChangedRegister again = changed_register(Subsample{0.5, 1, 0}, input);
  const ChangedRegister second = changed_register(Subsample{0.5, 1, 1}, input);
  const ChangedRegister other_seed = changed_register(Subsample{0.5, 2, 0}, input);
  EXPECT_EQ(first.row.size(), 750U);
  EXPECT_EQ(first.row, again.row);
  EXPECT_NE(first.row, second.row);
  EXPECT_NE(first.row, other_seed.row);
  EXPECT_TRUE(std::is_sorted(first.row.begin(), first.row.end()));
  EXPECT_EQ(std::adjacent_find(first.row.begin(), first.row.end()), first.row.end());  // nobody twice
  std::vector<double> drawn(input.size(), 0);
  constexpr int kRepeats = 400;
  for (std::uint64_t k = 0; k < kRepeats; ++k) {
    for (const std::uint32_t row : changed_register(Subsample{0.2, 9, k}, input).row) ++drawn[row];
  }
  // Everyone is as likely to be drawn: 80 times, standard deviation 8; six of them is one in a billion.
  for (const double times : drawn) EXPECT_NEAR(times, 0.2 * kRepeats, 6 * 8);
}

TEST(Sweep, MovesARegionAlongTheLineFromTheCentre) {
  const Register input = towns_register();
  const MoveRegion nearer = moved_along_line(input, 2, 1e5, 4e5, 0.5);
  double x = 0, y = 0, n = 0;
  for (std::size_t i = 0; i < input.size(); ++i) {
    if (input.region[i] != 2) continue;
    x += input.x_m[i];
    y += input.y_m[i];
    ++n;
  }
  EXPECT_NEAR(nearer.dx_m, -0.5 * (x / n - 1e5), 0.5);
  EXPECT_NEAR(nearer.dy_m, -0.5 * (y / n - 4e5), 0.5);
  EXPECT_EQ(nearer.dx_m, std::round(nearer.dx_m));
}

TEST(Sweep, HasTheSameBytesForAnyNumberOfThreads) {
  const Register input = towns_register();
  std::vector<SweepSetting> settings{baseline(), with(WithoutRegion{1}), with(Subsample{0.5, 3, 1})};
  settings[1].settings.method = settings[0].settings.method = settings[2].settings.method = Method::p3m;
  std::vector<Bytes> expected;
  for (const int threads : {1, 2, 3}) {
    const auto backend = make_cpu_backend(threads);
    Sweep sweep(*backend, input, {settings, {}}, "test");
    for (std::size_t unit = 0; unit < sweep.units(); ++unit) {
      Bytes result = sweep.run(unit, {});
      if (threads == 1) {
        expected.push_back(std::move(result));
      } else {
        EXPECT_EQ(result, expected[unit]) << threads << " threads, " << sweep.name(unit);
      }
    }
  }
}

TEST(Sweep, RefusesWhatItDidNotWrite) {
  const auto backend = make_cpu_backend(1);
  Sweep sweep(*backend, towns_register(), {{baseline(), with(WithoutRegion{1})}, {}}, "test");
  Bytes result = sweep.run(1, {});
  result.pop_back();
  EXPECT_THROW(sweep.take(1, result), Error);
  result.resize(result.size() + 2);
  EXPECT_THROW(sweep.take(1, result), Error);
}

TEST(Sweep, RefusesChangesThatLeaveNobody) {
  Register input = towns_register();
  std::fill(input.region.begin(), input.region.end(), std::uint16_t{1});
  EXPECT_THROW(changed_register(WithoutRegion{1}, input), Error);
  EXPECT_THROW(moved_along_line(input, 0, 0, 0, 2), Error);
  input.company.clear();
  EXPECT_THROW(changed_register(WithoutCompany{1}, input), Error);
}

TEST(Sweep, RefusesBeforeItBegins) {
  const auto backend = make_cpu_backend(1);
  const auto refused = [&](const Register& input, const SweepSetting& setting, std::vector<double> bands = {}) {
    try {
      Sweep(*backend, input, {{baseline(), setting}, std::move(bands)}, "test");
    } catch (const Error&) {
      return true;
    }
    return false;
  };
  const Register input = towns_register();
  EXPECT_FALSE(refused(input, with(WithoutRegion{1})));
  EXPECT_TRUE(refused(input, with(WithoutCircle{1e5, 4.5e5, 1e7})));
  EXPECT_TRUE(refused(input, with(Subsample{1e-6, 1, 0})));
  SweepSetting mesh = baseline();
  mesh.settings.method = Method::p3m;
  EXPECT_FALSE(refused(input, mesh));
  mesh.settings.cutoff_km = 5;
  EXPECT_TRUE(refused(input, mesh));
  Register unknown = input;
  unknown.company.clear();
  SweepSetting others = baseline();
  others.settings.other_companies = true;
  EXPECT_FALSE(refused(input, others));
  EXPECT_TRUE(refused(unknown, others));
  EXPECT_TRUE(refused(unknown, with(WithoutCompany{1})));
  Register many = input;
  while (many.populations.size() < kMaxPopulations) many.populations.push_back({"p", "", {}});
  EXPECT_TRUE(refused(many, with(OtherBenchmark{OtherBenchmark::Of::everything, 0})));
  EXPECT_FALSE(refused(input, baseline(), std::vector<double>(31, 1)));
  EXPECT_TRUE(refused(input, baseline(), std::vector<double>(32, 1)));
}

TEST(Sweep, NamesWhoHasNoNeighbourBeforeItBegins) {
  const auto backend = make_cpu_backend(1);
  Register input = towns_register();
  std::size_t only = 0;  // the only one of "middle" with jobs, so that the others have a neighbour and it has none
  for (std::size_t i = 0; i < input.size(); ++i) {
    if ((input.membership[i] & 4U) == 0) continue;
    if (only == 0) only = i;
    input.jobs[i] = i == only ? 5 : 0;
  }
  SweepSetting jobs{"neighbours", "jobs", {}, {}, "plan.toml, line 3, vary.neighbours"};
  jobs.settings.neighbours = Neighbours::jobs;
  const auto complaint = [&](const SweepPlan& plan) {
    try {
      Sweep(*backend, input, plan, "test");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(complaint({{baseline(), jobs}, {}}),
            "plan.toml, line 3, vary.neighbours, setting neighbours = jobs: population middle, establishment " +
                std::to_string(only) +
                ": has no neighbour that counts (nobody else has jobs), and others have. Leave it out of the "
                "population, or count other neighbours.");
  // Another register may have others without: one where all are left out but it and one more.
  jobs.change = WithoutRegion{input.region[only]};
  EXPECT_EQ(complaint({{baseline(), jobs}, {}}), "");  // then nobody of them has jobs, and nobody has a score
}

TEST(Sweep, SaysHowItsSumsWereMade) {
  std::vector<SweepSetting> settings(3, baseline());
  settings[1].settings.method = Method::p3m;
  settings[1].settings.tolerance = 1e-6;
  settings[2].settings.method = Method::p3m;
  settings[2].settings.check = false;
  settings[0].settings.method = Method::exact;
  const SweepResults results = sweep_of(towns_register(), settings);
  for (std::size_t p = 0; p < 3; ++p) {
    EXPECT_EQ(results.settings[0].sums[p].exact, 1);
    EXPECT_EQ(results.settings[0].sums[p].fell_back, 0);
    EXPECT_TRUE(is_missing(results.settings[0].sums[p].largest_error));
    EXPECT_EQ(results.settings[1].sums[p].exact, 0);
    EXPECT_GT(results.settings[1].sums[p].largest_error, 0);
    EXPECT_LE(results.settings[1].sums[p].largest_error, 1e-6);
    EXPECT_EQ(results.settings[2].sums[p].exact, 0);
    EXPECT_TRUE(is_missing(results.settings[2].sums[p].largest_error));
  }
  const SumsOverall overall = sums_overall(results);
  EXPECT_EQ(overall.sums, 9U);
  EXPECT_EQ(overall.exact, 3U);
  EXPECT_EQ(overall.fell_back, 0U);
  EXPECT_GT(overall.largest_error, 0);
  EXPECT_LE(overall.largest_error, 1e-6);
}

TEST(Sweep, OneSettingsIdentityIsNotAnothers) {
  const auto backend = make_cpu_backend(1);
  const auto identity = [&](const std::vector<SweepSetting>& settings, const std::string& input) {
    return Sweep(*backend, towns_register(), {settings, {}}, input).identity();
  };
  SweepSetting other = baseline();
  other.settings.threshold_km = 2;
  EXPECT_NE(identity({baseline()}, "a"), identity({baseline()}, "b"));
  EXPECT_NE(identity({baseline()}, "a"), identity({other}, "a"));
  EXPECT_NE(identity({baseline(), with(WithoutRegion{1})}, "a"), identity({baseline(), with(WithoutRegion{2})}, "a"));
  SweepSetting threads = baseline();
  threads.settings.threads = 5;
  EXPECT_EQ(identity({baseline()}, "a"), identity({threads}, "a"));
}

}  // namespace
}  // namespace dscore::test
