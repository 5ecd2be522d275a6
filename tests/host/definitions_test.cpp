// Selectors, membership, and the checks on definitions; then the report on them.

#include "host/definitions.h"

#include <gtest/gtest.h>

#include <string>

#include "host/definitions_report.h"
#include "host/sbi_set.h"
#include "kernels/error.h"

namespace dscore {
namespace {

std::vector<SbiSelector> selectors(std::initializer_list<const char*> texts) {
  std::vector<SbiSelector> list;
  for (const char* text : texts) list.push_back(parse_selector(text));
  return list;
}

Definition define(const std::string& name, std::initializer_list<const char*> include,
                  std::initializer_list<const char*> exclude = {}, std::vector<std::int64_t> companies = {}) {
  Definition one;
  one.name = name;
  one.include = selectors(include);
  one.exclude = selectors(exclude);
  one.companies = std::move(companies);
  return one;
}

/// Whether an establishment with this code is in the only population.
bool holds(const Definition& one, const char* code) {
  const auto parsed = parse_sbi(code);
  EXPECT_TRUE(parsed) << code;
  return Definitions({one}).membership(parsed) == 1;
}

std::string complaint(const char* selector) {
  try {
    parse_selector(selector);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

/// "population key: text" of every fault.
std::vector<std::string> faults(const std::vector<Definition>& list) {
  std::vector<std::string> texts;
  for (const DefinitionFault& fault : faults_of(list)) {
    texts.push_back(std::to_string(fault.population) + ' ' + fault.key + ": " + fault.text);
  }
  return texts;
}

// --- Selectors

TEST(Selector, MatchesAtEveryLevel) {
  EXPECT_TRUE(holds(define("p", {"58"}), "58"));
  EXPECT_TRUE(holds(define("p", {"58"}), "58113"));
  EXPECT_FALSE(holds(define("p", {"58"}), "59"));
  EXPECT_TRUE(holds(define("p", {"38.3"}), "3832"));
  EXPECT_FALSE(holds(define("p", {"38.3"}), "3822"));
  EXPECT_TRUE(holds(define("p", {"0113"}), "01131"));
  EXPECT_TRUE(holds(define("p", {"01131"}), "01131"));
  EXPECT_FALSE(holds(define("p", {"01131"}), "01132"));
}

TEST(Selector, NeverMatchesAShorterCode) {
  EXPECT_FALSE(holds(define("p", {"38.3"}), "38"));
  EXPECT_FALSE(holds(define("p", {"0113"}), "011"));
  EXPECT_FALSE(holds(define("p", {"01131"}), "0113"));
}

TEST(Selector, RangesHoldBothEnds) {
  const Definition industry = define("p", {"10-32", "38.3"});
  for (const char* code : {"10", "1011", "2059", "32", "32991", "383", "38312"})
    EXPECT_TRUE(holds(industry, code)) << code;
  for (const char* code : {"09", "0990", "33", "3311", "38", "3811"}) EXPECT_FALSE(holds(industry, code)) << code;
  EXPECT_TRUE(holds(define("p", {"01.1-01.3"}), "0121"));
  EXPECT_FALSE(holds(define("p", {"01.1-01.3"}), "0141"));
  EXPECT_TRUE(holds(define("p", {" 0111 - 0113 "}), "01131"));
}

TEST(Selector, AgreesWithMembershipForEveryCode) {
  for (const char* text : {"01", "10-32", "01.1-01.3", "4621-4623", "01131", "01191-01192", "99"}) {
    const SbiSelector selector = parse_selector(text);
    const Definitions definitions({define("p", {text})});
    for (int digits = 2; digits <= 5; ++digits) {
      std::uint32_t count = 1;
      for (int i = 0; i < digits; ++i) count *= 10;
      for (std::uint32_t number = 0; number < count; ++number) {
        const SbiCode code(number, digits);
        ASSERT_EQ(definitions.membership(code) == 1, selector.matches(code)) << text << " and " << code.text();
      }
    }
  }
}

TEST(Selector, SaysWhatItIs) {
  EXPECT_EQ(parse_selector("0113").text(), "01.13");
  EXPECT_EQ(parse_selector("10-32").text(), "10-32");
  EXPECT_EQ(parse_selector("011-013").text(), "01.1-01.3");
}

TEST(Selector, RefusesWhatMatchesNothing) {
  const std::string see = ". `dscore sectors --list` prints the codes there are.";
  EXPECT_EQ(complaint("34"), "the SBI 2008 has no division 34" + see);
  EXPECT_EQ(complaint("0199"), "the SBI 2008 has no group 01.9" + see);
  EXPECT_EQ(complaint("9"), "a code is two to five digits, with or without the dots of 01.13.1" + see);
  EXPECT_EQ(complaint(""), "there is no code" + see);
  EXPECT_EQ(complaint("10-"), "there is no code" + see);
  EXPECT_EQ(complaint("-10"), "there is no code" + see);
  EXPECT_EQ(complaint("10-32-33"), "a code is two to five digits, with or without the dots of 01.13.1" + see);
  EXPECT_EQ(complaint("10\xE2\x80\x93"
                      "32"),
            "a code is two to five digits, with or without the dots of 01.13.1" + see);
  EXPECT_EQ(complaint("10-32.1"), "the ends of a range must have the same number of digits. Write 10-32 or 01.1-01.3.");
  EXPECT_EQ(complaint("32-10"), "the range ends before it begins. Write the lower code first.");
  EXPECT_EQ(complaint("10-10"), "accepted");
}

// --- Membership

TEST(Membership, ExcludeWins) {
  const Definition one = define("p", {"01", "0119"}, {"01191", "017"});
  EXPECT_TRUE(holds(one, "01192"));
  EXPECT_FALSE(holds(one, "01191"));
  EXPECT_FALSE(holds(one, "0170"));
  EXPECT_TRUE(holds(one, "0119")) << "not known to be 01.19.1";
}

TEST(Membership, CompaniesCountWhateverTheirCodes) {
  const Definitions definitions({define("a", {"10"}, {"1011"}, {7, -8}), define("b", {"20"}, {}, {8})});
  EXPECT_EQ(definitions.membership(parse_sbi("2011"), 7), 0b11U);
  EXPECT_EQ(definitions.membership(parse_sbi("1011"), 7), 0b01U) << "even if excluded by code";
  EXPECT_EQ(definitions.membership({}, 7), 0b01U) << "without a code";
  EXPECT_EQ(definitions.membership({}, -8), 0b01U);
  EXPECT_EQ(definitions.membership({}, 8), 0b10U);
  EXPECT_EQ(definitions.membership(parse_sbi("9900"), 9), 0U);
  EXPECT_EQ(definitions.membership({}, {}), 0U);
  EXPECT_EQ(definitions.companies().size(), 3U);
}

TEST(Membership, SixtyFourPopulationsAndNoMore) {
  std::vector<Definition> list;
  list.reserve(65);
  for (int p = 0; p < 64; ++p)
    list.push_back(define(std::string("p").append(std::to_string(p)), {p % 2 == 0 ? "10" : "20"}));
  EXPECT_EQ(Definitions(list).membership(parse_sbi("1011")), 0x5555555555555555U);
  EXPECT_EQ(Definitions(list).membership(parse_sbi("2011")), 0xAAAAAAAAAAAAAAAAU);
  EXPECT_EQ(Definitions(list).populations().size(), 64U);
  list.push_back(define("one_too_many", {"30"}));
  EXPECT_EQ(faults(list),
            std::vector<std::string>{"64 : 65 populations, where at most 64 are possible. Split the file."});
  EXPECT_THROW(Definitions{list}, Error);
}

TEST(Populations, ReferToBenchmarksByIndex) {
  Definition sector = define("chemicals", {"20"});
  sector.title = "Chemie";
  sector.benchmark = "industry";
  const auto populations = Definitions({sector, define("industry", {"10-32"})}).populations();
  ASSERT_EQ(populations.size(), 2U);
  EXPECT_EQ(populations[0].name, "chemicals");
  EXPECT_EQ(populations[0].title, "Chemie");
  EXPECT_EQ(populations[0].benchmark, 1U);
  EXPECT_FALSE(populations[1].benchmark);
}

// --- Faults

TEST(Faults, AreNoneInOrder) {
  Definition narrow = define("narrow", {"01", "10"}, {"017"}, {5});
  narrow.subset_of = {"broad"};
  EXPECT_EQ(faults({narrow, define("broad", {"01", "10-12"}, {"017"}, {4, 5})}), std::vector<std::string>{});
}

TEST(Faults, OfNamesAndBenchmarks) {
  Definition one = define("Chemie", {"20"});
  one.title = "two\nlines";
  one.benchmark = "industry";
  Definition two = define("b", {"20"});
  two.benchmark = "b";
  two.subset_of = {"b", "c"};
  EXPECT_EQ(faults({one, two, define("b", {"21"})}),
            (std::vector<std::string>{
                "0 name: names are small letters a-z, digits and _ only. Put the rest in the title.",
                "0 title: there are line ends or other control characters in it. Remove them.",
                "0 benchmark: no population has that name. Define it, or name one of this file.",
                "1 benchmark: a population cannot be its own benchmark. Leave the key out for none.",
                "1 subset_of: every population is a subset of itself. Name another one.",
                "1 subset_of: no population has the name \"c\". Name one of this file.",
                "2 name: an earlier population has the name b too. Names must be unique.",
            }));
}

TEST(Faults, OfPopulationsWithoutMembers) {
  EXPECT_EQ(faults({}), std::vector<std::string>{"0 : there are no populations. Define at least one."});
  EXPECT_EQ(faults({define("a", {}), define("b", {"10"}, {"10"}), define("c", {}, {}, {1}),
                    define("d", {"10"}, {"10"}, {1})}),
            (std::vector<std::string>{
                "0 : it has no members. Give it include, a list of SBI codes, or companies.",
                "1 exclude: it takes away all that include covers. Shorten it.",
            }));
}

TEST(Faults, OfBrokenSubsets) {
  Definition narrow = define("narrow", {"01", "10"}, {"017"}, {5, 6, 7});
  narrow.subset_of = {"broad"};
  EXPECT_EQ(faults({narrow, define("broad", {"01", "10.1"}, {"01.13"}, {7})}),
            (std::vector<std::string>{
                "0 subset_of: not in broad: 01.13 10.2-10.9. Add it there, or take it away here.",
                "0 subset_of: not in broad: 2 companies, first 5. Add it there, or take it away here.",
            }));
}

TEST(Faults, OfSubsetsThatOnlyShortCodesBreak) {
  Definition narrow = define("narrow", {"01.5"});
  narrow.subset_of = {"broad"};
  EXPECT_EQ(
      faults({narrow, define("broad", {"01.50"})}),
      std::vector<std::string>{"0 subset_of: not in broad: 01.5 (without further digits). Add it there, or take it "
                               "away here."});
}

TEST(Definitions, ThrowTheFirstFault) {
  try {
    const Definitions refused({define("a", {"10"}), define("B", {"10"})});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()),
              "population 2, name: names are small letters a-z, digits and _ only. Put the rest in the title.");
  }
}

// --- Sets and the report

std::string compacted(std::initializer_list<const char*> include, std::initializer_list<const char*> exclude = {}) {
  return text_of(compact(covered_by(define("p", include, exclude))));
}

TEST(Compact, IsTheShortestThatCoversTheSame) {
  EXPECT_EQ(compacted({"10-32", "38.3"}), "10-32 38.3");
  EXPECT_EQ(compacted({"10", "12", "11"}), "10-12");
  EXPECT_EQ(compacted({"10", "11"}), "10 11");
  EXPECT_EQ(compacted({"33", "35", "36"}), "33-36") << "there is no 34";
  EXPECT_EQ(compacted({"38.31", "38.32"}), "38.3");
  EXPECT_EQ(compacted({"38.3", "38.2", "38.1"}), "38");
  EXPECT_EQ(compacted({"62.01"}), "62.01");
  EXPECT_EQ(compacted({"01"}, {"0113"}), "01.11 01.12 01.14-01.19 01.2-01.7");
  EXPECT_EQ(compacted({"0113"}, {"01134"}), "01.13.0-01.13.3 01.13.5-01.13.9");
  EXPECT_EQ(text_of(compact(whole_sbi())), "01-99");
  EXPECT_EQ(text_of(compact({})), "");
}

TEST(Compact, ReadsBackAsTheSameSet) {
  for (const Definition& one :
       {define("p", {"01", "46.2", "56"}, {"01191", "017", "4622"}), define("p", {"58-63"}, {"6321"})}) {
    const SbiSet set = covered_by(one);
    SbiSet again;
    for (const SbiSelector& selector : compact(set)) again |= covered_by(parse_selector(selector.text()));
    EXPECT_EQ(again, set);
  }
}

TEST(ClassesIn, CountsClassesInPartToo) {
  EXPECT_EQ(classes_in(whole_sbi()), 621U);
  EXPECT_EQ(classes_in(covered_by(parse_selector("38.3"))), 2U);
  EXPECT_EQ(classes_in(covered_by(parse_selector("01131"))), 1U);
}

TEST(Overlaps, HaveCodesAndCompanies) {
  const std::vector<Definition> list = {define("a", {"10-32"}, {}, {3, 1}), define("b", {"20", "35"}, {}, {1, 2, 1}),
                                        define("c", {"35"}), define("d", {"90"}, {}, {2})};
  const auto overlaps = overlaps_of(list);
  ASSERT_EQ(overlaps.size(), 3U);
  EXPECT_EQ(overlaps[0].first, 0U);
  EXPECT_EQ(overlaps[0].second, 1U);
  EXPECT_EQ(text_of(compact(overlaps[0].codes)), "20");
  EXPECT_EQ(overlaps[0].companies, std::vector<std::int64_t>{1});
  EXPECT_FALSE(overlaps[0].holds_first || overlaps[0].holds_second);
  EXPECT_EQ(overlaps[1].second, 2U);
  EXPECT_TRUE(overlaps[1].holds_second && !overlaps[1].holds_first);
  EXPECT_EQ(overlaps[2].second, 3U);
  EXPECT_TRUE(overlaps[2].codes.none());
  EXPECT_EQ(overlaps[2].companies, std::vector<std::int64_t>{2});
  EXPECT_EQ(text_of(compact(uncovered_by(list))), "01-09 33 36-88 91-99");
}

TEST(Remarks, AreOnWhatChangesNothing) {
  const auto remarks = [](const Definition& one) {
    std::vector<std::string> texts;
    for (const DefinitionFault& remark : remarks_on({one})) texts.push_back(remark.key + ": " + remark.text);
    return texts;
  };
  EXPECT_EQ(remarks(define("p", {"10-32", "38.3"}, {"1011"})), std::vector<std::string>{});
  EXPECT_EQ(remarks(define("p", {"10-32", "2011", "58", "58"}, {"1011", "35", "101"}, {1, 2, 1})),
            (std::vector<std::string>{
                "include: 20.11 is covered by the others.",
                "include: 58 is covered by the others.",
                "exclude: 10.11 is covered by the others.",
                "exclude: 35 takes nothing away.",
                "companies: 1 named more than once.",
            }));
  EXPECT_EQ(remarks(define("p", {"01"}, {"01191-01192"})),
            std::vector<std::string>{": fifth digits are not in the list and so not checked: 01.19.1-01.19.2."});
  EXPECT_EQ(remarks(define("p", {"63.9"})),
            (std::vector<std::string>{
                ": only one of 63.21 (registers of before 2014) and 63.91 (since then) is covered.",
                ": only one of 63.29 (registers of before 2014) and 63.99 (since then) is covered.",
            }));
}

}  // namespace
}  // namespace dscore
