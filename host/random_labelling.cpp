#include "host/random_labelling.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <mutex>
#include <thread>

#include "host/score.h"
#include "host/self_check.h"
#include "kernels/host_threads.h"
#include "kernels/p3m/cloud.h"
#include "kernels/p3m/engine.h"
#include "kernels/quantile.h"
#include "kernels/stopwatch.h"

namespace dscore {
namespace {

constexpr std::size_t kChecked = 64;  ///< locations of the sector, and of the first draw

constexpr std::size_t kAhead = 16;  ///< reads under way at once, where they are far apart in memory

/// Of the expanded sample, which is put out of order.
double quantile_of(std::vector<double>& values, double p, int type) {
  const QuantilePosition at = quantile_position(values.size(), p, type);
  const auto low = values.begin() + static_cast<std::ptrdiff_t>(at.low);
  std::nth_element(values.begin(), low, values.end());
  const double high = at.high == at.low ? *low : *std::min_element(low + 1, values.end());
  return interpolate(*low, high, at.weight);
}

}  // namespace

SumSettings settings_of_draws(const SignificanceSettings& settings) {
  Settings draws = settings.scores;
  draws.tolerance = settings.draw_tolerance;
  return sum_settings(draws);
}

std::size_t labellings_at_once(const Backend& backend) {
  constexpr std::size_t kMostOnGpu = 16;  // each has memory of its own there
  const auto threads = static_cast<std::size_t>(backend.threads());
  return backend.one_thread() ? threads : std::min(threads, kMostOnGpu);
}

DrawPlan plan_of_draws(const MergedPoints& draw, const MergedPoints& pool, const SumSettings& settings,
                       bool second_attempt, const p3m::Costs& costs) {
  DrawPlan chosen;
  chosen.predicted_s = p3m::predicted_exact_s(draw.size(), settings.pairs.precision, costs);
  if (settings.method == Method::exact) return chosen;
  // For the locations of a draw, on a mesh for all of the pool.
  p3m::Cloud cloud = p3m::measure(draw);
  cloud.extent = p3m::measure(pool).extent;
  const auto plan = p3m::make_plan(cloud, settings.pairs, settings.tolerance, second_attempt, costs);
  if (!plan) return chosen;
  // What is done once for all draws does not count.
  const double draw_s = plan->predicted_s - plan->setup_s - 1e-9 * costs.fixed_ns;
  if (draw_s > chosen.predicted_s) return chosen;
  return {std::make_shared<p3m::Plan>(*plan), draw_s};
}

Proximities::Proximities(std::size_t members, std::size_t to_sectors)
    : sectors(to_sectors), stride((sectors + kTogether - 1) / kTogether * kTogether) {
  value.assign(members * stride, 0.0F);
}

/// What one thread needs to score labellings; kept from one to the next for its memory and its mesh.
class RandomLabelling::Worker {
 public:
  explicit Worker(const RandomLabelling& of)
      : of_(of), own_(of.backend_.one_thread()), machine_(own_ ? *own_ : of.backend_) {
    if (of_.benchmark_ != nullptr) count_.assign(of_.benchmark_->scores.classes(), 0);
  }

  /// The labelled locations, with their multiplicities.
  const MergedPoints& gather(const Labels& labels) {
    const Pool& pool = of_.pool_;
    points_.x_m.clear();
    points_.y_m.clear();
    points_.multiplicity.clear();
    member_.clear();
    at_.clear();
    std::uint32_t last = ~std::uint32_t{0};
    for (std::size_t word = 0; word < labels.size(); ++word) {
      for (std::uint64_t left = labels[word]; left != 0; left &= left - 1) {
        const std::size_t member = 64 * word + static_cast<std::size_t>(std::countr_zero(left));
        const std::uint32_t location = pool.points.location[member];
        if (location != last) {
          points_.x_m.push_back(pool.points.x_m[location]);
          points_.y_m.push_back(pool.points.y_m[location]);
          points_.multiplicity.push_back(0);
          last = location;
        }
        ++points_.multiplicity.back();
        member_.push_back(static_cast<std::uint32_t>(member));
        at_.push_back(static_cast<std::uint32_t>(points_.size() - 1));
      }
    }
    return points_;
  }

  /// Of what was gathered.
  PairSums sum(const p3m::Plan* plan) {
    if (plan == nullptr) return machine_.sum_pairs(points_, of_.sums_.pairs, {});
    if (!engine_) engine_ = machine_.make_p3m();
    engine_->set_points(points_, of_.sums_.pairs, *plan);
    return engine_->execute({}, {});
  }

  Labels& labels() { return labels_; }

  void draw(PhiloxStream random) {
    Stopwatch watch;
    draw_labels(of_.pool_, random, labels_);
    times_.labels_s += watch.lap();
  }

  void evaluate(const Labels& labels, double* values) {
    Stopwatch watch;
    gather(labels);
    times_.labels_s += watch.lap();
    const PairSums sums = sum(of_.plan_.get());
    times_.sums_s += watch.lap();
    score(sums);
    std::fill_n(values, of_.values(), kMissing);
    as_a_whole(values);
    by_region(values + kStatistics.size());
    near_to_sectors(values + kStatistics.size() + of_.regions_);
    times_.statistics_s += watch.lap();
  }

  const LabellingTimes& times() const { return times_; }

 private:
  void score(const PairSums& sums) {
    d_.resize(points_.size());
    for (std::size_t p = 0; p < d_.size(); ++p) {
      d_[p] = location_score(sums.sum_per_m[p], points_.multiplicity[p], at_.size(), of_.sums_.pairs, of_.allowed_);
    }
  }

  void as_a_whole(double* values) {
    const auto n = static_cast<double>(at_.size());
    double sum = 0;
    for (std::size_t p = 0; p < d_.size(); ++p) sum += d_[p] * points_.multiplicity[p];
    values[kMeanD] = sum / n;
    sample_.clear();
    for (std::size_t p = 0; p < d_.size(); ++p) sample_.insert(sample_.end(), points_.multiplicity[p], d_[p]);
    values[kMedianD] = quantile_of(sample_, 0.5, of_.settings_.scores.quantile_type);
    if (of_.benchmark_ == nullptr) return;

    const Benchmark& benchmark = *of_.benchmark_;
    std::uint64_t above_p90 = 0;
    std::uint64_t above_p95 = 0;
    for (std::size_t p = 0; p < d_.size(); ++p) {
      if (d_[p] > benchmark.p90) above_p90 += points_.multiplicity[p];
      if (d_[p] > benchmark.p95) above_p95 += points_.multiplicity[p];
    }
    class_.resize(d_.size());
    for (std::size_t p = 0; p < d_.size(); ++p) class_[p] = benchmark.scores.class_of(d_[p]);
    for (std::size_t p = 0; p < d_.size(); ++p) {
      if (p + kAhead < d_.size()) __builtin_prefetch(&count_[class_[p + kAhead]], 1);
      count_[class_[p]] += points_.multiplicity[p];
    }
    values[kShareAboveP90] = static_cast<double>(above_p90) / n;
    values[kShareAboveP95] = static_cast<double>(above_p95) / n;
    const ReferenceSample::Comparison found = benchmark.scores.compare(count_);
    values[kSuperiority] = found.superiority;
    values[kKolmogorovSmirnov] = found.largest_distance;
  }

  void by_region(double* means) {
    region_sum_.assign(of_.regions_, 0.0);
    region_count_.assign(of_.regions_, 0);
    for (std::size_t k = 0; k < member_.size(); ++k) {
      const std::uint16_t region = of_.pool_.region[member_[k]];
      region_sum_[region] += d_[at_[k]];
      ++region_count_[region];
    }
    for (std::size_t r = 0; r < of_.regions_; ++r) {
      if (region_count_[r] > 0) means[r] = region_sum_[r] / static_cast<double>(region_count_[r]);
    }
  }

  void near_to_sectors(double* means) {
    const Proximities& near = of_.proximities_;
    constexpr std::size_t kTogether = Proximities::kTogether;
    for (std::size_t first = 0; first < near.sectors; first += kTogether) {
      double sum[kTogether] = {};  // in registers
      for (std::size_t k = 0; k < member_.size(); ++k) {
        if (k + kAhead < member_.size()) __builtin_prefetch(near.of(member_[k + kAhead]) + first);
        const float* const value = near.of(member_[k]) + first;
        for (std::size_t s = 0; s < kTogether; ++s) sum[s] += value[s];
      }
      for (std::size_t s = 0; s < std::min(kTogether, near.sectors - first); ++s) {
        means[first + s] = sum[s] / static_cast<double>(member_.size());
      }
    }
  }

  const RandomLabelling& of_;
  std::unique_ptr<Backend> own_;
  const Backend& machine_;
  std::unique_ptr<p3m::Engine> engine_;
  Labels labels_;
  MergedPoints points_;
  std::vector<std::uint32_t> member_, at_;  ///< of each labelled member: its number, and its location among points_
  std::vector<double> d_;                   ///< by location
  std::vector<double> sample_;
  std::vector<std::uint32_t> class_;  ///< by location, of its score among the benchmark's
  std::vector<std::uint32_t> count_;  ///< by class of the benchmark's scores; 0 between labellings
  std::vector<double> region_sum_;
  std::vector<std::uint32_t> region_count_;
  LabellingTimes times_;
};

RandomLabelling::RandomLabelling(const Backend& backend, const SignificanceSettings& settings, std::size_t population,
                                 Pool pool, std::size_t regions, const Benchmark* benchmark, Proximities proximities)
    : backend_(backend),
      settings_(settings),
      sums_(settings_of_draws(settings)),
      population_(static_cast<std::uint32_t>(population)),
      pool_(std::move(pool)),
      regions_(regions),
      benchmark_(benchmark),
      proximities_(std::move(proximities)),
      threads_(labellings_at_once(backend)) {
  choose_method();
  allowed_ = plan_ ? sums_.tolerance : sums_.pairs.precision == Precision::double_ ? 1e-12 : 1e-6;
}

RandomLabelling::~RandomLabelling() = default;

void RandomLabelling::choose_method() {
  report_.method = Method::exact;
  report_.why = "asked for";
  if (sums_.method == Method::exact) return;
  std::unique_ptr<Worker> worker = take_worker();
  worker->draw(stream(1));
  const p3m::Costs& costs = backend_.make_p3m()->costs();
  for (const bool second : {false, true}) {
    plan_ = plan_of_draws(worker->gather(worker->labels()), pool_.points, sums_, second, costs).p3m;
    report_.why = "predicted to be quicker than a mesh";
    if (!plan_) break;
    bool good = true;
    report_.check = {};
    for (const Labels* labels : std::initializer_list<const Labels*>{&pool_.sector, &worker->labels()}) {
      if (!sums_.check) break;
      const MergedPoints& points = worker->gather(*labels);
      const SelfCheck check = check_sums(points, sums_.pairs, worker->sum(plan_.get()), kChecked, backend_.threads());
      report_.check.targets += check.targets;
      report_.check.largest = std::max(report_.check.largest, check.largest);
      good = good && check.largest <= sums_.tolerance;
    }
    report_.cutoff_m = plan_->cutoff_m;
    if (!good) {
      report_.fell_back = true;
      report_.why = "sums by a mesh were off by up to " + decimal(report_.check.largest);
      plan_.reset();
      continue;
    }
    report_.method = Method::p3m;
    report_.fell_back = false;
    report_.why = "predicted to be quicker than exact sums";
    break;
  }
  give_back(std::move(worker));
}

std::unique_ptr<RandomLabelling::Worker> RandomLabelling::take_worker() {
  if (idle_.empty()) return std::make_unique<Worker>(*this);
  std::unique_ptr<Worker> worker = std::move(idle_.back());
  idle_.pop_back();
  return worker;
}

void RandomLabelling::give_back(std::unique_ptr<Worker> worker) { idle_.push_back(std::move(worker)); }

LabellingTimes RandomLabelling::times() const {
  LabellingTimes all;
  for (const std::unique_ptr<Worker>& worker : idle_) {
    all.labels_s += worker->times().labels_s;
    all.sums_s += worker->times().sums_s;
    all.statistics_s += worker->times().statistics_s;
  }
  return all;
}

const std::vector<double>& RandomLabelling::observed() {
  if (!observed_.empty()) return observed_;
  std::unique_ptr<Worker> worker = take_worker();
  observed_.resize(values());
  worker->evaluate(pool_.sector, observed_.data());
  give_back(std::move(worker));
  return observed_;
}

std::vector<double> RandomLabelling::draws(std::uint32_t first, std::uint32_t last, const Progress& progress) {
  const std::size_t count = last - first;
  std::vector<double> result(count * values());
  std::mutex mutex;  // of idle_ and done
  std::size_t done = 0;
  const std::thread::id caller = std::this_thread::get_id();
  for_each_on_threads(count, threads_, [&](std::size_t k) {
    std::unique_ptr<Worker> worker;
    {
      const std::lock_guard<std::mutex> lock(mutex);
      worker = take_worker();
    }
    worker->draw(stream(first + static_cast<std::uint32_t>(k)));
    worker->evaluate(worker->labels(), &result[k * values()]);
    double fraction = 0;
    {
      const std::lock_guard<std::mutex> lock(mutex);
      give_back(std::move(worker));
      fraction = static_cast<double>(++done) / static_cast<double>(count);
    }
    if (progress && std::this_thread::get_id() == caller) progress(fraction);
  });
  return result;
}

}  // namespace dscore
