// Any text as the plan of a sensitivity analysis: refused in one line that begins with its file, or a plan that holds
// together.

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "io/sweep_plan_file.h"
#include "kernels/error.h"
#include "tests/fuzz/demand.h"

namespace dscore {
namespace {

constexpr std::string_view kName = "plan.toml";
constexpr std::size_t kLookedAt = 300;  // settings; a plan may have 100,000

/// Two sectors in a benchmark, two companies and one that is not known; nobody in the last region.
Register register_of(bool with_companies) {
  Register input;
  input.id = {1, 2, 3, 4};
  input.x_m = {121000, 121000, 155000, 200000};
  input.y_m = {487000, 487000, 463000, 500000};
  input.region = {0, 0, 1, 1};
  input.jobs = {1, 2, 3, 4};
  if (with_companies) input.company = {7, 7, 8, -1};
  input.membership = {0b011, 0b001, 0b101, 0b001};
  input.populations = {{"all", "", {}}, {"water", "", 0}, {"energy", "", 0}};
  input.regions = {{"CR01", "", ""}, {"CR03", "", ""}, {"CR04", "", ""}};
  return input;
}

bool is_line(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; });
}

void check_plan(const SweepPlan& plan, const Register& input) {
  demand(!plan.settings.empty() && plan.settings.front().factor == "baseline", "the first setting is the baseline");
  for (std::size_t k = 0; k < std::min(plan.settings.size(), kLookedAt); ++k) {
    const SweepSetting& setting = plan.settings[k];
    check(setting.settings);
    demand(fault_of(setting.change, input).empty(), "a change can be made");
    demand(changed_register(setting.change, input).input.size() > 0, "somebody stays");
    demand(setting.place.starts_with(kName), "a setting knows where it stands");
    demand(is_line(text_of(setting)), "a setting is a line");
  }
  demand(std::is_sorted(plan.band_edges_m.begin(), plan.band_edges_m.end()), "bands are in order");
  if (plan.settings.size() > kLookedAt) return;
  std::set<std::size_t> grouped;
  std::size_t members = 0;
  for (const auto& group : scored_together(plan.settings)) {
    grouped.insert(group.begin(), group.end());
    members += group.size();
  }
  demand(grouped.size() == plan.settings.size() && members == grouped.size(), "every setting is in one group");
}

void check_text(std::string_view text, const Register& input) {
  Settings base;
  base.to_degrees = [](std::span<double> /*x*/, std::span<double> /*y*/) {};
  SweepPlan plan;
  try {
    plan = parse_sweep_plan(std::string(kName), text, input, base);
  } catch (const Error& error) {
    demand(std::string_view(error.what()).starts_with(kName) && is_line(error.what()), "a refusal is a line of a file");
    return;
  }
  check_plan(plan, input);
}

}  // namespace
}  // namespace dscore

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static const dscore::Register with = dscore::register_of(true);
  static const dscore::Register without = dscore::register_of(false);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  dscore::check_text(text, with);
  dscore::check_text(text, without);
  return 0;
}
