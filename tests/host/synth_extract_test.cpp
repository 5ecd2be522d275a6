// The synthetic Netherlands as raw extracts: codes and dirt.

#include "host/synth_extract.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "host/definitions.h"
#include "host/synth.h"
#include "host/synth_sbi.h"

namespace dscore {
namespace {

using namespace synth;

TEST(SynthSbi, CodesAreInOneGroupAndAgreeWithTheBenchmarks) {
  std::vector<SbiSelector> industry, services;
  for (const char* text : {"10-32", "38.3"}) industry.push_back(parse_selector(text));
  for (const char* text : {"09", "33", "58-63", "69", "70-74", "80-82"}) services.push_back(parse_selector(text));
  std::set<std::string> seen;
  for (const CodeGroup& group : code_groups()) {
    EXPECT_FALSE(group.codes.empty());
    for (const std::string& code : group.codes) {
      SCOPED_TRACE(code);
      EXPECT_EQ(code.size(), 5U);
      EXPECT_TRUE(seen.insert(code).second);
      const SbiCode parsed = parse_selector(code).first;  // throws if the list has no such code
      const auto any = [&](const std::vector<SbiSelector>& selectors) {
        bool found = false;
        for (const SbiSelector& selector : selectors) found = found || selector.matches(parsed);
        return found;
      };
      EXPECT_EQ(any(industry), (group.membership & 1U) != 0);
      EXPECT_EQ(any(services), (group.membership & 2U) != 0);
    }
  }
}

TEST(SynthExtract, HoldsTheRegisterAndItsDirt) {
  const Register made = synthesise({2011, 0.02});
  const Extract extract = make_extract(made, 2011);
  const Day reference = *day_of(2011, 12, 31);
  std::map<Postcode, const RawPostcode*> places;
  for (const RawPostcode& row : extract.postcodes) EXPECT_TRUE(places.emplace(row.postcode, &row).second);
  std::set<std::int64_t> ids;
  std::size_t at = 0, inactive = 0, unknown = 0, bad = 0, repeated = 0;
  for (const RawEstablishment& row : extract.establishments) {
    const auto postcode = parse_postcode(row.postcode);
    ASSERT_TRUE(postcode) << row.postcode;
    if (!ids.insert(row.id).second) {
      ++repeated;
    } else if (row.founded > reference || (row.closed && *row.closed <= reference)) {
      ++inactive;
    } else if (!places.contains(*postcode)) {
      ++unknown;
    } else if (row.sbi.empty() || row.sbi == "98.7X") {
      ++bad;
    } else {
      ASSERT_LT(at, made.size());
      EXPECT_EQ(row.id, made.id[at]);
      EXPECT_EQ(row.company, made.company[at]);
      EXPECT_EQ(row.key, made.jobs[at]);
      const RawPostcode& place = *places.at(*postcode);
      EXPECT_EQ(place.x_m, made.x_m[at]);
      EXPECT_EQ(place.y_m, made.y_m[at]);
      EXPECT_EQ(extract.municipalities.at(place.municipality - 1).region, made.region[at]);
      ++at;
    }
  }
  EXPECT_EQ(at, made.size());
  const auto rows = static_cast<double>(made.size());
  EXPECT_NEAR(static_cast<double>(inactive) / rows, 0.04, 0.008);
  EXPECT_NEAR(static_cast<double>(unknown) / rows, 0.003, 0.002);
  EXPECT_GT(bad, 5U);
  EXPECT_GT(repeated, 10U);
  std::set<std::pair<std::int64_t, std::uint32_t>> pairs;
  std::size_t twice = 0, lost = 0;
  for (const RawJobs& row : extract.jobs) {
    EXPECT_GE(row.jobs, 0);
    twice += pairs.emplace(row.company, row.municipality).second ? 0 : 1;
    lost += row.company > made.id.back() ? 1 : 0;
  }
  EXPECT_GT(twice, 50U);
  EXPECT_GT(lost, 100U);
}

}  // namespace
}  // namespace dscore
