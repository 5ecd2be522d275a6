// The parts of an import that need no files: dates, postcodes, regions, jobs, and the report.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "host/date.h"
#include "host/import_columns.h"
#include "host/import_jobs.h"
#include "host/import_places.h"
#include "host/import_regions.h"
#include "host/import_report.h"
#include "host/postcode.h"
#include "kernels/error.h"

namespace dscore {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

const ReasonCount& dropped(const TableReport& report, Reason reason) {
  return report.dropped[static_cast<std::size_t>(reason)];
}
const ReasonCount& noted(const TableReport& report, Reason reason) {
  return report.noted[static_cast<std::size_t>(reason)];
}

TEST(Date, CountsDays) {
  EXPECT_EQ(day_of(1970, 1, 1)->since_1970, 0);
  EXPECT_EQ(day_of(2000, 3, 1)->since_1970, 11017);
  EXPECT_EQ(day_of(1582, 10, 14)->since_1970, -141428) << "the day from which SPSS counts seconds";
  EXPECT_EQ(day_of(1960, 1, 1)->since_1970, -3653) << "the day from which Stata counts";
  EXPECT_EQ(day_of(1, 1, 1)->since_1970, -719162);
  EXPECT_EQ(day_of(9999, 12, 31)->since_1970, 2932896);
}

TEST(Date, EveryDayFollowsTheOneBeforeIt) {
  std::optional<Day> last;
  int days = 0;
  for (int year = 1896; year <= 2104; ++year) {
    for (int month = 1; month <= 12; ++month) {
      for (int day = 1; day <= 31; ++day) {
        const auto here = day_of(year, month, day);
        if (!here) continue;
        ++days;
        if (last) {
          ASSERT_EQ(here->since_1970, last->since_1970 + 1);
        }
        last = here;
        char text[48];
        std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
        ASSERT_EQ(text_of(*here), text);
        ASSERT_EQ(DatePattern("yyyy-mm-dd").parse(text), here);
      }
    }
  }
  EXPECT_EQ(days, 209 * 365 + 51) << "1900 and 2100 are no leap years";
}

TEST(Date, ThereIsNoSuchDay) {
  for (const auto& [year, month, day] : {std::tuple(2011, 2, 30),
                                         {2011, 2, 29},
                                         {1900, 2, 29},
                                         {2011, 13, 1},
                                         {2011, 0, 1},
                                         {2011, 4, 31},
                                         {2011, 1, 0},
                                         {0, 1, 1},
                                         {10000, 1, 1}}) {
    EXPECT_FALSE(day_of(year, month, day)) << year << ' ' << month << ' ' << day;
  }
  EXPECT_TRUE(day_of(2012, 2, 29));
  EXPECT_TRUE(day_of(2000, 2, 29));
}

TEST(Date, ReadsManyShapes) {
  const Day day = *day_of(2011, 3, 9);
  const auto read = [](const char* pattern, const char* text) { return DatePattern(pattern).parse(text); };
  EXPECT_EQ(read("yyyymmdd", "20110309"), day);
  EXPECT_EQ(read("dd-mm-yyyy", "09-03-2011"), day);
  EXPECT_EQ(read("d-m-yyyy", "9-3-2011"), day);
  EXPECT_EQ(read("d-m-yyyy", "09-03-2011"), day);
  EXPECT_EQ(read("m/d/yyyy", "3/9/2011"), day);
  EXPECT_EQ(read("yyyy/mm/dd", " 2011/03/09 "), day) << "blanks around it";
  EXPECT_EQ(read("yyyy-mm-dd", "2011-03-09 12:30:00"), day) << "a time of day";
  EXPECT_EQ(read("yyyy-mm-dd", "2011-03-09T00:00:00.000Z"), day);
  EXPECT_EQ(read("yyyymm", "201103"), day_of(2011, 3, 1));
  EXPECT_EQ(read("yyyy", "2011"), day_of(2011, 1, 1));
  for (const char* text : {"", "2011-3-9", "2011-03-09x", "2011-03", "11-03-09", "2011-03-091", "2011-02-30",
                           "20110309", "2011-03-09 ten", "\xd9\xa2\xd9\xa0"}) {
    EXPECT_FALSE(read("yyyy-mm-dd", text)) << text;
  }
  const std::vector<DatePattern> both{DatePattern("yyyymmdd"), DatePattern("dd-mm-yyyy")};
  EXPECT_EQ(parse_date("09-03-2011", both), day);
  EXPECT_EQ(parse_date("20110309", both), day);
  EXPECT_FALSE(parse_date("2011-03-09", both));
}

TEST(Date, RefusesPatternsThatMeanNothing) {
  for (const char* pattern : {"", "dd-mm", "yy-mm-dd", "yyyy-mm-mm", "yyyy-dd", "yyyy-MM-dd", "yyyy-mmm-dd", "myyyy",
                              "yyyy1", "yyyymd", "dmyyyy", "yyyyy"}) {
    EXPECT_THROW(DatePattern{pattern}, Error) << pattern;
  }
}

TEST(PostcodeTest, ReadsEveryWayOfWriting) {
  const auto expected = parse_postcode("1234AB");
  ASSERT_TRUE(expected);
  for (const char* text : {"1234 AB", "1234ab", " 1234 aB ", "1 2 3 4 A B"}) {
    EXPECT_EQ(parse_postcode(text), expected) << text;
  }
  EXPECT_EQ(text_of_postcode(*expected), "1234AB");
  EXPECT_EQ(parse_postcode("1234", PostcodeLevel::pc4), parse_postcode("1234ZZ", PostcodeLevel::pc4));
  EXPECT_EQ(text_of_postcode(*parse_postcode("1234ZZ", PostcodeLevel::pc4)), "1234");
}

TEST(PostcodeTest, RefusesAllElse) {
  for (const char* text : {"", "1234", "1234A", "1234ABC", "0234AB", "B-1000", "10115", "SW1A 1AA", "1234A1", "12345AB",
                           "1234-AB", "1234\xc3\x84"}) {
    EXPECT_FALSE(parse_postcode(text)) << text;
  }
  EXPECT_FALSE(parse_postcode("123", PostcodeLevel::pc4));
  EXPECT_FALSE(parse_postcode("1234A", PostcodeLevel::pc4));
}

TEST(PostcodeTest, IsOneToOne) {
  std::vector<bool> seen(kPostcodes);
  for (int digits = 1000; digits < 10000; digits += 37) {
    for (char first = 'A'; first <= 'Z'; ++first) {
      for (char second = 'A'; second <= 'Z'; ++second) {
        const std::string text = std::to_string(digits) + first + second;
        const auto postcode = parse_postcode(text);
        ASSERT_TRUE(postcode && *postcode < kPostcodes);
        ASSERT_FALSE(seen[*postcode]);
        seen[*postcode] = true;
        ASSERT_EQ(text_of_postcode(*postcode), text);
      }
    }
  }
}

TEST(Regions, MunicipalitiesAreOneHoweverWritten) {
  EXPECT_EQ(municipality_code("GM0003"), "3");
  EXPECT_EQ(municipality_code("gm0003"), "3");
  EXPECT_EQ(municipality_code("0003"), "3");
  EXPECT_EQ(municipality_code("3"), "3");
  EXPECT_EQ(municipality_code("0000"), "0");
  EXPECT_EQ(municipality_code("GM"), "GM");
  EXPECT_EQ(municipality_code("GMX1"), "GMX1");
  EXPECT_EQ(municipality_code("Groningen"), "Groningen");
  EXPECT_EQ(municipality_code(""), "");
}

TEST(Regions, ComeFromTheTableOfMunicipalitiesInOrderOfCode) {
  RegionTables regions;
  TableReport report;
  regions.add_municipality(1, "GM0014", "CR03", "Overig Groningen", "North", report);
  regions.add_municipality(2, "3", "CR02", "Delfzijl", "North", report);
  regions.add_municipality(3, "0014", "CR03", "Overig Groningen", "North", report);
  regions.add_municipality(4, "14", "CR02", "Delfzijl", "North", report);
  regions.add_municipality(5, "15", "", "", "", report);
  regions.add_municipality(6, "", "CR03", "", "", report);
  regions.add_municipality(7, "16", "CR03", "Another name", "North", report);
  EXPECT_EQ(report.kept, 3U);
  EXPECT_EQ(dropped(report, Reason::duplicate_row).count, 1U);
  EXPECT_EQ(dropped(report, Reason::conflicting_row).first[0].row, 4U);
  EXPECT_EQ(dropped(report, Reason::missing_region).count, 1U);
  EXPECT_EQ(dropped(report, Reason::missing_municipality).count, 1U);
  EXPECT_EQ(noted(report, Reason::conflicting_row).first[0].row, 7U);
  std::vector<std::uint16_t> place;
  const auto list = regions.list(place);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].code, "CR02");
  EXPECT_EQ(list[1].name, "Overig Groningen");
  EXPECT_EQ(list[1].part, "North");
  EXPECT_EQ(place[regions.region_of(regions.municipality("0014"))], 1U);
  EXPECT_EQ(regions.region_of(regions.municipality("999")), RegionTables::kNone);
}

TEST(Regions, TheTableOfRegionsIsTheWholeList) {
  RegionTables regions;
  TableReport table;
  regions.add_region(1, "B", "second", "x", table);
  regions.add_region(2, "A", "first", "y", table);
  regions.add_region(3, "A", "first", "y", table);
  regions.add_region(4, "A", "other", "y", table);
  regions.add_region(5, "", "none", "", table);
  EXPECT_EQ(table.kept, 2U);
  EXPECT_EQ(table.dropped_rows(), 3U);
  TableReport report;
  regions.add_municipality(1, "1", "A", "", "", report);
  regions.add_municipality(2, "2", "C", "", "", report);
  EXPECT_EQ(dropped(report, Reason::unknown_region).first[0].value, "C");
  EXPECT_EQ(regions.region("C"), RegionTables::kNone);
  std::vector<std::uint16_t> place;
  const auto list = regions.list(place);
  EXPECT_EQ(list[0].code, "B") << "in the order of the table";
  EXPECT_EQ(place[regions.region("A")], 1U);
}

TEST(Places, TheFirstRowOfAPostcodeCounts) {
  PostcodeTable places;
  TableReport report;
  const Postcode postcode = *parse_postcode("1234AB");
  places.add(1, postcode, {1, 2, 3, 4}, report);
  places.add(2, postcode, {1, 2, 3, 4}, report);
  places.add(3, postcode, {1, 5, 3, 4}, report);
  EXPECT_EQ(report.kept, 1U);
  EXPECT_EQ(dropped(report, Reason::duplicate_row).first[0].row, 2U);
  EXPECT_EQ(dropped(report, Reason::conflicting_row).first[0].row, 3U);
  EXPECT_EQ(places.find(postcode)->y_m, 2);
  EXPECT_EQ(places.find(*parse_postcode("1234AC")), nullptr);
}

// Jobs of establishments of companies in municipalities.
struct JobsCase {
  std::vector<std::int64_t> company;
  std::vector<std::uint32_t> municipality;
  std::vector<double> key;
  JobsSettings settings;
  TableReport jobs_report;
  TableReport report;

  std::vector<double> distribute(std::vector<JobsRow> rows) {
    std::vector<std::uint64_t> row(company.size());
    std::iota(row.begin(), row.end(), std::uint64_t{1});
    jobs_report.read = rows.size();
    return distribute_jobs(rows, {company, municipality, key, row}, settings, jobs_report, report);
  }
};

TEST(Jobs, AreDistributedByKey) {
  JobsCase c;
  c.company = {7, 8, 7, 7};
  c.municipality = {1, 1, 1, 2};
  c.key = {1, 1, 3, 1};
  EXPECT_EQ(c.distribute({{7, 1, 1, 10}, {7, 1, 2, 2}, {9, 1, 3, 5}, {7, 3, 4, 5}}), (std::vector<double>{3, 1, 9, 1}));
  EXPECT_EQ(c.jobs_report.kept, 2U) << "both rows of the pair";
  EXPECT_EQ(dropped(c.jobs_report, Reason::jobs_without_establishment).count, 2U);
  EXPECT_EQ(dropped(c.jobs_report, Reason::jobs_without_establishment).first[0].row, 3U);
  EXPECT_EQ(noted(c.report, Reason::unmatched_jobs).count, 2U);
}

TEST(Jobs, AreSharedEquallyWithoutKey) {
  JobsCase c;
  c.company = {7, 7, -1, 7};
  c.municipality = {1, 1, 1, kNoMunicipality};
  c.settings.unmatched = 0.5;
  EXPECT_EQ(c.distribute({{7, 1, 1, 5}}), (std::vector<double>{2.5, 2.5, 0.5, 0.5}));
  EXPECT_EQ(noted(c.report, Reason::missing_key).count, 0U) << "there is no key that could be missing";
}

TEST(Jobs, AreSharedEquallyWhereKeysDoNotTell) {
  for (const std::vector<double>& key : {std::vector<double>{0, 0}, {kNaN, 1}}) {
    JobsCase c;
    c.company = {7, 7};
    c.municipality = {1, 1};
    c.key = key;
    EXPECT_EQ(c.distribute({{7, 1, 1, 5}}), (std::vector<double>{2.5, 2.5}));
    EXPECT_EQ(noted(c.report, Reason::missing_key).count, 2U);
  }
  JobsCase c;
  c.company = {7, 7};
  c.municipality = {1, 1};
  c.key = {0, 1};
  EXPECT_EQ(c.distribute({{7, 1, 1, 5}}), (std::vector<double>{0, 5})) << "a key of 0 among others is a key";
}

TEST(Jobs, LargestRemainderKeepsTheSum) {
  std::mt19937_64 chance(1);
  std::uniform_real_distribution<double> size(0, 20);
  for (int repeat = 0; repeat < 2000; ++repeat) {
    std::vector<double> shares(1 + chance() % 12);
    for (double& share : shares) share = size(chance);
    const std::vector<double> before = shares;
    const double total = std::accumulate(shares.begin(), shares.end(), 0.0);
    round_by_largest_remainder(shares, total);
    EXPECT_EQ(std::accumulate(shares.begin(), shares.end(), 0.0), std::round(total));
    for (std::size_t i = 0; i < shares.size(); ++i) {
      EXPECT_EQ(shares[i], std::trunc(shares[i]));
      EXPECT_LT(std::abs(shares[i] - before[i]), 1);
    }
  }
  std::vector<double> equal{1.5, 1.5, 1.5, 1.5};
  round_by_largest_remainder(equal, 6);
  EXPECT_EQ(equal, (std::vector<double>{2, 2, 1, 1})) << "the first of equal remainders";
}

TEST(Columns, DuplicatesOfAnIdGo) {
  ImportColumns columns;
  columns.id = {5, 3, 5, 4, 3, 5};
  columns.x_m = {0, 1, 2, 3, 4, 5};
  columns.y_m = columns.x_m;
  columns.row = {10, 11, 12, 13, 14, 15};
  columns.municipality.assign(6, 0);
  columns.region.assign(6, 0);
  columns.membership.assign(6, 0);
  TableReport report;
  drop_duplicate_ids(columns, report);
  EXPECT_EQ(columns.id, (std::vector<std::int64_t>{5, 3, 4}));
  EXPECT_EQ(columns.x_m, (std::vector<double>{0, 1, 3}));
  EXPECT_TRUE(columns.key.empty() && columns.company.empty());
  EXPECT_EQ(dropped(report, Reason::duplicate_id).count, 3U);
  EXPECT_EQ(dropped(report, Reason::duplicate_id).first[0].row, 12U);
  EXPECT_EQ(dropped(report, Reason::duplicate_id).first[2].row, 15U);
}

TEST(Columns, UnknownCompaniesAreEachTheirOwn) {
  std::vector<std::int64_t> company{4, -1, 9, -1};
  number_unknown_companies(company);
  EXPECT_EQ(company, (std::vector<std::int64_t>{4, -1, 9, -2}));
}

TEST(Report, CountsMustAddUp) {
  ImportReport report;
  TableReport& table = report.tables.emplace_back();
  table.table = "establishments";
  table.read = 3;
  table.kept = 2;
  EXPECT_THROW(report.check(), std::logic_error);
  table.drop(Reason::bad_id, 2, [] { return "x"; });
  EXPECT_NO_THROW(report.check());
  table.note(Reason::unmatched_jobs, 1, [] { return ""; });
  EXPECT_EQ(report.unexpected({}),
            (std::vector<std::string>{"establishments: bad_id (1)", "establishments: unmatched_jobs (1)"}));
  EXPECT_EQ(report.unexpected({Reason::bad_id, Reason::unmatched_jobs}), std::vector<std::string>());
}

TEST(Report, EveryReasonHasANameOfItsOwn) {
  for (std::size_t i = 0; i < kReasons; ++i) {
    const auto reason = static_cast<Reason>(i);
    EXPECT_EQ(reason_named(name_of(reason)), reason);
    EXPECT_FALSE(meaning_of(reason).empty());
  }
  EXPECT_FALSE(reason_named("nothing"));
}

TEST(Report, KeepsTheFirstExamples) {
  ReasonCount count;
  int asked = 0;
  for (std::uint64_t row = 1; row <= 100; ++row) {
    count.add(row, [&] {
      ++asked;
      return std::to_string(row);
    });
  }
  EXPECT_EQ(count.count, 100U);
  ASSERT_EQ(count.first.size(), ReasonCount::kExamples);
  EXPECT_EQ(count.first.back().row, 5U);
  EXPECT_EQ(asked, 5) << "no text is made for rows that are not shown";
}

}  // namespace
}  // namespace dscore
