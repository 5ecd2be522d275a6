#include "io/results_file.h"

#include <gtest/gtest.h>

#include <cstring>
#include <ostream>

#include "io/population_file.h"
#include "io/validate.h"
#include "tests/io/break_hdf5.h"
#include "tests/io/samples.h"
#include "tests/io/scratch.h"

namespace dscore {
namespace {

using test::Breaker;
using test::error_of;
using test::sample_results;
using test::Scratch;

void expect_same_double(double a, double b) {
  EXPECT_TRUE(a == b || (std::isnan(a) && std::isnan(b))) << a << " " << b;
}

TEST(ResultsFile, ReadsWhatWasWritten) {
  const Scratch scratch;
  const Results written = sample_results();
  write_results(scratch / "res.h5", written);
  EXPECT_TRUE(problems(scratch / "res.h5").empty());
  const Results read = read_results(scratch / "res.h5");
  EXPECT_EQ(read.input.id, written.input.id);
  EXPECT_EQ(read.input.x_m, written.input.x_m);
  EXPECT_EQ(read.input.region, written.input.region);
  EXPECT_TRUE(read.input.membership.empty());
  EXPECT_TRUE(read.input.company.empty());
  EXPECT_EQ(read.input.populations[1].title, written.input.populations[1].title);
  EXPECT_EQ(read.input.regions[1].name, written.input.regions[1].name);
  EXPECT_EQ(read.provenance.entries, written.provenance.entries);
  EXPECT_EQ(read.input.provenance.entries, written.input.provenance.entries);
  ASSERT_EQ(read.populations.size(), 3U);
  for (std::size_t p = 0; p < 3; ++p) {
    const auto& a = read.populations[p];
    const auto& b = written.populations[p];
    EXPECT_EQ(a.establishments, b.establishments);
    EXPECT_EQ(a.locations, b.locations);
    EXPECT_EQ(a.pairs_within_threshold, b.pairs_within_threshold);
    EXPECT_EQ(a.coincident_pairs, b.coincident_pairs);
    for (const auto member :
         {&PopulationResult::mean_d, &PopulationResult::median_d, &PopulationResult::max_d, &PopulationResult::p90,
          &PopulationResult::p95, &PopulationResult::share_above_p90, &PopulationResult::share_above_p95}) {
      expect_same_double(a.*member, b.*member);
    }
    for (std::size_t r = 0; r < 3; ++r) {
      const auto& c = read.regions[p][r];
      const auto& d = written.regions[p][r];
      EXPECT_EQ(c.establishments, d.establishments);
      EXPECT_EQ(c.type, d.type);
      for (const auto member : {&RegionResult::jobs, &RegionResult::lq, &RegionResult::mean_d,
                                &RegionResult::share_above_p90, &RegionResult::share_above_p95}) {
        expect_same_double(c.*member, d.*member);
      }
    }
    EXPECT_EQ(read.members[p].row, written.members[p].row);
    EXPECT_EQ(read.members[p].decile, written.members[p].decile);
    EXPECT_EQ(read.members[p].cluster, written.members[p].cluster);
    ASSERT_EQ(read.members[p].d_score.size(), written.members[p].d_score.size());
    for (std::size_t i = 0; i < read.members[p].d_score.size(); ++i) {
      expect_same_double(read.members[p].d_score[i], written.members[p].d_score[i]);
    }
  }
}

TEST(ResultsFile, CompaniesAreKeptWhereTheyAreKnown) {
  const Scratch scratch;
  Results written = sample_results();
  EXPECT_FALSE(knows_companies(written));
  written.populations[0].companies = 3;
  written.populations[0].largest_company_jobs_share = 0.9;
  written.populations[1].companies = written.populations[2].companies = 1;
  for (auto& population : written.regions) {
    for (auto& cell : population) cell.companies = cell.establishments > 0 ? 1 : 0;
  }
  written.regions[0][0].largest_company_jobs_share = 1;
  write_results(scratch / "res.h5", written);
  const Results read = read_results(scratch / "res.h5");
  EXPECT_TRUE(knows_companies(read));
  EXPECT_EQ(read.populations[0].companies, 3U);
  EXPECT_EQ(read.populations[0].largest_company_jobs_share, 0.9);
  EXPECT_TRUE(is_missing(read.populations[1].largest_company_jobs_share));
  EXPECT_EQ(read.regions[0][0].companies, 1U);
  EXPECT_EQ(read.regions[0][0].largest_company_jobs_share, 1);
  EXPECT_EQ(read.regions[0][2].companies, 0U);

  written.regions[0][0].companies = 3;
  EXPECT_HAS(error_of([&] { write_results(scratch / "res.h5", written); }),
             "/region_results/companies, index 0: 3 companies do not fit 2 establishments");
  written.regions[0][0].companies = 0;
  EXPECT_HAS(error_of([&] { write_results(scratch / "res.h5", written); }), "0 companies do not fit 2 establishments");
  written.regions[0][0].companies = 1;
  written.regions[0][0].largest_company_jobs_share = 1.5;
  EXPECT_HAS(error_of([&] { write_results(scratch / "res.h5", written); }),
             "/region_results/largest_company_jobs_share, index 0: 1.5 is not a share");
  Breaker(scratch / "res.h5").remove("/region_results/companies");
  EXPECT_HAS(error_of([&] { read_results(scratch / "res.h5"); }), "/region_results/companies");
}

TEST(ResultsFile, KindsAreNotMixedUp) {
  const Scratch scratch;
  write_results(scratch / "res.h5", sample_results());
  write_population(scratch / "pop.h5", sample_results().input);
  EXPECT_HAS(error_of([&] { read_population(scratch / "res.h5"); }),
             "a results file, where a population file is needed");
  EXPECT_HAS(error_of([&] { read_results(scratch / "pop.h5"); }),
             "a population file, where a results file is needed. Make one with `dscore run`.");
}

struct Spoilt {
  const char* name;
  void (*spoil)(Results&);
  const char* place;
  const char* why;
};
void PrintTo(const Spoilt& one, std::ostream* out) { *out << one.name; }
class SpoiltResults : public testing::TestWithParam<Spoilt> {};

TEST_P(SpoiltResults, AreNotWritten) {
  const Scratch scratch;
  Results r = sample_results();
  GetParam().spoil(r);
  const std::string error = error_of([&] { write_results(scratch / "res.h5", r); });
  EXPECT_HAS(error, GetParam().place);
  EXPECT_HAS(error, GetParam().why);
  EXPECT_EQ(scratch.files(), 0U);
}

constexpr double kInfinite = std::numeric_limits<double>::infinity();
const Spoilt kSpoilt[] = {
    {"input", [](Results& r) { r.input.x_m[0] = 1e6; }, "/establishments/x_m, index 0", "1000000 lies outside"},
    {"mean", [](Results& r) { r.populations[2].mean_d = kInfinite; }, "/populations/mean_d, index 2",
     "inf is not a finite number"},
    {"share", [](Results& r) { r.populations[2].share_above_p90 = 1.5; }, "/populations/share_above_p90, index 2",
     "1.5 is not a share"},
    {"locations", [](Results& r) { r.populations[0].locations = 5; }, "/populations/locations, index 0",
     "5 locations do not fit 4"},
    {"pairs", [](Results& r) { r.populations[0].pairs_within_threshold = 13; },
     "/populations/pairs_within_threshold, index 0", "13 pairs"},
    {"coincident", [](Results& r) { r.populations[0].coincident_pairs = 3; },
     "/populations/pairs_within_threshold, index 0", "(3 coincident)"},
    {"populations", [](Results& r) { r.populations.pop_back(); }, "/populations/establishments",
     "2 values, where /populations/name has 3"},
    {"members_count", [](Results& r) { r.members.pop_back(); }, "/members/population", "members of 2 populations"},
    {"regions_count", [](Results& r) { r.regions[1].pop_back(); }, "/region_results/region", "population 1 has 2 rows"},
    {"region_sum", [](Results& r) { r.regions[0][0].establishments = 1; }, "/region_results/establishments",
     "add up to 3, not to its 4"},
    {"region_jobs", [](Results& r) { r.regions[0][1].jobs = -1; }, "/region_results/jobs, index 1",
     "-1 is not a finite number"},
    {"lq", [](Results& r) { r.regions[1][0].lq = -1; }, "/region_results/lq, index 3", "-1 is not"},
    {"type", [](Results& r) { r.regions[1][0].type = 4; }, "/region_results/type, index 3", "4 is not a type"},
    {"row_order",
     [](Results& r) {
       r.members[0].row = {0, 2, 1, 3};
     },
     "/members/row (population 0", "row 1 does not follow"},
    {"row_unknown", [](Results& r) { r.members[2].row = {5}; },
     "/members/row (population 2, which begins at index 5), index 0", "row 5 of 5"},
    {"score", [](Results& r) { r.members[0].d_score[1] = -0.5; }, "/members/d_score", "-0.5 is not a finite number"},
    {"decile", [](Results& r) { r.members[0].decile[1] = 11; }, "/members/decile", "11 is not a decile"},
    {"decile_missing", [](Results& r) { r.members[1].decile[0] = 1; }, "/members/decile",
     "0 exactly where there is no score"},
    {"cluster", [](Results& r) { r.members[0].cluster[1] = static_cast<Cluster>(3); }, "/members/cluster",
     "3 is not a cluster"},
    {"member_columns", [](Results& r) { r.members[0].decile.pop_back(); }, "/members/row", "differ in length"},
    {"member_count", [](Results& r) { r.populations[0].establishments = 5; }, "/region_results/establishments",
     "add up to 4, not to its 5"},
    {"provenance", [](Results& r) { r.provenance.set("bad-name", 1.0); }, "/provenance", "bad-name"},
};
INSTANTIATE_TEST_SUITE_P(All, SpoiltResults, testing::ValuesIn(kSpoilt), [](const auto& i) { return i.param.name; });

struct Broken {
  const char* name;
  void (*spoil)(Breaker&);
  const char* place;
  const char* why;
};
void PrintTo(const Broken& one, std::ostream* out) { *out << one.name; }
class BrokenResults : public testing::TestWithParam<Broken> {};

TEST_P(BrokenResults, AreNotRead) {
  const Scratch scratch;
  const std::string path = scratch / "res.h5";
  write_results(path, sample_results());
  {
    Breaker file(path);
    GetParam().spoil(file);
  }
  const auto all = problems(path);
  ASSERT_FALSE(all.empty());
  EXPECT_HAS(all[0], GetParam().place);
  EXPECT_HAS(all[0], GetParam().why);
  EXPECT_HAS(error_of([&] { read_results(path); }), all[0]);
}

const Broken kBroken[] = {
    {"column_missing", [](Breaker& f) { f.remove("/members/d_score"); }, "/members/d_score", "no such dataset"},
    {"statistic_missing", [](Breaker& f) { f.remove("/populations/p90"); }, "/populations/p90", "no such dataset"},
    {"statistic_short", [](Breaker& f) { f.replace<double>("/populations/p90", {0.5}); }, "/populations/p90",
     "1 values, where /populations/name has 3"},
    {"group_missing", [](Breaker& f) { f.remove("/region_results"); }, "/region_results/population", "no such dataset"},
    {"input_provenance", [](Breaker& f) { f.remove("/input_provenance"); }, "/input_provenance", "no such group"},
    {"member_length",
     [](Breaker& f) {
       f.replace<int>("/members/row", {0, 1});
     },
     "/members/row", "2 values, where /members/population has 6"},
    {"member_population",
     [](Breaker& f) {
       f.replace<int>("/members/population", {0, 0, 0, 0, 1, 3});
     },
     "/members/population, index 5", "3 is unknown or out of order"},
    {"member_order",
     [](Breaker& f) {
       f.replace<int>("/members/population", {0, 0, 1, 0, 0, 2});
     },
     "/members/population, index 3", "0 is unknown or out of order"},
    {"region_order",
     [](Breaker& f) {
       f.replace<int>("/region_results/region", {0, 2, 1, 0, 1, 2, 0, 1, 2});
     },
     "/region_results/population, index 1", "out of order"},
    {"decile_wraps",
     [](Breaker& f) {
       f.replace<int>("/members/decile", {257, 9, 1, 4, 0, 10});
     },
     "/members/decile, index 0", "257 is too large"},
    {"type",
     [](Breaker& f) {
       f.replace<int>("/region_results/type", {0, 0, 0, 9, 0, 0, 0, 0, 0});
     },
     "/region_results/type, index 3", "9 is not a type"},
};
INSTANTIATE_TEST_SUITE_P(All, BrokenResults, testing::ValuesIn(kBroken), [](const auto& i) { return i.param.name; });

TEST(ResultsFile, RowsOfTheRegionTableMustFit) {
  const Scratch scratch;
  const std::string path = scratch / "res.h5";
  write_results(path, sample_results());
  Breaker(path).remove("/regions/code").remove("/regions/name").remove("/regions/part");
  Breaker(path).put_text("/regions/code", {"a"}).put_text("/regions/name", {"a"}).put_text("/regions/part", {"a"});
  std::string text;
  for (const auto& problem : problems(path)) text += problem + "\n";
  EXPECT_HAS(text, "9 rows, where 3 populations and 1 regions need 3");
  EXPECT_HAS(text, "unknown region 1: there are 1 regions");
}

}  // namespace
}  // namespace dscore
