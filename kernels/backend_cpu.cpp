// The CPU as a backend: kernels/reduce.h over Thrust on OpenMP, and the pair sums of kernels/allpairs_cpu.h.

#include <omp.h>
#include <thrust/system/omp/execution_policy.h>

#include <memory>
#include <string>
#include <vector>

#include "kernels/allpairs_cpu.h"
#include "kernels/backend.h"
#include "kernels/general_sums.h"
#include "kernels/large_array.h"
#include "kernels/p3m/p3m.h"
#include "kernels/reduce.h"
#include "kernels/sort_cpu.h"
#include "kernels/tree/tree.h"
#include "kernels/work_done.h"

namespace dscore {
namespace {

struct OpenMpMachine {
  template <class T>
  using Vector = LargeArray<T>;

  static auto policy() { return thrust::omp::par; }
  static void sort(std::uint64_t* items, std::size_t n) { sort_parallel(items, n); }
};

/// Rows that are not worth a second thread: waiting for it would take longer.
constexpr std::size_t kOneThread = 4096;

/// OpenMP's number of threads for work on n rows, for as long as this lives.
class ThreadCount {
 public:
  ThreadCount(int threads, std::size_t n) : before_(omp_get_max_threads()) {
    omp_set_num_threads(n > kOneThread ? threads : 1);
  }
  ~ThreadCount() { omp_set_num_threads(before_); }
  ThreadCount(const ThreadCount&) = delete;
  ThreadCount& operator=(const ThreadCount&) = delete;

 private:
  int before_;
};

class CpuBackend final : public Backend {
 public:
  explicit CpuBackend(int threads) : threads_(cpu_threads(threads)) {}

  std::string description() const override {
    const std::vector<std::string> sets = cpu_instruction_sets();
    return "cpu (" + (sets.empty() ? std::string() : sets.front() + ", ") + std::to_string(threads_) +
           (threads_ == 1 ? " thread)" : " threads)");
  }

  MergedPoints merge(const PointSet& points) const override {
    const ThreadCount threads(threads_, points.size());
    MergedPoints merged;
    reduce::merge(OpenMpMachine{}, points.size(), points.x_m.data(), points.y_m.data(),
                  points.multiplicity.empty() ? nullptr : points.multiplicity.data(), merged);
    return merged;
  }

  PairSums sum_pairs(const MergedPoints& points, const PairSettings& settings,
                     const Progress& progress) const override {
    return is_plain(settings) ? sum_pairs_cpu(points, settings, threads_, progress)
                              : general_sums({points}, settings, threads_, progress);
  }

  std::unique_ptr<p3m::Engine> make_p3m() const override { return std::make_unique<p3m::P3m>(threads_); }
  std::unique_ptr<tree::Tree> make_tree() const override { return std::make_unique<tree::Tree>(threads_); }

  std::unique_ptr<Backend> one_thread() const override { return std::make_unique<CpuBackend>(1); }
  int threads() const override { return threads_; }

  ScoreSummary summarise(std::span<const double> d, int quantile_type,
                         std::span<const double> probabilities) const override {
    const ThreadCount threads(threads_, d.size());
    return reduce::summarise(OpenMpMachine{}, d.size(), d.data(), quantile_type, probabilities);
  }

  RegionSums sum_by_region(std::span<const double> d, std::span<const double> jobs,
                           std::span<const std::uint16_t> region, std::size_t regions, double p90,
                           double p95) const override {
    const ThreadCount threads(threads_, d.size());
    return reduce::sum_by_region(OpenMpMachine{}, d.size(), d.data(), jobs.data(), region.data(), regions, p90, p95);
  }

 private:
  int threads_;
};

}  // namespace

std::unique_ptr<tree::Tree> Backend::make_tree() const { return nullptr; }

int Backend::threads() const { return cpu_threads(0); }

std::vector<PairSums> Backend::sum_pairs_each(std::span<const MergedPoints* const> sets, const PairSettings& settings,
                                              const Progress& progress) const {
  std::vector<std::size_t> sizes;
  for (const MergedPoints* set : sets) sizes.push_back(set->size());
  WorkDone work(sizes);
  std::vector<PairSums> sums;
  for (std::size_t k = 0; k < sets.size(); ++k) {
    sums.push_back(sum_pairs(*sets[k], settings, [&](double fraction) {
      if (progress) progress(work.with({&k, 1}, fraction));
    }));
    work.finish(k);
  }
  return sums;
}

void Backend::for_each(std::size_t n, const std::function<void(std::size_t)>& work) const {
  for (std::size_t k = 0; k < n; ++k) work(k);
}

int cpu_threads(int threads) { return threads > 0 ? threads : omp_get_max_threads(); }

std::unique_ptr<Backend> make_cpu_backend(int threads) { return std::make_unique<CpuBackend>(threads); }

}  // namespace dscore
