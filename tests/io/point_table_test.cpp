#include "io/point_table.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "host/results.h"
#include "io/checksum.h"
#include "io/hdf5.h"
#include "io/population_file.h"
#include "io/results_file.h"
#include "io/text_input.h"
#include "tests/io/break_hdf5.h"
#include "tests/io/samples.h"
#include "tests/io/scratch.h"

namespace dscore {
namespace {

using test::Breaker;
using test::error_of;
using test::read_file;
using test::Scratch;

const PointColumns kPlain{"x_m", "y_m", std::nullopt};
const PointColumns kWeighted{"x_m", "y_m", "n"};

Provenance provenance() {
  Provenance p;
  p.set("version", std::string("0.1.0"));
  p.set("threshold_km", 1.0);
  return p;
}

TEST(PointTable, ReadsCsv) {
  const Scratch scratch;
  const std::string path = scratch.write("a.csv", "id,x_m,y_m,n\na,121000.5, 487000 ,3\n\"b,c\",1e5,-1,4.0\n");
  const PointTable table = read_point_table(path, kWeighted);
  EXPECT_EQ(table.x_m, (std::vector<double>{121000.5, 1e5}));
  EXPECT_EQ(table.y_m, (std::vector<double>{487000, -1}));
  EXPECT_EQ(table.multiplicity, (std::vector<std::uint32_t>{3, 4}));
  EXPECT_EQ(table.sha256, sha256_of_file(path));
  EXPECT_EQ(table.points().size(), 2U);
  EXPECT_TRUE(read_point_table(path, kPlain).multiplicity.empty());
}

/// A table that is long enough to be read and written by several threads; row `odd` is another text.
std::string long_table(std::size_t rows, std::size_t odd, const std::string& text) {
  std::string table = "x_m,y_m,n\n";
  for (std::size_t i = 0; i < rows; ++i) {
    table += i == odd ? text : std::to_string(100000 + i) + "," + std::to_string(400000 + 2 * i) + ",2";
    table += '\n';
  }
  return table;
}

TEST(PointTable, LongTablesAreReadAndWrittenAsShortOnes) {
  constexpr std::size_t kRows = 90000;
  const Scratch scratch;
  const auto read = [&](const std::string& text) { return read_point_table(scratch.write("a.csv", text), kWeighted); };
  const std::string text = long_table(kRows, kRows, "");
  ASSERT_GT(text.size(), 1U << 20U);
  for (const char* end : {"", "\n", "\r\n\n"}) {
    const PointTable table = read(text + end);
    ASSERT_EQ(table.size(), kRows) << end;
    for (std::size_t i = 0; i < kRows; ++i) {
      ASSERT_EQ(table.x_m[i], 100000.0 + static_cast<double>(i));
      ASSERT_EQ(table.y_m[i], 400000.0 + 2.0 * static_cast<double>(i));
      ASSERT_EQ(table.multiplicity[i], 2U);
    }
    write_scored(table, scratch / "out.csv", std::vector<double>(kRows, 0.5), provenance());
    const std::string written = read_file(scratch / "out.csv");
    EXPECT_EQ(written.size(), text.size() + kRows * 4 + 8) << end;
    EXPECT_TRUE(written.starts_with("x_m,y_m,n,d_score\n100000,400000,2,0.5\n100001,")) << end;
    EXPECT_TRUE(written.ends_with("\n189999,579998,2,0.5\n")) << end;
  }
  EXPECT_EQ(read(long_table(kRows, 70000, "\"1\",2,3")).multiplicity[70000], 3U) << "a quote";
  for (const std::size_t odd : {std::size_t{1}, kRows / 2 - 1, kRows / 2, kRows - 2}) {
    const std::string place = "a.csv, line " + std::to_string(odd + 2) + " (row " + std::to_string(odd + 1) + ")";
    EXPECT_HAS(error_of([&] { read(long_table(kRows, odd, "1,x,2")); }), place + ", column y_m: \"x\"");
    EXPECT_HAS(error_of([&] { read(long_table(kRows, odd, "1,2")); }), place + ": 2 fields");
    EXPECT_HAS(error_of([&] { read(long_table(kRows, odd, "")); }), place + ": a blank line between the rows");
  }
}

TEST(PointTable, RepeatsEveryInputColumnVerbatim) {
  const Scratch scratch;
  const std::vector<double> d{0.1, kMissing};
  const auto scored = [&](const std::string& text) {
    const PointTable table = read_point_table(scratch.write("in.csv", text), kPlain);
    write_scored(table, scratch / "out.csv", d, provenance());
    return read_file(scratch / "out.csv");
  };
  EXPECT_EQ(scored("x_m,y_m,note\n 1.50,2e0,\"a \"\"b\"\"\nc\"\n3,4,\n"),
            "x_m,y_m,note,d_score\n 1.50,2e0,\"a \"\"b\"\"\nc\",0.1\n3,4,,\n");
  EXPECT_EQ(scored("x_m,y_m\r\n1,2\r\n3,4"), "x_m,y_m,d_score\r\n1,2,0.1\r\n3,4,\r\n");
  EXPECT_EQ(scored("\xef\xbb\xbfx_m,y_m\n1,2\n3,4\n\n"), "\xef\xbb\xbfx_m,y_m,d_score\n1,2,0.1\n3,4,\n");
  EXPECT_EQ(read_file(scratch / "out.csv.provenance.json"), "{\n  \"version\": \"0.1.0\",\n  \"threshold_km\": 1\n}\n");
  EXPECT_EQ(scratch.files(), 3U);
}

TEST(PointTable, WritesOverItsOwnInput) {
  const Scratch scratch;
  const std::string path = scratch.write("a.csv", "x_m,y_m\n1,2\n");
  write_scored(read_point_table(path, kPlain), path, std::vector<double>{0.5}, provenance());
  EXPECT_EQ(read_file(path), "x_m,y_m,d_score\n1,2,0.5\n");
}

TEST(PointTable, PacksByName) {
  const Scratch scratch;
  const PointTable table = read_point_table(scratch.write("a.csv", "x_m,y_m\n1,2\n"), kPlain);
  write_scored(table, scratch / "out.csv.gz", std::vector<double>{0.5}, provenance());
  EXPECT_EQ(read_file(scratch / "out.csv.gz").substr(0, 2), "\x1f\x8b");
  TextInput unpacked(scratch / "out.csv.gz");
  EXPECT_EQ(unpacked.read_all(), "x_m,y_m,d_score\n1,2,0.5\n");
}

TEST(PointTable, ReadsStandardInputAndWritesStandardOutput) {
  const Scratch scratch;
  const int in = ::open(scratch.write("in", "x_m,y_m\n1,2\n").c_str(), O_RDONLY);
  const int out = ::open((scratch / "out").c_str(), O_WRONLY | O_CREAT, 0600);
  const int saved_in = ::dup(STDIN_FILENO);
  const int saved_out = ::dup(STDOUT_FILENO);
  ::dup2(in, STDIN_FILENO);
  const PointTable table = read_point_table("-", kPlain);
  ::dup2(saved_in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  write_scored(table, "-", std::vector<double>{0.25}, provenance());
  ::dup2(saved_out, STDOUT_FILENO);
  for (const int descriptor : {in, out, saved_in, saved_out}) ::close(descriptor);
  EXPECT_EQ(table.name, "stdin");
  EXPECT_EQ(read_file(scratch / "out"), "x_m,y_m,d_score\n1,2,0.25\n");
  EXPECT_EQ(scratch.files(), 2U) << "no provenance beside stdout";
}

TEST(PointTable, CsvErrorsNameRowAndColumn) {
  const Scratch scratch;
  const auto error = [&](const std::string& text, const PointColumns& columns = kWeighted) {
    return error_of([&] { read_point_table(scratch.write("a.csv", text), columns); });
  };
  const std::string header = "x_m,y_m,n\n1,2,3\n";
  EXPECT_EQ(error(header + "4,58x233,5\n"), (scratch / "a.csv") +
                                                ", line 3 (row 2), column y_m: \"58x233\" is not a number. Coordinates "
                                                "are metres in RD New; mend the row or name "
                                                "another column with --y.");
  EXPECT_HAS(error(header + ",5,5\n"), "line 3 (row 2), column x_m: an empty field, where a number is needed");
  EXPECT_HAS(error(header + "nan,5,5\n"), "line 3 (row 2), column x_m: \"nan\" is not a finite number");
  EXPECT_HAS(error(header + "4,2e8,5\n"), "line 3 (row 2), column y_m: 200000000 is farther than 1e8 m");
  for (const std::string weight : {"0", "-1", "1.5", "4000000001", "", "many"}) {
    std::string table = header;
    table.append("4,5,").append(weight).append("\n");
    EXPECT_HAS(error(table), "line 3 (row 2), column n: ");
  }
  EXPECT_HAS(error(header + "4,5,1.5\n"), "1.5 is not a whole number from 1 to 4,000,000,000. A weight is");
  EXPECT_HAS(error(header + "4,5,3999999998\n"),
             "line 3 (row 2), column n: the weights up to here add up to more than");
  EXPECT_HAS(error("x,y_m,n\n1,2,3\n"), "no column \"x_m\". It has \"x\", \"y_m\", \"n\". Name yours with --x.");
  EXPECT_HAS(error("x_m,y,n\n1,2,3\n"), "Name yours with --y.");
  EXPECT_HAS(error("x_m,y_m\n1,2\n"), "Name yours with --weight.");
  EXPECT_HAS(error("x_m,y_m,n,d_score\n1,2,3,4\n"), "there is a column d_score already. Rename it");
  EXPECT_HAS(error("x_m,y_m,n\n"), "a header, but no rows");
  EXPECT_HAS(error(""), "the file is empty");
  EXPECT_HAS(error_of([&] { read_point_table(scratch / "none.csv", kPlain); }), "none.csv: cannot open");
}

TEST(PointTable, OtherDelimitersAndDecimalSigns) {
  const Scratch scratch;
  const auto scored = [&](const std::string& text, char delimiter, char decimal) {
    const PointColumns columns{"x_m", "y_m", std::nullopt, delimiter, decimal};
    const PointTable table = read_point_table(scratch.write("in.csv", text), columns);
    EXPECT_EQ(table.x_m, (std::vector<double>{1.5, 3}));
    write_scored(table, scratch / "out.csv", std::vector<double>{0.125, kMissing}, {});
    return read_file(scratch / "out.csv");
  };
  EXPECT_EQ(scored("x_m;y_m\n1,5;2\n3;4\n", ';', ','), "x_m;y_m;d_score\n1,5;2;0,125\n3;4;\n");
  EXPECT_EQ(scored("x_m,y_m\n\"1,5\",2\n3,4\n", ',', ','), "x_m,y_m,d_score\n\"1,5\",2,\"0,125\"\n3,4,\n");
  EXPECT_EQ(scored("x_m\ty_m\n1.5\t2\n3\t4\n", '\t', '.'), "x_m\ty_m\td_score\n1.5\t2\t0.125\n3\t4\t\n");
  EXPECT_EQ(scored("\"x_m\"_\"y_m\"\n1.5_2\n3_4\n", '_', '.'), "\"x_m\"_\"y_m\"_\"d_score\"\n1.5_2_0.125\n3_4_\n");
}

TEST(PointTable, CountsBadRows) {
  const Scratch scratch;
  const auto error = [&](const std::string& rows) {
    PointColumns columns{"x_m", "y_m"};
    columns.netherlands_only = true;
    return error_of([&] { read_point_table(scratch.write("a.csv", "x_m,y_m\n" + rows), columns); });
  };
  EXPECT_HAS(error("a,480000\n"),
             "line 2 (row 1), column x_m: \"a\" is not a number. Coordinates are metres in RD New; "
             "mend the row or name another column with --x.");
  EXPECT_HAS(error("a,480000\n120000,480000\n5,52\n"), "with --x. (and 1 more row)");
  EXPECT_HAS(error("5,52\na,b\n,\n"), "add --any-coordinates. (and 2 more rows)");
  EXPECT_HAS(error("a,1\n,\n120000\n"), "with --x. (and at least 1 more row)");
  EXPECT_HAS(error("120000\n"), "line 2 (row 1): 1 field, where the header has 2");
}

TEST(PointTable, ReadsHdf5) {
  const Scratch scratch;
  const std::string path = scratch / "a.h5";
  Breaker(path, true).group("/points").put<float>("/points/x", {1.5F, 2}).put<int>("/y", {3, 4}).put<int>("/n", {5, 6});
  const PointTable table = read_point_table(path, {"points/x", "/y", "n"});
  EXPECT_EQ(table.x_m, (std::vector<double>{1.5, 2}));
  EXPECT_EQ(table.y_m, (std::vector<double>{3, 4}));
  EXPECT_EQ(table.multiplicity, (std::vector<std::uint32_t>{5, 6}));
  EXPECT_EQ(table.sha256, sha256_of_file(path));
}

TEST(PointTable, Hdf5OutputIsACopyWithScores) {
  const Scratch scratch;
  const std::string path = scratch / "a.h5";
  Breaker(path, true)
      .group("/points")
      .put<double>("/points/x", {1, 2})
      .put<double>("/points/y", {3, 4})
      .put_text("/names", {"a", "b", "c"})
      .attribute("/", "year", 2011)
      .attribute("/points", "epsg", 28992);
  const PointTable table = read_point_table(path, {"points/x", "points/y", std::nullopt});
  write_scored(table, scratch / "out.h5", std::vector<double>{0.5, kMissing}, provenance());
  const hdf5::File file = hdf5::File::open(scratch / "out.h5");
  EXPECT_EQ(file.read<double>("/points/x"), (std::vector<double>{1, 2}));
  EXPECT_EQ(file.read_text("/names"), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(std::get<std::int64_t>(file.attribute("/", "year").value()), 2011);
  EXPECT_EQ(std::get<std::int64_t>(file.attribute("/points", "epsg").value()), 28992);
  const auto d = file.read<double>("/points/d_score");
  EXPECT_EQ(d[0], 0.5);
  EXPECT_TRUE(is_missing(d[1]));
  EXPECT_EQ(file.attribute_names("/provenance"), (std::vector<std::string>{"version", "threshold_km"}));
  EXPECT_EQ(std::get<std::string>(file.attribute("/provenance", "version").value()), "0.1.0");
  EXPECT_EQ(scratch.files(), 2U);
  EXPECT_HAS(error_of([&] {
               read_point_table(scratch / "out.h5", {"points/x", "points/y", std::nullopt});
             }),
             "there is /points/d_score already");
}

TEST(PointTable, Hdf5Errors) {
  const Scratch scratch;
  const std::string path = scratch / "a.h5";
  Breaker(path, true)
      .put<double>("/x", {1, 2})
      .put<double>("/y", {3, 4})
      .put<double>("/short", {3})
      .put<double>("/none", std::vector<double>())
      .put<double>("/nan", {3, kMissing})
      .put<double>("/far", {3e8, 1})
      .put<double>("/half", {1, 1.5})
      .put<double>("/many", {2e9, 2.1e9})
      .put_text("/text", {"a", "b"});
  const auto error = [&](const std::string& x, const std::string& y, const std::optional<std::string>& weight = {}) {
    return error_of([&] { read_point_table(path, {x, y, weight}); });
  };
  EXPECT_HAS(error("z", "y"), "no dataset /z. Name yours with --x (in a group: group/name).");
  EXPECT_HAS(error("x", "short"), "a.h5, /short: 1 values, where /x has 2");
  EXPECT_HAS(error("none", "y"), "/none: empty");
  EXPECT_HAS(error("x", "nan"), "/nan, index 1: NaN is not a finite number. Coordinates are metres in RD New");
  EXPECT_HAS(error("far", "y"), "/far, index 0: 300000000 is farther than 1e8 m");
  EXPECT_HAS(error("x", "text"), "/text: holds strings, where numbers are needed");
  EXPECT_HAS(error("x", "y", "half"), "/half, index 1: 1.5 is not a whole number");
  EXPECT_HAS(error("x", "y", "many"), "/many, index 1: the weights up to here");
  EXPECT_HAS(error("x", "y", "w"), "no dataset /w. Name yours with --weight");
  PointColumns dutch{"x", "y"};
  dutch.netherlands_only = true;
  EXPECT_HAS(error_of([&] { read_point_table(path, dutch); }), "/x and /y, index 0: 1, 3 lies outside the Netherlands");
  EXPECT_HAS(error_of([&] { read_point_table(path, dutch); }), "--any-coordinates. (and 1 more row)");
  EXPECT_THROW(read_point_table(path, {"x", "y", std::nullopt, ','}), UsageError);
  EXPECT_THROW(read_point_table(path, {"x", "y", std::nullopt, std::nullopt, '.'}), UsageError);
  const std::string bytes = read_file(path);
  EXPECT_HAS(error_of([&] { read_point_table(scratch.write("cut.h5", bytes.substr(0, 900)), kPlain); }),
             "cut.h5: cannot be opened as HDF5");
}

TEST(PointTable, Hdf5NamesOfTheSameDataset) {
  const Scratch scratch;
  const std::string path = scratch / "a.h5";
  Breaker(path, true).group("/g").put<double>("/g/x", {1, 2}).put<double>("/g/y", {3, 4});
  const auto read = [&](const std::string& x, const std::string& y, const std::optional<std::string>& weight = {}) {
    return read_point_table(path, {x, y, weight});
  };
  for (const std::string same : {"/g/x", "g//x", "./g/x", "g/x/"}) {
    EXPECT_THROW(read("g/x", same), UsageError) << same;
    EXPECT_THROW(read("g/y", "g/x", same), UsageError) << same;
    EXPECT_THROW(read("g/x", "g/y", same), UsageError) << same;
  }
  const PointTable table = read("g//x/", "/g/y");
  EXPECT_EQ(table.x_m, (std::vector<double>{1, 2}));
  EXPECT_EQ(table.group, "/g");
  EXPECT_HAS(error_of([&] { read("/", "g/y"); }), "/: a group, where a dataset is needed");
}

TEST(PointTable, OurOwnFilesAreForOtherCommands) {
  const Scratch scratch;
  write_population(scratch / "pop.h5", test::sample_register());
  write_results(scratch / "res.h5", test::sample_results());
  EXPECT_HAS(error_of([&] { read_point_table(scratch / "pop.h5", kPlain); }), "Use `dscore run` for it.");
  EXPECT_HAS(error_of([&] { read_point_table(scratch / "res.h5", kPlain); }), "Use `dscore export` for it.");
}

TEST(PointTable, OutputKeepsTheFormat) {
  const Scratch scratch;
  Breaker(scratch / "a.h5", true).put<double>("/x", {1}).put<double>("/y", {2});
  const PointTable binary = read_point_table(scratch / "a.h5", PointColumns());
  const PointTable text = read_point_table(scratch.write("a.csv", "x,y\n1,2\n"), PointColumns());
  EXPECT_THROW(check_output(text, scratch / "out.h5"), UsageError);
  EXPECT_THROW(check_output(binary, scratch / "out.csv"), UsageError);
  EXPECT_THROW(check_output(text, scratch / "no/out.csv"), Error);
  check_output(text, scratch / "out.txt");
  const std::string name = scratch / std::string(245, 'a');  // a good one, but too long with .provenance.json
  EXPECT_THROW(check_output(text, name), Error);
  EXPECT_THROW(write_scored(text, name, std::vector<double>{1}, provenance()), Error);
  EXPECT_EQ(scratch.files(), 2U);
  EXPECT_HAS(error_of([&] { write_scored(text, "/dev/full", std::vector<double>{1}, provenance()); }),
             "No space left on device");
  EXPECT_HAS(error_of([&] { write_scored(binary, "/dev/full", std::vector<double>{1}, provenance()); }),
             "No space left on device");
  EXPECT_HAS(error_of([&] {
               write_scored(text, scratch / "out.csv", std::vector<double>{1, 2}, provenance());
             }),
             "2 scores for 1 rows");
}

}  // namespace
}  // namespace dscore
