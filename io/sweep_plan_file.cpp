#include "io/sweep_plan_file.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "embedded/sweep_example.h"
#include "embedded/sweep_note_2012.h"
#include "host/factors.h"
#include "io/number.h"
#include "io/toml_section.h"
#include "kernels/error.h"

namespace dscore {
namespace {

/// More would be a mistake in the plan: a grid of one factor too many.
constexpr std::size_t kMostSettings = 100'000;
constexpr std::int64_t kMostRepeats = 10'000;
constexpr double kFarthestMove = 1e7;  // metres: coordinates stay far below 1e8

class Reader {
 public:
  Reader(const Register& input, const Settings& base) : input_(input), has_somebody_(input.regions.size(), false) {
    plan_.settings.push_back({"baseline", "", base, {}});
    for (const std::uint16_t region : input_.region) has_somebody_[region] = true;
  }

  SweepPlan read(TomlSection& root) {
    root.allow({"baseline", "vary", "grid", "move", "leave_out", "subsample", "bands"});
    read_baseline(root.section("baseline"));
    for (TomlSection& section : root.sections("vary")) read_vary(section);
    for (TomlSection& section : root.sections("grid")) read_grid(section);
    for (TomlSection& section : root.sections("move")) read_move(section);
    for (TomlSection& section : root.sections("leave_out")) read_leave_out(section);
    for (TomlSection& section : root.sections("subsample")) read_subsample(section);
    read_bands(root.section("bands"));
    return std::move(plan_);
  }

 private:
  const Settings& base() const { return plan_.settings.front().settings; }

  void add(const TomlSection& section, const std::string& key, SweepSetting setting) {
    if (plan_.settings.size() >= kMostSettings) {
      section.fail(key, "more than " + std::to_string(kMostSettings) + " settings in all. Leave values out.");
    }
    if (const std::string fault = fault_of(setting.change, input_); !fault.empty()) section.fail(key, fault);
    setting.place = section.place(key);
    plan_.settings.push_back(std::move(setting));
  }

  static std::vector<std::string> factor_names() {
    std::vector<std::string> names;
    for (const Factor& factor : factors()) names.emplace_back(factor.name);
    return names;
  }

  /// Sets a factor, and checks the settings as a whole.
  static void set(const TomlSection& section, const Factor& factor, const std::string& value, Settings& settings) {
    const std::string key(factor.name);
    if (std::any_of(value.begin(), value.end(), [](unsigned char c) { return c < ' '; })) {
      section.fail(key, quoted(value) + " holds a control character. Give " + std::string(factor.values) + ".");
    }
    try {
      factor.set(settings, value);
      check(settings);
    } catch (const UsageError& error) {
      section.fail(key, error.what());
    } catch (const Error& error) {
      section.fail(key, std::string(error.what()) + ". Give " + std::string(factor.values) + ".");
    }
  }

  void read_baseline(TomlSection section) {
    section.allow(factor_names());
    plan_.settings.front().place = section.place("");
    for (const Factor& factor : factors()) {
      const auto values = section.values(std::string(factor.name));
      if (!values) continue;
      if (values->size() != 1) section.fail(std::string(factor.name), "the baseline has one value of each setting.");
      set(section, factor, values->front(), plan_.settings.front().settings);
    }
  }

  static std::vector<std::string> needed_values(TomlSection& section, const std::string& key) {
    auto values = section.values(key);
    if (values->empty()) section.fail(key, "the list is empty. Give a value, or remove the line.");
    return *values;
  }

  void read_vary(TomlSection& section) {
    std::vector<std::string> known = factor_names();
    known.emplace_back("benchmark");
    section.allow(known);
    for (const Factor& factor : factors()) {
      const std::string key(factor.name);
      if (!section.has(key)) continue;
      for (const std::string& value : needed_values(section, key)) {
        SweepSetting setting{key, value, base(), {}};
        set(section, factor, value, setting.settings);
        add(section, key, std::move(setting));
      }
    }
    if (!section.has("benchmark")) {
      if (std::none_of(known.begin(), known.end(), [&](const std::string& key) { return section.has(key); })) {
        section.fail("", "no setting to vary. Name one.");
      }
      return;
    }
    for (const std::string& value : needed_values(section, "benchmark")) {
      add(section, "benchmark", {"benchmark", value, base(), benchmark_of(section, value)});
    }
  }

  OtherBenchmark benchmark_of(const TomlSection& section, const std::string& value) const {
    if (value == "everything") return {OtherBenchmark::Of::everything, 0};
    if (value == "others") return {OtherBenchmark::Of::others, 0};
    for (std::size_t p = 0; p < input_.populations.size(); ++p) {
      if (input_.populations[p].name == value) return {OtherBenchmark::Of::population, p};
    }
    section.fail("benchmark", quoted(value) +
                                  " is not a population of the register. Give the name of one, \"everything\" (the "
                                  "whole register) or \"others\" (the benchmark without the sector).");
  }

  void read_grid(TomlSection& section) {
    section.allow(factor_names());
    std::vector<SweepSetting> grid{{"", "", base(), {}}};
    for (const Factor& factor : factors()) {
      const std::string key(factor.name);
      if (!section.has(key)) continue;
      const std::vector<std::string> values = needed_values(section, key);
      if (grid.size() * values.size() > kMostSettings) {
        section.fail(key, "more than " + std::to_string(kMostSettings) + " combinations. Leave values out.");
      }
      std::vector<SweepSetting> next;
      for (const SweepSetting& before : grid) {
        for (const std::string& value : values) {
          SweepSetting setting = before;
          setting.factor += (setting.factor.empty() ? "" : " & ") + key;
          setting.value += (setting.value.empty() ? "" : " & ") + value;
          set(section, factor, value, setting.settings);
          next.push_back(std::move(setting));
        }
      }
      grid = std::move(next);
    }
    if (grid.size() == 1 && grid.front().factor.empty()) section.fail("", "no setting to vary. Name one.");
    for (SweepSetting& setting : grid) add(section, "", std::move(setting));
  }

  std::size_t region_of(const TomlSection& section, const std::string& code) const {
    const auto found = std::find_if(input_.regions.begin(), input_.regions.end(),
                                    [&](const Region& region) { return region.code == code; });
    if (found == input_.regions.end()) {
      section.fail("regions", quoted(code) + " is not the code of a region of the register. Give one, e.g. " +
                                  quoted(input_.regions.front().code) + ", or \"each\".");
    }
    const auto region = static_cast<std::size_t>(found - input_.regions.begin());
    if (!has_somebody_[region]) {
      section.fail("regions", quoted(code) +
                                  " has no establishment in the register: nothing would change. Leave it "
                                  "out, or give \"each\" for all regions that have some.");
    }
    return region;
  }

  /// Regions by code; "each": all that have somebody.
  std::vector<std::size_t> regions_of(TomlSection& section) const {
    const std::vector<std::string> codes = *section.texts("regions");
    std::vector<std::size_t> regions;
    if (codes == std::vector<std::string>{"each"}) {
      for (std::size_t r = 0; r < has_somebody_.size(); ++r) {
        if (has_somebody_[r]) regions.push_back(r);
      }
      return regions;
    }
    if (codes.empty()) section.fail("regions", "the list is empty. Give the code of a region, or \"each\".");
    if (std::find(codes.begin(), codes.end(), "each") != codes.end()) {
      section.fail("regions", "\"each\" is all regions, and stands alone. Give it, or the codes of some.");
    }
    regions.reserve(codes.size());
    for (const std::string& code : codes) regions.push_back(region_of(section, code));
    return regions;
  }

  std::vector<double> point(TomlSection& section, const std::string& key) const {
    if (const auto given = section.numbers(key)) {
      if (given->size() != 2 ||
          !(std::fabs(given->at(0)) <= kFarthestMove && std::fabs(given->at(1)) <= kFarthestMove)) {
        section.fail(key, "a point is two coordinates in metres, [x, y].");
      }
      return *given;
    }
    double x = 0, y = 0;
    for (std::size_t i = 0; i < input_.size(); ++i) {
      x += input_.x_m[i];
      y += input_.y_m[i];
    }
    const auto n = static_cast<double>(std::max<std::size_t>(input_.size(), 1));
    return {x / n, y / n};
  }

  void read_move(TomlSection& section) {
    section.allow({"regions", "factors", "centre_m", "vector_km"});
    if (!section.has("regions")) section.fail("regions", "missing: the codes of the regions to move, or \"each\".");
    if (section.has("factors") == section.has("vector_km")) {
      section.fail("", "give either factors (along the line from the centre) or vector_km = [x, y].");
    }
    if (section.has("centre_m") && section.has("vector_km")) {
      section.fail("centre_m", "is for factors only: a vector has no centre. Remove it, or give factors.");
    }
    for (const std::size_t region : regions_of(section)) {
      const std::string& code = input_.regions[region].code;
      if (const auto vector = section.numbers("vector_km")) {
        if (vector->size() != 2) section.fail("vector_km", "a vector is two numbers, [x, y], in kilometres.");
        const MoveRegion move{region, std::round(1000 * vector->at(0)), std::round(1000 * vector->at(1))};
        add_move(section, "vector_km", code + " by " + decimal(vector->at(0)) + " " + decimal(vector->at(1)) + " km",
                 move);
        continue;
      }
      const std::vector<double> centre = point(section, "centre_m");
      const std::vector<double> factors = *section.numbers("factors");
      if (factors.empty()) section.fail("factors", "the list is empty. Give a factor, e.g. 0.5.");
      for (const double factor : factors) {
        add_move(section, "factors", code + " x " + decimal(factor),
                 moved_along_line(input_, region, centre[0], centre[1], factor));
      }
    }
  }

  void add_move(const TomlSection& section, const std::string& key, const std::string& value, const MoveRegion& move) {
    if (!std::isfinite(move.dx_m) || !std::isfinite(move.dy_m)) section.fail(key, "holds something else than numbers.");
    if (!(std::fabs(move.dx_m) <= kFarthestMove && std::fabs(move.dy_m) <= kFarthestMove)) {
      section.fail(key, "moves a region by more than 10,000 km. Give less.");
    }
    add(section, key, {"move", value, base(), move});
  }

  void read_leave_out(TomlSection& section) {
    section.allow({"regions", "companies", "largest_companies", "circle_m", "name"});
    if (!section.has("regions") && !section.has("companies") && !section.has("largest_companies") &&
        !section.has("circle_m")) {
      section.fail("", "nothing to leave out. Give regions, companies, largest_companies or circle_m.");
    }
    if (section.has("regions")) {
      for (const std::size_t region : regions_of(section)) {
        add(section, "regions", {"without_region", input_.regions[region].code, base(), WithoutRegion{region}});
      }
    }
    if (section.has("companies") || section.has("largest_companies")) read_companies(section);
    if (section.has("circle_m")) {
      const std::vector<double> circle = *section.numbers("circle_m");
      if (circle.size() != 3 || !(circle[2] > 0) ||
          !std::all_of(circle.begin(), circle.end(), [](double value) { return std::fabs(value) <= kFarthestMove; })) {
        section.fail("circle_m", "a circle is three numbers in metres, [x, y, radius], the radius above 0.");
      }
      const std::string name = section.required_text("name", "what the circle is called in the results.");
      if (std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < ' '; })) {
        section.fail("name", "holds a control character. Give a name of one line.");
      }
      bool somebody = false;
      for (std::size_t i = 0; i < input_.size() && !somebody; ++i) {
        somebody = std::hypot(input_.x_m[i] - circle[0], input_.y_m[i] - circle[1]) < circle[2];
      }
      if (!somebody) section.fail("circle_m", "nobody is inside. Coordinates are metres in RD New: [x, y, radius].");
      add(section, "circle_m", {"without_town", name, base(), WithoutCircle{circle[0], circle[1], circle[2]}});
    } else if (section.has("name")) {
      section.fail("name", "is for circle_m only. Remove it, or give a circle.");
    }
  }

  void read_companies(TomlSection& section) {
    const std::string key = section.has("companies") ? "companies" : "largest_companies";
    if (input_.company.empty()) section.fail(key, "the register does not know companies. Leave this out.");
    std::map<std::int64_t, double> jobs;  // by company
    for (std::size_t i = 0; i < input_.size(); ++i) {
      if (input_.company[i] >= 0) jobs[input_.company[i]] += input_.jobs[i];
    }
    if (jobs.empty()) section.fail(key, "no establishment of the register has a known company. Leave this out.");
    if (const auto companies = section.values("companies")) {
      if (companies->empty()) section.fail("companies", "the list is empty. Give a company, or remove the line.");
      for (const std::string& text : *companies) {
        const auto found = std::find_if(jobs.begin(), jobs.end(),
                                        [&](const auto& company) { return std::to_string(company.first) == text; });
        if (found == jobs.end()) section.fail("companies", quoted(text) + " is not a company of the register.");
        add(section, "companies", {"without_company", text, base(), WithoutCompany{found->first}});
      }
    }
    if (const auto count = section.whole("largest_companies")) {
      if (*count < 1 || *count > static_cast<std::int64_t>(jobs.size())) {
        section.fail("largest_companies",
                     "give a number from 1 to " + std::to_string(jobs.size()) + ", all there are.");
      }
      std::vector<std::pair<double, std::int64_t>> order;
      order.reserve(jobs.size());
      for (const auto& [company, of] : jobs) order.emplace_back(-of, company);
      std::sort(order.begin(), order.end());
      for (std::int64_t k = 0; k < *count; ++k) {
        add(section, "largest_companies",
            {"without_company", "largest " + std::to_string(k + 1), base(),
             WithoutCompany{order[static_cast<std::size_t>(k)].second}});
      }
    }
  }

  void read_subsample(TomlSection& section) {
    section.allow({"share", "repeats", "seed"});
    const double share = section.number("share").value_or(0.5);
    const std::int64_t repeats = section.whole("repeats").value_or(20);
    const std::int64_t seed = section.whole("seed").value_or(2012);
    if (!(share > 0 && share < 1)) section.fail("share", "a share is above 0 and below 1.");
    if (repeats < 1 || repeats > kMostRepeats) {
      section.fail("repeats", "give a number from 1 to " + std::to_string(kMostRepeats) + ".");
    }
    if (seed < 0) section.fail("seed", "a seed is a whole number, 0 or more.");
    for (std::int64_t k = 0; k < repeats; ++k) {
      add(section, "repeats",
          {"subsample", decimal(share) + " no. " + std::to_string(k + 1), base(),
           Subsample{share, static_cast<std::uint64_t>(seed), static_cast<std::uint64_t>(k)}});
    }
  }

  void read_bands(TomlSection section) {
    section.allow({"edges_km"});
    if (!section.given()) return;
    plan_.bands_place = section.place("edges_km");
    plan_.band_edges_m = section.numbers("edges_km").value_or(std::vector<double>{1, 2, 5, 10, 25, 50, 100});
    double before = 0;
    for (double& edge : plan_.band_edges_m) {
      edge = threshold_m(edge);
      if (!(edge > before && edge < 1e9)) {
        section.fail("edges_km", "edges are kilometres above 0, each larger than the one before.");
      }
      before = edge;
    }
    if (plan_.band_edges_m.empty()) section.fail("edges_km", "the list is empty. Give an edge, e.g. 10.");
  }

  const Register& input_;
  std::vector<bool> has_somebody_;  // by region
  SweepPlan plan_;
};

}  // namespace

std::string_view sweep_example() { return embedded::sweep_example; }
std::string_view sweep_note_2012() { return embedded::sweep_note_2012; }

SweepPlan parse_sweep_plan(const std::string& name, std::string_view text, const Register& input,
                           const Settings& base) {
  TomlSection root = TomlSection::parse(name, text);
  return Reader(input, base).read(root);
}

}  // namespace dscore
