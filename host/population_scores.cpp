#include "host/population_scores.h"

#include "kernels/error.h"
#include "kernels/work_done.h"

namespace dscore {

namespace {

/// Who is a neighbour of the members of one population, and what it counts as: columns of PointExtras.
struct Neighbourhood {
  std::vector<double> weight;
  std::vector<std::int64_t> company;
};

Neighbourhood neighbourhood(const Settings& settings, const Register& input, const std::vector<std::uint32_t>& rows) {
  Neighbourhood of;
  if (settings.neighbours == Neighbours::jobs) of.weight = gather(input.jobs, rows);
  if (settings.other_companies) of.company = gather(input.company, rows);
  return of;
}

void check_companies(const Settings& settings, const Register& input) {
  if (!settings.other_companies || !input.company.empty()) return;
  throw Error("--other-companies: the register does not know companies. Leave it out, or import them.");
}

void check_neighbours(const Neighbourhood& of, const Register& input, std::size_t population,
                      const std::vector<std::uint32_t>& rows) {
  const auto alone = first_without_neighbours(rows.size(), {of.weight, of.company});
  if (!alone) return;
  const std::string why = of.company.empty()  ? "nobody else has jobs"
                          : of.weight.empty() ? "all others are of its company"
                                              : "nobody else has jobs but its own company";
  throw Error("population " + input.populations[population].name + ", establishment " +
              std::to_string(input.id[rows[*alone]]) + ": has no neighbour that counts (" + why +
              "), and others have. Leave it out of the population, or count other neighbours.");
}

}  // namespace

MergedPoints merged_rows(const Backend& backend, const Register& input, std::span<const std::uint32_t> rows) {
  const std::vector<double> x_m = gather(input.x_m, rows);
  const std::vector<double> y_m = gather(input.y_m, rows);
  return backend.merge({x_m, y_m, {}});
}

bool everybody_counts(const Settings& settings) {
  return settings.neighbours == Neighbours::establishments && !settings.other_companies;
}

void check_neighbours(const Settings& settings, const Register& input) {
  if (everybody_counts(settings)) return;
  check_companies(settings, input);
  const std::vector<std::vector<std::uint32_t>> rows = members_of(input);
  for (std::size_t p = 0; p < rows.size(); ++p) {
    check_neighbours(neighbourhood(settings, input, rows[p]), input, p, rows[p]);
  }
}

void add_populations(Scoring& scoring, const Settings& settings, const Register& input,
                     const std::vector<std::vector<std::uint32_t>>& rows, const RunProgress& progress) {
  check_companies(settings, input);
  for (std::size_t p = 0; p < rows.size(); ++p) {
    if (progress) progress("merging " + input.populations[p].name, 0);
    const std::vector<double> x_m = gather(input.x_m, rows[p]);
    const std::vector<double> y_m = gather(input.y_m, rows[p]);
    const Neighbourhood of = neighbourhood(settings, input, rows[p]);
    check_neighbours(of, input, p, rows[p]);
    scoring.add({x_m, y_m, {}}, {of.weight, of.company});
  }
}

std::vector<Scores> score_populations(Summation& summation, const Settings& settings, const Register& input,
                                      const std::vector<std::vector<std::uint32_t>>& rows,
                                      const RunProgress& progress) {
  std::vector<std::size_t> sizes;
  sizes.reserve(rows.size());
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
