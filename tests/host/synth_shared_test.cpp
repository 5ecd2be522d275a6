// The tables behind the synthetic Netherlands against the published files and real outlines, which lie beside the
// repository (../shared) and are no part of it. Skipped where they are not there.

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "host/synth_habitats.h"
#include "host/synth_tables.h"
#include "host/synth_towns.h"
#include "tests/host/shared_tables.h"

namespace dscore::synth {
namespace {

using test::lines_of;
using test::table;

TEST(SynthTables, AreThePublishedFigures) {
  const auto national = table("reference/national_published.csv");
  if (national.empty()) GTEST_SKIP() << "no " DSCORE_SHARED "/reference";
  ASSERT_EQ(national.size(), kPopulations);
  std::map<std::string, std::size_t> population;
  for (std::size_t p = 0; p < kPopulations; ++p) {
    const PublishedPopulation& ours = published().populations[p];
    population[ours.name] = p;
    EXPECT_EQ(ours.name, national[p][0]);
    EXPECT_EQ(ours.title, national[p][1]);
    EXPECT_EQ(std::to_string(ours.establishments), national[p][2]);
    const std::string benchmark = national[p].size() > 8 ? national[p][8] : "";
    EXPECT_EQ(ours.benchmark == kNone ? "" : published().populations[static_cast<std::size_t>(ours.benchmark)].name,
              benchmark);
  }
  const auto share = table("reference/corop_share_estimate.csv");
  ASSERT_EQ(share.size(), kRegions);
  std::map<std::string, std::size_t> region;
  for (std::size_t r = 0; r < kRegions; ++r) {
    region[kPublishedRegions[r].code] = r;
    EXPECT_EQ(kPublishedRegions[r].code, share[r][0]);
    EXPECT_EQ(kPublishedRegions[r].name, share[r][1]);
    EXPECT_EQ(kPublishedRegions[r].share, std::strtod(share[r][2].c_str(), nullptr));
  }
  const auto cells = table("reference/corop_published.csv");
  ASSERT_EQ(cells.size(), kSectors * kRegions);
  for (const auto& cell : cells) {
    const std::size_t s = population.at(cell[0]) - kBenchmarks;
    const std::size_t r = region.at(cell[1]);
    EXPECT_EQ(std::to_string(published().jobs[s][r]), cell[3]) << cell[0] << " " << cell[1];
    EXPECT_EQ(published().quotient[s][r], std::strtod(cell[4].c_str(), nullptr)) << cell[0] << " " << cell[1];
  }
}

/// All rings of one outline, as x, y, x, y, ...
using Outline = std::vector<std::vector<double>>;

/// Rings of a GeoJSON geometry: numbers, with a ring ending at every second closing bracket in a row.
Outline rings_of(const std::string& line) {
  Outline rings(1);
  int closing = 0;
  for (const char* at = line.c_str() + line.find("\"coordinates\":"); *at != '}'; ++at) {
    if (*at == ']' && ++closing == 2) rings.emplace_back();
    if (*at == '[') closing = 0;
    if (*at == '-' || (*at >= '0' && *at <= '9')) {
      char* end = nullptr;
      rings.back().push_back(std::strtod(at, &end));
      at = end - 1;
      closing = 0;
    }
  }
  return rings;
}

/// Even-odd rule over all rings: islands count, holes do not.
bool is_inside(const Outline& rings, double x, double y) {
  bool inside = false;
  for (const std::vector<double>& ring : rings) {
    for (std::size_t k = 0; k + 3 < ring.size(); k += 2) {
      const double ax = ring[k], ay = ring[k + 1], bx = ring[k + 2], by = ring[k + 3];
      if ((ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax) inside = !inside;
    }
  }
  return inside;
}

TEST(SynthTowns, LieInTheirRegionsAsNamedPlacesDo) {
  const std::vector<std::string> lines = lines_of("geodata/corop_2011_rd.geojson");
  if (lines.empty()) GTEST_SKIP() << "no " DSCORE_SHARED "/geodata";
  std::map<std::string, Outline> outlines;
  for (const std::string& line : lines) {
    const auto at = line.find("\"statcode\":");
    if (at != std::string::npos) outlines[line.substr(line.find("CR", at), 4)] = rings_of(line);
  }
  ASSERT_EQ(outlines.size(), kRegions);
  for (const Town& town : towns()) {
    std::string found;
    for (const auto& [code, outline] : outlines) found += is_inside(outline, town.x_m, town.y_m) ? code : "";
    EXPECT_EQ(found, kPublishedRegions[town.region].code) << town.name;
  }
  for (const NamedPlace& place : named_places()) {
    std::string found;
    for (const auto& [code, outline] : outlines) found += is_inside(outline, place.x_m, place.y_m) ? code : "";
    EXPECT_EQ(found, kPublishedRegions[place.region].code) << place.name;
  }
}

}  // namespace
}  // namespace dscore::synth
