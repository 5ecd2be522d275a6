#pragma once
// Particle-particle particle-mesh (Hockney & Eastwood 1988): sums over all pairs in O(N log N), to a tolerance.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "kernels/backend.h"
#include "kernels/p3m/mesh.h"
#include "kernels/p3m/plan.h"
#include "kernels/p3m/strips.h"
#include "kernels/p3m/window.h"

namespace dscore::p3m {

/// Seconds spent.
struct Times {
  double sort_s = 0, mesh_s = 0, spread_s = 0, transform_s = 0, gather_s = 0, near_s = 0;
};

/// A location with so much of the mass that its error at the others would not cancel: its pairs are summed one by one.
struct Dominant {
  std::uint32_t location;
  double mass;
};

/// Plan, set points, execute: masses may change while points stay, and memory is kept from one set of points to the
/// next.
class P3m {
 public:
  /// threads = 0: all that OpenMP offers.
  explicit P3m(int threads);

  /// The points are borrowed until the next call. The plan must have been made for them and for the settings;
  /// settings.precision is not used.
  void set_points(const MergedPoints& points, const PairSettings& settings, const Plan& plan);

  /// Backend::sum_pairs, of points with these multiplicities (as many as locations; empty: those they came with). The
  /// same bits for any number of threads; pairs within the threshold are counted exactly.
  PairSums execute(std::span<const std::uint32_t> multiplicity, const Progress& progress);

  int threads() const { return threads_; }
  const Times& times() const { return times_; }  ///< of the last set_points and execute

 private:
  void take_out_dominant();
  void add_dominant(PairSums& sums) const;

  int threads_;
  const MergedPoints* points_ = nullptr;
  PairSettings settings_;
  Plan plan_;
  std::span<const std::uint32_t> masses_;  ///< by location, of the last execute
  Strips strips_;
  std::vector<double> polynomial_;
  std::optional<MeshWindow> window_;
  Mesh mesh_;
  std::vector<double> response_;
  double own_ = 0;
  std::vector<Dominant> dominant_;
  LargeArray<double> nodes_, sums_;
  Times times_;
};

}  // namespace dscore::p3m
