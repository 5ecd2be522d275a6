// Thousands of damaged inputs (seeded): every one is read or refused with an Error; none crashes, hangs, or asks for
// memory without bound.
#include <gtest/gtest.h>

#include <random>

#include "io/csv.h"
#include "io/point_table.h"
#include "io/population_file.h"
#include "io/results_file.h"
#include "io/validate.h"
#include "tests/io/break_hdf5.h"
#include "tests/io/samples.h"
#include "tests/io/scratch.h"

// HDF5 itself forgets memory when it gives up on a damaged file; the leak sanitizer is to look at ours.
extern "C" const char* __lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions() { return "leak:libhdf5\nleak:H5"; }  // NOLINT

namespace dscore {
namespace {

using test::read_file;
using test::Scratch;

using Random = std::mt19937;

void mutate(std::string& bytes, Random& random, const std::string& alphabet) {
  for (auto changes = 1 + random() % 4; changes > 0; --changes) {
    const std::size_t at = bytes.empty() ? 0 : random() % bytes.size();
    const char c = alphabet.empty() ? static_cast<char>(random()) : alphabet[random() % alphabet.size()];
    switch (random() % 5) {
      case 0:
        bytes.insert(at, 1, c);
        break;
      case 1:
        if (!bytes.empty()) bytes.erase(at, 1 + random() % 3);
        break;
      case 2:
        bytes.resize(at);
        break;
      default:
        if (!bytes.empty()) bytes[at] = c;
    }
  }
}

template <class Work>
bool accepted(Work work) {
  try {
    work();
    return true;
  } catch (const Error& error) {
    EXPECT_GT(std::string(error.what()).size(), 10U);
    return false;
  }  // anything else fails the test
}

TEST(Attack, Csv) {
  const Scratch scratch;
  Random random(11);
  const std::string alphabet("0123456789.,;\"\n\r\0 eE+-x\xef\xbb\xbf\xff", 26);
  int good = 0;
  constexpr int kInputs = 2000;
  for (int i = 0; i < kInputs; ++i) {
    std::string text = "x_m,\"y_m\",n,note\r\n1,2,3,\"a \"\"b\"\"\n\"\n121000.5,487000,1,\n5e4,+6, 2,\"z\"";
    mutate(text, random, i % 2 == 0 ? alphabet : "");
    const std::string path = scratch.write("a.csv", text);
    good += accepted([&] {
      const PointTable table = read_point_table(path, {"x_m", "y_m", "n"});
      if (i % 8 != 0) return;
      write_scored(table, scratch / "out.csv", std::vector<double>(table.size(), 0.5), {});
      // What was accepted must be accepted again, with one column more.
      TextInput input(scratch / "out.csv");
      CsvReader reader(input);
      while (reader.next()) EXPECT_EQ(reader.fields().back(), "0.5");
      EXPECT_EQ(reader.row(), table.size()) << text;
    });
  }
  EXPECT_GT(good, 0);
  EXPECT_LT(good, kInputs);
}

TEST(Attack, Gzip) {
  const Scratch scratch;
  Random random(12);
  const PointTable table = read_point_table(scratch.write("a.csv", "x,y\n1,2\n3,4\n5,6\n"), {});
  write_scored(table, scratch / "a.csv.gz", std::vector<double>(3, 0.5), {});
  const std::string packed = read_file(scratch / "a.csv.gz");
  for (int i = 0; i < 500; ++i) {
    std::string bytes = packed;
    mutate(bytes, random, "");
    const std::string path = scratch.write("b.csv.gz", bytes);
    accepted([&] { read_point_table(path, {"x", "y", "d_score"}); });
  }
}

void attack_hdf5(const std::string& bytes, const Scratch& scratch, unsigned seed, int inputs) {
  Random random(seed);
  int good = 0;
  for (int i = 0; i < inputs; ++i) {
    std::string damaged = bytes;
    if (i % 10 == 0) {
      damaged.resize(random() % damaged.size());
    } else {
      for (auto flips = 1 + random() % 3; flips > 0; --flips) {
        // Every other time near the start, where the superblock and the root group lie.
        const std::size_t range = i % 2 == 0 ? std::min<std::size_t>(damaged.size(), 600) : damaged.size();
        damaged[random() % range] ^= static_cast<char>(1U << random() % 8);
      }
    }
    const std::string path = scratch.write("b.h5", damaged);
    bool by_population = accepted([&] { read_population(path); });
    bool by_results = accepted([&] { read_results(path); });
    EXPECT_EQ(by_population || by_results, problems(path).empty());
    accepted([&] { read_point_table(path, {"x", "y", std::nullopt}); });
    good += by_population || by_results ? 1 : 0;
  }
  EXPECT_LT(good, inputs / 2) << "checksums cover almost every byte";
}

TEST(Attack, PopulationFile) {
  const Scratch scratch;
  write_population(scratch / "a.h5", test::sample_register());
  attack_hdf5(read_file(scratch / "a.h5"), scratch, 13, 300);
}

TEST(Attack, ResultsFile) {
  const Scratch scratch;
  write_results(scratch / "a.h5", test::sample_results());
  attack_hdf5(read_file(scratch / "a.h5"), scratch, 14, 300);
}

// Strings of variable length lie in a heap without checksums, in which HDF5 trusts every length it finds.
TEST(Attack, StringsOfVariableLength) {
  const Scratch scratch;
  write_population(scratch / "a.h5", test::sample_register());
  test::Breaker(scratch / "a.h5")
      .remove("/regions/name")
      .put_variable_text("/regions/name", {"a", std::string(100, 'b'), "c"})
      .remove_attribute("/provenance", "synthetic")
      .variable_attribute("/provenance", "synthetic", "yes");
  attack_hdf5(read_file(scratch / "a.h5"), scratch, 15, 300);
}

// Files of the oldest layout, without checksums, to which scores are added: HDF5 finds much of the damage only when it
// writes, and then cannot close the file. What it holds on to must not be met again when the program ends.
TEST(Attack, PointFile) {
  const Scratch scratch;
  test::Breaker(scratch / "a.h5", true).put<double>("/x", {1, 2}).put<double>("/y", {3, 4});
  const std::string bytes = read_file(scratch / "a.h5");
  Random random(16);
  int scored = 0;
  int refused = 0;
  for (int i = 0; i < 500; ++i) {
    std::string damaged = bytes;
    for (auto flips = 1 + random() % 3; flips > 0; --flips) {
      damaged[random() % damaged.size()] ^= static_cast<char>(1U << random() % 8);
    }
    const std::string path = scratch.write("b.h5", damaged);
    const bool good = accepted([&] {
      const PointTable table = read_point_table(path, PointColumns());
      write_scored(table, scratch / "out.h5", std::vector<double>(table.size(), 0.5), {});
    });
    ++(good ? scored : refused);
  }
  EXPECT_GT(scored, 0);
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace dscore
