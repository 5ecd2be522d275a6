#pragma once
// A dual tree on the CPU (Dehnen 2002; Fong & Darve 2009): sums over all pairs, to a tolerance, without a mesh.

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/backend.h"
#include "kernels/tree/cells.h"
#include "kernels/tree/plan.h"
#include "kernels/tree/translations.h"

namespace dscore::tree {

/// Seconds spent.
struct Times {
  double cells_s = 0, translations_s = 0, moments_s = 0, walk_s = 0;
};

class Tree {
 public:
  /// threads = 0: all that OpenMP offers.
  explicit Tree(int threads);

  /// As p3m::Engine::set_points.
  void set_points(const MergedPoints& points, const PairSettings& settings, const Plan& plan);

  /// As p3m::Engine::execute.
  PairSums execute(std::span<const std::uint32_t> multiplicity, const Progress& progress);

  const Times& times() const { return times_; }  ///< of the last set_points and execute

 private:
  void sum_moments(std::uint32_t cell);
  void sum_all_moments();

  int threads_, team_ = 1;  ///< that may work, and that do
  const MergedPoints* points_ = nullptr;
  PairSettings settings_;
  Plan plan_;
  Cells cells_;
  Translations translations_;
  std::vector<std::size_t> moments_begin_;  ///< by cell
  LargeArray<double> moments_;
  LargeArray<double> mass_;  ///< by slot; kSpareSlots more
  std::vector<double> mass_of_cell_;
  Times times_;
};

}  // namespace dscore::tree
