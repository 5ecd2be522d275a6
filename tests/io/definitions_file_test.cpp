// Sector definitions in TOML: what is read, every refusal with its place, and the file that comes with the program.

#include "io/definitions_file.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "host/definitions_report.h"
#include "kernels/error.h"

namespace dscore {
namespace {

using Texts = std::vector<std::string>;

Texts problems(const std::string& text) { return problems_of_definitions("s.toml", text); }

/// A population in order, with more lines.
std::string population(const std::string& more = "") {
  return "[[population]]\nname = \"a\"\ninclude = [\"10\"]\n" + more;
}

TEST(DefinitionsFile, ReadsEveryKey) {
  const Definitions definitions = parse_definitions("s.toml", R"(
note = "all of it"
[[population]]
name = "industry"
include = ["10-32", "38.3"]

[[population]]
name = "food"
title = "Voeding & dranken é"
note = "a note"
benchmark = "industry"
include = ["10", "11",]
exclude = ["1011"]
companies = [1234567, -1]
subset_of = ["wide"]

[[population]]
name = "wide"
include = ["10-11"]
companies = [1234567, -1]
subset_of = "wider"

[[population]]
name = "wider"
include = ["10-12"]
companies = [1234567, -1, 2]
)");
  EXPECT_EQ(definitions.note(), "all of it");
  ASSERT_EQ(definitions.list().size(), 4U);
  const Definition& food = definitions.list()[1];
  EXPECT_EQ(food.name, "food");
  EXPECT_EQ(food.title, "Voeding & dranken é");
  EXPECT_EQ(food.note, "a note");
  EXPECT_EQ(food.benchmark, "industry");
  EXPECT_EQ(text_of(food.include), "10 11");
  EXPECT_EQ(text_of(food.exclude), "10.11");
  EXPECT_EQ(food.companies, (std::vector<std::int64_t>{1234567, -1}));
  EXPECT_EQ(food.subset_of, Texts{"wide"});
  EXPECT_EQ(definitions.list()[2].subset_of, Texts{"wider"});
  EXPECT_EQ(definitions.membership(parse_sbi("1012")), 0b1111U);
  EXPECT_EQ(definitions.membership(parse_sbi("1011")), 0b1101U);
  EXPECT_EQ(definitions.membership({}, 2), 0b1000U);
}

TEST(DefinitionsFile, NamesTheLineOfWhatIsNotToml) {
  EXPECT_EQ(problems(population("benchmark = ")).size(), 1U);
  EXPECT_EQ(problems(population("benchmark = "))[0].rfind("s.toml, line 4: not TOML: ", 0), 0U);
  EXPECT_EQ(problems(population("name = \"b\"\n"))[0].rfind("s.toml, line 4: not TOML: ", 0), 0U) << "a key twice";
  EXPECT_EQ(problems("note = \"\xff\"\n")[0].rfind("s.toml, line 1: not TOML: ", 0), 0U) << "not UTF-8";
  EXPECT_EQ(problems(std::string("note = \"a\0b\"\n", 13))[0].rfind("s.toml, line 1: not TOML: ", 0), 0U);
  EXPECT_EQ(problems(std::string(100'000, '[')).size(), 1U);
  EXPECT_EQ(problems("\xEF\xBB\xBF" + population()), Texts{}) << "a byte order mark";
  EXPECT_EQ(problems("\xFF\xFE" + population()).size(), 1U) << "UTF-16";
}

TEST(DefinitionsFile, RefusesUnknownKeys) {
  EXPECT_EQ(problems(population("includes = [\"11\"]\n")),
            Texts{"s.toml, line 4, \"includes\": no key has that name. The keys here are name, title, note, benchmark, "
                  "include, exclude, companies, subset_of."});
  EXPECT_EQ(problems("title = \"x\"\n" + population()),
            Texts{"s.toml, line 1, \"title\": no key has that name. The keys here are note, population."});
}

TEST(DefinitionsFile, RefusesWrongKindsOfValues) {
  EXPECT_EQ(problems("population = 1\n"),
            Texts{"s.toml, line 1, population: populations are a list of tables. Write [[population]], with double "
                  "brackets."});
  EXPECT_EQ(problems("[population]\nname = \"a\"\n").size(), 1U);
  EXPECT_EQ(problems("population = [1]\n"),
            Texts{"s.toml, line 1, population: not a table. Write [[population]] and its keys on lines below it."});
  EXPECT_EQ(problems("[[population]]\ninclude = [\"10\"]\n"),
            Texts{"s.toml, line 1, population: it has no name. Add one, as name = \"chemicals\"."});
  EXPECT_EQ(problems("[[population]]\nname = 5\ninclude = [\"10\"]\n"),
            Texts{"s.toml, line 2, name: not a text. Write it in quotes."});
  EXPECT_EQ(problems(population("title = 2012-01-01\n")),
            Texts{"s.toml, line 4, title: not a text. Write it in quotes."});
  EXPECT_EQ(problems(population("benchmark = [\"a\"]\n")),
            Texts{"s.toml, line 4, benchmark: not a text. Write it in quotes."});
  EXPECT_EQ(problems(population("exclude = \"1011\"\n")),
            Texts{"s.toml, line 4, exclude: not a list of codes. Write it as exclude = [\"10-32\", \"38.3\"]."});
  EXPECT_EQ(problems(population("exclude = [1011]\n")),
            Texts{"s.toml, line 4, exclude: a code is not in quotes. Write \"01.13\": a number would lose its zeros."});
  EXPECT_EQ(problems(population("companies = 7\n")),
            Texts{"s.toml, line 4, companies: not a list of numbers. Write it as companies = [1234567]."});
  EXPECT_EQ(problems(population("companies = [7, \"8\"]\n")),
            Texts{"s.toml, line 4, companies: a company is not a whole number. Write its number without quotes."});
  EXPECT_EQ(problems(population("companies = [7.0]\n")).size(), 1U);
  EXPECT_EQ(problems(population("companies = [9223372036854775808]\n")).size(), 1U) << "beyond 64 bits";
  EXPECT_EQ(problems(population("subset_of = 1\n")),
            Texts{"s.toml, line 4, subset_of: not a text. Write it in quotes."});
  EXPECT_EQ(problems(population("subset_of = [1]\n")),
            Texts{"s.toml, line 4, subset_of: a name is not a text. Write it in quotes."});
}

TEST(DefinitionsFile, PlacesSelectorsOnTheirOwnLines) {
  EXPECT_EQ(
      problems("[[population]]\nname = \"a\"\ninclude = [\n  \"10\",\n  \"34\",\n  \"1131\",\n]\n"),
      (Texts{"s.toml, line 5, include: \"34\": the SBI 2008 has no division 34. `dscore sectors --list` prints the "
             "codes there are.",
             "s.toml, line 6, include: \"1131\": the SBI 2008 has no group 11.3. `dscore sectors --list` prints the "
             "codes there are."}));
}

TEST(DefinitionsFile, PlacesFaultsOfTheWhole) {
  EXPECT_EQ(problems(population("benchmark = \"b\"\nsubset_of = [\"c\"]\n") + population("title = \"a\\nb\"\n")),
            (Texts{"s.toml, line 4, benchmark: no population has that name. Define it, or name one of this file.",
                   "s.toml, line 5, subset_of: no population has the name \"c\". Name one of this file.",
                   "s.toml, line 7, name: an earlier population has the name a too. Names must be unique.",
                   "s.toml, line 9, title: there are line ends or other control characters in it. Remove them."}));
  EXPECT_EQ(
      problems(population() + "[[population]]\nname = \"b\"\n"),
      Texts{"s.toml, line 4, population: it has no members. Give it include, a list of SBI codes, or companies."});
  EXPECT_EQ(problems(""), Texts{"s.toml, key population: there are no populations. Define at least one."});
  EXPECT_EQ(problems("population = []\n"),
            Texts{"s.toml, key population: there are no populations. Define at least one."});
  std::string many;
  for (int p = 0; p < 65; ++p) {
    many.append("[[population]]\nname = \"p").append(std::to_string(p)).append("\"\ninclude = [\"10\"]\n");
  }
  EXPECT_EQ(problems(many),
            Texts{"s.toml, line 193, population: 65 populations, where at most 64 are possible. Split the file."});
}

TEST(DefinitionsFile, ThrowsTheFirstProblemAndCountsTheRest) {
  try {
    parse_definitions("s.toml", population("exclude = [\"34\", \"40\"]\n"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(
        std::string(error.what()),
        "s.toml, line 4, exclude: \"34\": the SBI 2008 has no division 34. `dscore sectors --list` prints the codes "
        "there are. (and 1 more; `dscore sectors` lists them)");
  }
  EXPECT_THROW(read_definitions("/no/such/file.toml"), Error);
}

// The file that comes with the program.

Definitions shipped() { return parse_definitions("sectors_2012.toml", std::string(shipped_definitions())); }

std::size_t index_of(const Definitions& definitions, const std::string& name) {
  std::size_t p = 0;
  while (p < definitions.list().size() && definitions.list()[p].name != name) ++p;
  return p;
}

TEST(ShippedDefinitions, AreThePopulationsOfTheNote) {
  const Definitions definitions = shipped();
  const auto populations = definitions.populations();
  std::map<std::string, std::string> benchmark;
  for (const Population& one : populations) {
    benchmark[one.name] = one.benchmark ? populations[*one.benchmark].name : "";
    EXPECT_FALSE(one.title.empty()) << one.name;
  }
  const std::string industry = "benchmark_industry";
  const std::string services = "benchmark_services";
  EXPECT_EQ(benchmark, (std::map<std::string, std::string>{
                           {industry, ""},
                           {services, ""},
                           {"agrofood_broad", industry},
                           {"agrofood_narrow", industry},
                           {"lsh", industry},
                           {"htsm_manufacturing", industry},
                           {"htsm_brainport", industry},
                           {"chemicals", industry},
                           {"horticulture", industry},
                           {"logistics", industry},
                           {"water", industry},
                           {"energy", industry},
                           {"htsm_services", services},
                           {"creative_media", services},
                           {"creative_culture", services},
                           {"creative_services", services},
                       }));
  for (const Definition& one : definitions.list()) {
    EXPECT_EQ(one.note == "approximation", one.name.rfind("benchmark", 0) != 0) << one.name << " must be marked";
  }
  EXPECT_NE(definitions.note().find("approximation"), std::string::npos);
}

// The PBL/CBS note of 2012: divisions 10-32 and group 38.3; 09, 33, 58-63, 69, 70-74, 80-82.
TEST(ShippedDefinitions, HaveTheBenchmarksOfTheNote) {
  const Definitions definitions = shipped();
  const std::uint64_t industry = std::uint64_t{1} << index_of(definitions, "benchmark_industry");
  const std::uint64_t services = std::uint64_t{1} << index_of(definitions, "benchmark_services");
  for (const SbiEntry& entry : sbi_list()) {
    if (entry.code.digits() != 4) continue;
    const std::uint32_t division = entry.code.cut(2).number();
    const auto within = [&](std::uint32_t first, std::uint32_t last) { return first <= division && division <= last; };
    const std::uint64_t mask = definitions.membership(entry.code) & (industry | services);
    const bool in_industry = within(10, 32) || entry.code.cut(3).number() == 383;
    const bool in_services = within(9, 9) || within(33, 33) || within(58, 63) || within(69, 74) || within(80, 82);
    EXPECT_EQ(mask, (in_industry ? industry : 0) | (in_services ? services : 0)) << entry.code.text();
  }
}

TEST(ShippedDefinitions, NestAsTheNoteSays) {
  const Definitions definitions = shipped();
  const auto& list = definitions.list();
  EXPECT_EQ(list[index_of(definitions, "agrofood_narrow")].subset_of, Texts{"agrofood_broad"});
  EXPECT_EQ(list[index_of(definitions, "htsm_brainport")].subset_of, Texts{"htsm_manufacturing"});
  for (const auto& [narrow, broad] :
       {std::pair{"agrofood_narrow", "agrofood_broad"}, {"htsm_brainport", "htsm_manufacturing"}}) {
    const SbiSet inner = covered_by(list[index_of(definitions, narrow)]);
    const SbiSet outer = covered_by(list[index_of(definitions, broad)]);
    EXPECT_TRUE((inner & ~outer).none()) << narrow;
    EXPECT_TRUE((outer & ~inner).any()) << broad << " must be larger";
  }
}

TEST(ShippedDefinitions, LeaveNoRemarksButOnFifthDigits) {
  for (const DefinitionFault& remark : remarks_on(shipped().list())) {
    EXPECT_EQ(remark.text.rfind("fifth digits", 0), 0U)
        << shipped().list()[remark.population].name << ": " << remark.text;
  }
}

}  // namespace
}  // namespace dscore
