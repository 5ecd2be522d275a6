#pragma once
// The d-scores of sets of points: merge, plan, sum over pairs, turn sums into scores.

#include <optional>

#include "host/summation.h"
#include "kernels/backend.h"

namespace dscore {

/// The most establishments in one population: ordered pairs then fit 64 bits.
inline constexpr std::uint64_t kMaxEstablishments = 4'000'000'000;

/// Scores of N rows. D is in 1/km; kMissing (host/results.h) where J = 1.
struct Scores {
  std::vector<double> d;                     ///< N, one per row (of each of its establishments, if it stands for many)
  std::uint64_t establishments = 0;          ///< J: sum of the multiplicities
  std::uint64_t locations = 0;               ///< distinct points
  std::uint64_t pairs_within_threshold = 0;  ///< ordered pairs of establishments with d < t, coincident ones included
  std::uint64_t coincident_pairs = 0;        ///< ordered pairs with d = 0
  SumReport sums;                            ///< how they were summed
  double merge_s = 0;                        ///< run times, seconds
  double pairs_s = 0;
};

/// The number of establishments J, if the points are fit to be scored: equal lengths, finite, |coordinate| <= 1e8 m,
/// multiplicities >= 1, J <= kMaxEstablishments. Throws Error with the first bad row, counted from 1.
std::uint64_t check_points(const PointSet& points);

/// What may be known of points beside where they are: spans of N entries each, or empty. Points with either stand for
/// one establishment each.
struct PointExtras {
  std::span<const double> weight = {};         ///< what a row counts as a neighbour, >= 0
  std::span<const std::int64_t> company = {};  ///< rows of the same company are no neighbours; negative: not known
};

/// By row, what its neighbours weigh together; 0 where it has none that weighs anything.
std::vector<double> weight_of_neighbours(std::size_t rows, const PointExtras& extras);

/// The first row without neighbours where others have some; none where all have, or nobody has. Scores are refused
/// where there is one.
std::optional<std::size_t> first_without_neighbours(std::size_t rows, const PointExtras& extras);

/// The score of every establishment at a location with so many of them, from the sum over the other locations; of J
/// establishments in all. Never above g(t), the largest f, but under ThresholdRule::none; `allowed`: the relative error
/// of the sum, half of which below g(t) is g(t).
double location_score(double sum_per_m, std::uint32_t multiplicity, std::uint64_t establishments,
                      const PairSettings& settings, double allowed);

/// Sets of points that are scored one after another under plans made for all of them (Summation::plan). First all are
/// added, then each is scored once.
class Scoring {
 public:
  /// Throws Error where the threshold is not a distance.
  explicit Scoring(Summation& summation);

  /// Checks the points (check_points) and merges them. Throws Error where some, but not all, rows have no neighbours
  /// that weigh anything.
  void add(const PointSet& points, const PointExtras& extras = {});

  /// Seconds that the sums of a set take on this machine, before it is scored.
  double predicted_s(std::size_t k);
  /// Memory of the mesh, or whatever else a set is summed by.
  double predicted_bytes(std::size_t k);

  /// The sets that are to be summed exactly, where the machine gains by summing several at once; else none.
  std::vector<std::size_t> several();

  /// Sums those sets; score() then has their sums.
  void sum(const std::vector<std::size_t>& sets, const Progress& progress);

  /// D_i = 1/(J-1) * sum over j != i of f(d_ij), distances in km, of the k-th set added; with weights and companies
  ///   D_i = (sum over j of w_j f(d_ij)) / (sum over j of w_j),   j != i, and not of i's company.
  /// Never above g(t), the largest f, but under ThresholdRule::none; exactly g(t) where all others are within t (cap).
  /// Missing where nobody has neighbours that weigh anything.
  Scores score(std::size_t k, const Progress& progress = {});

 private:
  struct Set {
    MergedPoints points;
    std::vector<double> weight;  ///< by row; empty: 1
    std::vector<double> location_weight;
    std::vector<std::int64_t> company;  ///< by row; empty: all are neighbours
    Scores scores;
    std::optional<PairSums> sums;  ///< where those of several sets were made at once
    bool scored = false;           ///< and given back
  };
  void plan();
  std::vector<double> weighted_scores(const Set& set, const PairSums& sums, double allowed) const;

  Summation& summation_;
  std::vector<Set> sets_;
  std::vector<SumPlan> plans_;
};

/// The scores of one set.
Scores score(Summation& summation, const PointSet& points, const Progress& progress = {});

/// By the exact method.
Scores score(const Backend& backend, const PointSet& points, const PairSettings& settings,
             const Progress& progress = {});

}  // namespace dscore
