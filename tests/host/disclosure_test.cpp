// Disclosure control, rule by rule, on registers made for each. That nothing hidden can be recomputed from what is
// written is attacked from outside in tests/cli/test_disclosure.py.

#include "host/disclosure.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "host/disclosure_protect.h"
#include "host/disclosure_ranges.h"
#include "host/disclosure_sums.h"
#include "kernels/error.h"
#include "tests/host/disclosure_samples.h"

namespace dscore {
namespace {

using test::Group;
using test::results_of;

constexpr Hidden kShown = Hidden::no;

/// Numbers by region of one population without anything else; jobs are 1 each.
Results counts(const std::vector<std::size_t>& numbers) {
  std::vector<Group> groups;
  for (std::size_t r = 0; r < numbers.size(); ++r) groups.push_back({numbers[r], static_cast<std::uint16_t>(r), 1});
  return results_of(groups, numbers.size(), {-1});
}

std::vector<Hidden> hidden_in(const Results& results, std::size_t p = 0, const DisclosureRules& rules = {}) {
  return suppress(results, rules).all[p];
}

TEST(Disclosure, NothingIsHiddenWithoutReason) {
  EXPECT_EQ(hidden_in(counts({10, 40, 25})), std::vector<Hidden>(4, kShown));
}

TEST(Disclosure, SmallCellsAreHiddenWithAPartner) {
  // 3 + 10 would do as a sum, but leave the 3 no room: the other is at least 10.
  const std::vector<Hidden> hidden = hidden_in(counts({3, 50, 10, 40, 60}));
  EXPECT_EQ(hidden,
            (std::vector<Hidden>{Hidden::small_count, kShown, Hidden::secondary, Hidden::secondary, kShown, kShown}));
}

TEST(Disclosure, TheMinimumIsTheRules) {
  DisclosureRules rules;
  rules.minimum_establishments = 5;
  EXPECT_EQ(hidden_in(counts({5, 6, 40}), 0, rules), std::vector<Hidden>(4, kShown));
  EXPECT_EQ(hidden_in(counts({4, 60, 40}), 0, rules)[0], Hidden::small_count);
}

TEST(Disclosure, SmallCellsThatAddUpToTooFewNeedAPartner) {
  const std::vector<Hidden> hidden = hidden_in(counts({3, 4, 50, 80}));
  EXPECT_EQ(hidden[0], Hidden::small_count);
  EXPECT_EQ(hidden[1], Hidden::small_count);
  EXPECT_EQ(hidden[2], Hidden::secondary);
  EXPECT_EQ(hidden[3], kShown);
}

TEST(Disclosure, SmallCellsAtTheirMostNeedAPartner) {
  // Two of 9 add up to 18: both can only be 9.
  EXPECT_EQ(hidden_in(counts({9, 9, 50, 80}))[2], Hidden::secondary);
  // Four of 5 could be anything from 1 to 9.
  EXPECT_EQ(hidden_in(counts({5, 5, 5, 5, 80}))[4], kShown);
}

TEST(Disclosure, AnEmptyCellIsShownUnlessTheRulesSayOtherwise) {
  EXPECT_EQ(hidden_in(counts({0, 40, 60})), std::vector<Hidden>(4, kShown));
  DisclosureRules rules;
  rules.show_empty_cells = false;
  const std::vector<Hidden> hidden = hidden_in(counts({0, 40, 60}), 0, rules);
  EXPECT_EQ(hidden, (std::vector<Hidden>{Hidden::small_count, Hidden::secondary, kShown, kShown}));
}

TEST(Disclosure, APopulationTooSmallIsHiddenEntirely) {
  EXPECT_EQ(hidden_in(counts({4, 5, 0})),
            (std::vector<Hidden>{Hidden::small_count, Hidden::small_count, Hidden::secondary, Hidden::small_count}));
}

TEST(Disclosure, WhereNoPartnerIsLeftTheNationIsHidden) {
  // 1 and 10 by themselves: the nation of 11 would give the 1 away.
  const std::vector<Hidden> hidden = hidden_in(counts({1, 10, 0}));
  EXPECT_EQ(hidden.back(), Hidden::secondary);
  const Disclosed disclosed = disclose(counts({1, 10, 0}), {});
  EXPECT_EQ(disclosed.populations[0].suppressed, "all");
  EXPECT_TRUE(is_missing(disclosed.populations[0].mean_d));
}

TEST(Disclosure, DominatedCellsAreHiddenWithPartnersOfTheirSize) {
  // 30 establishments of one company with 90 of 110 jobs; regions 1 and 2 are large enough to hide it, region 3 is not.
  const Results results = results_of({{30, 0, 1, 3, 77}, {20, 0, 1}, {60, 1, 1}, {80, 2, 1}, {11, 3, 1}}, 4, {-1});
  EXPECT_DOUBLE_EQ(results.regions[0][0].largest_company_jobs_share, 90.0 / 110);
  EXPECT_EQ(results.regions[0][0].companies, 21U);
  const std::vector<Hidden> hidden = hidden_in(results);
  EXPECT_EQ(hidden[0], Hidden::dominance);
  EXPECT_EQ(hidden[2], Hidden::secondary) << "with 60 jobs more the company would have 90 of 170";
  EXPECT_EQ(hidden[3], kShown);
  DisclosureRules rules;
  rules.dominance = 0.9;
  EXPECT_EQ(hidden_in(results, 0, rules), std::vector<Hidden>(5, kShown));
  rules.check_dominance = false;
  EXPECT_EQ(hidden_in(results, 0, rules), std::vector<Hidden>(5, kShown));
}

TEST(Disclosure, ACellWithoutJobsIsHidden) {
  EXPECT_EQ(hidden_in(results_of({{30, 0, 1, 0}, {40, 1, 1}, {50, 2, 1}}, 3, {-1}))[0], Hidden::dominance)
      << "it would show that each of them has none";
}

TEST(Disclosure, DominanceNeedsCompanies) {
  Results results = counts({20, 30});
  for (auto& population : results.populations) population.companies = 0;
  try {
    suppress(results, {});
    FAIL() << "it was not refused";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("dominance = \"unchecked\""), std::string::npos);
  }
  DisclosureRules rules;
  rules.check_dominance = false;
  EXPECT_EQ(hidden_in(results, 0, rules), std::vector<Hidden>(3, kShown));
}

TEST(Disclosure, NestedPopulationsHideASmallRemainder) {
  // b is part of a; in region 0 all but 4 of a are in b.
  const Results results =
      results_of({{4, 0, 1}, {30, 0, 3}, {60, 1, 1}, {20, 1, 3}, {60, 2, 1}, {40, 2, 3}}, 3, {-1, -1});
  const Suppression hidden = suppress(results, {});
  EXPECT_EQ(hidden.all[0], std::vector<Hidden>(4, kShown)) << "the part is hidden, not the whole";
  EXPECT_EQ(hidden.all[1][0], Hidden::secondary);
  EXPECT_GE(std::count(hidden.all[1].begin(), hidden.all[1].end(), Hidden::secondary), 2);
  EXPECT_EQ(hidden.all[1].back(), kShown);
}

TEST(Disclosure, PopulationsThatDifferByAFewInTheNationAreNotBothShown) {
  const Suppression hidden = suppress(results_of({{3, 0, 1}, {50, 0, 3}, {60, 1, 3}, {70, 2, 3}}, 3, {-1, -1}), {});
  EXPECT_EQ(hidden.all[0], std::vector<Hidden>(4, kShown));
  EXPECT_EQ(hidden.all[1], std::vector<Hidden>(4, Hidden::secondary));
}

TEST(Disclosure, ARemainderOfSeveralPartsIsHiddenToo) {
  // a holds b and c, which are disjoint, and 4 more in region 0; a without b, or without c, is large.
  const Results results = results_of(
      {{4, 0, 1}, {30, 0, 3}, {50, 0, 5}, {40, 1, 1}, {41, 1, 3}, {42, 1, 5}, {43, 2, 1}, {44, 2, 3}, {45, 2, 5}}, 3,
      {-1, -1, -1});
  const Suppression hidden = suppress(results, {});
  const bool any = hidden.all[0][0] != kShown || hidden.all[1][0] != kShown || hidden.all[2][0] != kShown;
  EXPECT_TRUE(any);
}

TEST(Disclosure, AUnionOfPopulationsIsHiddenWithItsParts) {
  // a is b and c together: where c is small, a minus b would show it.
  const Results results =
      results_of({{30, 0, 3}, {5, 0, 5}, {41, 1, 3}, {42, 1, 5}, {44, 2, 3}, {45, 2, 5}}, 3, {-1, -1, -1});
  const Suppression hidden = suppress(results, {});
  EXPECT_EQ(hidden.all[2][0], Hidden::small_count);
  for (std::size_t c = 0; c < 4; ++c) {
    EXPECT_EQ(hidden.all[0][c] == kShown, hidden.all[1][c] == kShown);
    EXPECT_EQ(hidden.all[0][c] == kShown, hidden.all[2][c] == kShown);
  }
  EXPECT_EQ(hidden.all[0][3], kShown);
}

TEST(Disclosure, SharesAreHiddenWhereFewAreAboveOrBelow) {
  const Results made = counts({30, 40, 50, 60});
  Results results = made;
  results.input.populations.push_back({"b", "", 0});
  results.populations.push_back(made.populations[0]);
  results.members.push_back(made.members[0]);
  results.regions.push_back(made.regions[0]);
  const auto set = [&](std::size_t r, double above_p90, double above_p95) {
    auto& cell = results.regions[1][r];
    cell.share_above_p90 = above_p90 / static_cast<double>(cell.establishments);
    cell.share_above_p95 = above_p95 / static_cast<double>(cell.establishments);
  };
  set(0, 4, 0);    // few above P90
  set(1, 38, 20);  // few below P90
  set(2, 20, 15);  // few between
  set(3, 30, 15);  // many of each
  results.populations[1].share_above_p90 = 92.0 / 180;
  results.populations[1].share_above_p95 = 50.0 / 180;
  // The same members as a, so a is hidden and shown with b: nothing of them is hidden.
  const Suppression hidden = suppress(results, {});
  EXPECT_EQ(hidden.all[1], std::vector<Hidden>(5, kShown));
  EXPECT_EQ(hidden.above_p90[1][0], Hidden::small_count);
  EXPECT_EQ(hidden.above_p90[1][1], Hidden::secondary);
  EXPECT_TRUE(hidden.above_p90[1][2] != kShown || hidden.above_p95[1][2] != kShown);
  EXPECT_EQ(hidden.above_p90[0], std::vector<Hidden>(5, kShown));
  const Disclosed disclosed = disclose(results, {});
  EXPECT_EQ(disclosed.regions[1][0].suppressed.substr(0, 15), "share_above_p90");
  EXPECT_TRUE(is_missing(disclosed.regions[1][0].share_above_p90));
  EXPECT_EQ(disclosed.regions[1][0].establishments, 30);
}

TEST(Disclosure, AShareThatIsZeroInTheNationIsZeroEverywhere) {
  // b lies alone in the remote regions 6 and 7, where scores are low.
  std::vector<Group> groups;
  for (std::uint16_t r = 0; r < 6; ++r) groups.push_back({60, r, 1});
  groups.insert(groups.end(), {{4, 12, 2}, {60, 13, 2}, {60, 15, 2}});
  Results results = results_of(groups, 16, {-1, 0});
  for (auto& cell : results.regions[1]) {
    if (!is_missing(cell.share_above_p90)) cell.share_above_p90 = cell.share_above_p95 = 0;
  }
  results.populations[1].share_above_p90 = results.populations[1].share_above_p95 = 0;
  const Disclosed disclosed = disclose(results, {});
  EXPECT_EQ(disclosed.populations[1].share_above_p90, 0);
  EXPECT_EQ(disclosed.regions[1][12].share_above_p90, 0);
  EXPECT_TRUE(is_missing(disclosed.regions[1][12].establishments));
  EXPECT_EQ(disclosed.regions[1][12].suppressed, "establishments jobs lq mean_d type");
}

TEST(Disclosure, PercentilesNeedEnoughBeyondThem) {
  const Disclosed few = disclose(counts({60, 60, 60}), {});  // 180: 18 above P90, 9 above P95, 1 above P99
  EXPECT_FALSE(is_missing(few.populations[0].p90));
  EXPECT_TRUE(is_missing(few.populations[0].p95));
  EXPECT_TRUE(is_missing(few.populations[0].high_percentile));
  EXPECT_EQ(few.populations[0].suppressed, "p95 p99");
  const Disclosed tiny = disclose(counts({12, 0, 0}), {});
  EXPECT_EQ(tiny.populations[0].suppressed.substr(0, 16), "median_d p90 p95");

  const Results many = counts({400, 300, 300});
  const Disclosed shown = disclose(many, {});
  EXPECT_EQ(shown.populations[0].suppressed, "");
  std::vector<double> d = many.members[0].d_score;
  std::sort(d.begin(), d.end());
  EXPECT_NEAR(shown.populations[0].high_percentile, d[989] + 0.01 * (d[990] - d[989]), 0.5e-4);
  EXPECT_EQ(high_percentile_column({}), "p99");
  DisclosureRules rules;
  rules.high_percentile = 0.975;
  EXPECT_EQ(high_percentile_column(rules), "p97.5");
}

TEST(Disclosure, NumbersAreRounded) {
  Results results = counts({402, 298, 301});
  results.regions[0][0].jobs = 404.999;
  results.regions[0][0].mean_d = 0.0123456;
  results.regions[0][0].lq = 1.23456;
  results.populations[0].pairs_within_threshold = 123'456;
  const Disclosed disclosed = disclose(results, {});
  EXPECT_EQ(disclosed.populations[0].establishments, 1000);
  EXPECT_EQ(disclosed.populations[0].pairs_within_threshold, 123'000);
  EXPECT_EQ(disclosed.regions[0][0].establishments, 400);
  EXPECT_EQ(disclosed.regions[0][1].establishments, 300);
  EXPECT_EQ(disclosed.regions[0][0].jobs, 400);
  EXPECT_EQ(disclosed.regions[0][0].mean_d, 0.0123);
  EXPECT_EQ(disclosed.regions[0][0].lq, 1.23);
  results.regions[0][0].jobs = 405;
  DisclosureRules rules;
  EXPECT_EQ(disclose(results, rules).regions[0][0].jobs, 410) << "halves upwards";
  rules.count_base = rules.jobs_base = 1;
  rules.score_decimals = 6;
  rules.lq_decimals = 3;
  rules.pairs_digits = 5;
  const Disclosed finer = disclose(results, rules);
  EXPECT_EQ(finer.regions[0][0].establishments, 402);
  EXPECT_EQ(finer.regions[0][0].jobs, 405);
  EXPECT_EQ(finer.regions[0][0].mean_d, 0.012346);
  EXPECT_EQ(finer.regions[0][0].lq, 1.235);
  EXPECT_EQ(finer.populations[0].pairs_within_threshold, 123'460);
}

TEST(Disclosure, FewLocationsAndFewPairsAreHidden) {
  Results results = counts({402, 298, 301});
  results.populations[0].locations = 9;
  results.populations[0].pairs_within_threshold = 88;  // ten at one place make 90
  const DisclosedPopulation shown = disclose(results, {}).populations[0];
  EXPECT_TRUE(is_missing(shown.locations));
  EXPECT_TRUE(is_missing(shown.pairs_within_threshold));
  EXPECT_EQ(shown.suppressed, "locations pairs_within_threshold");
  results.populations[0].locations = 10;
  results.populations[0].pairs_within_threshold = 90;
  EXPECT_EQ(disclose(results, {}).populations[0].suppressed, "");
  results.populations[0].pairs_within_threshold = 0;
  EXPECT_EQ(disclose(results, {}).populations[0].pairs_within_threshold, 0);
}

TEST(Disclosure, ProvenanceTellsSettingsAndRulesAndNothingPersonal) {
  Results results = counts({20, 30});
  results.provenance.set("version", std::string("0.1.0"));
  results.provenance.set("input_file", std::string("secret.h5"));
  results.provenance.set("started_utc", std::string("2012-01-01T00:00:00Z"));
  results.input.provenance.set("source", std::string("/home/jansen/register.csv"));
  results.input.provenance.set("rows_dropped", std::int64_t{3});
  results.input.provenance.set("reference_date", std::string("2011-12-31"));
  results.input.provenance.set("notice", std::string("made of C:\\data\\jansen"));
  const Disclosed disclosed = disclose(results, {});
  EXPECT_NE(disclosed.provenance.find("version"), nullptr);
  EXPECT_NE(disclosed.provenance.find("threshold_km"), nullptr);
  EXPECT_NE(disclosed.provenance.find("disclosure_minimum_establishments"), nullptr);
  for (const char* name : {"input_file", "started_utc", "device_description", "ordered_pairs", "total_s"}) {
    EXPECT_EQ(disclosed.provenance.find(name), nullptr) << name;
  }
  EXPECT_NE(disclosed.input_provenance.find("reference_date"), nullptr);
  for (const char* name : {"source", "rows_dropped", "notice"}) {
    EXPECT_EQ(disclosed.input_provenance.find(name), nullptr) << name;
  }
}

TEST(Disclosure, TheLogNamesRulesOrNot) {
  const Results results = counts({3, 50, 10, 40, 60});
  const auto rules_of = [](const Disclosed& disclosed) {
    std::vector<std::string> rules;
    for (const DisclosureEntry& entry : disclosed.log) {
      if (entry.table == "regions" && !entry.region.empty()) rules.push_back(entry.region + " " + entry.rule);
    }
    return rules;
  };
  DisclosureRules rules;
  EXPECT_EQ(rules_of(disclose(results, rules)),
            (std::vector<std::string>{"R0 small_count", "R2 secondary", "R3 secondary"}));
  rules.log_names_rules = false;
  EXPECT_EQ(rules_of(disclose(results, rules)),
            (std::vector<std::string>{"R0 suppressed", "R2 suppressed", "R3 suppressed"}));
  std::size_t replaced = 0;
  std::size_t rounded = 0;
  for (const DisclosureEntry& entry : disclose(results, rules).log) {
    replaced += entry.rule == "replaced" ? 1 : 0;
    rounded += entry.rule == "rounded" ? 1 : 0;
  }
  EXPECT_EQ(replaced, 1U);
  EXPECT_EQ(rounded, 9U);
}

TEST(DisclosureRules, AreChecked) {
  const auto refused = [](void (*spoil)(DisclosureRules&), const std::string& says) {
    DisclosureRules rules;
    spoil(rules);
    try {
      check(rules);
      ADD_FAILURE() << "not refused: " << says;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(says), std::string::npos) << error.what();
    }
  };
  EXPECT_NO_THROW(check(DisclosureRules()));
  refused([](DisclosureRules& r) { r.minimum_establishments = 2; }, "minimum_establishments must be a whole number");
  refused([](DisclosureRules& r) { r.dominance = 0; }, "dominance must be a share");
  refused([](DisclosureRules& r) { r.dominance = 1.1; }, "dominance must be a share");
  refused([](DisclosureRules& r) { r.protection = 0; }, "protection must be");
  refused([](DisclosureRules& r) { r.high_percentile = 1; }, "high_percentile must be");
  refused([](DisclosureRules& r) { r.high_percentile = 0.95; }, "high_percentile must be");
  refused([](DisclosureRules& r) { r.high_percentile = kMissing; }, "high_percentile must be");
  refused([](DisclosureRules& r) { r.count_base = 0; }, "rounding.counts must be");
  refused([](DisclosureRules& r) { r.jobs_base = 0; }, "rounding.jobs must be");
  refused([](DisclosureRules& r) { r.score_decimals = -1; }, "rounding.score_decimals must be");
  refused([](DisclosureRules& r) { r.lq_decimals = 10; }, "rounding.lq_decimals must be");
  refused([](DisclosureRules& r) { r.share_decimals = 10; }, "rounding.share_decimals must be");
  refused([](DisclosureRules& r) { r.pairs_digits = 0; }, "rounding.pairs_digits must be");
}

TEST(DeducedRanges, FollowFromTotalsAndFromNesting) {
  using disclosure::Why;
  const Results results = results_of({{20, 0, 1}, {5, 0, 3}, {30, 1, 1}, {12, 1, 3}, {40, 2, 3}}, 3, {-1, -1});
  const disclosure::SumTable table = disclosure::sum_table(results);
  ASSERT_EQ(table.rows.size(), 2U);
  ASSERT_EQ(table.families.size(), 1U);
  EXPECT_EQ(table.families[0].whole, 0U);
  EXPECT_EQ(table.families[0].parts, std::vector<std::size_t>{1});
  EXPECT_TRUE(table.linked.empty());
  disclosure::Hiding hiding(2, std::vector<Why>(4, Why::shown));
  hiding[1] = {Why::small_count, Why::secondary, Why::shown, Why::shown};  // 5 and 12 of b: 17 together
  const auto ranges = disclosure::deduced_ranges(table, hiding, {}, &disclosure::Sums::establishments, true);
  EXPECT_EQ(ranges[1][0].low, 1);
  EXPECT_EQ(ranges[1][0].high, 7) << "the other is at least 10";
  EXPECT_EQ(ranges[1][1].low, 10);
  EXPECT_EQ(ranges[1][1].high, 16);
  EXPECT_EQ(ranges[1][2].width(), 0);
  const auto jobs = disclosure::deduced_ranges(table, hiding, {}, &disclosure::Sums::jobs, false);
  EXPECT_EQ(jobs[1][0].high, 25) << "no more than those of a, which is shown";
}

TEST(SumTable, FindsLinkedPopulations) {
  EXPECT_EQ(disclosure::sum_table(results_of({{20, 0, 3}, {20, 0, 5}, {20, 1, 8}}, 2, {-1, -1, -1, -1})).linked,
            (std::vector<std::size_t>{0, 1, 2}))
      << "a = b + c";
  EXPECT_EQ(disclosure::sum_table(results_of({{20, 0, 3}, {20, 1, 4}}, 2, {-1, -1, -1})).linked,
            (std::vector<std::size_t>{0, 1}))
      << "a = b";
  // Union and intersection: a + b = c + d.
  EXPECT_EQ(disclosure::sum_table(results_of({{20, 0, 5}, {20, 0, 6}, {20, 1, 15}}, 2, {-1, -1, -1, -1})).linked.size(),
            4U);
  EXPECT_TRUE(disclosure::sum_table(results_of({{20, 0, 1}, {20, 0, 3}, {20, 1, 7}}, 2, {-1, -1, -1})).linked.empty());
}

}  // namespace
}  // namespace dscore
