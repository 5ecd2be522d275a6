#pragma once
// The sums behind the tables of a run, and what links them: what somebody who wants to recompute a hidden cell knows.

#include <cstddef>
#include <vector>

#include "host/disclosure.h"
#include "host/results.h"

namespace dscore::disclosure {

inline constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// What of a cell adds up: over regions to the nation, over disjoint populations to one that holds them.
struct Sums {
  double establishments = 0;
  double jobs = 0;
  double largest = 0;  ///< jobs of the largest company; of a union or a remainder an upper bound
};

/// A set of establishments by region: a population, or those of it above its benchmark's P90 or P95, whose number
/// follows from a share.
struct Row {
  std::vector<Sums> cells;     ///< R + 1, the last the nation
  bool has_jobs = true;        ///< no jobs are shown of those above a percentile
  std::size_t parent = kNone;  ///< the row of the population, which hides this one where it is hidden
};

/// A set and disjoint proper subsets of it: what is left of it is a cell that everyone can compute.
struct Family {
  std::size_t whole = kNone;
  std::vector<std::size_t> parts;
};

struct SumTable {
  std::size_t populations = 0;
  std::size_t regions = 0;
  std::vector<Row> rows;               ///< populations first
  std::vector<std::size_t> above_p90;  ///< P: their row, or kNone without shares
  std::vector<std::size_t> above_p95;
  std::vector<Family> families;
  /// Populations of which one can be computed from others, region by region (one is the union of two, or the same as
  /// another): they are hidden together.
  std::vector<std::size_t> linked;
};

SumTable sum_table(const Results& results);

}  // namespace dscore::disclosure
