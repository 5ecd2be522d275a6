#include "io/tables.h"

#include <gtest/gtest.h>
#include <sys/mount.h>

#include "io/output_directory.h"
#include "io/population_file.h"
#include "io/provenance_json.h"
#include "io/results_file.h"
#include "tests/io/samples.h"
#include "tests/io/scratch.h"

namespace dscore {
namespace {

using test::error_of;
using test::read_file;
using test::sample_results;
using test::Scratch;

TEST(Tables, FollowTheColumnContract) {
  const Scratch scratch;
  export_tables(sample_results(), scratch / "out", true);
  EXPECT_EQ(read_file(scratch / "out/populations.csv"),
            "population,name,benchmark,establishments,locations,mean_d,median_d,max_d,p90,p95,share_above_p90,"
            "share_above_p95,pairs_within_threshold\n"
            "industry,Industry,,4,3,0.3583,0.4167,0.5,0.5,0.5,,,2\n"
            "water,\"Water, \"\"blue\"\"\",industry,1,1,,,,,,,,0\n"
            "energy,,industry,1,1,0.75,0.75,0.75,0.75,0.75,1,1,0\n");
  EXPECT_EQ(read_file(scratch / "out/regions.csv"),
            "population,region,region_name,establishments,jobs,lq,mean_d,share_above_p90,share_above_p95,type\n"
            "industry,CR01,Oost-Groningen,2,3.5,0.8,0.5,,,\n"
            "industry,CR04,Noord-Frysl\xc3\xa2n,2,1000000,1.25,0.2,,,\n"
            "industry,CR40,Flevoland,0,0,,,,,\n"
            "water,CR01,Oost-Groningen,1,1,2.5,,0,0,2\n"
            "water,CR04,Noord-Frysl\xc3\xa2n,0,0,,,,,\n"
            "water,CR40,Flevoland,0,0,,,,,\n"
            "energy,CR01,Oost-Groningen,0,0,,,,,\n"
            "energy,CR04,Noord-Frysl\xc3\xa2n,1,0,2.5,0.75,1,1,1\n"
            "energy,CR40,Flevoland,0,0,,,,,\n");
  EXPECT_EQ(read_file(scratch / "out/establishments.csv"),
            "population,establishment,x_m,y_m,region,jobs,d_score,decile,cluster\n"
            "industry,11,121000.25,487000.125,CR01,1,0.5,9,\n"
            "industry,7,121000.25,487000.125,CR01,2.5,0.5,9,\n"
            "industry,42,155000,463000,CR04,0,0.1,1,\n"
            "industry,5000000000,-10000,280000,CR04,1000000,0.3333333333333333,4,\n"
            "water,11,121000.25,487000.125,CR01,1,,,\n"
            "energy,42,155000,463000,CR04,0,0.75,10,very_strong\n");
  EXPECT_EQ(read_file(scratch / "out/provenance.json"),
            "{\n  \"version\": \"0.1.0\",\n  \"threshold_km\": 1,\n  \"quantile_type\": 7,\n  \"input\": {\n"
            "    \"synthetic\": \"yes\",\n    \"seed\": 42,\n    \"scale\": 0.1\n  }\n}\n");
}

TEST(Tables, EstablishmentsOnlyWhenAskedFor) {
  const Scratch scratch;
  export_tables(sample_results(), scratch.path(), false);
  EXPECT_EQ(scratch.files(), 3U);
  EXPECT_FALSE(std::filesystem::exists(scratch / "establishments.csv"));
}

TEST(Tables, StrongClustersAreNamed) {
  const Scratch scratch;
  Results results = sample_results();
  results.members[2].cluster[0] = Cluster::strong;
  export_tables(results, scratch.path(), true);
  EXPECT_HAS(read_file(scratch / "establishments.csv"), ",10,strong\n");
}

TEST(Tables, FoldersAreMadeWithTheirParents) {
  const Scratch scratch;
  for (const std::string path : {"a/b/c", "a/d/", "e", "a/b"}) {
    export_tables(sample_results(), scratch / path, false);
    EXPECT_TRUE(std::filesystem::exists(scratch / path + "/regions.csv")) << path;
  }
  {
    OutputDirectory unused(scratch / "f/g/h");
    EXPECT_TRUE(std::filesystem::exists(scratch / "f/g/h"));
  }
  EXPECT_FALSE(std::filesystem::exists(scratch / "f")) << "not committed";
}

TEST(Tables, ErrorsLeaveNothing) {
  const Scratch scratch;
  scratch.write("file", "");
  EXPECT_HAS(error_of([&] { export_tables(sample_results(), scratch / "file/out", false); }),
             "cannot make this directory");
  EXPECT_HAS(error_of([&] { export_tables(sample_results(), scratch / "file", false); }), "file");
  std::filesystem::create_directories(scratch / "out/regions.csv");
  EXPECT_HAS(error_of([&] { export_tables(sample_results(), scratch / "out", false); }), "it is a directory");
  EXPECT_FALSE(std::filesystem::exists(scratch / "out/populations.csv")) << "none before all are written";
}

TEST(ProvenanceJson, IsValidWhateverTheValues) {
  Provenance p;
  p.set("text", std::string("say \"hi\" \\ \n\t\x01 caf\xc3\xa9 \xff"));
  p.set("missing", std::nan(""));
  p.set("infinite", std::numeric_limits<double>::infinity());
  p.set("tiny", 1e-300);
  p.set("whole", std::int64_t{-5});
  EXPECT_EQ(to_json(p),
            "{\n  \"text\": \"say \\\"hi\\\" \\\\ \\n\\t\\u0001 caf\xc3\xa9 \\ufffd\",\n  \"missing\": null,\n"
            "  \"infinite\": null,\n  \"tiny\": 1e-300,\n  \"whole\": -5\n}\n");
  EXPECT_EQ(to_json(Provenance()), "{\n}\n");
}

// A file system of 64 KiB, where one may be mounted.
class FullDisk : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(scratch_ / "disk");
    mounted_ = ::mount("tmpfs", (scratch_ / "disk").c_str(), "tmpfs", 0, "size=64k") == 0;
    if (!mounted_) GTEST_SKIP() << "cannot mount a small tmpfs here (not root)";
  }
  void TearDown() override {
    if (mounted_) ::umount((scratch_ / "disk").c_str());
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(scratch_ / "disk"), std::filesystem::directory_iterator()));
  }
  Results large() const {
    Results results = sample_results();
    Register& input = results.input;
    for (std::int64_t i = 0; i < 50000; ++i) {
      input.id.push_back(100 + i * i);
      input.x_m.push_back(static_cast<double>(i * 7919 % 250000));
      input.y_m.push_back(300000 + static_cast<double>(i * 104729 % 300000));
      input.region.push_back(0);
      input.jobs.push_back(1);
      input.company.push_back(i);
      input.membership.push_back(0);
    }
    return results;
  }
  Scratch scratch_;
  bool mounted_ = false;
};

TEST_F(FullDisk, Hdf5FileIsRefusedAndNothingStays) {
  EXPECT_HAS(error_of([&] { write_population(scratch_ / "disk/pop.h5", large().input); }),
             "pop.h5: cannot write: No space left on device. Free some space, or write elsewhere.");
  EXPECT_EQ(files(), 0U);
  EXPECT_HAS(error_of([&] { write_results(scratch_ / "disk/res.h5", large()); }), "No space left on device");
  EXPECT_EQ(files(), 0U);
  write_results(scratch_ / "disk/res.h5", sample_results());
  EXPECT_EQ(files(), 1U) << "a small file fits afterwards";
}

TEST_F(FullDisk, TablesAreRefusedAndNothingStays) {
  Results results = sample_results();
  auto& members = results.members[0];
  for (std::uint32_t i = 0; i < 5000; ++i) {  // not valid results, but many rows
    members.row.push_back(0);
    members.d_score.push_back(1.0 / (i + 1));
    members.decile.push_back(1);
    members.cluster.push_back(Cluster::none);
  }
  EXPECT_HAS(error_of([&] { export_tables(results, scratch_ / "disk/out", true); }), "No space left on device");
  EXPECT_EQ(files(), 0U);
}

}  // namespace
}  // namespace dscore
