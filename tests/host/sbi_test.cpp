// Codes of SBI 2008: the list, reading them as registers hold them, and the column's width where zeros are lost.

#include "host/sbi.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

namespace dscore {
namespace {

std::string read(std::string_view raw, int width = 0) {
  const auto code = parse_sbi(raw, width);
  return code ? code->text() : "bad";
}

TEST(SbiList, HasAllOfNace) {
  std::map<int, int> nace;
  std::map<int, int> national;
  for (const SbiEntry& entry : sbi_list()) ++(entry.national ? national : nace)[entry.code.digits()];
  EXPECT_EQ(nace, (std::map<int, int>{{2, 88}, {3, 272}, {4, 615}}));
  EXPECT_EQ(national, (std::map<int, int>{{3, 1}, {4, 6}}));
}

// Classes by section, as Eurostat counts them: a code too many here and one too few there would keep the total.
TEST(SbiList, HasTheClassesOfEverySection) {
  std::map<char, int> sections;
  std::map<char, int> classes;
  char section = 0;
  std::string_view text = sbi_list_text();
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    const std::string_view code = line.substr(0, line.find('\t'));
    if (code.size() == 1) ++sections[section = code[0]];
    if (code.size() == 5 && line.ends_with("\tNACE")) ++classes[section];
  }
  EXPECT_EQ(sections.size(), 21U);
  EXPECT_EQ(classes,
            (std::map<char, int>{{'A', 39}, {'B', 15}, {'C', 230}, {'D', 8},  {'E', 9},  {'F', 22}, {'G', 91},
                                 {'H', 23}, {'I', 8},  {'J', 26},  {'K', 18}, {'L', 4},  {'M', 19}, {'N', 33},
                                 {'O', 9},  {'P', 11}, {'Q', 12},  {'R', 15}, {'S', 19}, {'T', 3},  {'U', 1}}));
}

TEST(SbiList, IsATreeInOrderWithTitles) {
  const auto& list = sbi_list();
  for (std::size_t i = 0; i < list.size(); ++i) {
    const SbiCode code = list[i].code;
    EXPECT_FALSE(list[i].title.empty()) << code.text();
    EXPECT_EQ(list[i].title.find_first_of("\t\r\n"), std::string_view::npos) << code.text();
    if (code.digits() > 2) {
      EXPECT_TRUE(sbi_listed(code.cut(code.digits() - 1))) << code.text() << " has no parent";
    }
    if (i > 0) {
      EXPECT_LT(list[i - 1].code.text(), code.text());
    }
    if (code.digits() == 4) continue;
    ASSERT_LT(i + 1, list.size());
    EXPECT_EQ(list[i + 1].code.cut(code.digits()).text(), code.text()) << "it has no children";
  }
}

TEST(SbiList, KnowsCodesOfEveryLevel) {
  const auto title = [](std::string_view text) -> std::string_view {
    for (const SbiEntry& entry : sbi_list()) {
      if (entry.code.text() == text) return entry.title;
    }
    return "";
  };
  EXPECT_EQ(title("01.13"), "Growing of vegetables and melons, roots and tubers");
  EXPECT_EQ(title("38.3"), "Materials recovery");
  EXPECT_EQ(title("99"), "Activities of extraterritorial organisations and bodies");
  EXPECT_TRUE(sbi_listed({86911, 5})) << "the Dutch split 86.90";
  EXPECT_TRUE(sbi_listed({6321, 4})) << "before 2014";
  for (const int gap : {0, 4, 34, 40, 44, 48, 54, 57, 67, 76, 83, 89}) {
    EXPECT_FALSE(sbi_listed(SbiCode(static_cast<std::uint32_t>(gap), 2))) << gap;
  }
}

TEST(SbiCode, KeepsItsDigits) {
  const SbiCode code(1131, 5);
  EXPECT_EQ(code.text(), "01.13.1");
  EXPECT_EQ(code.number(), 1131U);
  EXPECT_EQ(code.cut(4).text(), "01.13");
  EXPECT_EQ(code.cut(3).text(), "01.1");
  EXPECT_EQ(code.cut(2).text(), "01");
  EXPECT_EQ(code.cut(5), code);
  EXPECT_NE(SbiCode(113, 4), SbiCode(113, 5)) << "01.13 and 00.11.3";
  EXPECT_NE(SbiCode(113, 4).index(), SbiCode(1130, 5).index());
  EXPECT_LT(SbiCode(99999, 5).index(), SbiCode::kIndices);
}

TEST(ParseSbi, ReadsWhatRegistersHold) {
  EXPECT_EQ(read("01"), "01");
  EXPECT_EQ(read("011"), "01.1");
  EXPECT_EQ(read("0113"), "01.13");
  EXPECT_EQ(read(" 0113 "), "01.13");
  EXPECT_EQ(read("\t01.13"), "01.13");
  EXPECT_EQ(read("01131"), "01.13.1");
  EXPECT_EQ(read("01.131"), "01.13.1");
  EXPECT_EQ(read("01.13.1"), "01.13.1");
  EXPECT_EQ(read("62.0"), "62.0");
  EXPECT_EQ(read("86919"), "86.91.9");
}

TEST(ParseSbi, GuessesNothing) {
  // The last one begins with a no-break space.
  for (const char* bad : {"",       " ",     "-",     "1",      "A",    "1131",  "1.13",   "01.1.3",
                          "01..13", ".0113", "0113.", "01.13.", "0199", "04",    "011311", "01131 0",
                          "O113",   "01,13", "+0113", "-113",   "1e3",  "62.00", "00000",  "\302\2400113"}) {
    EXPECT_EQ(read(bad), "bad") << '"' << bad << '"';
  }
}

TEST(ParseSbi, TakesTheFifthDigitOnTrust) {
  EXPECT_EQ(read("01130"), "01.13.0");
  EXPECT_EQ(read("01139"), "01.13.9");
  EXPECT_EQ(read("01991"), "bad") << "but not its class";
}

TEST(ParseSbi, GivesZerosBackOnlyWhereTheWidthSaysSo) {
  EXPECT_EQ(read("1131", 5), "01.13.1");
  EXPECT_EQ(read("01131", 5), "01.13.1");
  EXPECT_EQ(read("62010", 5), "62.01.0");
  EXPECT_EQ(read("113", 4), "01.13");
  EXPECT_EQ(read("6201", 4), "62.01");
  EXPECT_EQ(read("1", 2), "01");
  EXPECT_EQ(read("58", 2), "58");
  EXPECT_EQ(read("1411"), "14.11") << "leather clothes, or";
  EXPECT_EQ(read("1411", 5), "01.41.1") << "dairy farms: only the width tells";
}

TEST(ParseSbi, RefusesOtherLengthsThanTheWidth) {
  for (const char* bad : {"113", "01", "620", "011311", ""}) EXPECT_EQ(read(bad, 5), "bad") << bad;
  EXPECT_EQ(read("01.13", 5), "bad") << "dots show that no zero was lost";
  EXPECT_EQ(read("01.13", 4), "01.13");
  EXPECT_EQ(read("62.0", 5), "bad");
  EXPECT_EQ(read("1.13", 4), "bad");
}

TEST(WhyNotSbi, NamesTheFirstPartThatIsNotThere) {
  EXPECT_EQ(why_not_sbi("0499"), "the SBI 2008 has no division 04");
  EXPECT_EQ(why_not_sbi("1131"), "the SBI 2008 has no group 11.3");
  EXPECT_EQ(why_not_sbi("01991"), "the SBI 2008 has no group 01.9");
  EXPECT_EQ(why_not_sbi("0118"), "the SBI 2008 has no class 01.18");
  EXPECT_EQ(why_not_sbi(" "), "there is no code");
  EXPECT_EQ(why_not_sbi("A"), "a code is two to five digits, with or without the dots of 01.13.1");
  EXPECT_EQ(why_not_sbi("1"), "a code is two to five digits, with or without the dots of 01.13.1");
  EXPECT_EQ(why_not_sbi("113", 5),
            "it has 3 digits, where codes of 5 (one fewer where the leading zero is lost) are expected");
  EXPECT_EQ(why_not_sbi("01.13", 5), "it has 4 digits, where codes of 5 are expected");
}

}  // namespace
}  // namespace dscore
