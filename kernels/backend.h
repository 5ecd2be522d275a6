#pragma once
// What a machine that scores must be able to do. One implementation per kind of machine (backend_cpu.cpp,
// backend_cuda.cu); each is a peer that checks the others.

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kernels/pair.h"
#include "kernels/points.h"

namespace dscore {

namespace p3m {
class Engine;
}
namespace tree {
class Tree;
}

enum class Precision {
  double_,  ///< FP64 throughout; relative error of a score below 1e-12
  mixed     ///< FP32 inside tile pairs where their bounds allow it, FP64 across; relative error below 1e-6
};

/// The smallest and largest tolerance of a fast method: below, the digits of FP64 are used up by the transforms.
inline constexpr double kSmallestTolerance = 1e-12;
inline constexpr double kLargestTolerance = 1e-3;

/// The smallest tolerance of a fast method that pairs summed in FP32 keep.
inline constexpr double kFloatTolerance = 1e-6;

/// What a sum over pairs depends on.
struct PairSettings {
  ThresholdRule rule = ThresholdRule::cap;
  double threshold_m = 1000;  ///< > 0
  Precision precision = Precision::double_;
  Decay decay = {};
  double cutoff_m = std::numeric_limits<double>::infinity();  ///< > 0; pairs with d >= cutoff_m contribute 0
};

constexpr bool has_cutoff(const PairSettings& settings) {
  return settings.cutoff_m < std::numeric_limits<double>::infinity();
}

/// Whether f is made of 1/d over all pairs: what every method and every device sums. The CPU alone has exact sums for
/// other settings (kernels/general_sums.h).
constexpr bool is_plain(const PairSettings& settings) { return settings.decay == Decay{} && !has_cutoff(settings); }

/// Whether both have the same f: all but the precision.
constexpr bool same_pairs(const PairSettings& a, const PairSettings& b) {
  return a.rule == b.rule && a.threshold_m == b.threshold_m && a.decay == b.decay;
}

/// The settings of f^2: of the same pairs, with the decay of f^2.
constexpr PairSettings squared(PairSettings settings) {
  settings.decay = squared(settings.decay);
  return settings;
}

/// Per-location sums over all other locations (a location's own multiplicity is host/score.h's business).
struct PairSums {
  std::vector<double> sum_per_m;           ///< M: sum over q != p of m_q f(d_pq), 1/m
  std::uint64_t ordered_pairs_within = 0;  ///< sum over p, q != p of m_p m_q [d_pq < t]; exact
};

/// Called between pieces of work with the fraction done; may throw to stop the work (Interrupted).
using Progress = std::function<void(double fraction)>;

/// Order statistics and mean of one population's scores.
struct ScoreSummary {
  double mean = 0;
  double max = 0;
  std::vector<double> quantiles;  ///< one per probability asked for
};

/// Sums over the establishments of each region, R entries each.
struct RegionSums {
  std::vector<std::uint64_t> establishments;
  std::vector<double> jobs;
  std::vector<double> d_score;
  std::vector<std::uint64_t> above_p90;  ///< d_score strictly above the first bound
  std::vector<std::uint64_t> above_p95;  ///< d_score strictly above the second bound
};

/// A machine that scores. All calls are deterministic: same input, same settings, same bits, whatever the number of
/// threads. Input is checked by the caller (host/); a backend trusts sizes and ranges. Errors of the machine
/// (no memory, no device) are thrown as Error.
class Backend {
 public:
  virtual ~Backend() = default;

  /// For people and provenance: "cpu" or "cuda", then details in brackets, e.g. "cpu (AVX2, 2 threads)" or
  /// "cuda (NVIDIA H100, sm_90)", "cuda (4 x NVIDIA H100, sm_90)".
  virtual std::string description() const = 0;
  /// "cpu" or "cuda".
  std::string kind() const {
    const std::string text = description();
    return text.substr(0, text.find(' '));
  }

  /// Merges coincident points and orders them in space.
  virtual MergedPoints merge(const PointSet& points) const = 0;

  /// Sums f over all pairs of distinct locations. Throws Error where the machine cannot by these settings.
  virtual PairSums sum_pairs(const MergedPoints& points, const PairSettings& settings,
                             const Progress& progress) const = 0;

  /// Whether the machine gains by more than one set of locations, or piece of work, at a time.
  virtual bool takes_several() const { return false; }

  /// sum_pairs of each set of locations; a machine may have several at work at once, with the same bits as one by one.
  virtual std::vector<PairSums> sum_pairs_each(std::span<const MergedPoints* const> sets, const PairSettings& settings,
                                               const Progress& progress) const;

  /// Calls work(k) for all k < n, in any order, several at once where the machine gains by it: a GPU that would wait
  /// between the short steps of one. `work` may call any function of the machine; it must not care for the order. The
  /// first exception is thrown on, after what has begun is done.
  virtual void for_each(std::size_t n, const std::function<void(std::size_t)>& work) const;

  /// The fast methods of this machine: kernels/p3m/engine.h, and kernels/tree/tree.h (null where there is none).
  virtual std::unique_ptr<p3m::Engine> make_p3m() const = 0;
  virtual std::unique_ptr<tree::Tree> make_tree() const;

  /// A machine of one thread, of which as many as threads() can work side by side; null where there is but one machine
  /// (GPUs).
  virtual std::unique_ptr<Backend> one_thread() const { return nullptr; }

  /// Threads of the CPU that work beside the machine's own may take.
  virtual int threads() const;

  /// Mean, maximum and quantiles of Hyndman & Fan type 1..9 (kernels/quantile.h); d not empty, no NaN.
  virtual ScoreSummary summarise(std::span<const double> d, int quantile_type,
                                 std::span<const double> probabilities) const = 0;

  /// Sums by region; region[k] < regions for each of the N establishments. Bounds may be NaN: nothing is above them.
  virtual RegionSums sum_by_region(std::span<const double> d, std::span<const double> jobs,
                                   std::span<const std::uint16_t> region, std::size_t regions, double p90,
                                   double p95) const = 0;
};

/// The threads that a setting stands for: 0 for all that OpenMP offers.
int cpu_threads(int threads);

/// threads as in cpu_threads.
std::unique_ptr<Backend> make_cpu_backend(int threads);

/// Throws Error, saying what is missing, where the program was built without CUDA or finds no driver or device.
std::unique_ptr<Backend> make_cuda_backend();

/// One line each for `dscore info`; empty string if a CUDA device can be used, else why not.
std::string cuda_unusable_because();
std::vector<std::string> cuda_devices();
/// Instruction sets the CPU kernels were compiled for and this machine supports, best first.
std::vector<std::string> cpu_instruction_sets();

}  // namespace dscore
