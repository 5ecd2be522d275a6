#include "io/population_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstring>
#include <ostream>
#include <random>

#include "io/hdf5.h"
#include "io/validate.h"
#include "tests/io/break_hdf5.h"
#include "tests/io/samples.h"
#include "tests/io/scratch.h"

namespace dscore {
namespace {

using test::Breaker;
using test::error_of;
using test::sample_register;
using test::Scratch;

template <class T>
void expect_same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  ASSERT_EQ(a.size(), b.size());
  if (!a.empty()) {
    EXPECT_EQ(std::memcmp(a.data(), b.data(), a.size() * sizeof(T)), 0);
  }
}

void expect_same(const Register& a, const Register& b) {
  expect_same_bits(a.id, b.id);
  expect_same_bits(a.x_m, b.x_m);
  expect_same_bits(a.y_m, b.y_m);
  expect_same_bits(a.region, b.region);
  expect_same_bits(a.jobs, b.jobs);
  expect_same_bits(a.company, b.company);
  expect_same_bits(a.membership, b.membership);
  ASSERT_EQ(a.populations.size(), b.populations.size());
  for (std::size_t p = 0; p < a.populations.size(); ++p) {
    EXPECT_EQ(a.populations[p].name, b.populations[p].name);
    EXPECT_EQ(a.populations[p].title, b.populations[p].title);
    EXPECT_EQ(a.populations[p].benchmark, b.populations[p].benchmark);
  }
  ASSERT_EQ(a.regions.size(), b.regions.size());
  for (std::size_t r = 0; r < a.regions.size(); ++r) {
    EXPECT_EQ(a.regions[r].code, b.regions[r].code);
    EXPECT_EQ(a.regions[r].name, b.regions[r].name);
    EXPECT_EQ(a.regions[r].part, b.regions[r].part);
  }
  EXPECT_EQ(a.provenance.entries, b.provenance.entries);
}

TEST(PopulationFile, ReadsWhatWasWritten) {
  const Scratch scratch;
  write_population(scratch / "pop.h5", sample_register());
  expect_same(read_population(scratch / "pop.h5"), sample_register());
  EXPECT_TRUE(problems(scratch / "pop.h5").empty());
  EXPECT_EQ(scratch.files(), 1U);
}

TEST(PopulationFile, CompanyIsOptional) {
  const Scratch scratch;
  Register without = sample_register();
  without.company.clear();
  write_population(scratch / "pop.h5", without);
  expect_same(read_population(scratch / "pop.h5"), without);
}

Register large_register(std::size_t n) {
  std::mt19937_64 random(5);
  Register r = sample_register();
  r.populations.resize(64);
  for (std::size_t p = 0; p < 64; ++p)
    r.populations[p] = {std::string("p").append(std::to_string(p)), "", std::nullopt};
  r.id.resize(n);
  r.x_m.resize(n);
  r.y_m.resize(n);
  r.region.resize(n);
  r.jobs.resize(n);
  r.membership.resize(n);
  r.company.resize(n);
  std::uniform_real_distribution<double> x(0, 280000);
  std::uniform_real_distribution<double> y(300000, 620000);
  for (std::size_t i = 0; i < n; ++i) {
    r.id[i] = static_cast<std::int64_t>(random() << 20 | i);
    r.x_m[i] = x(random);
    r.y_m[i] = y(random);
    r.region[i] = static_cast<std::uint16_t>(random() % 3);
    r.jobs[i] = static_cast<double>(random() % 100);
    r.membership[i] = random();
    r.company[i] = static_cast<std::int64_t>(random());
  }
  return r;
}

// More than one chunk, the last one not full: packed and unpacked in parallel, and readable by HDF5's own filters.
TEST(PopulationFile, ManyChunksKeepTheirBits) {
  const Scratch scratch;
  const Register large = large_register(3 * 65536 + 17);
  write_population(scratch / "pop.h5", large);
  expect_same(read_population(scratch / "pop.h5"), large);

  std::vector<double> x(large.size());
  const hid_t file = H5Fopen((scratch / "pop.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t set = H5Dopen2(file, "/establishments/x_m", H5P_DEFAULT);
  ASSERT_GE(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, x.data()), 0);
  H5Dclose(set);
  H5Fclose(file);
  expect_same_bits(x, large.x_m);
}

TEST(PopulationFile, SameRegisterSameBytes) {
  const Scratch scratch;
  const Register large = large_register(100000);
  write_population(scratch / "a.h5", large);
  write_population(scratch / "b.h5", large);
  EXPECT_EQ(test::read_file(scratch / "a.h5"), test::read_file(scratch / "b.h5"));
}

// A register of ours, spoilt: the writer refuses it and leaves no file.
struct Spoilt {
  const char* name;
  void (*spoil)(Register&);
  const char* place;
  const char* why;
};
void PrintTo(const Spoilt& one, std::ostream* out) { *out << one.name; }

class SpoiltRegister : public testing::TestWithParam<Spoilt> {};

TEST_P(SpoiltRegister, IsNotWritten) {
  const Scratch scratch;
  Register r = sample_register();
  GetParam().spoil(r);
  const std::string error = error_of([&] { write_population(scratch / "pop.h5", r); });
  EXPECT_HAS(error, GetParam().place);
  EXPECT_HAS(error, GetParam().why);
  EXPECT_EQ(scratch.files(), 0U);
}

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinite = std::numeric_limits<double>::infinity();

const Spoilt kSpoilt[] = {
    {"nothing",
     [](Register& r) {
       r.id.clear(), r.x_m.clear(), r.y_m.clear(), r.region.clear(), r.jobs.clear(), r.company.clear(),
           r.membership.clear();
     },
     "/establishments/id", "no establishments"},
    {"x_nan", [](Register& r) { r.x_m[2] = kNan; }, "/establishments/x_m, index 2", "NaN lies outside the Netherlands"},
    {"x_infinite", [](Register& r) { r.x_m[2] = kInfinite; }, "/establishments/x_m, index 2", "inf lies outside"},
    {"x_low", [](Register& r) { r.x_m[0] = -10000.5; }, "/establishments/x_m, index 0", "-10000.5 lies outside"},
    {"x_high", [](Register& r) { r.x_m[0] = 300001; }, "/establishments/x_m, index 0", "300001 lies outside"},
    {"y_low", [](Register& r) { r.y_m[4] = 279999; }, "/establishments/y_m, index 4", "279999 lies outside"},
    {"y_high", [](Register& r) { r.y_m[4] = 640001; }, "/establishments/y_m, index 4", "640001 lies outside"},
    {"y_geographic",
     [](Register& r) {
       for (auto& y : r.y_m) y = 52;
     },
     "/establishments/y_m, index 0", "5 such values, at indices 0, 1, 2, ..."},
    {"jobs_negative", [](Register& r) { r.jobs[1] = -1; }, "/establishments/jobs, index 1", "-1 jobs"},
    {"jobs_huge", [](Register& r) { r.jobs[1] = 1e308; }, "/establishments/jobs, index 1", "from 0 to 1e12"},
    {"jobs_nan", [](Register& r) { r.jobs[1] = kNan; }, "/establishments/jobs, index 1", "NaN jobs"},
    {"region", [](Register& r) { r.region[3] = 3; }, "/establishments/region, index 3",
     "unknown region 3: there are 3"},
    {"id_twice", [](Register& r) { r.id[4] = 7; }, "/establishments/id, index 4", "7 is also at index 1"},
    {"membership", [](Register& r) { r.membership[2] |= 1U << 3; }, "/establishments/membership, index 2",
     "member of population 3"},
    {"length", [](Register& r) { r.jobs.pop_back(); }, "/establishments/jobs",
     "4 values, where /establishments/id has 5"},
    {"company_length", [](Register& r) { r.company.pop_back(); }, "/establishments/company", "4 values"},
    {"no_members", [](Register& r) { r.membership[0] = 1; }, "/populations/name, index 1",
     "population water has no members"},
    {"name", [](Register& r) { r.populations[0].name = "In dustry"; }, "/populations/name, index 0",
     "\"In dustry\" is not a name"},
    {"name_empty", [](Register& r) { r.populations[0].name = ""; }, "/populations/name, index 0", "is not a name"},
    {"name_twice", [](Register& r) { r.populations[2].name = "water"; }, "/populations/name, index 2",
     "\"water\" is also at index 1"},
    {"benchmark", [](Register& r) { r.populations[1].benchmark = 3; }, "/populations/benchmark, index 1",
     "population water has benchmark 3"},
    {"benchmark_self", [](Register& r) { r.populations[1].benchmark = 1; }, "/populations/benchmark, index 1",
     "its own benchmark"},
    {"populations_none", [](Register& r) { r.populations.clear(); }, "/populations/name", "no populations"},
    {"populations_65",
     [](Register& r) {
       r.populations.resize(65, {"a", "", std::nullopt});
     },
     "/populations/name", "65 populations. At most 64"},
    {"title", [](Register& r) { r.populations[1].title = "caf\xe9"; }, "/populations/title, index 1", "not UTF-8"},
    {"regions_none", [](Register& r) { r.regions.clear(); }, "/establishments/region", "unknown region 0: there are 0"},
    {"code_twice", [](Register& r) { r.regions[2].code = "CR04"; }, "/regions/code, index 2",
     "\"CR04\" is also at index 1"},
    {"code_empty", [](Register& r) { r.regions[2].code = ""; }, "/regions/code, index 2", "an empty code"},
    {"provenance", [](Register& r) { r.provenance.set("Bad Name", 1.0); }, "/provenance", "\"Bad Name\""},
};
INSTANTIATE_TEST_SUITE_P(All, SpoiltRegister, testing::ValuesIn(kSpoilt), [](const auto& i) { return i.param.name; });

// A file of ours, spoilt behind our back: the reader refuses it and `problems` says the same.
struct Broken {
  const char* name;
  void (*spoil)(Breaker&);
  const char* place;
  const char* why;
};
void PrintTo(const Broken& one, std::ostream* out) { *out << one.name; }

class BrokenPopulation : public testing::TestWithParam<Broken> {};

TEST_P(BrokenPopulation, IsNotRead) {
  const Scratch scratch;
  const std::string path = scratch / "pop.h5";
  write_population(path, sample_register());
  {
    Breaker file(path);
    GetParam().spoil(file);
  }
  const std::string error = error_of([&] { read_population(path); });
  EXPECT_HAS(error, path);
  EXPECT_HAS(error, GetParam().place);
  EXPECT_HAS(error, GetParam().why);
  const auto all = problems(path);
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(error.substr(0, all[0].size()), all[0]);
}

const std::string kX = "/establishments/x_m";
const Broken kBroken[] = {
    {"dataset_missing", [](Breaker& f) { f.remove(kX); }, "/establishments/x_m", "no such dataset"},
    {"group_missing", [](Breaker& f) { f.remove("/regions"); }, "/regions/code", "no such dataset"},
    {"provenance_missing", [](Breaker& f) { f.remove("/provenance"); }, "/provenance", "no such group"},
    {"group_for_dataset", [](Breaker& f) { f.remove(kX).group(kX); }, "/establishments/x_m",
     "a group, where a dataset is needed"},
    {"two_dimensional",
     [](Breaker& f) {
       const double v[5] = {};
       f.remove(kX).put_as(kX, H5T_NATIVE_DOUBLE, {5, 1}, v);
     },
     "/establishments/x_m", "must be one-dimensional"},
    {"text_for_numbers",
     [](Breaker& f) {
       f.replace_text(kX, {"1", "2", "3", "4", "5"});
     },
     "/establishments/x_m", "holds strings, where numbers are needed"},
    {"floats_for_integers",
     [](Breaker& f) {
       f.replace<double>("/establishments/id", {1, 2, 3, 4, 5});
     },
     "/establishments/id", "holds floating-point numbers, where integers are needed"},
    {"numbers_for_text",
     [](Breaker& f) {
       f.replace<int>("/regions/code", {1, 2, 3});
     },
     "/regions/code", "holds integers, where strings are needed"},
    {"length",
     [](Breaker& f) {
       f.replace<double>(kX, {1, 2, 3, 4});
     },
     "/establishments/x_m", "4 values, where /establishments/id has 5"},
    {"region_wraps",
     [](Breaker& f) {
       f.replace<int>("/establishments/region", {0, 65536, 0, 0, 0});
     },
     "/establishments/region, index 1", "65536 is too large"},
    {"region_negative",
     [](Breaker& f) {
       f.replace<int>("/establishments/region", {0, 0, 0, 0, -1});
     },
     "/establishments/region, index 4", "-1 is too large or too small"},
    {"id_wraps",
     [](Breaker& f) {
       f.replace<unsigned long long>("/establishments/id", {0, 1, 2, 3, 1ULL << 63});
     },
     "/establishments/id, index 4", "9223372036854775808 is too large"},
    {"jobs_inexact",
     [](Breaker& f) {
       f.replace<long long>("/establishments/jobs", {0, 1, 2, 3, (1LL << 53) + 1});
     },
     "/establishments/jobs, index 4", "9007199254740993 is too large"},
    {"x_infinite",
     [](Breaker& f) {
       f.replace<double>(kX, {0, 0, kInfinite, 0, kNan});
     },
     "/establishments/x_m, index 2", "2 such values, at indices 2, 4."},
    {"benchmark_negative",
     [](Breaker& f) {
       f.replace<int>("/populations/benchmark", {-1, 0, -2});
     },
     "/populations/benchmark, index 2", "-2 is not a population"},
    {"never_filled", [](Breaker& f) { f.remove(kX).put_as(kX, H5T_NATIVE_DOUBLE, {hsize_t{1} << 40}, nullptr); },
     "/establishments/x_m", "claims 1099511627776 values"},
    {"attribute_name", [](Breaker& f) { f.attribute("/provenance", "A b", 1); }, "/provenance", "attribute \"A b\""},
    {"version_missing", [](Breaker& f) { f.remove_attribute("/", "schema_version"); }, "", "schema_version is missing"},
    {"version_newer", [](Breaker& f) { f.remove_attribute("/", "schema_version").attribute("/", "schema_version", 2); },
     "", "of schema version 2, but this program reads up to 1. Use a newer dscore."},
    {"format_missing", [](Breaker& f) { f.remove_attribute("/", "dscore_format"); }, "", "not one of dscore's"},
    {"format_number", [](Breaker& f) { f.remove_attribute("/", "dscore_format").attribute("/", "dscore_format", 1); },
     "", "not one of dscore's"},
};
INSTANTIATE_TEST_SUITE_P(All, BrokenPopulation, testing::ValuesIn(kBroken), [](const auto& i) { return i.param.name; });

// What other programs write by habit: strings of another length, 32-bit integers, floats, integers for jobs.
TEST(PopulationFile, ReadsOtherProgramsTypes) {
  const Scratch scratch;
  const std::string path = scratch / "pop.h5";
  write_population(path, sample_register());
  Breaker(path)
      .replace_text("/regions/code", {"a", "b", "c"})
      .replace<int>("/establishments/id", {1, 2, 3, 4, 5})
      .replace<int>("/establishments/jobs", {1, 2, 3, 4, 5})
      .replace<float>("/establishments/x_m", {0.5F, 1, 2, 3, 4})
      .replace<signed char>("/establishments/region", {0, 1, 2, 1, 0})
      .replace<long long>("/establishments/membership", {7, 1, 1, 1, 1});
  const Register read = read_population(path);
  EXPECT_EQ(read.regions[2].code, "c");
  EXPECT_EQ(read.id, (std::vector<std::int64_t>{1, 2, 3, 4, 5}));
  EXPECT_EQ(read.jobs[4], 5);
  EXPECT_EQ(read.x_m[0], 0.5);
  EXPECT_EQ(read.region[2], 2);
  EXPECT_EQ(read.membership[0], 7U);
}

TEST(PopulationFile, RefusesStringsOfVariableLength) {
  const Scratch scratch;
  const std::string path = scratch / "pop.h5";
  write_population(path, sample_register());
  Breaker(path)
      .remove("/regions/code")
      .put_variable_text("/regions/code", {"a", "b", "c"})
      .variable_attribute("/provenance", "source", "ours");
  const auto all = problems(path);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_HAS(all[0], "/regions/code: holds strings of variable length");
  EXPECT_HAS(all[0], "dtype=\"S64\"");
  EXPECT_HAS(all[1], "/provenance: attribute source is a string of variable length");
  Breaker(path).remove_attribute("/", "dscore_format").variable_attribute("/", "dscore_format", "population");
  EXPECT_HAS(error_of([&] { read_population(path); }), "numpy.bytes_(text)");
}

TEST(PopulationFile, DoesNotWaitForAPipe) {
  const Scratch scratch;
  ASSERT_EQ(::mkfifo((scratch / "pipe").c_str(), 0600), 0);
  EXPECT_HAS(error_of([&] { read_population(scratch / "pipe"); }), "pipe: not a regular file");
  EXPECT_EQ(problems(scratch / "pipe").size(), 1U);
}

TEST(PopulationFile, RefusesForeignFiles) {
  const Scratch scratch;
  const std::string path = scratch / "pop.h5";
  write_population(path, sample_register());
  const std::string bytes = test::read_file(path);
  const auto error = [&](const std::string& file) { return error_of([&] { read_population(file); }); };
  EXPECT_HAS(error(scratch / "none.h5"), "none.h5: cannot open: No such file or directory");
  EXPECT_HAS(error(scratch.path()), "a directory");
  EXPECT_HAS(error(scratch.write("text.h5", "a,b\n1,2\n")), "not an HDF5 file");
  EXPECT_HAS(error(scratch.write("empty.h5", "")), "not an HDF5 file");
  for (const std::size_t size : {std::size_t{8}, std::size_t{60}, bytes.size() / 2, bytes.size() - 1}) {
    EXPECT_HAS(error(scratch.write("cut.h5", bytes.substr(0, size))), "truncated, damaged") << size;
  }
  { Breaker(scratch / "foreign.h5", true).put<double>("/x", {1, 2}); }
  EXPECT_HAS(error(scratch / "foreign.h5"), "an HDF5 file, but not one of dscore's");
  EXPECT_EQ(problems(scratch / "none.h5").size(), 1U);
  EXPECT_EQ(problems(scratch / "cut.h5").size(), 1U);
}

TEST(PopulationFile, ListsEveryProblemAtOnce) {
  const Scratch scratch;
  const std::string path = scratch / "pop.h5";
  write_population(path, sample_register());
  Breaker(path)
      .remove("/establishments/y_m")
      .replace<double>("/establishments/jobs", {-1, 0, kNan, 0, 0})
      .replace<int>("/establishments/id", {1, 2, 3, 4, 1})
      .replace_text("/regions/code", {"a", "a", "b"})
      .replace<int>("/populations/benchmark", {-1, 1, 7});
  const auto all = problems(path);
  std::string text;
  for (const auto& problem : all) text += problem + "\n";
  EXPECT_EQ(all.size(), 5U) << text;
  for (const auto* place :
       {"/establishments/y_m: no such dataset", "/establishments/jobs, index 0", "/establishments/id, index 4",
        "/regions/code, index 1", "/populations/benchmark, index 1"}) {
    EXPECT_HAS(text, place);
  }
  EXPECT_HAS(error_of([&] { read_population(path); }), "(and 4 more; `dscore validate` lists them all)");
}

TEST(PopulationFile, MissingColumnsDoNotHideOrInventProblems) {
  const Scratch scratch;
  const std::string path = scratch / "pop.h5";
  write_population(path, sample_register());
  Breaker(path)
      .remove("/establishments/id")
      .remove("/regions/code")
      .remove("/populations/name")
      .remove("/establishments/membership");
  const auto all = problems(path);
  EXPECT_EQ(all.size(), 4U);
  for (const auto& problem : all) EXPECT_HAS(problem, "no such dataset");
}

TEST(PopulationFile, CannotBeWrittenNowhere) {
  EXPECT_HAS(error_of([] { write_population("/no/such/directory/pop.h5", sample_register()); }),
             "/no/such/directory/pop.h5: cannot write: there is no directory /no/such/directory");
  EXPECT_HAS(error_of([] { write_population("/dev/full", sample_register()); }), "No space left on device");
}

}  // namespace
}  // namespace dscore
