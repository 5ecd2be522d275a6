// The configuration of an import.

#include "io/import_config.h"

#include <gtest/gtest.h>

#include "kernels/error.h"
#include "tests/io/import_case.h"

namespace dscore {
namespace {

using test::error_of;
using Case = test::ImportCase;

TEST(ImportConfigTest, TheExampleIsRead) {
  const ImportConfig config = parse_import_config("example", import_example(), "/data");
  EXPECT_EQ(config.establishments.source.path, "/data/establishments.csv");
  EXPECT_EQ(config.establishments.source.delimiter, ';');
  EXPECT_EQ(config.establishments.columns.at("closed"), "DATUM_OPHEFFING");
  EXPECT_EQ(config.jobs->source.format, TableFormat::sav);
  EXPECT_EQ(config.regions->columns.size(), 3U);
  EXPECT_EQ(*config.date, *day_of(2011, 12, 31));
}

// What stands behind a '#' in the example are settings, too: each works if its alternative is taken away.
TEST(ImportConfigTest, EverySettingOfTheExampleExists) {
  std::string text(import_example());
  std::size_t found = 0;
  for (std::size_t at = text.find("\n# "); at != std::string::npos; at = text.find("\n# ", at + 1)) {
    const std::size_t end = text.find('\n', at + 1);
    const std::string line = text.substr(at + 3, end - at - 3);
    if (line.find(" = ") == std::string::npos) continue;
    ++found;
    std::string with = text;
    with.erase(at + 1, 2);
    try {
      parse_import_config("example", with, "");
    } catch (const Error& error) {
      EXPECT_FALSE(test::contains(error.what(), "no such setting")) << line << ": " << error.what();
      EXPECT_FALSE(test::contains(error.what(), "not TOML")) << line << ": " << error.what();
    }
  }
  EXPECT_GE(found, 18U);
}

TEST(ImportConfigTest, RefusesWithLineAndKey) {
  const auto error = [](const std::string& part, const std::string& with) {
    Case c;
    c.change(part, with);
    return error_of([&] { c.parse(); });
  };
  EXPECT_HAS(error("[selection]", "[selection"), "import.toml, line 13: not TOML");
  EXPECT_HAS(error("[selection]", "[{selection]"), "import.toml, line 13: not TOML");  // where toml++ asserts
  EXPECT_HAS(error("[selection]", "[selection\xe2]"), "import.toml, line 13: not TOML: not UTF-8");
  EXPECT_HAS(error("[selection]", "[s\xc3\xa9lection]"), "s\xc3\xa9lection: there is no such setting");
  EXPECT_HAS(error("[selection]", "[_Q8_c3]"), "import.toml, line 13: _Q8_ cannot be part of a text here");
  EXPECT_HAS(
      error("delimiter = \";\"", "delimeter = \";\""),
      "import.toml, line 3, establishments.delimeter: there is no such setting. Here are: file, format, delimiter,");
  EXPECT_HAS(error("delimiter = \";\"", "delimiter = \";;\""),
             "line 3, establishments.delimiter: \";;\" is not a delimiter");
  EXPECT_HAS(error("delimiter = \";\"", "delimiter = 3"), "a text in quotes is needed here");
  EXPECT_HAS(error("delimiter = \";\"", "delimiter = \",\""), "the same character separates the fields");
  EXPECT_HAS(error("id = \"lbe\"\n", ""), "establishments.columns.id: missing: the name of this column");
  EXPECT_HAS(error("id = \"lbe\"\n", "id = \"\"\n"), "missing");
  EXPECT_HAS(error("id = \"lbe\"\n", "id = \"lbe\"\nname = \"x\"\n"),
             "establishments.columns.name: there is no such setting");
  EXPECT_HAS(error("date = 2011-12-31", "date = \"31-12-2011\""), "selection.date: a date is needed here");
  EXPECT_HAS(error("date = 2011-12-31", "date = 2011-02-30"), "import.toml, line 14");
  EXPECT_HAS(error("date = 2011-12-31", "formats = [\"yyyymmdd\"]"), "missing: date");
  EXPECT_HAS(error("date = 2011-12-31", "date = 2011-12-31\nformats = [\"ddmm\"]"), "is not a date format");
  EXPECT_HAS(error("[selection]\ndate = 2011-12-31\n", ""), "there is no [selection] with a date");
  EXPECT_HAS(error("founded = \"from\"\nclosed = \"to\"\n", ""), "need a column founded, closed, or both");
  EXPECT_HAS(error("delimiter = \";\"", "delimiter = \";\"\nlocation = \"rd\""),
             "no column x, which location = \"rd\" needs");
  EXPECT_HAS(error("delimiter = \";\"", "delimiter = \";\"\nlocation = \"gps\""),
             "is not one of \"postcode\", \"rd\", \"lonlat\"");
  EXPECT_HAS(error("delimiter = \";\"", "delimiter = \";\"\nsbi_width = 7"), "2 to 5 digits");
  EXPECT_HAS(error("postcode = \"pc\"", "postcode = \"pc\"\nx = \"x\""), "the column x is not used");
  EXPECT_HAS(error("x = \"x\"\n", ""), "either x and y or longitude and latitude");
  EXPECT_HAS(error("municipality = \"gm\"\n[municipalities]", "[municipalities]"), "no column municipality");
  EXPECT_HAS(error("company = \"be\"\n", ""), "no column company, by which jobs are found");
  EXPECT_HAS(error("file = \"jobs.csv\"", "file = \"jobs.csv\"\nunmatched = -1"), "from 0 to 1e12");
  EXPECT_HAS(error("key = \"key\"", "key = \"key\"\njobs = \"j\""), "have a column of jobs already");
  EXPECT_HAS(error("key = \"key\"", "key = \"key\"\nregion = \"r\""),
             "not used: the region is a column of the establishments");
  EXPECT_HAS(error("[populations]\nfile = \"sectors.toml\"\n", ""), "populations.file: missing");
  EXPECT_HAS(error("[populations]", "[report]\nexpected = [\"anything\"]\n[populations]"),
             "\"anything\" is not a reason");
  EXPECT_HAS(error("[populations]", "[wrong]\na = 1\n[populations]"), "wrong: there is no such setting");
  EXPECT_HAS(error("\"jobs.csv\"", "\"jobs.sav\"\ndelimiter = \";\""), "is for CSV only");
}

TEST(ImportConfigTest, LettersMayBeAny) {
  Case c;
  c.change("[establishments]", "# Frysl\xc3\xa2n \"\n[establishments]")
      .change("decimal = \",\"",
              "decimal = ','  # \xe2\x82\xac\nmissing = ['\xc3\xa9', \"\\\"\xc3\xa9#\", \"\"\"\\\n x\xc3\xa9\"\"\"]");
  EXPECT_EQ(c.parse().establishments.cells.missing, (std::vector<std::string>{"\xc3\xa9", "\"\xc3\xa9#", "x\xc3\xa9"}));
}

}  // namespace
}  // namespace dscore
