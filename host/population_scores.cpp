#include "host/population_scores.h"

#include "kernels/error.h"
#include "kernels/work_done.h"

namespace dscore {

void add_populations(Scoring& scoring, const Settings& settings, const Register& input,
                     const std::vector<std::vector<std::uint32_t>>& rows, const RunProgress& progress) {
  if (settings.other_companies && input.company.empty()) {
    throw Error("--other-companies: the register does not know companies. Leave it out, or import them.");
  }
  for (std::size_t p = 0; p < rows.size(); ++p) {
    if (progress) progress("merging " + input.populations[p].name, 0);
    const std::vector<double> x_m = gather(input.x_m, rows[p]);
    const std::vector<double> y_m = gather(input.y_m, rows[p]);
    std::vector<double> weight;
    std::vector<std::int64_t> company;
    if (settings.neighbours == Neighbours::jobs) weight = gather(input.jobs, rows[p]);
    if (settings.other_companies) company = gather(input.company, rows[p]);
    scoring.add({x_m, y_m, {}}, {weight, company});
  }
}

std::vector<Scores> score_populations(Summation& summation, const Settings& settings, const Register& input,
                                      const std::vector<std::vector<std::uint32_t>>& rows,
                                      const RunProgress& progress) {
  std::vector<std::size_t> sizes;
  for (const std::vector<std::uint32_t>& population : rows) sizes.push_back(population.size());
  WorkDone work(sizes);
  Scoring scoring(summation);
  add_populations(scoring, settings, input, rows, progress);
  if (const std::vector<std::size_t> several = scoring.several(); !several.empty()) {
    scoring.sum(several, [&](double fraction) {
      if (progress) progress("scoring", work.with(several, fraction));
    });
    for (const std::size_t p : several) work.finish(p);
  }
  std::vector<Scores> scores;
  for (std::size_t p = 0; p < rows.size(); ++p) {
    const auto report = [&](double fraction) {
      if (progress) progress("scoring " + input.populations[p].name, work.with({&p, 1}, fraction));
    };
    report(0);
    scores.push_back(scoring.score(p, report));
    work.finish(p);
  }
  return scores;
}

}  // namespace dscore
