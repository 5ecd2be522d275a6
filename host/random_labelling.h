#pragma once
// The statistics of a sector and of random labellings of its pool: what the draws of `dscore significance` consist of.

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "host/significance_pool.h"
#include "host/summation.h"
#include "host/two_samples.h"

namespace dscore {

/// What the scores of a labelling are compared with: those of the benchmark, as observed.
struct Benchmark {
  ReferenceSample scores;
  double p90 = kMissing, p95 = kMissing;
};

/// How near the members of a pool are to sectors: the mean of f over a sector's establishments, the member itself
/// excepted, 1/km. FP32 is what the sums over labelled members are made of.
struct Proximities {
  static constexpr std::size_t kTogether = 16;  ///< a row is that many, or twice as many, ...: whole cache lines

  Proximities() = default;
  Proximities(std::size_t members, std::size_t sectors);
  float* of(std::size_t member) { return &value[member * stride]; }
  const float* of(std::size_t member) const { return &value[member * stride]; }

  std::size_t sectors = 0;
  std::size_t stride = 0;
  LargeArray<float> value;  ///< [member][sector]; NaN to a sector of one
};

/// Seconds of threads that labellings took: drawing labels, summing over pairs, and the statistics.
struct LabellingTimes {
  double labels_s = 0, sums_s = 0, statistics_s = 0;
};

/// How draws are summed.
SumSettings settings_of_draws(const SignificanceSettings& settings);

/// How many labellings are scored side by side: one by each thread; on GPUs a few threads keep them busy.
std::size_t labellings_at_once(const Backend& backend);

/// A mesh for draws from a pool, or none where exact sums are predicted to be quicker; and what one draw takes, of one
/// thread or of a GPU. `draw`: the locations of one of them.
struct DrawPlan {
  std::shared_ptr<const p3m::Plan> p3m;
  double predicted_s = 0;
};
DrawPlan plan_of_draws(const MergedPoints& draw, const MergedPoints& pool, const SumSettings& settings,
                       bool second_attempt, const p3m::Costs& costs);

/// One sector and its pool. Each labelling is scored by one thread, by the same plan, so its values depend on nothing
/// but its labels; a draw's labels depend on nothing but the seed, the population and the number of the draw.
class RandomLabelling {
 public:
  /// The sector has two members at least. benchmark and the rest are borrowed. The method of the draws is chosen from
  /// the first draw, and checked on it and on the sector.
  RandomLabelling(const Backend& backend, const SignificanceSettings& settings, std::size_t population, Pool pool,
                  std::size_t regions, const Benchmark* benchmark, Proximities proximities);
  ~RandomLabelling();
  RandomLabelling(const RandomLabelling&) = delete;
  RandomLabelling& operator=(const RandomLabelling&) = delete;

  const Pool& pool() const { return pool_; }
  const Proximities& proximities() const { return proximities_; }
  /// Statistics of one labelling: kStatistics, the mean score in each region, the proximity to each sector. Missing
  /// where the labelling has nobody in a region.
  std::size_t values() const { return kStatistics.size() + regions_ + proximities_.sectors; }

  /// Of the sector itself.
  const std::vector<double>& observed();
  /// Draws first .. last - 1, counted from 1: values() of each, one draw after another.
  std::vector<double> draws(std::uint32_t first, std::uint32_t last, const Progress& progress);

  /// Of all draws so far.
  LabellingTimes times() const;

  /// How the draws are summed, and what was found when that was checked.
  const SumReport& report() const { return report_; }

 private:
  class Worker;
  PhiloxStream stream(std::uint32_t draw) const { return {settings_.seed, population_, draw}; }
  void choose_method();
  std::unique_ptr<Worker> take_worker();
  void give_back(std::unique_ptr<Worker> worker);

  const Backend& backend_;
  SignificanceSettings settings_;
  SumSettings sums_;
  std::uint32_t population_;
  Pool pool_;
  std::size_t regions_;
  const Benchmark* benchmark_;
  Proximities proximities_;
  std::size_t threads_;                    ///< that score labellings side by side
  std::shared_ptr<const p3m::Plan> plan_;  ///< none: exact sums
  double allowed_ = 0;                     ///< relative error of a score
  SumReport report_;
  std::vector<double> observed_;  ///< when it was asked for
  std::vector<std::unique_ptr<Worker>> idle_;
};

}  // namespace dscore
