#include "io/csv.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>

#include "io/csv_writer.h"
#include "io/number.h"
#include "tests/io/scratch.h"

namespace dscore {
namespace {

using test::error_of;
using test::Scratch;

using Rows = std::vector<std::vector<std::string>>;

Rows rows_of(CsvReader& reader) {
  Rows rows{reader.columns()};
  while (reader.next()) rows.emplace_back(reader.fields().begin(), reader.fields().end());
  return rows;
}
Rows rows_of(const std::string& text, char delimiter = ',') {
  CsvReader reader("t.csv", text, delimiter);
  return rows_of(reader);
}
std::string error_in(const std::string& text) {
  return error_of([&] { rows_of(text); });
}

TEST(Csv, ReadsRecords) {
  const Rows expected{{"a", "b"}, {"1", "2"}, {"", "x y"}};
  EXPECT_EQ(rows_of("a,b\n1,2\n,x y\n"), expected);
  EXPECT_EQ(rows_of("a,b\n1,2\n,x y"), expected) << "last line without its end";
  EXPECT_EQ(rows_of("a,b\r\n1,2\r\n,x y\r\n"), expected) << "CRLF";
  EXPECT_EQ(rows_of("a,b\r\n1,2\r\n,x y\r"), expected) << "half a CRLF at the end";
  EXPECT_EQ(rows_of("\xef\xbb\xbf"
                    "a,b\n1,2\n,x y\n"),
            expected)
      << "byte order mark";
  EXPECT_EQ(rows_of("a,b\n1,2\n,x y\n\n\r\n\n"), expected) << "blank lines at the end";
  EXPECT_EQ(rows_of("a;b\n1;2\n;x y\n", ';'), expected) << "another delimiter";
}

TEST(Csv, ReadsQuotedFields) {
  EXPECT_EQ(rows_of("\"a\",\"b,c\"\n\"1\n2\",\"say \"\"hi\"\"\"\n\"\",\"\"\"\"\n"),
            (Rows{{"a", "b,c"}, {"1\n2", "say \"hi\""}, {"", "\""}}));
  EXPECT_EQ(rows_of("a\n\"1\"\r\n\"2\""), (Rows{{"a"}, {"1"}, {"2"}}));
}

TEST(Csv, KeepsRawRecords) {
  const std::string text = "a,\"b\"\r\n\"1\n\", 2 \r\n3,4";
  CsvReader reader("t.csv", text);
  EXPECT_EQ(reader.raw(), "a,\"b\"");
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.raw(), "\"1\n\", 2 ");
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.raw(), "3,4");
  EXPECT_EQ(reader.place(), "t.csv, line 4 (row 2)") << "the line in the file, where rows hold line ends";
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(reader.next());
}

TEST(Csv, OneColumnKeepsBlankLines) { EXPECT_EQ(rows_of("a\n1\n\n2\n"), (Rows{{"a"}, {"1"}, {""}, {"2"}})); }

TEST(Csv, RefusesWithPlace) {
  EXPECT_HAS(error_in(""), "t.csv: the file is empty");
  EXPECT_HAS(error_in("\xef\xbb\xbf"), "the file is empty");
  EXPECT_HAS(error_in("a,b\n"), "t.csv: a header, but no rows");
  EXPECT_HAS(error_in("a,b\n\n\n"), "t.csv: a header, but no rows");
  EXPECT_HAS(error_in("a,b\n1,2\n3\n"), "t.csv, line 3 (row 2): 1 field, where the header has 2");
  EXPECT_HAS(error_in("a,b\n1,2\n3,4,5\n"), "t.csv, line 3 (row 2): 3 fields, where the header has 2");
  EXPECT_HAS(error_in("a,b\n1,2\n\n3,4\n"), "t.csv, line 3 (row 2): a blank line between the rows");
  EXPECT_HAS(error_in("0,0\n1,2\n"), "t.csv: two columns are named \"0\". Is there no header?");
  EXPECT_HAS(error_in("a,a\n1,2\n"), "two columns are named \"a\"");
  EXPECT_HAS(error_in("a,b\n1,\"2\n3,4\n"), "t.csv, line 2 (row 1): the quote that opens field 2 is not closed");
  EXPECT_HAS(error_in("a,b\n\"1\"x,2\n"), "t.csv, line 2 (row 1): text behind the closing quote of field 1");
  EXPECT_HAS(error_in("a,b\n\"1\" ,2\n"), "text behind the closing quote");
  EXPECT_HAS(error_in("a,b\n1,2\"\n"), "t.csv, line 2 (row 1): a quote inside field 2");
  EXPECT_HAS(error_in(std::string("a,b\n1,2\0\n", 9)), "t.csv, line 2 (row 1): a NUL byte in field 2");
  EXPECT_HAS(error_in(std::string("a,b\n1,\"2\0\"\n", 11)), "a NUL byte in field 2");
  EXPECT_HAS(error_in("a,b\r1,2\r"), "t.csv, header: a carriage return inside field 2");
  EXPECT_HAS(error_in(std::string("\xff\xfe"
                                  "a\0",
                                  4)),
             "UTF-16");
  EXPECT_HAS(error_in("a,\"b\n"), "t.csv, header: the quote that opens field 2 is not closed");
  const std::string large(CsvReader::kLongestField + 1, 'x');
  EXPECT_HAS(error_in("a,b\n1," + large + "\n"), "t.csv, line 2 (row 1): field 2 is longer than 1 MiB");
  EXPECT_HAS(error_in("a,b\n1,\"" + large + "\"\n"), "not closed within 1 MiB");
  const std::string largest(CsvReader::kLongestField, 'x');
  EXPECT_EQ(rows_of("a,b\n1," + largest + "\n").back().back(), largest);
}

TEST(Csv, NamesWhatIsThere) {
  const std::string text = "x_m,y_m\n1,2\n";
  const CsvReader reader("t.csv", text);
  EXPECT_EQ(reader.index("y_m"), 1U);
  EXPECT_EQ(error_of([&] { reader.index("x", "Name yours with --x."); }),
            "t.csv: no column \"x\". It has \"x_m\", \"y_m\". Name yours with --x.");
  const std::string other = "x;y\n1;2\n";
  EXPECT_HAS(error_of([&] { CsvReader("t.csv", other).index("x"); }),
             "It has \"x;y\", which looks like several, separated by ';': is the delimiter right?");
}

TEST(Csv, NamesTheColumnThatWasMeant) {
  const std::string text = "id, X_M ,y_m\n1,2,3\n";
  EXPECT_HAS(error_of([&] { CsvReader("t.csv", text).index("x_m"); }),
             "no column \"x_m\". Did you mean \" X_M \"? It has \"id\", \" X_M \", \"y_m\".");
  std::string many = "c0";
  for (int i = 1; i < 30; ++i) many += ",c" + std::to_string(i);
  EXPECT_HAS(error_of([&] { CsvReader("t.csv", many).index("x_m"); }), "\"c19\", ... (30 in all).");
}

TEST(Csv, DelimitersByName) {
  EXPECT_EQ(delimiter_named(";"), ';');
  EXPECT_EQ(delimiter_named("\t"), '\t');
  EXPECT_EQ(delimiter_named("tab"), '\t');
  EXPECT_EQ(delimiter_named("\\t"), '\t');
  for (const std::string bad : {"", ";;", "\"", "\n", "\r", "\xe9", "space"}) EXPECT_FALSE(delimiter_named(bad)) << bad;
  EXPECT_FALSE(delimiter_named(std::string(1, '\0')));
}

// The stream must cut records anywhere without a difference.
TEST(Csv, StreamEqualsMemory) {
  const Scratch scratch;
  std::mt19937 random(1);
  std::string text = "id,\"na\"\"me\",note\r\n";
  for (int i = 0; i < 60000; ++i) {
    text += std::to_string(i) + ",\"" + std::string(random() % 40, 'x') + (random() % 3 == 0 ? "\"\"\n,\r\n" : "") +
            "\",plain" + (random() % 2 == 0 ? "\r\n" : "\n");
  }
  ASSERT_GT(text.size(), std::size_t{2} << 20) << "more than two blocks";
  TextInput input(scratch.write("t.csv", text));
  CsvReader stream(input);
  EXPECT_EQ(rows_of(stream), rows_of(text));
}

TEST(Csv, StreamReadsOneLongQuotedField) {
  const Scratch scratch;
  const std::string field(CsvReader::kLongestField - 10, '\n');
  TextInput input(scratch.write("t.csv", "a,b\n1,2\n3,\"" + field + "\"\n5,6"));
  CsvReader stream(input);
  EXPECT_EQ(rows_of(stream), (Rows{{"a", "b"}, {"1", "2"}, {"3", field}, {"5", "6"}}));
}

TEST(Number, ReadsWholeFieldsOnly) {
  double value = 0;
  for (const auto& [text, expected] : {std::pair<std::string, double>{"0", 0.0},
                                       {"121000.25", 121000.25},
                                       {"-1e-3", -0.001},
                                       {"+5", 5},
                                       {"  7\t", 7},
                                       {".5", 0.5},
                                       {"5.", 5},
                                       {"1.7976931348623157e308", std::numeric_limits<double>::max()}}) {
    EXPECT_TRUE(parse_number(text, value)) << text;
    EXPECT_EQ(value, expected) << text;
  }
  for (const std::string text : {"", " ", "58x233", "nan", "NaN", "inf", "-inf", "1e999", "1e-999", "0x10", "1 2",
                                 "+-1", "++1", "-", "1,5", "1.2.3", "--1", "e5"}) {
    EXPECT_FALSE(parse_number(text, value)) << text;
  }
}

// Property: the short way for plain decimals gives the double that strtod gives.
TEST(Number, EqualsStrtod) {
  std::mt19937_64 random(6);
  for (int i = 0; i < 200000; ++i) {
    std::string text(random() % 4 == 0 ? 1 : 0, '-');
    text += std::to_string(random() % (random() % 2 == 0 ? 1'000'000 : 100'000'000'000'000));
    if (random() % 4 != 0) text.insert(1 + random() % text.size(), 1, '.');
    double value = 0;
    ASSERT_TRUE(parse_number(text, value)) << text;
    const double expected = std::strtod(text.c_str(), nullptr);
    ASSERT_EQ(std::bit_cast<std::uint64_t>(value), std::bit_cast<std::uint64_t>(expected)) << text;
  }
  double zero = 1;
  EXPECT_TRUE(parse_number("-0", zero) && std::signbit(zero));
}

TEST(Number, RefusalNamesRowColumnAndReason) {
  const auto refusal = [](const std::string& field) {
    const std::string text = "x,y\n1,2\n3,\"" + field + "\"\n";
    CsvReader reader("addresses.csv", text);
    reader.next();
    reader.next();
    return error_of([&] { reader.number(1, "Mend the row."); });
  };
  EXPECT_EQ(refusal("58x233"), "addresses.csv, line 3 (row 2), column y: \"58x233\" is not a number. Mend the row.");
  EXPECT_HAS(refusal(""), "line 3 (row 2), column y: an empty field, where a number is needed.");
  EXPECT_HAS(refusal("nan"), "\"nan\" is not a finite number");
  EXPECT_HAS(refusal("1e999"), "\"1e999\" is beyond the range of a double");
  EXPECT_HAS(refusal("58,233"), "\"58,233\" has a decimal comma");
  EXPECT_HAS(refusal(std::string(500, 'z') + "\x01"), "z...\" is not a number");
}

TEST(CsvWriter, QuotesWhereNeeded) {
  const auto written = [](const std::string& field) {
    std::string text;
    append_field(text, field);
    return text;
  };
  EXPECT_EQ(written("plain text"), "plain text");
  EXPECT_EQ(written(""), "");
  EXPECT_EQ(written("a,b"), "\"a,b\"");
  EXPECT_EQ(written("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(written("a\nb"), "\"a\nb\"");
  EXPECT_EQ(written(" a"), "\" a\"");
}

// Property: whatever is written reads back as the same fields.
TEST(CsvWriter, FieldsReadBack) {
  std::mt19937 random(2);
  const std::string letters = "ab,\"\n\r; \t";
  std::string text = "a,b,c\n";
  Rows expected{{"a", "b", "c"}};
  for (int i = 0; i < 3000; ++i) {
    expected.emplace_back(3);
    for (auto& field : expected.back()) {
      for (auto length = random() % 6; length > 0; --length) field += letters[random() % letters.size()];
      if (&field != &expected.back().front()) text += ',';
      append_field(text, field);
    }
    text += '\n';
  }
  EXPECT_EQ(rows_of(text), expected);
}

TEST(CsvWriter, NumbersReadBackAsTheSameDouble) {
  std::mt19937_64 random(3);
  std::vector<double> values{
      0.0, -0.0, 1, -1, 100000, 1e15, 9007199254740992.0, 1e22, 0.1, 5e-324, 1.7976931348623157e308};
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t bits = random();
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    if (std::isfinite(value)) values.push_back(value);
    values.push_back(static_cast<double>(random() % 1000000) / 1000);
  }
  for (const double value : values) {
    std::string text;
    append_number(text, value);
    double back = 0;
    ASSERT_TRUE(parse_number(text, back)) << text;
    ASSERT_EQ(std::bit_cast<std::uint64_t>(back), std::bit_cast<std::uint64_t>(value)) << text;
  }
  std::string text;
  append_number(text, 100000.0);
  append_number(text, std::nan(""));
  EXPECT_EQ(text, "100000") << "no exponent for whole numbers, nothing for missing";
}

}  // namespace
}  // namespace dscore
