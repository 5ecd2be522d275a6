#include "host/synth_sbi.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>

#include "host/synth_plan.h"

namespace dscore::synth {
namespace {

struct Row {
  std::array<int, 3> populations;
  const char* codes;
};

// clang-format off
constexpr int kNo = kNone;
const std::array kRows = std::to_array<Row>({
    {{kFoodBroad, kFoodNarrow, kIndustry}, "10.11 10.13 10.51 10.71 10.82 10.89 11.05"},
    {{kFoodBroad, kFoodNarrow, kNo}, "01.11 01.15 01.41 01.42 01.45 01.46 01.47 01.50 01.61 01.62 03.11 03.22"},
    {{kFoodBroad, kNo, kIndustry}, "28.30 28.93"},
    {{kFoodBroad, kNo, kServices}, "82.92"},
    {{kFoodBroad, kNo, kNo}, "46.21 46.23 46.32 46.33 46.38 46.39 47.11 47.22 47.24 56.10 56.21 56.30"},
    {{kLifeSciences, kNo, kIndustry}, "21.10 21.20 26.60 32.50"},
    {{kLifeSciences, kNo, kServices}, "72.11"},
    {{kLifeSciences, kNo, kNo}, "46.46"},
    {{kManufacturing, kBrainport, kIndustry}, "26.11 26.51 27.12 28.22 28.29 28.99 29.20"},
    {{kManufacturing, kBrainport, kServices}, "33.13 33.14"},
    {{kManufacturing, kBrainport, kNo}, "46.52"},
    {{kManufacturing, kNo, kIndustry}, "24.10 25.11 25.61 25.62 25.73 25.99 30.20 30.99"},
    {{kManufacturing, kNo, kServices}, "33.11 33.12 33.20"},
    {{kManufacturing, kNo, kNo}, "46.62"},
    {{kChemicals, kNo, kIndustry}, "20.14 20.30 20.41 20.59 22.19 22.21 22.29"},
    {{kChemicals, kNo, kNo}, "46.75"},
    {{kHorticulture, kNo, kIndustry}, "10.31 10.39"},
    {{kHorticulture, kNo, kNo}, "01.13 01.19 01.21 01.24 01.25 01.28 01.30 01.63 01.64 46.22 46.31"},
    {{kLogistics, kNo, kNo}, "49.20 49.41 50.20 50.40 51.21 52.10 52.22 52.24 52.29 53.20"},
    {{kWater, kNo, kIndustry}, "30.11 30.12"},
    {{kWater, kNo, kServices}, "33.15"},
    {{kWater, kNo, kNo}, "36.00 37.00 42.91"},
    {{kEnergy, kNo, kIndustry}, "19.20"},
    {{kEnergy, kNo, kServices}, "09.10"},
    {{kEnergy, kNo, kNo}, "06.20 35.11 35.13 35.14 35.30 42.22"},
    {{kTechServices, kNo, kServices}, "58.29 62.01 62.02 62.09 71.12 71.20 72.19"},
    {{kTechServices, kNo, kNo}, "95.11"},
    {{kMedia, kNo, kServices}, "58.11 58.13 58.14 58.21 59.11 59.12 59.20 60.10 60.20 63.91"},
    {{kMedia, kNo, kNo}, "47.63"},
    {{kCulture, kNo, kServices}, "74.20"},
    {{kCulture, kNo, kNo}, "90.01 90.02 90.03 90.04 91.01 91.02"},
    {{kCreativeServices, kNo, kServices}, "71.11 73.11 74.10"},
    {{kNo, kNo, kIndustry}, "13.92 14.13 16.23 18.12 18.13 23.61 23.70 31.01 31.09 32.12 32.99 38.32"},
    {{kNo, kNo, kServices}, "61.90 63.11 69.10 69.20 70.10 70.22 73.20 74.90 80.10 81.21 81.30 82.11 82.99"},
    {{kNo, kNo, kNo}, "41.20 43.21 43.32 45.20 47.71 47.91 55.10 64.20 66.22 68.20 77.11 78.20 85.59 86.21 88.10 93.12 "
                      "94.99 96.02"},
});
// clang-format on

std::vector<CodeGroup> make_groups() {
  std::vector<CodeGroup> groups;
  for (const Row& row : kRows) {
    CodeGroup& group = groups.emplace_back();
    for (const int population : row.populations) {
      if (population != kNone) group.membership |= std::uint64_t{1} << static_cast<unsigned>(population);
    }
    std::istringstream words(row.codes);
    for (std::string code; words >> code;) group.codes.push_back(code);
  }
  return groups;
}

}  // namespace

const std::vector<CodeGroup>& code_groups() {
  static const std::vector<CodeGroup> kGroups = make_groups();
  return kGroups;
}

std::span<const std::string> codes_of(std::uint64_t membership) {
  const std::vector<CodeGroup>& groups = code_groups();
  const auto found = std::find_if(groups.begin(), groups.end(),
                                  [&](const CodeGroup& group) { return group.membership == membership; });
  if (found == groups.end()) throw std::logic_error("no SBI codes for this membership");
  return found->codes;
}

}  // namespace dscore::synth
