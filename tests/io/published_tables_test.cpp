// Published figures read, and a comparison written.

#include "io/published_tables.h"

#include <gtest/gtest.h>

#include "host/synth_tables.h"
#include "io/comparison_tables.h"
#include "tests/io/samples.h"
#include "tests/io/scratch.h"

namespace dscore {
namespace {

using test::error_of;
using test::read_file;
using test::Scratch;

constexpr const char* kNational =
    "population,name_nl,establishments,mean_d,median_d,max_d,p90,p95,benchmark\n"
    "water,Water,3,0.01,,0.03,,,industry\n";
constexpr const char* kRegional = "sector,corop_code,corop_name,jobs,lq,mean_d\nwater,CR01,Oost-Groningen,5,1.5,\n";
constexpr const char* kTypes = "sector,corop_code,type\nwater,CR01,2\n";

struct Folder : Scratch {
  Folder() {
    write("national_published.csv", kNational);
    write("corop_published.csv", kRegional);
    write("region_types_published.csv", kTypes);
  }
  std::string error_with(const std::string& file, const std::string& text) const {
    write(file, text);
    return error_of([&] { read_published_tables(path()); });
  }
};

TEST(PublishedTables, AreReadWithBlanksMissing) {
  const Folder folder;
  const PublishedTables t = read_published_tables(folder.path());
  ASSERT_EQ(t.national.size(), 1U);
  EXPECT_EQ(t.national[0].population, "water");
  EXPECT_EQ(t.national[0].values[0], 3);
  EXPECT_EQ(t.national[0].values[1], 0.01);
  EXPECT_TRUE(is_missing(t.national[0].values[2]));
  EXPECT_EQ(t.national[0].values[3], 0.03);
  ASSERT_EQ(t.regional.size(), 1U);
  EXPECT_EQ(t.regional[0].region, "CR01");
  EXPECT_EQ(t.regional[0].region_name, "Oost-Groningen");
  EXPECT_EQ(t.regional[0].values[0], 5);
  EXPECT_TRUE(is_missing(t.regional[0].values[2]));
  ASSERT_EQ(t.types.size(), 1U);
  EXPECT_EQ(t.types[0].type, 2);
}

TEST(PublishedTables, TheNotesAreCompiledIn) {
  const PublishedTables t = note_2012();
  EXPECT_EQ(t.national.size(), 16U);
  EXPECT_EQ(t.regional.size(), 14U * 40U);
  EXPECT_EQ(t.types.size(), 54U);
  EXPECT_EQ(t.national[1].population, "benchmark_services");
  EXPECT_EQ(t.national[1].values[0], 334373);
  EXPECT_EQ(t.national[1].values[4], 0.0403);
  EXPECT_TRUE(is_missing(t.national[2].values[4]));
}

TEST(PublishedTables, TheShippedFilesAreTheCompiledOnes) {
  const PublishedTables read = read_published_tables(DSCORE_NOTE_2012);
  const PublishedTables built_in = note_2012();
  ASSERT_EQ(read.regional.size(), built_in.regional.size());
  for (std::size_t k = 0; k < read.regional.size(); ++k) {
    EXPECT_EQ(read.regional[k].region, built_in.regional[k].region);
    EXPECT_EQ(read.regional[k].values[0], built_in.regional[k].values[0]);
  }
}

// The synthetic Netherlands reads them by itself.
TEST(PublishedTables, TheSyntheticNetherlandsHasTheSame) {
  const PublishedTables t = note_2012();
  const synth::PublishedFigures& figures = synth::published();
  ASSERT_EQ(t.national.size(), synth::kPopulations);
  for (std::size_t p = 0; p < synth::kPopulations; ++p) {
    EXPECT_EQ(figures.populations[p].name, t.national[p].population);
    EXPECT_EQ(static_cast<double>(figures.populations[p].establishments), t.national[p].values[0]);
  }
  for (std::size_t s = 0; s < synth::kSectors; ++s) {
    for (std::size_t r = 0; r < synth::kRegions; ++r) {
      const auto& cell = t.regional.at(s * synth::kRegions + r);
      EXPECT_EQ(cell.population, figures.populations[s + synth::kBenchmarks].name);
      EXPECT_EQ(cell.region, synth::kPublishedRegions[r].code);
      EXPECT_EQ(cell.region_name, synth::kPublishedRegions[r].name);
      EXPECT_EQ(cell.values[0], figures.jobs[s][r]);
      EXPECT_EQ(cell.values[1], figures.quotient[s][r]);
    }
  }
}

TEST(PublishedTables, ErrorsNameFileRowAndColumn) {
  const auto national = [](const std::string& row) {
    return Folder().error_with("national_published.csv",
                               "population,establishments,mean_d,median_d,max_d,p90,p95\n" + row);
  };
  EXPECT_HAS(national("water,3,abc,,,,\n"), "line 2 (row 1), column mean_d: \"abc\" is not a number");
  EXPECT_HAS(national("water,3,-1,,,,\n"), "column mean_d: \"-1\" is below 0");
  EXPECT_HAS(national("water,nan,,,,,\n"), "column establishments");
  EXPECT_HAS(national(",3,,,,,\n"), "line 2 (row 1), column population: blank");
  EXPECT_HAS(national("a,3,,,,,\na,3,,,,,\n"), "line 3 (row 2), column population: a second row of a");
  EXPECT_HAS(national(""), "national_published.csv");
  EXPECT_HAS(Folder().error_with("national_published.csv", "population,mean_d\na,1\n"), "establishments");

  const std::string head = "sector,corop_code,corop_name,jobs,lq,mean_d\n";
  EXPECT_HAS(Folder().error_with("corop_published.csv", head + "a,,x,1,1,1\n"), "column corop_code: blank");
  EXPECT_HAS(Folder().error_with("corop_published.csv", head + "a,C1,x,1,1,1\na,C1,x,2,2,2\n"),
             "line 3 (row 2), column corop_code: a second row of a, C1");
  EXPECT_HAS(Folder().error_with("corop_published.csv", head + "a,C1,x,1,1\n"), "row 1");

  const std::string types = "sector,corop_code,type\n";
  for (const char* type : {"4", "0", "", "1.0", "one"}) {
    EXPECT_HAS(Folder().error_with("region_types_published.csv", types + "a,C1," + type + "\n"), "is not 1, 2 or 3");
  }
  EXPECT_HAS(Folder().error_with("region_types_published.csv", types + "a,C1,1\na,C1,2\n"), "a second row of a, C1");
}

TEST(PublishedTables, AFileThatIsNotThere) {
  for (const char* name : {"national_published.csv", "corop_published.csv", "region_types_published.csv"}) {
    const Folder folder;
    std::filesystem::remove(folder / name);
    EXPECT_HAS(error_of([&] { read_published_tables(folder.path()); }), name);
  }
  EXPECT_HAS(error_of([] { read_published_tables("/nowhere"); }), "/nowhere/national_published.csv");
}

TEST(ComparisonTables, FollowTheColumnContract) {
  const Folder folder;
  const Scratch scratch;
  const Comparison comparison = compare(test::sample_results(), read_published_tables(folder.path()));
  write_comparison(comparison, scratch / "out");
  EXPECT_EQ(read_file(scratch / "out/national_comparison.csv"),
            "population,statistic,published,computed,difference,relative_difference\n"
            "water,establishments,3,1,-2,-0.6666666666666666\nwater,mean_d,0.01,,,\nwater,median_d,,,,\n"
            "water,max_d,0.03,,,\nwater,p90,,,,\nwater,p95,,,,\n");
  EXPECT_EQ(read_file(scratch / "out/regional_comparison.csv"),
            "population,region,region_name,quantity,published,computed,difference\n"
            "water,CR01,Oost-Groningen,jobs,5,1,-4\nwater,CR01,Oost-Groningen,lq,1.5,2.5,1\n"
            "water,CR01,Oost-Groningen,mean_d,,,\n");
  EXPECT_EQ(read_file(scratch / "out/sector_comparison.csv"),
            "population,quantity,regions,rank_correlation,mean_absolute_deviation,mean_deviation\n"
            "water,jobs,1,,4,-4\nwater,lq,1,,1,1\nwater,mean_d,0,,,\n");
  EXPECT_EQ(read_file(scratch / "out/types_comparison.csv"),
            "population,region,region_name,published,computed\nwater,CR01,Oost-Groningen,2,2\n");
  EXPECT_EQ(read_file(scratch / "out/unmatched.csv"),
            "side,kind,name\ncomputed,population,industry\ncomputed,population,energy\ncomputed,region,CR04\n"
            "computed,region,CR40\n");
}

TEST(ComparisonTables, ErrorsLeaveNothing) {
  const Scratch scratch;
  scratch.write("file", "");
  EXPECT_HAS(error_of([&] { write_comparison({}, scratch / "file/out"); }), "cannot make this directory");
  std::filesystem::create_directories(scratch / "out/unmatched.csv");
  EXPECT_HAS(error_of([&] { write_comparison({}, scratch / "out"); }), "it is a directory");
  EXPECT_FALSE(std::filesystem::exists(scratch / "out/national_comparison.csv"));
}

}  // namespace
}  // namespace dscore
