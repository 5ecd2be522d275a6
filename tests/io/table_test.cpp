// Every format of table through the one interface, and what is done to it.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "io/cell.h"
#include "io/hdf5.h"
#include "io/projection.h"
#include "io/table_reader.h"
#include "io/table_readstat.h"
#include "kernels/general_sums.h"
#include "tests/clouds.h"
#include "tests/io/scratch.h"
#include "tests/io/stat_writer.h"
#include "tests/reference.h"

namespace dscore {
namespace {

using test::contains;
using test::error_of;
using test::Scratch;
using test::stat_file;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// All rows as texts, the columns in the order asked for; "-" where a cell is missing.
std::vector<std::vector<std::string>> rows_of(TableReader& table, const std::vector<std::string>& columns) {
  std::vector<std::size_t> wanted;
  wanted.reserve(columns.size());
  for (const std::string& column : columns) wanted.push_back(table.index(column, ""));
  std::vector<std::vector<std::string>> rows;
  const CellFormat format;
  table.read(
      wanted,
      [&](std::uint64_t row, std::span<const Cell> cells) {
        EXPECT_EQ(row, rows.size() + 1);
        std::string scratch;
        auto& texts = rows.emplace_back();
        for (const Cell& cell : cells) {
          texts.emplace_back(format.is_missing(cell) ? "-" : text_of(cell, scratch));
        }
      },
      [](double fraction) { EXPECT_TRUE(fraction >= 0 && fraction <= 1); });
  return rows;
}

using Rows = std::vector<std::vector<std::string>>;

TEST(Cells, ReadNumbers) {
  double value = 0;
  CellFormat point;
  EXPECT_TRUE(point.number(std::string_view("12.5"), value));
  EXPECT_EQ(value, 12.5);
  EXPECT_FALSE(point.number(std::string_view("12,5"), value));
  CellFormat comma{',', {}};
  EXPECT_TRUE(comma.number(std::string_view(" 12,5 "), value));
  EXPECT_EQ(value, 12.5);
  EXPECT_TRUE(comma.number(std::string_view("12"), value));
  for (const char* text : {"1.234", "1.234,5", "1,2,3", ",", "", "x", "nan", "1e999"}) {
    EXPECT_FALSE(comma.number(std::string_view(text), value)) << text;
  }
  EXPECT_FALSE(point.number(kNaN, value));
  EXPECT_FALSE(point.number(std::numeric_limits<double>::infinity(), value));
  EXPECT_FALSE(point.number(Cell(), value));
  EXPECT_FALSE(point.number(Day{3}, value)) << "a date is not a number";
  EXPECT_TRUE(point.number(std::int64_t{7}, value));
}

TEST(Cells, ReadWholeNumbersExactlyOrNotAtAll) {
  std::int64_t value = 0;
  EXPECT_TRUE(whole_number(std::string_view(" 9007199254740993 "), value));
  EXPECT_EQ(value, 9'007'199'254'740'993);
  EXPECT_TRUE(whole_number(std::string_view("+5"), value));
  EXPECT_TRUE(whole_number(std::string_view("000012"), value));
  EXPECT_EQ(value, 12);
  EXPECT_TRUE(whole_number(9007199254740991.0, value));
  for (const char* text : {"", "1.0", "1e3", "9223372036854775808", "+-1", "12x", "0x10"}) {
    EXPECT_FALSE(whole_number(std::string_view(text), value)) << text;
  }
  for (const double number : {0.5, 9007199254740992.0, -1e300, kNaN}) EXPECT_FALSE(whole_number(number, value));
}

TEST(Cells, AreMissing) {
  const CellFormat format{'.', {"NA", "."}};
  for (const Cell& cell : {Cell(), Cell(kNaN), Cell(std::string_view("")), Cell(std::string_view("  ")),
                           Cell(std::string_view(" NA ")), Cell(std::string_view("."))}) {
    EXPECT_TRUE(format.is_missing(cell));
  }
  for (const Cell& cell : {Cell(0.0), Cell(std::int64_t{0}), Cell(Day{0}), Cell(std::string_view("0"))}) {
    EXPECT_FALSE(format.is_missing(cell));
  }
}

TEST(Cells, AreShownSafely) {
  EXPECT_EQ(shown(std::string_view("a\tb\x1b[2J")), "a?b?[2J");
  EXPECT_EQ(shown(std::string_view("\xff")), "");
  EXPECT_EQ(shown(Day{0}), "1970-01-01");
  const std::string letters(100, 'x');
  EXPECT_EQ(shown(std::string_view(letters)), letters.substr(0, 60) + "...");
}

TEST(TableFormats, AreToldByName) {
  EXPECT_EQ(format_by_name("a/b.SAV"), TableFormat::sav);
  EXPECT_EQ(format_by_name("b.zsav"), TableFormat::sav);
  EXPECT_EQ(format_by_name("b.dta"), TableFormat::dta);
  EXPECT_EQ(format_by_name("b.h5"), TableFormat::hdf5);
  EXPECT_EQ(format_by_name("b.csv.gz"), TableFormat::csv);
  EXPECT_EQ(format_by_name("sav"), TableFormat::csv);
}

TEST(CsvTable, ReadsLatin1AsUtf8) {
  const Scratch scratch;
  TableSource source{scratch.write("t.csv", "naam;waarde\nFrysl\xe2n;\x80 5\n"), TableFormat::csv, ';',
                     Encoding::latin1};
  EXPECT_EQ(rows_of(*open_table(source), {"waarde", "naam"}), (Rows{{"\xe2\x82\xac 5", "Frysl\xc3\xa2n"}}));
  source.encoding = Encoding::utf8;
  const std::string error = error_of([&] { rows_of(*open_table(source), {"naam"}); });
  EXPECT_HAS(error, "t.csv, line 2 (row 1): not UTF-8 (byte 0xe2 behind \"Frysl\")");
  EXPECT_HAS(error, "encoding = \"latin-1\"");
}

TEST(CsvTable, ReadsLatin1OfEveryLengthInEveryPiece) {
  const Scratch scratch;
  std::string latin1 = "a\n";
  std::string utf8;
  for (int i = 0; i < 300'000; ++i) {
    const auto letter = static_cast<unsigned char>(0xa0 + i % 0x60);
    latin1 += static_cast<char>(letter);
    utf8 += static_cast<char>(0xc0 | letter >> 6);
    utf8 += static_cast<char>(0x80 | (letter & 0x3f));
    if (i % 1000 == 999) latin1 += '\n';
  }
  TextInput input(scratch.write("t.csv", latin1), Encoding::latin1);
  std::string all = input.read_all().substr(2);
  all.erase(std::remove(all.begin(), all.end(), '\n'), all.end());
  EXPECT_EQ(all, utf8);
  EXPECT_EQ(input.fraction(), 1);
}

TEST(CsvTable, RefusesUtf8MarkedTextAsLatin1) {
  const Scratch scratch;
  const TableSource source{scratch.write("t.csv",
                                         "\xef\xbb\xbf"
                                         "a,b\n1,2\n"),
                           TableFormat::csv, ',', Encoding::latin1};
  EXPECT_HAS(error_of([&] { open_table(source); }), "mark of UTF-8");
}

TEST(CsvTable, NamesItsColumns) {
  const Scratch scratch;
  const TableSource source{scratch.write("t.csv", "a,b\n1,2\n"), TableFormat::csv};
  EXPECT_HAS(error_of([&] { open_table(source)->index("c", "Name yours."); }),
             "t.csv: no column \"c\". It has \"a\", \"b\". Name yours.");
}

TEST(StatTable, ReadsWhatWasWritten) {
  const std::vector<test::StatVariable> variables{{"BE_ID"}, {"PC6", true}, {"NAAM", true}, {"LEEG", true}};
  std::vector<std::vector<test::StatValue>> rows;
  Rows expected;
  for (int i = 0; i < 300; ++i) {
    const double id = i % 7 == 3 ? kNaN : 1e10 + i;
    rows.push_back({id, "1234 AB", "Frysl\xc3\xa2n", ""});
    expected.push_back({"Frysl\xc3\xa2n", std::isnan(id) ? "-" : std::to_string(10'000'000'000 + i), "-", "1234 AB"});
  }
  for (const TableFormat format : {TableFormat::sav, TableFormat::dta}) {
    for (const auto compression : {READSTAT_COMPRESS_NONE, READSTAT_COMPRESS_ROWS, READSTAT_COMPRESS_BINARY}) {
      if (format == TableFormat::dta && compression != READSTAT_COMPRESS_NONE) continue;
      const std::string bytes = stat_file(format, variables, rows, {compression, 0});
      const auto table = open_stat_table(std::make_unique<StatInput>("t", bytes), format);
      EXPECT_EQ(table->columns(), (std::vector<std::string>{"BE_ID", "PC6", "NAAM", "LEEG"}));
      EXPECT_FALSE(table->may_hold_text(0));
      EXPECT_TRUE(table->may_hold_text(1));
      EXPECT_EQ(rows_of(*table, {"NAAM", "BE_ID", "LEEG", "PC6"}), expected);
    }
  }
}

TEST(StatTable, ReadsDates) {
  using StatRows = std::vector<std::vector<test::StatValue>>;
  const double spss = (*day_of(2011, 12, 31)).since_1970 + 141428.0;
  const std::string sav =
      stat_file(TableFormat::sav, {{"D", false, "DATE11"}, {"T", false, "DATETIME20"}, {"N", false, "F8.2"}},
                StatRows{{spss * 86400, spss * 86400 + 3600, spss}, {1e300, kNaN, 1.0}});
  EXPECT_EQ(rows_of(*open_stat_table(std::make_unique<StatInput>("t", sav), TableFormat::sav), {"D", "T", "N"}),
            (Rows{{"2011-12-31", "2011-12-31", "156767"}, {"1e+300", "-", "1"}}));
  const double days = (*day_of(2011, 12, 31)).since_1970 + 3653.0;
  const std::string dta = stat_file(TableFormat::dta, {{"D", false, "%td"}, {"T", false, "%tc"}, {"N"}},
                                    StatRows{{days, days * 86'400'000 + 1, days}, {-1.0, -1.0, -1.0}});
  EXPECT_EQ(rows_of(*open_stat_table(std::make_unique<StatInput>("t", dta), TableFormat::dta), {"D", "T", "N"}),
            (Rows{{"2011-12-31", "2011-12-31", "18992"}, {"1959-12-31", "1959-12-31", "-1"}}));
}

TEST(StatTable, RefusesOtherFiles) {
  const Scratch scratch;
  for (const std::string& bytes : {std::string(), std::string("a,b\n1,2\n"), std::string("$FL2"),
                                   std::string("<stata_dta>"), std::string(3, '\x72')}) {
    for (const TableFormat format : {TableFormat::sav, TableFormat::dta}) {
      const TableSource source{scratch.write("t", bytes), format};
      const std::string error = error_of([&] { open_table(source); });
      EXPECT_TRUE(contains(error, "not an SPSS") || contains(error, "not a Stata") || contains(error, "ReadStat"))
          << error;
    }
  }
  EXPECT_HAS(error_of([&] { open_table({scratch / "none.sav", TableFormat::sav}); }), "cannot open");
  EXPECT_HAS(error_of([&] { open_table({"/dev/null", TableFormat::sav}); }), "not a regular file");
}

// A table of damaged bytes is refused or read, whole rows only; nothing else happens.
void read_damaged(const std::string& bytes, TableFormat format) {
  try {
    const auto table = open_stat_table(std::make_unique<StatInput>("t", bytes), format);
    std::vector<std::size_t> all(table->columns().size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    table->read(
        all, [](std::uint64_t, std::span<const Cell>) {}, [](double) {});
  } catch (const Error& error) {
    EXPECT_HAS(std::string(error.what()), "t");
  }
}

TEST(StatTable, ACutFileIsRefused) {
  const std::vector<std::vector<test::StatValue>> rows(60, {1.0, "1234AB"});
  for (const TableFormat format : {TableFormat::sav, TableFormat::dta}) {
    const std::string bytes = stat_file(format, {{"A"}, {"B", true}}, rows);
    const std::string half = bytes.substr(0, bytes.size() / 2);
    const std::string error = error_of([&] {
      const auto table = open_stat_table(std::make_unique<StatInput>("t.sav", half), format);
      rows_of(*table, {"A"});
    });
    EXPECT_HAS(error, "t.sav");
    EXPECT_HAS(error, "truncated");
    for (std::size_t size = 0; size < bytes.size(); ++size) read_damaged(bytes.substr(0, size), format);
  }
}

TEST(StatTable, DamagedBytesDoNoHarm) {
  std::mt19937_64 chance(7);
  std::vector<std::vector<test::StatValue>> rows(20, {1.0, "1234AB"});
  for (const TableFormat format : {TableFormat::sav, TableFormat::dta}) {
    const std::string bytes = stat_file(format, {{"A"}, {"B", true}}, rows);
    for (int repeat = 0; repeat < 3000; ++repeat) {
      std::string damaged = bytes;
      for (std::uint64_t flips = 1 + chance() % 4; flips > 0; --flips) {
        damaged[chance() % damaged.size()] = static_cast<char>(chance());
      }
      read_damaged(damaged, format);
    }
  }
}

TEST(StatTable, PassesOnWhatTheVisitorThrows) {
  struct Stop {};
  const std::string bytes = stat_file(TableFormat::sav, {{"A"}}, {{1.0}, {2.0}});
  const auto table = open_stat_table(std::make_unique<StatInput>("t", bytes), TableFormat::sav);
  EXPECT_THROW(
      table->read(
          std::vector<std::size_t>{0}, [](std::uint64_t, std::span<const Cell>) { throw Stop(); }, [](double) {}),
      Stop);
}

TEST(Hdf5Table, ReadsDatasetsOfAGroup) {
  const Scratch scratch;
  hdf5::File file = hdf5::File::create("t");
  file.make_group("/lbe");
  file.write("/lbe/id", std::span<const std::int64_t>(std::vector<std::int64_t>{9'007'199'254'740'993, 2}));
  file.write("/lbe/x", std::span<const double>(std::vector<double>{1.5, kNaN}));
  file.write_text("/lbe/pc6", {"1234AB", ""});
  file.write("/lbe/short", std::span<const double>(std::vector<double>{1.5}));
  const std::string path = scratch.write("t.h5", file.take_bytes());
  TableSource source{path, TableFormat::hdf5};
  source.group = "lbe/";
  EXPECT_EQ(rows_of(*open_table(source), {"pc6", "id", "x"}),
            (Rows{{"1234AB", "9007199254740993", "1.5"}, {"-", "2", "-"}}));
  EXPECT_FALSE(open_table(source)->may_hold_text(open_table(source)->index("id", "")));
  EXPECT_TRUE(open_table(source)->may_hold_text(open_table(source)->index("pc6", "")));
  EXPECT_HAS(error_of([&] { open_table(source)->index("y", "Name yours."); }),
             "no column \"y\". It has \"id\", \"pc6\", \"short\", \"x\". Name yours.");
  EXPECT_HAS(error_of([&] { rows_of(*open_table(source), {"id", "short"}); }), "1 values, where /lbe/id has 2");
  source.group = "/nothing";
  EXPECT_HAS(error_of([&] { open_table(source); }), "no group /nothing");
}

// The polynomial approximation of Schreutelkamp and Strang van Hees (2001), good to 0.25 m in the country.
std::pair<double, double> approximate_rd(double longitude, double latitude) {
  const double p = 0.36 * (latitude - 52.15517440);
  const double l = 0.36 * (longitude - 5.38720621);
  const double x = 155000 + 190094.945 * l - 11832.228 * p * l - 114.221 * p * p * l - 32.391 * l * l * l - 0.705 * p -
                   2.340 * p * p * p * l - 0.608 * p * l * l * l - 0.008 * l * l + 0.148 * p * p * l * l * l;
  const double y = 463000 + 309056.544 * p + 3638.893 * l * l + 73.077 * p * p - 157.984 * p * l * l +
                   59.788 * p * p * p + 0.433 * l - 6.439 * p * p * l * l - 0.032 * p * l + 0.092 * l * l * l * l -
                   0.054 * p * l * l * l * l;
  return {x, y};
}

TEST(Projection, KnowsTheNetherlands) {
  std::vector<double> x;
  std::vector<double> y;
  for (double longitude = 3.4; longitude < 7.2; longitude += 0.2) {
    for (double latitude = 50.8; latitude < 53.5; latitude += 0.2) {
      x.push_back(longitude);
      y.push_back(latitude);
    }
  }
  const std::vector<double> longitude = x;
  const std::vector<double> latitude = y;
  const ProjectionInfo info = project_to_rd(x, y);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto [expected_x, expected_y] = approximate_rd(longitude[i], latitude[i]);
    EXPECT_NEAR(x[i], expected_x, 1.5) << longitude[i] << ' ' << latitude[i];
    EXPECT_NEAR(y[i], expected_y, 1.5);
  }
  EXPECT_GT(info.accuracy_m, 0);
  EXPECT_LE(info.accuracy_m, 1);
  EXPECT_FALSE(info.description.empty());
}

TEST(Projection, PlacesThatAreNoneAreMissing) {
  std::vector<double> x{200, kNaN, 5};
  std::vector<double> y{95, 52, 52};
  project_to_rd(x, y);
  EXPECT_TRUE(std::isnan(x[0]) && std::isnan(y[0]));
  EXPECT_TRUE(std::isnan(x[1]) && std::isnan(y[1]));
  EXPECT_FALSE(std::isnan(x[2]) || std::isnan(y[2]));
}

TEST(Projection, IsTheSameForManyPoints) {
  constexpr std::size_t kMany = 10'000;
  std::vector<double> x(kMany, 5.0);
  std::vector<double> y(kMany, 52.0);
  std::vector<double> one_x{5.0};
  std::vector<double> one_y{52.0};
  project_to_rd(x, y);
  project_to_rd(one_x, one_y);
  for (std::size_t i = 0; i < kMany; ++i) ASSERT_TRUE(x[i] == one_x[0] && y[i] == one_y[0]);
}

TEST(Projection, GoesBackToTheEllipsoidOfRdNew) {
  // The origin of RD New, as Kadaster defines it: 52 9' 22.178" N, 5 23' 15.500" E on Bessel's ellipsoid.
  std::vector<double> x{155'000, kNaN, 155'000};
  std::vector<double> y{463'000, 463'000, 463'000};
  const ProjectionInfo info = project_from_rd(x, y);
  EXPECT_NEAR(x[0], 5 + 23 / 60.0 + 15.500 / 3600, 1e-9);
  EXPECT_NEAR(y[0], 52 + 9 / 60.0 + 22.178 / 3600, 1e-9);
  EXPECT_TRUE(std::isnan(x[1]) && std::isnan(y[1]));
  EXPECT_EQ(x[2], x[0]);
  EXPECT_EQ(info.accuracy_m, 0);
  EXPECT_FALSE(info.description.empty());
}

TEST(Projection, GreatCirclesComeNearToThePlane) {
  // Corners and towns of the country, and what lies between: by pair and as sums.
  MergedPoints points;
  test::Random random(31);
  for (int k = 0; k < 600; ++k) {
    points.x_m.push_back(14'000 + 262'000 * random());
    points.y_m.push_back(308'000 + 310'000 * random());
    points.multiplicity.push_back(1);
  }
  std::vector<double> longitude(points.x_m.begin(), points.x_m.end());
  std::vector<double> latitude(points.y_m.begin(), points.y_m.end());
  project_from_rd(longitude, latitude);
  double least = 1;
  double most = 1;
  for (std::size_t p = 1; p < points.size(); ++p) {
    const auto on_sphere = static_cast<double>(test::haversine_m(longitude[p], latitude[p], longitude[0], latitude[0]));
    const double ratio = on_sphere / std::hypot(points.x_m[p] - points.x_m[0], points.y_m[p] - points.y_m[0]);
    least = std::min(least, ratio);
    most = std::max(most, ratio);
  }
  EXPECT_GT(least, 0.995);
  EXPECT_LT(most, 1.005);
  EXPECT_GT(most - least, 1e-4);  // they are not the same
  const std::vector<double> in_plane = general_sums({points}, {}, 1).sum_per_m;
  const std::vector<double> on_sphere = general_sums({points, {}, longitude, latitude}, {}, 1).sum_per_m;
  EXPECT_LT(test::worst_error(on_sphere, in_plane), 0.005);
}

}  // namespace
}  // namespace dscore
