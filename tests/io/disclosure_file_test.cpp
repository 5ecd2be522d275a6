#include "io/disclosure_file.h"

#include <gtest/gtest.h>

#include "io/disclosed_tables.h"
#include "io/tables.h"
#include "tests/io/samples.h"
#include "tests/io/scratch.h"

namespace dscore {
namespace {

using test::error_of;
using test::read_file;
using test::sample_results;
using test::Scratch;

void expect_same(const DisclosureRules& a, const DisclosureRules& b) {
  EXPECT_EQ(a.minimum_establishments, b.minimum_establishments);
  EXPECT_EQ(a.check_dominance, b.check_dominance);
  EXPECT_EQ(a.dominance, b.dominance);
  EXPECT_EQ(a.show_empty_cells, b.show_empty_cells);
  EXPECT_EQ(a.protection, b.protection);
  EXPECT_EQ(a.high_percentile, b.high_percentile);
  EXPECT_EQ(a.log_names_rules, b.log_names_rules);
  EXPECT_EQ(a.count_base, b.count_base);
  EXPECT_EQ(a.jobs_base, b.jobs_base);
  EXPECT_EQ(a.score_decimals, b.score_decimals);
  EXPECT_EQ(a.lq_decimals, b.lq_decimals);
  EXPECT_EQ(a.share_decimals, b.share_decimals);
  EXPECT_EQ(a.pairs_digits, b.pairs_digits);
}

TEST(DisclosureFile, TheExampleIsTheDefault) {
  const DisclosureRules rules = parse_disclosure_rules(disclosure_example(), "example");
  expect_same(rules, {});
  expect_same(rules, read_disclosure_rules("default"));
  expect_same(parse_disclosure_rules("", "empty"), {});
}

TEST(DisclosureFile, EveryRuleIsRead) {
  const Scratch scratch;
  scratch.write("rules.toml",
                "minimum_establishments = 15\ndominance = 0.75\nempty_cells = \"suppress\"\nprotection = 1\n"
                "high_percentile = 0.98\nlog = \"suppressed\"\n[rounding]\ncounts = 3\njobs = 7\nscore_decimals = 5\n"
                "lq_decimals = 1\nshare_decimals = 3\npairs_digits = 2\n");
  expect_same(read_disclosure_rules(scratch / "rules.toml"), {15, true, 0.75, false, 1, 0.98, false, 3, 7, 5, 1, 3, 2});
  EXPECT_FALSE(parse_disclosure_rules("dominance = \"unchecked\"", "x").check_dominance);
}

TEST(DisclosureFile, ErrorsNameLineAndRule) {
  const auto says = [](const std::string& text, const std::string& what) {
    EXPECT_HAS(error_of([&] { parse_disclosure_rules(text, "rules.toml"); }), what);
  };
  says("minimum_establishments = \n", "rules.toml, line 1: not TOML");
  says("\nminimum = 10\n",
       "rules.toml, line 2, minimum: there is no such setting. Here are: minimum_establishments, dominance");
  says("[rounding]\nevery = 1\n",
       "rules.toml, line 2, rounding.every: there is no such setting. Here are: counts, jobs");
  says("minimum_establishments = 9.5\n", "line 1, minimum_establishments: a whole number is needed here.");
  says("minimum_establishments = -1\n", "rules.toml: rules of disclosure: minimum_establishments must be");
  says("minimum_establishments = 2\n", "minimum_establishments must be a whole number from 3");
  says("dominance = true\n", "line 1, dominance: a number is needed here.");
  says("dominance = \"none\"\n", "line 1, dominance: \"none\" is not one of \"unchecked\".");
  says("dominance = 2\n", "dominance must be a share");
  says("empty_cells = \"hide\"\n", "line 1, empty_cells: \"hide\" is not one of \"show\", \"suppress\".");
  says("log = 1\n", "line 1, log: a text in quotes is needed here.");
  says("protection = \"0.2\"\n", "line 1, protection: a number is needed here.");
  says("high_percentile = nan\n", "high_percentile must be");
  says("rounding = 5\n", "line 1, rounding: a table [rounding] is needed here.");
  says("[rounding]\njobs = 0\n", "rounding.jobs must be");
  says("[rounding]\nscore_decimals = 99999999999\n", "rounding.score_decimals must be");
  EXPECT_HAS(error_of([] { read_disclosure_rules("no/such.toml"); }), "no/such.toml");
  const Scratch scratch;
  EXPECT_HAS(error_of([&] { read_disclosure_rules(scratch.path()); }), "directory");
  scratch.write("long.toml", std::string(std::size_t{1} << 20, '#'));
  EXPECT_HAS(error_of([&] { read_disclosure_rules(scratch / "long.toml"); }), "not rules of disclosure");
}

Results with_companies() {
  Results results = sample_results();
  for (auto& population : results.populations) population.companies = 1;
  return results;
}

TEST(DisclosedTables, FollowTheColumnContract) {
  const Scratch scratch;
  export_disclosed(with_companies(), {}, scratch / "out");
  EXPECT_EQ(read_file(scratch / "out/populations.csv"),
            "population,name,benchmark,establishments,locations,mean_d,median_d,p90,p95,p99,share_above_p90,"
            "share_above_p95,pairs_within_threshold,suppressed\n"
            "industry,Industry,,,,,,,,,,,,all\n"
            "water,\"Water, \"\"blue\"\"\",industry,,,,,,,,,,,all\n"
            "energy,,industry,,,,,,,,,,,all\n");
  const std::string regions = read_file(scratch / "out/regions.csv");
  EXPECT_HAS(regions,
             "population,region,region_name,establishments,jobs,lq,mean_d,share_above_p90,share_above_p95,type,"
             "suppressed\nindustry,CR01,Oost-Groningen,,,,,,,,all\n");
  const std::string log = read_file(scratch / "out/disclosure_log.csv");
  EXPECT_HAS(log, "table,population,region,columns,rule,detail\npopulations,industry,,all,small_count,\n");
  EXPECT_HAS(log, "populations,,,max_d,replaced,by p99\n");
  EXPECT_HAS(log, "regions,,,jobs,rounded,\"to the nearest multiple of 10, halves upwards\"\n");
  EXPECT_HAS(read_file(scratch / "out/provenance.json"), "\"disclosure_minimum_establishments\": 10");
}

TEST(DisclosedTables, StandAlone) {
  const Scratch scratch;
  export_tables(sample_results(), scratch / "mixed", true);
  EXPECT_HAS(error_of([&] { export_disclosed(with_companies(), {}, scratch / "mixed"); }),
             "holds establishments.csv too");
  export_disclosed(with_companies(), {}, scratch / "out");
  export_disclosed(with_companies(), {}, scratch / "out");  // older ones are replaced
  EXPECT_HAS(error_of([&] { export_tables(sample_results(), scratch / "out", false); }),
             "went through disclosure control");
}

}  // namespace
}  // namespace dscore
