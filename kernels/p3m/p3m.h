#pragma once
// Particle-particle particle-mesh (Hockney & Eastwood 1988) on the CPU: sums over all pairs in O(N log N), to a
// tolerance.

#include <cstdint>
#include <list>
#include <optional>
#include <span>
#include <vector>

#include "kernels/p3m/engine.h"
#include "kernels/p3m/mesh.h"
#include "kernels/p3m/patches.h"
#include "kernels/p3m/strips.h"
#include "kernels/p3m/window.h"

namespace dscore::p3m {

/// Seconds spent.
struct Times {
  double sort_s = 0, mesh_s = 0, spread_s = 0, transform_s = 0, gather_s = 0, patches_s = 0, near_s = 0;
};

/// A location with so much of the mass that its error at the others would not cancel: its pairs are summed one by one.
/// There can be 63.
struct Dominant {
  std::uint32_t location;
  double mass;
};

inline constexpr double kDominantShare = 1.0 / 64;  ///< of the mass, that dominant locations have more than

class P3m final : public Engine {
 public:
  /// threads = 0: all that OpenMP offers.
  explicit P3m(int threads);

  const Costs& costs() const override { return kCoreCosts; }
  void set_points(const MergedPoints& points, const PairSettings& settings, const Plan& plan) override;
  PairSums execute(std::span<const std::uint32_t> multiplicity, const Progress& progress) override;
  PairSums execute_weighted(std::span<const double> weights, const Progress& progress) override;

  const Times& times() const { return times_; }  ///< of the last set_points and execute

 private:
  /// What depends on the plan alone.
  struct Setup {
    Plan plan;
    PairSettings settings;
    std::vector<double> polynomial;
    std::optional<MeshWindow> window;
    Mesh mesh;
    double own = 0;
    std::vector<double> response;
  };
  Setup& setup_for(const PairSettings& settings, const Plan& plan);
  NearKernel near_kernel() const;
  PairSums sum(const Progress& progress);
  /// sums_ by slot: the smooth part, by a mesh whose transforms and sums are of T. False: FP32 has not digits enough.
  template <class T>
  bool sum_smooth(const Progress& progress);
  void take_out_dominant();
  void add_dominant(PairSums& sums) const;

  int threads_;
  const MergedPoints* points_ = nullptr;
  std::list<Setup> setups_;  ///< the last one used comes first
  const Setup* setup_ = nullptr;
  std::span<const std::uint32_t> counted_;  ///< by location: the masses, where they are counts; else empty
  Strips strips_;
  PatchSums patches_;
  std::vector<Dominant> dominant_;
  LargeArray<double> nodes_, sums_;
  Times times_;
};

}  // namespace dscore::p3m
