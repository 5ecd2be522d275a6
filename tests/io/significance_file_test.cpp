#include "io/significance_file.h"

#include <gtest/gtest.h>

#include <limits>
#include <ostream>

#include "io/significance_tables.h"
#include "io/validate.h"
#include "tests/host/significance_samples.h"
#include "tests/io/break_hdf5.h"
#include "tests/io/scratch.h"

namespace dscore::test {
namespace {

/// Two sectors and one without tests, made once.
const Significance& sample() {
  static const Significance made = [] {
    Register input = register_of(towns(300));
    Random random(5);
    add_sector(input, some_rows(input, 40, random));
    add_sector(input, some_rows(input, 60, random));
    add_sector(input, some_rows(input, 1, random));
    SignificanceSettings settings;
    settings.draws = 25;
    return significance_of(input, settings);
  }();
  return made;
}

bool same(double a, double b) { return a == b || (is_missing(a) && is_missing(b)); }

void expect_same(const TestResult& a, const TestResult& b) {
  EXPECT_EQ(a.draws, b.draws);
  for (const auto member :
       {&TestResult::observed, &TestResult::null_mean, &TestResult::null_sd, &TestResult::z, &TestResult::p_upper,
        &TestResult::p_lower, &TestResult::p_two_sided, &TestResult::q_upper, &TestResult::q_lower,
        &TestResult::q_two_sided, &TestResult::low, &TestResult::high, &TestResult::min, &TestResult::max}) {
    EXPECT_TRUE(same(a.*member, b.*member)) << a.*member << " " << b.*member;
  }
}

TEST(SignificanceFile, ReadsWhatWasWritten) {
  const Scratch scratch;
  const std::string path = scratch / "sig.h5";
  const Significance& written = sample();
  write_significance(path, written);
  EXPECT_EQ(problems(path), std::vector<std::string>());
  const Significance read = read_significance(path);
  EXPECT_EQ(read.input.id, written.input.id);
  EXPECT_EQ(read.provenance.entries, written.provenance.entries);
  ASSERT_EQ(read.populations.size(), 4U);
  for (std::size_t p = 0; p < 4; ++p) {
    const PopulationTests& a = read.populations[p];
    const PopulationTests& b = written.populations[p];
    EXPECT_EQ(a.establishments, b.establishments);
    EXPECT_EQ(a.pool, b.pool);
    EXPECT_EQ(a.draws, b.draws);
    EXPECT_EQ(a.method, b.method);
    EXPECT_TRUE(same(a.distributions.mann_whitney_p, b.distributions.mann_whitney_p));
    for (std::size_t k = 0; k < kStatistics.size(); ++k) {
      expect_same(a.statistics[k], b.statistics[k]);
      EXPECT_EQ(read.draws[p].statistics[k], written.draws[p].statistics[k]);
    }
    for (std::size_t r = 0; r < 4; ++r) expect_same(read.regions[p][r].mean_d, written.regions[p][r].mean_d);
    EXPECT_EQ(read.members[p].row, written.members[p].row);
    EXPECT_EQ(read.members[p].null_sd, written.members[p].null_sd);
  }
  ASSERT_EQ(read.cross.size(), 2U);
  EXPECT_EQ(read.cross[1].of, 2U);
  EXPECT_EQ(read.cross[1].to, 1U);
  expect_same(read.cross[1].proximity, written.cross[1].proximity);
}

TEST(SignificanceFile, TheSameContentGivesTheSameBytes) {
  const Scratch scratch;
  write_significance(scratch / "a.h5", sample());
  write_significance(scratch / "b.h5", read_significance(scratch / "a.h5"));
  EXPECT_EQ(read_file(scratch / "a.h5"), read_file(scratch / "b.h5"));
}

TEST(SignificanceFile, TablesHaveARowForEachTest) {
  const Scratch scratch;
  export_significance(sample(), scratch / "tables", true);
  const auto rows = [&](const std::string& name) {
    const std::string text = read_file(scratch / ("tables/significance_" + name + ".csv"));
    return std::count(text.begin(), text.end(), '\n') - 1;
  };
  EXPECT_EQ(rows("populations"), 4);
  EXPECT_EQ(rows("tests"), 4 * 6);
  EXPECT_EQ(rows("regions"), 4 * 4);
  EXPECT_EQ(rows("cross"), 2);
  EXPECT_EQ(rows("draws"), 2 * 25);
  EXPECT_EQ(rows("establishments"), 100);
  export_significance(sample(), scratch / "others", false);
  EXPECT_EQ(read_file(scratch / "others/significance_establishments.csv"), "");
}

struct Spoilt {
  const char* name;
  void (*spoil)(Significance&);
  const char* place;
  const char* why;
};
void PrintTo(const Spoilt& one, std::ostream* out) { *out << one.name; }
class SpoiltSignificance : public testing::TestWithParam<Spoilt> {};

TEST_P(SpoiltSignificance, IsNotWritten) {
  const Scratch scratch;
  Significance s = sample();
  GetParam().spoil(s);
  const std::string error = error_of([&] { write_significance(scratch / "sig.h5", s); });
  EXPECT_HAS(error, GetParam().place);
  EXPECT_HAS(error, GetParam().why);
  EXPECT_EQ(scratch.files(), 0U);
}

constexpr double kInfinite = std::numeric_limits<double>::infinity();
const Spoilt kSpoilt[] = {
    {"p", [](Significance& s) { s.populations[1].statistics[2].p_upper = 0; }, "/tests, index 8", "0 is not a p-value"},
    {"q", [](Significance& s) { s.regions[1][0].mean_d.q_lower = 1.5; }, "/region_tests (population 1), index 0",
     "1.5 is not a p-value"},
    {"alone", [](Significance& s) { s.populations[0].statistics[0].observed = 1; }, "/tests, index 0",
     "a p-value without"},
    {"observed", [](Significance& s) { s.cross[0].proximity.observed = kInfinite; }, "/cross_tests, index 0",
     "inf is not finite"},
    {"sd", [](Significance& s) { s.cross[1].proximity.null_sd = -1; }, "/cross_tests, index 1",
     "-1 is not a standard deviation"},
    {"envelope", [](Significance& s) { s.populations[2].statistics[0].low = 1; }, "/tests, index 12", "out of order"},
    {"draws", [](Significance& s) { s.populations[2].statistics[0].draws = 2'000'000; }, "/tests, index 12", "2000000"},
    {"pool", [](Significance& s) { s.populations[1].pool = 7; }, "/populations/pool, index 1", "7 is not"},
    {"superiority", [](Significance& s) { s.populations[1].distributions.superiority = 2; },
     "/populations/superiority, index 1", "2 is out of range"},
    {"members", [](Significance& s) { s.members[1].z.pop_back(); }, "/members (population 1)", "differ in length"},
    {"row", [](Significance& s) { s.members[1].row[0] = 300; }, "/members (population 1), row, index 0", "300"},
    {"z", [](Significance& s) { s.members[2].z[3] = kInfinite; }, "/members (population 2), z, index 3", "inf"},
    {"pair", [](Significance& s) { s.cross[0].to = s.cross[0].of; }, "/cross_tests/population, index 0", "not two"},
    {"kept", [](Significance& s) { s.draws[1].statistics[3].pop_back(); }, "/draws (population 1)", "differ in length"},
    {"populations", [](Significance& s) { s.draws.pop_back(); }, "/populations", "another number"},
    {"provenance", [](Significance& s) { s.provenance.set("bad-name", 1.0); }, "/provenance", "bad-name"},
};
INSTANTIATE_TEST_SUITE_P(All, SpoiltSignificance, testing::ValuesIn(kSpoilt),
                         [](const auto& i) { return i.param.name; });

struct Broken {
  const char* name;
  void (*spoil)(Breaker&);
  const char* place;
  const char* why;
};
void PrintTo(const Broken& one, std::ostream* out) { *out << one.name; }
class BrokenSignificance : public testing::TestWithParam<Broken> {};

TEST_P(BrokenSignificance, IsNotRead) {
  const Scratch scratch;
  const std::string path = scratch / "sig.h5";
  write_significance(path, sample());
  {
    Breaker file(path);
    GetParam().spoil(file);
  }
  const auto all = problems(path);
  ASSERT_FALSE(all.empty());
  EXPECT_HAS(all[0], GetParam().place);
  EXPECT_HAS(all[0], GetParam().why);
  EXPECT_THROW(read_significance(path), Error);
}

const Broken kBroken[] = {
    {"no_tests", [](Breaker& f) { f.remove("/tests"); }, "/tests/population", ""},
    {"a_column", [](Breaker& f) { f.remove("/region_tests/null_2_5"); }, "/region_tests/null_2_5", ""},
    {"short",
     [](Breaker& f) {
       f.replace("/tests/z", std::vector<double>{1, 2});
     },
     "/tests/z", "2 values, where"},
    {"statistic", [](Breaker& f) { f.replace_text("/tests/statistic", std::vector<std::string>(24, "mean_d")); },
     "/tests/population, index 1", "out of order"},
    {"rows", [](Breaker& f) { f.replace("/region_tests/population", std::vector<int>(16, 0)); },
     "/region_tests/population, index 4", "out of order"},
    {"member", [](Breaker& f) { f.replace("/members/population", std::vector<int>(100, 9)); },
     "/members/population, index 0", "9 is unknown"},
    {"draw", [](Breaker& f) { f.replace("/draws/draw", std::vector<int>(50, 1)); }, "/draws/draw, index 1",
     "out of order"},
    {"version", [](Breaker& f) { f.remove_attribute("/", "schema_version").attribute("/", "schema_version", 2); }, "",
     "of schema version 2"},
};
INSTANTIATE_TEST_SUITE_P(All, BrokenSignificance, testing::ValuesIn(kBroken),
                         [](const auto& i) { return i.param.name; });

}  // namespace
}  // namespace dscore::test
