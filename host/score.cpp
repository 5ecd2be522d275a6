#include "host/score.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <unordered_map>

#include "host/results.h"
#include "host/same_company.h"
#include "host/settings.h"
#include "kernels/error.h"
#include "kernels/large_array.h"
#include "kernels/stopwatch.h"

namespace dscore {
namespace {

constexpr std::size_t kWorthThreads = 20'000;  // establishments

/// What values of f, of distances in metres, are to be multiplied by for distances in km.
double per_km(const Decay& decay) {
  return decay.shape == DecayShape::exponential ? 1 : decay.parameter == 1 ? 1000 : std::pow(1000, decay.parameter);
}

/// f is at most 1/t except under `none`, and so is a score. Sums are rounded, to either side; a score that is as near
/// to 1/t as half of the error that is allowed is 1/t itself, so that all who have everyone within t score the
/// same.
double bounded(double d, double most, double error) { return d >= most * (1 - error / 2) ? most : d; }

/// Scores are in km, sums in metres: the largest score, infinite where there is none.
double largest_score(const PairSettings& settings) {
  if (settings.rule == ThresholdRule::none) {
    return settings.decay.shape == DecayShape::exponential ? 1 : std::numeric_limits<double>::infinity();
  }
  if (is_plain(settings)) return 1000.0 / settings.threshold_m;
  return per_km(settings.decay) * decay_value(settings.decay, settings.threshold_m);
}

}  // namespace

std::vector<double> weight_of_neighbours(std::size_t rows, const PointExtras& extras) {
  const auto weight = [&](std::size_t i) { return extras.weight.empty() ? 1.0 : extras.weight[i]; };
  const auto known = [&](std::size_t i) { return !extras.company.empty() && extras.company[i] >= 0; };
  double all = 0;
  std::unordered_map<std::int64_t, double> of_company;
  for (std::size_t i = 0; i < rows; ++i) {
    all += weight(i);
    if (known(i)) of_company[extras.company[i]] += weight(i);
  }
  std::vector<double> others(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    others[i] = all - (known(i) ? of_company.at(extras.company[i]) : weight(i));
    // Sums of weights are rounded; what is left of them where nothing should be is nothing.
    if (!(others[i] > 1e-12 * all)) others[i] = 0;
  }
  return others;
}

std::optional<std::size_t> first_without_neighbours(std::size_t rows, const PointExtras& extras) {
  if (extras.weight.empty() && extras.company.empty()) return {};
  const std::vector<double> others = weight_of_neighbours(rows, extras);
  const auto first = std::find(others.begin(), others.end(), 0.0);
  if (first == others.end() || std::all_of(others.begin(), others.end(), [](double w) { return w == 0; })) return {};
  return static_cast<std::size_t>(first - others.begin());
}

double location_score(double sum_per_m, std::uint32_t multiplicity, std::uint64_t establishments,
                      const PairSettings& settings, double allowed) {
  const double at_zero = coincident_value(settings.rule, settings.threshold_m, settings.decay);
  const double scale = per_km(settings.decay) / static_cast<double>(establishments - 1);
  return bounded(scale * (sum_per_m + (multiplicity - 1.0) * at_zero), largest_score(settings), allowed);
}

Scores score(const Backend& backend, const PointSet& points, const PairSettings& settings, const Progress& progress) {
  Summation exact(backend, {.pairs = settings});
  return score(exact, points, progress);
}

Scores score(Summation& summation, const PointSet& points, const Progress& progress) {
  Scoring scoring(summation);
  scoring.add(points);
  return scoring.score(0, progress);
}

Scoring::Scoring(Summation& summation) : summation_(summation) {
  const double threshold_m = summation.settings().pairs.threshold_m;
  if (!(threshold_m >= 1e-6 && std::isfinite(threshold_m))) {
    throw Error("threshold_m: " + std::to_string(threshold_m) +
                " is not a distance. Give metres from 1e-6 (a micrometre).");
  }
}

void Scoring::add(const PointSet& points, const PointExtras& extras) {
  Set set;
  set.scores.establishments = check_points(points);
  if (const auto row = first_without_neighbours(points.size(), extras)) {
    throw Error("row " + std::to_string(*row + 1) +
                ": has no neighbour that counts (jobs elsewhere, other companies), and others have. Leave it out, or "
                "count other neighbours.");
  }
  Stopwatch watch;
  set.points = summation_.backend().merge(points);
  set.weight.assign(extras.weight.begin(), extras.weight.end());
  set.company.assign(extras.company.begin(), extras.company.end());
  if (!set.weight.empty()) {
    set.location_weight.assign(set.points.size(), 0);
    for (std::size_t i = 0; i < set.weight.size(); ++i) set.location_weight[set.points.location[i]] += set.weight[i];
  }
  set.scores.locations = set.points.size();
  for (const std::uint64_t m : set.points.multiplicity) set.scores.coincident_pairs += m * (m - 1);
  set.scores.merge_s = watch.lap();
  sets_.push_back(std::move(set));
}

void Scoring::plan() {
  Stopwatch watch;
  std::vector<const MergedPoints*> points;
  points.reserve(sets_.size());
  for (const Set& set : sets_) points.push_back(&set.points);
  plans_ = summation_.plan(points);
  if (!sets_.empty()) sets_.front().scores.pairs_s = watch.lap();
}

double Scoring::predicted_s(std::size_t k) {
  if (plans_.empty()) plan();
  return sets_[k].scores.establishments < 2 ? 0 : summation_.predicted_s(sets_[k].points, plans_[k]);
}

double Scoring::predicted_bytes(std::size_t k) {
  if (plans_.empty()) plan();
  return Summation::predicted_bytes(plans_[k]);
}

std::vector<std::size_t> Scoring::several() {
  if (plans_.empty()) plan();
  std::vector<std::size_t> sets;
  for (std::size_t k = 0; k < sets_.size(); ++k) {
    if (plans_[k].exact() && sets_[k].weight.empty() && sets_[k].scores.establishments > 1) sets.push_back(k);
  }
  if (sets.size() < 2 || !summation_.backend().takes_several() || !is_plain(summation_.settings().pairs) ||
      summation_.settings().to_degrees) {
    sets.clear();
  }
  return sets;
}

void Scoring::sum(const std::vector<std::size_t>& sets, const Progress& progress) {
  Stopwatch watch;
  std::vector<const MergedPoints*> points;
  points.reserve(sets.size());
  for (const std::size_t k : sets) points.push_back(&sets_[k].points);
  std::vector<PairSums> sums = summation_.backend().sum_pairs_each(points, summation_.settings().pairs, progress);
  for (std::size_t k = 0; k < sets.size(); ++k) {
    Set& set = sets_[sets[k]];
    set.sums = std::move(sums[k]);
    set.scores.sums.why = plans_[sets[k]].why;
  }
  if (!sets.empty()) sets_[sets.front()].scores.pairs_s += watch.lap();
}

Scores Scoring::score(std::size_t k, const Progress& progress) {
  const SumSettings& settings = summation_.settings();
  if (plans_.empty()) plan();
  if (sets_[k].scored) throw Error("Scoring: set " + std::to_string(k) + " was scored before. Add it again.");
  const MergedPoints& merged = sets_[k].points;
  Scores scores = sets_[k].scores;
  if (scores.establishments < 2) {  // nobody to be near to
    scores.d.assign(merged.location.size(), kMissing);
    return scores;
  }

  Stopwatch watch;
  const PairSums sums = sets_[k].sums
                            ? std::move(*sets_[k].sums)
                            : summation_.sum(merged, plans_[k], progress, scores.sums, sets_[k].location_weight);
  scores.pairs_within_threshold = sums.ordered_pairs_within + scores.coincident_pairs;  // d = 0 is within any t

  const double allowed = scores.sums.method != Method::exact              ? settings.tolerance
                         : settings.pairs.precision == Precision::double_ ? 1e-12
                                                                          : 1e-6;
  if (!sets_[k].weight.empty() || !sets_[k].company.empty()) {
    scores.d = weighted_scores(sets_[k], sums, allowed);
  } else {
    const int threads = merged.location.size() > kWorthThreads ? summation_.backend().threads() : 1;
    LargeArray<double> d_of_location(merged.size());
    scores.d.resize(merged.location.size());
#pragma omp parallel num_threads(threads)
    {
#pragma omp for
      for (std::size_t p = 0; p < merged.size(); ++p) {
        d_of_location[p] =
            location_score(sums.sum_per_m[p], merged.multiplicity[p], scores.establishments, settings.pairs, allowed);
      }
#pragma omp for
      for (std::size_t i = 0; i < merged.location.size(); ++i) scores.d[i] = d_of_location[merged.location[i]];
    }
  }
  sets_[k].points = {};
  sets_[k].scored = true;
  scores.pairs_s += watch.lap();
  return scores;
}

std::vector<double> Scoring::weighted_scores(const Set& set, const PairSums& sums, double allowed) const {
  const PairSettings& pairs = summation_.settings().pairs;
  const MergedPoints& merged = set.points;
  const std::size_t rows = merged.location.size();
  const auto weight = [&](std::size_t i) { return set.weight.empty() ? 1.0 : set.weight[i]; };
  std::vector<double> same;
  if (!set.company.empty()) {
    std::vector<double> x_m, y_m;
    x_m.reserve(rows);
    y_m.reserve(rows);
    for (const std::uint32_t location : merged.location) {
      x_m.push_back(merged.x_m[location]);
      y_m.push_back(merged.y_m[location]);
    }
    CompanyRows companies{x_m, y_m, {}, {}, set.weight, set.company};
    std::vector<double> longitude, latitude;
    if (const ToDegrees& to_degrees = summation_.settings().to_degrees) {
      longitude = x_m;
      latitude = y_m;
      to_degrees(longitude, latitude);
      companies.longitude_deg = longitude;
      companies.latitude_deg = latitude;
    }
    same = same_company(companies, pairs, summation_.backend().threads());
  }
  const std::vector<double> others = weight_of_neighbours(rows, {set.weight, set.company});
  const double at_zero = coincident_value(pairs.rule, pairs.threshold_m, pairs.decay);
  const double scale = per_km(pairs.decay);
  const double most = largest_score(pairs);
  std::vector<double> d(rows, kMissing);
  for (std::size_t i = 0; i < rows; ++i) {
    if (others[i] == 0) continue;
    const std::uint32_t p = merged.location[i];
    const double at_place = set.weight.empty() ? merged.multiplicity[p] : set.location_weight[p];
    double sum = sums.sum_per_m[p] + (at_place - weight(i)) * at_zero;
    if (!same.empty()) sum = std::max(0.0, sum - same[i]);  // what rounding leaves of a difference of equals
    d[i] = bounded(scale * sum / others[i], most, allowed);
  }
  return d;
}

}  // namespace dscore
