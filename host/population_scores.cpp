#include "host/population_scores.h"

#include <algorithm>

namespace dscore {
namespace {

/// Progress over populations whose work grows with the square of their size.
class WorkDone {
 public:
  explicit WorkDone(const std::vector<std::vector<std::uint32_t>>& rows) {
    for (const std::vector<std::uint32_t>& population : rows) {
      const auto n = static_cast<double>(population.size());
      work_.push_back(n * n + 1);
      all_ += work_.back();
    }
  }
  /// Fraction of the whole when `fraction` of these populations is done.
  double with(const std::vector<std::size_t>& populations, double fraction) const {
    double done = done_;
    for (const std::size_t p : populations) done += work_[p] * fraction;
    return std::min(1.0, done / all_);
  }
  void finish(std::size_t p) {
    done_ += work_[p];
    work_[p] = 0;
  }

 private:
  std::vector<double> work_;
  double all_ = 0, done_ = 0;
};

}  // namespace

std::vector<Scores> score_populations(Summation& summation, const Register& input,
                                      const std::vector<std::vector<std::uint32_t>>& rows,
                                      const RunProgress& progress) {
  WorkDone work(rows);
  Scoring scoring(summation);
  for (std::size_t p = 0; p < rows.size(); ++p) {
    if (progress) progress("merging " + input.populations[p].name, 0);
    const std::vector<double> x_m = gather(input.x_m, rows[p]);
    const std::vector<double> y_m = gather(input.y_m, rows[p]);
    scoring.add({x_m, y_m, {}});
  }
  if (const std::vector<std::size_t> several = scoring.several(); !several.empty()) {
    scoring.sum(several, [&](double fraction) {
      if (progress) progress("scoring", work.with(several, fraction));
    });
    for (const std::size_t p : several) work.finish(p);
  }
  std::vector<Scores> scores;
  for (std::size_t p = 0; p < rows.size(); ++p) {
    const auto report = [&](double fraction) {
      if (progress) progress("scoring " + input.populations[p].name, work.with({p}, fraction));
    };
    report(0);
    scores.push_back(scoring.score(p, report));
    work.finish(p);
  }
  return scores;
}

}  // namespace dscore
