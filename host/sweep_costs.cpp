#include "host/sweep_costs.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "host/memory_costs.h"
#include "host/population_scores.h"
#include "kernels/general_costs.h"

namespace dscore {
namespace {

// One core (AVX-512, 2.6 GHz), seconds for each member of a population; measured on the synthetic Netherlands.
constexpr double kTablesS = 2.5e-7;  ///< percentiles, regions, ranks

/// Pairs are summed one by one.
bool grows_by_square(const Settings& settings) {
  return sum_settings(settings).method == Method::exact || settings.cutoff_km ||
         settings.distance == Distance::great_circle;
}

bool is_benchmark_of_all(const SweepSetting& setting) {
  const auto* other = std::get_if<OtherBenchmark>(&setting.change);
  return other != nullptr && other->of == OtherBenchmark::Of::everything;
}

}  // namespace

SweepCosts::SweepCosts(const Backend& backend, const Register& input, const SweepPlan& plan)
    : backend_(backend), input_(input), plan_(plan) {
  for (const std::vector<std::uint32_t>& rows : members_of(input)) {
    sets_.push_back(merged_rows(backend, input, rows));
    members_ += static_cast<double>(rows.size());
  }
  if (std::any_of(plan.settings.begin(), plan.settings.end(), is_benchmark_of_all)) {
    std::vector<std::uint32_t> all(input.size());
    std::iota(all.begin(), all.end(), std::uint32_t{0});
    sets_.push_back(merged_rows(backend, input, all));
  }
}

/// Of each of the sets.
const std::vector<double>& SweepCosts::sums_s(const Settings& settings) {
  std::vector<double>& seconds = known_[scores_text(settings)];
  if (!seconds.empty()) return seconds;
  const Summation summation(backend_, sum_settings(settings));
  std::vector<const MergedPoints*> sets;
  for (const MergedPoints& set : sets_) sets.push_back(&set);
  const std::vector<SumPlan> plans = summation.plan(sets);
  for (std::size_t s = 0; s < sets_.size(); ++s) {
    seconds.push_back(summation.predicted_s(sets_[s], plans[s]));
    mesh_bytes_ = std::max(mesh_bytes_, Summation::predicted_bytes(plans[s]));
  }
  return seconds;
}

double SweepCosts::scores_s(const SweepSetting& setting) {
  const std::vector<double>& of_set = sums_s(setting.settings);
  const std::size_t populations = input_.populations.size();
  double sums = std::accumulate(of_set.begin(), of_set.begin() + static_cast<std::ptrdiff_t>(populations), 0.0);
  double members = members_;
  if (const auto* sample = std::get_if<Subsample>(&setting.change)) {
    sums *= sample->share * (grows_by_square(setting.settings) ? sample->share : 1);
    members *= sample->share;
  }
  if (const auto* other = std::get_if<OtherBenchmark>(&setting.change)) {
    if (other->of == OtherBenchmark::Of::everything) {
      sums += of_set.back();
      members += static_cast<double>(input_.size());
    } else if (other->of == OtherBenchmark::Of::others) {
      for (const Population& population : input_.populations) {
        if (!population.benchmark) continue;
        sums += of_set[*population.benchmark];
        members += static_cast<double>(sets_[*population.benchmark].location.size());
      }
    }
  }
  return sums + kScoredMemberS * members / backend_.threads();
}

double SweepCosts::bytes() const {
  constexpr double kBandSum = 3 * sizeof(double);  // per location and band
  double locations = 0;
  if (!plan_.band_edges_m.empty()) {
    for (const MergedPoints& set : sets_) locations = std::max(locations, static_cast<double>(set.size()));
  }
  const double bands = kBandSum * locations * static_cast<double>(plan_.band_edges_m.size() + 1);
  return scoring_bytes(input_) + sweep_bytes(input_) + std::max(mesh_bytes_, bands);
}

double SweepCosts::tables_s() const { return kTablesS * members_ / backend_.threads(); }

double SweepCosts::bands_s(std::size_t population) const {
  const Settings& settings = plan_.settings.front().settings;
  std::vector<double> edges_m{0};
  edges_m.insert(edges_m.end(), plan_.band_edges_m.begin(), plan_.band_edges_m.end());
  edges_m.push_back(std::numeric_limits<double>::infinity());
  return predicted_general_s(sets_[population], sum_settings(settings).pairs,
                             settings.distance == Distance::great_circle, edges_m) /
         backend_.threads();
}

}  // namespace dscore
