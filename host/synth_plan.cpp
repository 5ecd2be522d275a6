#include "host/synth_plan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "host/synth_apportion.h"

namespace dscore::synth {

// clang-format off
const std::array<Activity, kActivities> kActivityTable = {{
    // sector          inner        industry services kind         other
    {kFoodBroad,        kFoodNarrow, 0.06, 0,    Kind::farm,       0,    {}},              // few food factories
    {kFoodBroad,        kNone,       0.03, 0.02, Kind::food_chain, 0,    {}},              // wholesale, shops, advice
    {kLifeSciences,     kNone,       0.55, 0.35, Kind::office,     0,    {}},              // instruments; research
    {kManufacturing,    kBrainport,  0.90, 0.05, Kind::factory,    0,    {}},
    {kManufacturing,    kNone,       0.90, 0.05, Kind::factory,    0,    {}},              // repair (33) is a service
    {kChemicals,        kNone,       0.95, 0,    Kind::factory,    0,    {}},              // SBI 19-22
    {kHorticulture,     kNone,       0.02, 0,    Kind::grower,     0,    {}},              // growers, traders
    {kLogistics,        kNone,       0,    0,    Kind::transport,  0,    {}},              // SBI 49-53
    {kWater,            kNone,       0.35, 0.15, Kind::transport,  0,    {}},              // shipyards; dredging
    {kEnergy,           kNone,       0.10, 0.10, Kind::office,     0.5,  Kind::factory},   // mostly SBI 35
    {kTechServices,     kNone,       0,    0.95, Kind::office,     0,    {}},              // SBI 62, 71, 72
    {kMedia,            kNone,       0,    0.95, Kind::creative,   0,    {}},              // SBI 58-60
    {kCulture,          kNone,       0,    0.25, Kind::creative,   0,    {}},              // mostly SBI 90-91
    {kCreativeServices, kNone,       0,    1,    Kind::creative,   0.28, Kind::office},    // architects, advertising
    {kNone,             kNone,       1,    0,    Kind::factory,    0.1,  Kind::creative},  // and printers, jewellers
    {kNone,             kNone,       0,    1,    Kind::office,     0,    {}},              // other business services
    {kNone,             kNone,       0,    0,    Kind::everyday,   0,    {}},              // shops, care, building, ...
}};
// clang-format on

namespace {

constexpr std::size_t kOtherIndustry = 14, kOtherServices = 15, kOther = 16;

using Counts = std::vector<std::int64_t>;  // by region

std::int64_t scaled(std::int64_t number, double scale) {
  return std::max<std::int64_t>(1, std::llround(static_cast<double>(number) * scale));
}

std::int64_t sum(const Counts& counts) {
  std::int64_t total = 0;
  for (const std::int64_t count : counts) total += count;
  return total;
}

void subtract(Counts& from, const Counts& what) {
  for (std::size_t r = 0; r < kRegions; ++r) from[r] -= what[r];
}

std::vector<double> shares() {
  std::vector<double> weights(kRegions);
  for (std::size_t r = 0; r < kRegions; ++r) weights[r] = kPublishedRegions[r].share;
  return weights;
}

double quotient(int population, std::size_t region) {
  return published().quotient[static_cast<std::size_t>(population) - kBenchmarks][region];
}

/// n_rs = LQ_rs w_r N_s, summing to N_s, within what the regions have.
Counts sector_counts(int population, double scale, const Counts& available) {
  std::vector<double> weights = shares();
  for (std::size_t r = 0; r < kRegions; ++r) weights[r] *= quotient(population, r);
  const auto size = published().populations[static_cast<std::size_t>(population)].establishments;
  return apportion(scaled(size, scale), weights, available);
}

/// A number of a cell's establishments by region, in proportion to the cells.
Counts part_of(const Counts& cell, std::int64_t number) {
  const std::vector<double> weights(cell.begin(), cell.end());
  return apportion(number, weights, cell);
}

class Planner {
 public:
  explicit Planner(double scale) : scale_(scale) {}

  Plan make() {
    std::int64_t needed = left_[0] = scaled(published().populations[kIndustry].establishments, scale_);
    needed += left_[1] = scaled(published().populations[kServices].establishments, scale_);
    for (const Activity& activity : kActivityTable) {
      if (activity.sector == kNone || activity.inner != kNone) continue;
      needed += scaled(published().populations[static_cast<std::size_t>(activity.sector)].establishments, scale_);
    }
    free_ = apportion(std::max(needed, scaled(kEstablishments, scale_)), shares());
    for (std::size_t a = 0; a < kOtherIndustry; ++a) place(a, activity_counts(a));
    place_other_industry();
    place_other_services();
    set(kOther, Side::neither, free_);
    share_jobs();
    return plan_;
  }

 private:
  /// Establishments of an activity by region. An inner sector comes right before the rest of the sector around it.
  Counts activity_counts(std::size_t a) {
    const Activity& activity = kActivityTable[a];
    if (activity.inner != kNone) {
      outer_ = sector_counts(activity.sector, scale_, free_);
      Counts inner = sector_counts(activity.inner, scale_, outer_);
      subtract(outer_, inner);
      return inner;
    }
    if (a > 0 && kActivityTable[a - 1].sector == activity.sector) return outer_;
    return sector_counts(activity.sector, scale_, free_);
  }

  /// Splits an activity over the benchmarks.
  void place(std::size_t a, Counts counts) {
    subtract(free_, counts);
    const auto all = static_cast<double>(sum(counts));
    const std::array<double, 2> share = {kActivityTable[a].industry, kActivityTable[a].services};
    for (std::size_t side = 0; side < 2; ++side) {
      const std::int64_t wanted = std::llround(share[side] * all);
      const Counts inside = part_of(counts, std::min({wanted, left_[side], sum(counts)}));
      left_[side] -= sum(inside);
      subtract(counts, inside);
      set(a, static_cast<Side>(side), inside);
    }
    set(a, Side::neither, counts);
  }

  /// What the benchmarks still lack. Industry is everywhere alike, w_r; services are where technical and creative
  /// services are, w_r q_r with q_r the mean of their quotients.
  void place_other_industry() { place_rest(kOtherIndustry, Side::industry, shares()); }
  void place_other_services() {
    std::vector<double> weights = shares();
    for (std::size_t r = 0; r < kRegions; ++r) {
      weights[r] *= (quotient(kTechServices, r) + quotient(kCreativeServices, r)) / 2;
    }
    place_rest(kOtherServices, Side::services, weights);
  }

  void place_rest(std::size_t a, Side side, const std::vector<double>& weights) {
    const Counts counts = apportion(left_[static_cast<std::size_t>(side)], weights, free_);
    subtract(free_, counts);
    set(a, side, counts);
  }

  void set(std::size_t a, Side side, const Counts& counts) {
    for (std::size_t r = 0; r < kRegions; ++r) plan_.establishments[a][r][static_cast<std::size_t>(side)] = counts[r];
  }

  /// Published jobs of an activity: those of the innermost sector, less those of the sector within it.
  void share_jobs() {
    for (std::size_t a = 0; a < kActivities; ++a) {
      const Activity& activity = kActivityTable[a];
      if (activity.sector == kNone) {
        plan_.jobs[a].fill(-1);
        continue;
      }
      const int own = activity.inner == kNone ? activity.sector : activity.inner;
      const bool around = activity.inner == kNone && a > 0 && kActivityTable[a - 1].sector == activity.sector;
      std::vector<double> weights;
      Counts capacity;
      double total = 0;
      bool any = false;
      for (std::size_t r = 0; r < kRegions; ++r) {
        double jobs = published().jobs[static_cast<std::size_t>(own) - kBenchmarks][r];
        if (around) jobs -= published().jobs[static_cast<std::size_t>(kActivityTable[a - 1].inner) - kBenchmarks][r];
        weights.push_back(jobs);
        total += jobs;
        const bool present = plan_.establishments_of(a, r) > 0;
        capacity.push_back(present ? std::numeric_limits<std::int64_t>::max() : 0);
        any = any || present;
      }
      const Counts jobs = apportion(any ? std::llround(total * scale_) : 0, weights, capacity);
      std::copy(jobs.begin(), jobs.end(), plan_.jobs[a].begin());
    }
  }

  double scale_;
  Plan plan_;
  Counts free_;                         // establishments by region that have no activity yet
  Counts outer_;                        // rest of the sector around the inner sector just planned
  std::array<std::int64_t, 2> left_{};  // establishments that each benchmark still lacks
};

}  // namespace

std::int64_t Plan::establishments_of(std::size_t activity, std::size_t region) const {
  std::int64_t total = 0;
  for (const std::int64_t count : establishments[activity][region]) total += count;
  return total;
}

Plan make_plan(double scale) { return Planner(scale).make(); }

}  // namespace dscore::synth
