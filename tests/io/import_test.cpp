// Whole imports of small tables, good and bad, and their report.

#include "io/import.h"

#include <gtest/gtest.h>

#include "io/hdf5.h"
#include "io/import_report_text.h"
#include "io/population_file.h"
#include "tests/io/import_case.h"
#include "tests/io/stat_writer.h"

namespace dscore {
namespace {

using test::error_of;
using test::stat_file;
using Case = test::ImportCase;

const TableReport& table(const Import& made, const std::string& name) {
  for (const TableReport& report : made.report.tables) {
    if (report.table == name) return report;
  }
  throw std::logic_error("no table " + name);
}
const ReasonCount& dropped(const Import& made, Reason reason, const std::string& name = "establishments") {
  return table(made, name).dropped[static_cast<std::size_t>(reason)];
}
const ReasonCount& noted(const Import& made, Reason reason, const std::string& name = "establishments") {
  return table(made, name).noted[static_cast<std::size_t>(reason)];
}

using Ids = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

TEST(Import, MakesTheRegister) {
  const Case c;
  const Import made = c.run();
  const Register& r = made.population;
  EXPECT_EQ(r.id, (Ids{1, 2, 3}));
  EXPECT_EQ(r.company, (Ids{70, 70, 71}));
  EXPECT_EQ(r.x_m, (Numbers{121000, 121000, 155000.5}));
  EXPECT_EQ(r.y_m, (Numbers{487000, 487000, 463000.25}));
  EXPECT_EQ(r.jobs, (Numbers{6, 2, 4}));
  EXPECT_EQ(r.membership, (std::vector<std::uint64_t>{3, 1, 1}));
  ASSERT_EQ(r.regions.size(), 2U);
  EXPECT_EQ(r.regions[0].code, "CR02");
  EXPECT_EQ(r.regions[1].name, "Groot-Amsterdam");
  EXPECT_EQ(r.region, (std::vector<std::uint16_t>{1, 1, 0}));
  EXPECT_EQ(r.populations[1].benchmark, 0U);
  EXPECT_EQ(std::get<std::int64_t>(*r.provenance.find("import_establishments_read")), 3);
  EXPECT_EQ(std::get<std::string>(*r.provenance.find("import_date")), "2011-12-31");
  EXPECT_EQ(std::get<std::string>(*r.provenance.find("import_jobs_sha256")).size(), 64U);
  EXPECT_EQ(noted(made, Reason::missing_founded).first[0].row, 3U);
  const std::string path = c.scratch / "p.h5";
  write_population(path, r);
  EXPECT_EQ(read_population(path).id, r.id);
}

TEST(Import, SaysWhyEveryRowWasDropped) {
  Case c;
  c.rows(
      "x;70;1011;1234AB;2001-01-01;;1\n"            // 4
      "5;70;1011;1234AB;2011-02-30;;1\n"            // 5
      "6;70;1011;1234AB;2012-01-01;;1\n"            // 6
      "7;70;1011;1234AB;2001-01-01;2011-12-31;1\n"  // 7
      "8;70;9999;1234AB;2001-01-01;;1\n"            // 8
      "9;70;1011;;2001-01-01;;1\n"                  // 9
      "10;70;1011;B-1000;2001-01-01;;1\n"           // 10
      "11;70;1011;9999ZZ;2001-01-01;;1\n"           // 11
      "12;70;1011;1111AA;2001-01-01;;1\n"           // 12
      "1;70;1011;1234AB;2001-01-01;;1\n"            // 13
      "14;;1011;1234AB;2001-01-01;;1\n"             // 14: kept
      "15;70;1011;1111AB;2001-01-01;;1\n"           // 15
      ";70;1011;1234AB;2001-01-01;;1\n");           // 16
  c.files["postcodes.csv"] += "1111AA,100000,400000,999\n1111AB,100000,400000,\n";
  const Import made = c.run();
  EXPECT_EQ(made.population.id, (Ids{1, 2, 3, 14}));
  const auto expect = [&](Reason reason, std::uint64_t row, const std::string& value) {
    const ReasonCount& count = dropped(made, reason);
    ASSERT_GE(count.count, 1U) << name_of(reason);
    EXPECT_EQ(count.first[0].row, row) << name_of(reason);
    EXPECT_EQ(count.first[0].value, value);
  };
  expect(Reason::bad_id, 4, "x");
  EXPECT_EQ(dropped(made, Reason::bad_id).count, 2U);
  expect(Reason::bad_date, 5, "2011-02-30");
  expect(Reason::outside_date, 6, "2012-01-01");
  EXPECT_EQ(dropped(made, Reason::outside_date).first[1].row, 7U) << "closed on the reference date";
  expect(Reason::bad_sbi, 8, "9999");
  expect(Reason::missing_postcode, 9, "");
  expect(Reason::bad_postcode, 10, "B-1000");
  expect(Reason::unknown_postcode, 11, "9999ZZ");
  expect(Reason::municipality_without_region, 12, "1111AA");
  expect(Reason::duplicate_id, 13, "1");
  expect(Reason::missing_municipality, 15, "1111AB");
  EXPECT_EQ(noted(made, Reason::bad_company).first[0].row, 14U);
  EXPECT_EQ(noted(made, Reason::unmatched_jobs).first[0].row, 14U);
  EXPECT_EQ(made.population.company.back(), -1);
  EXPECT_EQ(made.population.jobs.back(), 1);
  EXPECT_EQ(table(made, "establishments").read, 16U);
  EXPECT_EQ(table(made, "establishments").dropped_rows(), 12U);
}

TEST(Import, ADuplicateIsOneOnlyOfWhatIsKept) {
  Case c;
  c.files["establishments.csv"] =
      "lbe;be;sbi;pc;from;to;key\n"
      "1;70;1011;1234AB;2001-01-01;2005-01-01;1\n"  // an earlier life
      "1;70;1011;9999ZZ;2005-01-01;;1\n"            // nowhere
      "1;70;1011;1234AB;2005-01-01;;1\n";
  const Import made = c.run();
  EXPECT_EQ(made.population.id, (Ids{1}));
  EXPECT_EQ(dropped(made, Reason::duplicate_id).count, 0U);
}

TEST(Import, ClosingDayMayCountAsActive) {
  Case c;
  c.rows("4;70;1011;1234AB;2011-12-31;2011-12-31;1\n");
  EXPECT_EQ(c.run().population.size(), 3U);
  c.change("date = 2011-12-31\n", "date = 2011-12-31\nclosing_day = \"active\"\n");
  EXPECT_EQ(c.run().population.size(), 4U);
}

TEST(Import, TablesHaveTheirOwnDroppedRows) {
  Case c;
  c.files["postcodes.csv"] +=
      "1234ab,121000,487000,363\n"  // 3: the same
      "5678 xy,1,2,3\n"             // 4: outside
      "5678xy,155001,463000,3\n"    // 5: elsewhere
      "B-1000,155001,463000,3\n"    // 6
      "1000AA,abc,463000,3\n"       // 7
      ",155001,463000,3\n";         // 8
  c.files["jobs.csv"] += "70,363,-1\nx,363,1\n70,,1\n70,363,many\n99,363,1\n70,3,1\n";
  c.files["municipalities.csv"] += "0363,CR02,x\n7,,\n";
  c.files["sectors.toml"] += "companies = [70, 4242]\n";
  const Import made = c.run();
  EXPECT_EQ(dropped(made, Reason::duplicate_row, "postcodes").first[0].row, 3U);
  EXPECT_EQ(dropped(made, Reason::outside_country, "postcodes").first[0].row, 4U);
  EXPECT_EQ(dropped(made, Reason::conflicting_row, "postcodes").first[0].row, 5U);
  EXPECT_EQ(dropped(made, Reason::bad_postcode, "postcodes").first[0].row, 6U);
  EXPECT_EQ(dropped(made, Reason::bad_coordinates, "postcodes").first[0].value, "abc");
  EXPECT_EQ(dropped(made, Reason::missing_postcode, "postcodes").first[0].row, 8U);
  EXPECT_EQ(table(made, "postcodes").kept, 2U);
  EXPECT_EQ(dropped(made, Reason::negative_jobs, "jobs").first[0].row, 4U);
  EXPECT_EQ(dropped(made, Reason::bad_company, "jobs").first[0].row, 5U);
  EXPECT_EQ(dropped(made, Reason::missing_municipality, "jobs").first[0].row, 6U);
  EXPECT_EQ(dropped(made, Reason::bad_jobs, "jobs").first[0].value, "many");
  EXPECT_EQ(dropped(made, Reason::jobs_without_establishment, "jobs").count, 2U);
  EXPECT_EQ(dropped(made, Reason::conflicting_row, "municipalities").first[0].row, 3U);
  EXPECT_EQ(dropped(made, Reason::missing_region, "municipalities").first[0].row, 4U);
  EXPECT_EQ(dropped(made, Reason::company_not_found, "companies").first[0].value, "4242");
  EXPECT_EQ(made.population.membership, (std::vector<std::uint64_t>{3, 3, 1})) << "70 by its company";
}

TEST(Import, BadSbiMayBeKept) {
  Case c;
  c.rows("4;70;;1234AB;2001-01-01;;1\n").change("delimiter = \";\"\n", "delimiter = \";\"\nbad_sbi = \"keep\"\n");
  const Import made = c.run();
  EXPECT_EQ(made.population.size(), 4U);
  EXPECT_EQ(made.population.membership.back(), 0U);
  EXPECT_EQ(noted(made, Reason::bad_sbi).first[0].row, 4U);
}

TEST(Import, RoundsJobsIfAskedTo) {
  Case c;
  c.files["jobs.csv"] = "be,gm,jobs\n70,363,7\n";
  EXPECT_EQ(c.run().population.jobs, (Numbers{5.25, 1.75, 1}));
  c.change("file = \"jobs.csv\"\n", "file = \"jobs.csv\"\nrounding = \"largest-remainder\"\nunmatched = 0\n");
  EXPECT_EQ(c.run().population.jobs, (Numbers{5, 2, 0}));
}

TEST(Import, LocatesByCoordinates) {
  Case c;
  c.files["establishments.csv"] =
      "lbe;be;sbi;gm;x;y\n1;70;1011;GM0363;121000,5;487000\n2;70;0113;363;4,88;52,37\n3;71;2059;3;;463000\n";
  c.change("postcode = \"pc\"\nfounded = \"from\"\nclosed = \"to\"\nkey = \"key\"\n",
           "x = \"x\"\ny = \"y\"\nmunicipality = \"gm\"\n")
      .change("delimiter = \";\"\n", "delimiter = \";\"\nlocation = \"rd\"\n")
      .change("[selection]\ndate = 2011-12-31\n", "");
  const std::size_t at = c.config.find("[postcodes]");
  c.config.erase(at, c.config.find("[municipalities]") - at);
  const Import made = c.run();
  EXPECT_EQ(made.population.x_m, (Numbers{121000.5}));
  EXPECT_EQ(made.population.jobs, (Numbers{8}));
  EXPECT_EQ(dropped(made, Reason::outside_country).first[0].row, 2U) << "degrees are no metres";
  EXPECT_EQ(dropped(made, Reason::bad_coordinates).first[0].row, 3U);

  c.files["establishments.csv"] =
      "lbe;be;sbi;gm;x;y\n1;70;1011;GM0363;5,38720621;52,15517440\n2;70;0113;363;13,4;52,5\n";
  c.change("x = \"x\"\ny = \"y\"\n", "longitude = \"x\"\nlatitude = \"y\"\n").change("\"rd\"", "\"lonlat\"");
  const Import degrees = c.run();
  ASSERT_EQ(degrees.population.id, (Ids{1}));
  EXPECT_NEAR(degrees.population.x_m[0], 155000, 1.5);
  EXPECT_NEAR(degrees.population.y_m[0], 463000, 1.5);
  EXPECT_EQ(dropped(degrees, Reason::outside_country).first[0].row, 2U);
  EXPECT_NE(degrees.population.provenance.find("import_projection"), nullptr);
  EXPECT_NE(degrees.population.provenance.find("import_projection_accuracy_m"), nullptr);
}

TEST(Import, PostcodesMayHaveLongitudeAndLatitude) {
  Case c;
  c.files["postcodes.csv"] = "pc6,x,y,gm\n1234AB,5.38720621,52.15517440,GM0363\n5678XY,13,52,0003\n";
  c.change("x = \"x\"\ny = \"y\"\n", "longitude = \"x\"\nlatitude = \"y\"\n");
  const Import made = c.run();
  ASSERT_EQ(made.population.id, (Ids{1, 2}));
  EXPECT_NEAR(made.population.x_m[0], 155000, 1.5);
  EXPECT_EQ(dropped(made, Reason::outside_country, "postcodes").first[0].value, "5678XY");
}

TEST(Import, FourDigitsMayBeEnough) {
  Case c;
  c.files["postcodes.csv"] = "pc6,x,y,gm\n1234,121000,487000,GM0363\n5678ZZ,155000,463000,0003\n";
  c.change("[postcodes]\n", "[postcodes]\nlevel = \"pc4\"\n");
  EXPECT_EQ(c.run().population.size(), 3U);
}

TEST(Import, RegionsMayComeFromPostcodesOrATableOfTheirOwn) {
  Case c;
  c.files["regions.csv"] = "code,name,part\nCR23,Amsterdam,West\nCR02,Delfzijl,North\nCR99,Nowhere,East\n";
  c.change("name = \"name\"\n",
           "[regions]\nfile = \"regions.csv\"\n[regions.columns]\ncode = \"code\"\nname = \"name\"\npart = \"part\"\n");
  const Import made = c.run();
  ASSERT_EQ(made.population.regions.size(), 3U);
  EXPECT_EQ(made.population.regions[0].part, "West");
  EXPECT_EQ(made.population.region, (std::vector<std::uint16_t>{0, 0, 1}));

  c.files["regions.csv"] = "code,name,part\nCR23,Amsterdam,West\n";
  const Import fewer = c.run();
  EXPECT_EQ(dropped(fewer, Reason::unknown_region, "municipalities").count, 1U);
  EXPECT_EQ(dropped(fewer, Reason::municipality_without_region).first[0].row, 3U);

  Case direct;
  const std::size_t at = direct.config.find("[municipalities]");
  direct.config.erase(at, direct.config.find("[jobs]") - at);
  direct.change("municipality = \"gm\"\n", "municipality = \"gm\"\nregion = \"gm\"\n");
  EXPECT_EQ(direct.run().population.regions[0].code, "0003");
}

TEST(Import, ReadsSpssStataAndHdf5) {
  const double spss = 86400 * ((*day_of(2001, 1, 1)).since_1970 + 141428.0);
  const double stata = (*day_of(2001, 1, 1)).since_1970 + 3653.0;
  const double missing = std::nan("");
  const std::vector<std::string> names{"lbe", "be", "sbi", "pc", "from", "to", "key"};
  const auto make = [&](TableFormat format, double from, const char* date) {
    std::vector<test::StatVariable> variables;
    variables.reserve(names.size());
    for (const std::string& name : names) variables.push_back({name, name == "pc"});
    variables[4].format = variables[5].format = date;
    return stat_file(format, variables,
                     {{1.0, 70.0, 10110.0, "1234ab", from, missing, 1.5},
                      {2.0, 70.0, 1131.0, "1234 AB", from, missing, 0.5},
                      {3.0, 71.0, 20590.0, "5678XY", missing, missing, 1.0}});
  };
  const Register expected = Case().run().population;
  Case c;
  c.change("delimiter = \";\"\ndecimal = \",\"\n", "sbi_width = 5\n");
  const auto same = [&](const char* file) {
    const Register made = c.run().population;
    EXPECT_EQ(made.id, expected.id) << file;
    EXPECT_EQ(made.membership, expected.membership) << file;
    EXPECT_EQ(made.jobs, expected.jobs) << file;
    EXPECT_EQ(made.x_m, expected.x_m) << file;
  };
  c.files["lbe.sav"] = make(TableFormat::sav, spss, "DATE11");
  c.change("establishments.csv", "lbe.sav");
  same("lbe.sav");
  c.files["lbe.dta"] = make(TableFormat::dta, stata, "%td");
  c.change("lbe.sav", "lbe.dta");
  same("lbe.dta");

  hdf5::File file = hdf5::File::create("t");
  const auto whole = [&](const char* name, const std::vector<std::int64_t>& values) {
    file.write(std::string("/") + name, std::span<const std::int64_t>(values));
  };
  whole("lbe", {1, 2, 3});
  whole("be", {70, 70, 71});
  whole("sbi", {10110, 1131, 20590});
  whole("from", {20010101, 20010101, 20010101});
  file.write_text("/to", {"", "20120630", ""});
  file.write_text("/pc", {"1234AB", "1234ab", "5678 xy"});
  file.write("/key", std::span<const double>(Numbers{1.5, 0.5, 1}));
  c.files["lbe.h5"] = file.take_bytes();
  c.change("lbe.dta", "lbe.h5");
  same("lbe.h5");

  c.change("sbi_width = 5\n", "");
  EXPECT_HAS(c.error(), "holds numbers, which have no leading zeros");
}

TEST(Import, StopsAtFilesThatCannotBeRead) {
  const auto with = [](const std::string& content) {
    Case c;
    c.files["establishments.csv"] = content;
    return c.error();
  };
  const std::string header = "lbe;be;sbi;pc;from;to;key\n";
  const std::string row = "1;70;1011;1234ab;2001-01-01;;1\n";
  EXPECT_HAS(with(header + row + "2;70\n"), "establishments.csv, line 3 (row 2): 2 fields, where the header has 7");
  EXPECT_HAS(with(header + row + "2;\"70;1011\n"), "line 3 (row 2): the quote that opens field 2 is not closed");
  EXPECT_HAS(with(header + "2;7\"0\";1011;;;;\n"), "a quote inside field 2");
  EXPECT_HAS(with(header + std::string("1;7\0;;;;;\n", 10)), "a NUL byte in field 2");
  std::string long_field;
  long_field.resize(10'000'000, 'x');
  EXPECT_HAS(with(header + "1;" + long_field + ";;;;;\n"), "longer than 1 MiB");
  EXPECT_HAS(with(header + "1;70;1011;1234ab;2001-01-01;;\xe9\n"), "line 2 (row 1): not UTF-8");
  EXPECT_HAS(with(std::string("\xff\xfel\0b\0", 6)), "UTF-16");
  EXPECT_HAS(with(""), "the file is empty");
  EXPECT_HAS(with(header), "a header, but no rows");
  EXPECT_HAS(with("lbe,be,sbi,pc,from,to,key\n"), "looks like several");
  EXPECT_HAS(with("lbe;be;sbi;pc;from;to\n1;2;3;4;5;6\n"),
             "no column \"key\". It has \"lbe\", \"be\", \"sbi\", \"pc\", \"from\", \"to\". Name yours in import.toml, "
             "establishments.columns.key.");
  Case bom;
  bom.files["establishments.csv"] = "\xef\xbb\xbf" + bom.files["establishments.csv"];
  EXPECT_EQ(bom.run().population.size(), 3U);
  Case missing;
  missing.change("\"jobs.csv\"", "\"none.csv\"");
  EXPECT_HAS(missing.error(), "none.csv: cannot open");
  Case nobody;
  nobody.files["sectors.toml"] += "[[population]]\nname = \"space\"\ninclude = [\"72\"]\n";
  const Import made = nobody.run();
  EXPECT_HAS(error_of([&] { write_population(nobody.scratch / "p.h5", made.population); }),
             "population space has no members");
}

TEST(Import, NothingIsKeptIsAnError) {
  Case c;
  c.files["establishments.csv"] = "lbe;be;sbi;pc;from;to;key\n1;70;1011;9999ZZ;2001-01-01;;1\n";
  EXPECT_HAS(c.error(), "none of the 1 establishments could be kept: unknown_postcode (1)");
}

TEST(Import, CallsForProgressMayStopIt) {
  struct Stop {};
  const Case c;
  for (const auto& [name, content] : c.files) c.scratch.write(name, content);
  EXPECT_THROW(import_register(c.parse(), [](const std::string&, double) { throw Stop(); }), Stop);
}

TEST(ImportReportTest, IsWrittenForPeopleAndMachines) {
  ImportReport report;
  TableReport& table = report.tables.emplace_back();
  table.table = "establishments";
  table.file = "a,b.csv";
  table.read = 1'234'567;
  table.kept = 1'234'566;
  table.drop(Reason::unknown_postcode, 17, [] { return "12\"34"; });
  table.note(Reason::unmatched_jobs, 3, [] { return ""; });
  EXPECT_EQ(
      report_text(report),
      "establishments (a,b.csv): read 1,234,567 = kept 1,234,566 + dropped 1\n"
      "           1 dropped, unknown_postcode: the postcode is not in the table of postcodes (row 17 \"12\"34\")\n"
      "           1 kept, unmatched_jobs: the table of jobs has nothing for the company and municipality (row 3)\n");
  EXPECT_EQ(report_csv(report),
            "table,file,reason,dropped,count,example_row,example_value\n"
            "establishments,\"a,b.csv\",read,,1234567,,\n"
            "establishments,\"a,b.csv\",kept,,1234566,,\n"
            "establishments,\"a,b.csv\",unknown_postcode,yes,1,17,\"12\"\"34\"\n"
            "establishments,\"a,b.csv\",unmatched_jobs,no,1,3,\n");
  EXPECT_HAS(report_json(report), R"("reason": "unknown_postcode", )");
  EXPECT_HAS(report_json(report), R"("examples": [{"row": 17, "value": "12\"34"}])");
}

}  // namespace
}  // namespace dscore
