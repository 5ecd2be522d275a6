#include "host/run.h"

#include <utility>

#include "host/describe.h"

namespace dscore {

Results results_of(const Backend& backend, Register input, const Settings& settings,
                   std::vector<std::vector<std::uint32_t>> rows, std::vector<Scores> scores, Stopwatch total) {
  Results results;
  results.input = std::move(input);
  double merge_s = 0, pairs_s = 0, ordered_pairs = 0;
  for (std::size_t p = 0; p < scores.size(); ++p) {
    merge_s += scores[p].merge_s;
    pairs_s += scores[p].pairs_s;
    ordered_pairs += static_cast<double>(scores[p].locations) * (static_cast<double>(scores[p].locations) - 1);
    results.sums.push_back(scores[p].sums);
    results.members.emplace_back();
    results.members.back().row = std::move(rows[p]);
    results.members.back().d_score = std::move(scores[p].d);
  }

  Stopwatch watch;
  Tables tables = describe(backend, settings, results.input, scores, results.members);
  add_companies(backend, results.input, results.members, tables);
  results.populations = std::move(tables.populations);
  results.regions = std::move(tables.regions);
  const double statistics_s = watch.lap();

  record(results.provenance, settings, backend.kind());
  record(results.provenance, results.sums);
  results.provenance.set("large_share", settings.large_share);
  results.provenance.set("device_description", backend.description());
  results.provenance.set("merge_s", merge_s);
  results.provenance.set("pairs_s", pairs_s);
  results.provenance.set("statistics_s", statistics_s);
  results.provenance.set("total_s", total.lap());
  results.provenance.set("ordered_pairs", ordered_pairs);
  if (pairs_s > 0) results.provenance.set("ordered_pairs_per_s", ordered_pairs / pairs_s);
  return results;
}

Results run(const Backend& backend, Register input, const Settings& settings, const RunProgress& progress) {
  const Stopwatch total;
  check(settings);
  check(input);
  Summation summation(backend, sum_settings(settings));
  std::vector<std::vector<std::uint32_t>> rows = members_of(input);
  std::vector<Scores> scores = score_populations(summation, settings, input, rows, progress);
  Results results = results_of(backend, std::move(input), settings, std::move(rows), std::move(scores), total);
  if (progress) progress("done", 1);
  return results;
}

}  // namespace dscore
