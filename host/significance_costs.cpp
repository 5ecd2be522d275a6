#include "host/significance_costs.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "host/memory_costs.h"
#include "host/population_scores.h"
#include "host/random_labelling.h"
#include "host/significance_pool.h"
#include "host/summation.h"
#include "kernels/p3m/engine.h"

namespace dscore {
namespace {

// One core (AVX-512, 2.6 GHz), seconds; measured on the synthetic Netherlands.
constexpr double kPoolS = 4e-7;          ///< per member of a pool: merged, its proximities
constexpr double kStatisticsS = 1.0e-7;  ///< per establishment that is labelled: drawing it, and all statistics
constexpr double kClosedFormS = 3e-7;    ///< per member of a pool, beside its sums
constexpr double kPartS = 0.3;           ///< sums over a part of a set, over those of the set made anew

constexpr double kLabelledBytes = 100;  ///< of a thread, per establishment that it labels

/// As many rows, spread evenly over all: like a draw, for what it costs.
std::vector<std::uint32_t> spread(const std::vector<std::uint32_t>& rows, std::size_t count) {
  std::vector<std::uint32_t> some(count);
  for (std::size_t k = 0; k < count; ++k) some[k] = rows[k * rows.size() / count];
  return some;
}

/// Those that a sector has members in: the pool is summed over each.
std::size_t strata_of(const Register& input, const std::vector<std::uint32_t>& rows, Strata strata) {
  std::set<std::size_t> found;
  for (const std::uint32_t row : rows) found.insert(stratum_of(input, row, strata));
  return found.size();
}

/// As PartialSums makes them: by p3m or exactly.
double sums_s(const Backend& backend, SumSettings settings, const MergedPoints& points) {
  if (settings.method != Method::exact) settings.method = Method::automatic;
  const Summation summation(backend, settings);
  const MergedPoints* const set = &points;
  return summation.predicted_s(points, summation.plan({&set, 1}).front());
}

}  // namespace

SignificanceCosts significance_costs(const Backend& backend, const SignificanceSettings& settings,
                                     const Register& input, const std::vector<std::vector<std::uint32_t>>& rows,
                                     const std::vector<std::size_t>& pool_size) {
  const double threads = backend.threads();
  const SumSettings scores = sum_settings(settings.scores);
  SumSettings squares = scores;
  squares.pairs = squared(scores.pairs);
  const std::unique_ptr<Backend> cpu = make_cpu_backend(backend.threads());  // sums of squares are its own everywhere
  const SumSettings draws = settings_of_draws(settings);
  const double part = scores.method == Method::exact ? 1 : kPartS;
  const p3m::Costs& costs = backend.make_p3m()->costs();

  SignificanceCosts all;
  all.sectors.resize(rows.size());
  std::vector<MergedPoints> points;
  for (const auto& of : rows) points.push_back(merged_rows(backend, input, of));
  std::vector<const MergedPoints*> sets;
  for (const MergedPoints& set : points) sets.push_back(&set);
  const Summation summation(backend, scores);
  const std::vector<SumPlan> plans = summation.plan(sets);
  double mesh_bytes = 0;
  double draw_bytes = 0;
  for (std::size_t p = 0; p < rows.size(); ++p) {
    mesh_bytes = std::max(mesh_bytes, Summation::predicted_bytes(plans[p]));
    all.start_s +=
        summation.predicted_s(points[p], plans[p]) + kScoredMemberS * static_cast<double>(rows[p].size()) / threads;
  }

  std::vector<double> closed_s(rows.size(), -1);  // by benchmark, for each of its members
  for (std::size_t p = 0; p < rows.size(); ++p) {
    if (pool_size[p] == 0) continue;
    const std::size_t benchmark = *input.populations[p].benchmark;
    const auto members = static_cast<double>(std::max<std::size_t>(rows[benchmark].size(), 1));
    const auto pool = static_cast<double>(pool_size[p]);
    if (closed_s[benchmark] < 0) {
      closed_s[benchmark] =
          (sums_s(backend, scores, points[benchmark]) + sums_s(*cpu, squares, points[benchmark])) / members;
    }
    SectorCosts& sector = all.sectors[p];
    const double sums = 1 + part * (static_cast<double>(strata_of(input, rows[p], settings.strata)) - 1);
    sector.closed_forms_s = (closed_s[benchmark] * sums + (kPoolS + kClosedFormS) / threads) * pool;
    const MergedPoints draw =
        merged_rows(backend, input, spread(rows[benchmark], std::min(rows[p].size(), rows[benchmark].size())));
    // Without a benchmark to speak of, draws are from the sector itself: few, and not worth a prediction.
    const DrawPlan plan = draw.size() < 2 ? DrawPlan{} : plan_of_draws(draw, points[benchmark], draws, false, costs);
    draw_bytes = std::max(
        draw_bytes, (plan.p3m ? plan.p3m->shape.bytes() : 0) + kLabelledBytes * static_cast<double>(rows[p].size()));
    const double statistics_s = kStatisticsS * static_cast<double>(rows[p].size());
    const auto at_once = static_cast<double>(labellings_at_once(backend));
    sector.draw_s = backend.one_thread() ? (plan.predicted_s + statistics_s) / at_once
                                         : std::max(plan.predicted_s, statistics_s / at_once);  // side by side
  }
  const auto tested =
      static_cast<std::size_t>(std::count_if(pool_size.begin(), pool_size.end(), [](auto n) { return n > 0; }));
  const std::size_t values = kStatistics.size() + input.regions.size() + tested;
  const double kept = static_cast<double>(std::min(settings.draws, kKeptDraws)) * static_cast<double>(values * tested);
  std::size_t near = 0;
  if (settings.cross) {
    std::vector<std::uint32_t> everybody(input.size());
    std::iota(everybody.begin(), everybody.end(), std::uint32_t{0});
    const MergedPoints locations = merged_rows(backend, input, everybody);
    all.start_s += part * static_cast<double>(tested) * sums_s(backend, draws, locations);
    near = tested * locations.size();
  }
  all.bytes = scoring_bytes(input) + significance_bytes(*std::max_element(pool_size.begin(), pool_size.end()), near) +
              std::max(mesh_bytes, threads * draw_bytes) + sizeof(double) * kept;
  return all;
}

}  // namespace dscore
