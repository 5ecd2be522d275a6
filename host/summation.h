#pragma once
// Sums over pairs, by the exact method or by a fast one that is held against it.

#include <memory>
#include <string>
#include <vector>

#include "kernels/backend.h"

namespace dscore {

enum class Method {
  automatic,  ///< the quicker one, as predicted from the locations
  exact,      ///< every pair (kernels/allpairs_cpu.h, kernels/allpairs.cu)
  p3m,        ///< a mesh for the far, pairs for the near (kernels/p3m/p3m.h); CPU only
  tree        ///< a tree of cells that sum up what is far (kernels/tree/tree.h); CPU only
};

struct SumSettings {
  PairSettings pairs;  ///< its precision is of the exact method
  Method method = Method::exact;
  double tolerance = 1e-9;  ///< largest relative error of a score by a fast method
  bool check = true;        ///< hold fast sums against exact ones
};

/// Scores held against exact ones: relative errors.
struct SelfCheck {
  std::size_t targets = 0;  ///< locations checked; 0: no check was made
  double largest = 0;
  double rms = 0;
  double seconds = 0;
};

/// What was done, and why.
struct SumReport {
  Method method = Method::exact;  ///< the one whose sums were taken
  std::string why;                ///< one clause, for people
  double cutoff_m = 0;            ///< p3m: pairs nearer than this were summed one by one
  bool fell_back = false;         ///< a fast method missed the tolerance, and exact sums were taken instead
  SelfCheck check;                ///< of the fast method
};

/// The checks of those sums that were taken, as one; its seconds are of all checks.
SelfCheck pooled_check(const std::vector<SumReport>& sums);

/// Sums for one set of locations after another; keeps memory from one to the next.
class Summation {
 public:
  /// settings.tolerance must be in range. Throws UsageError for a method that the machine does not have.
  Summation(const Backend& backend, const SumSettings& settings);
  ~Summation();
  Summation(const Summation&) = delete;
  Summation& operator=(const Summation&) = delete;

  const Backend& backend() const { return backend_; }
  const SumSettings& settings() const { return settings_; }

  /// As Backend::sum_pairs. Fast sums that a check finds off are made once more by a finer plan, and if they are off
  /// again, exactly.
  PairSums sum(const MergedPoints& points, const Progress& progress, SumReport& report);

 private:
  const Backend& backend_;
  SumSettings settings_;
  std::unique_ptr<p3m::Engine> fast_;
  std::unique_ptr<tree::Tree> tree_;
};

}  // namespace dscore
