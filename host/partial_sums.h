#pragma once
// Sums over many parts of one set of points, at all of its locations.

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "host/summation.h"
#include "kernels/p3m/engine.h"

namespace dscore {

/// What depends on the points alone is done once. By p3m where that is predicted to be quicker, held against exact
/// sums, and made again (more finely, then exactly) where it is off, as in Summation.
class PartialSums {
 public:
  /// The points are borrowed. settings.method: exact, or else p3m may be taken.
  PartialSums(const Backend& backend, SumSettings settings, const MergedPoints& points);
  ~PartialSums();
  PartialSums(const PartialSums&) = delete;
  PartialSums& operator=(const PartialSums&) = delete;

  /// For every location p the sum over q != p of m_q f(d_pq) in 1/m, m_q being `multiplicity`, which may be 0.
  std::vector<double> of(std::span<const std::uint32_t> multiplicity, const Progress& progress = {});

 private:
  bool is_good(const MergedPoints& part, const std::vector<double>& sums) const;

  const Backend& backend_;
  SumSettings settings_;
  const MergedPoints& points_;
  std::unique_ptr<p3m::Engine> p3m_;
  std::optional<p3m::Plan> plan_;  ///< none: exact sums
  bool finer_ = false;             ///< the plan is that of a second attempt
};

}  // namespace dscore
