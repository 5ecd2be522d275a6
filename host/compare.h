#pragma once
// A run's results beside published ones: the note's tables, or any others of the same form.

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "host/results.h"

namespace dscore {

/// Published figures; kMissing where a cell was left blank. Scores in 1/km.
struct PublishedTables {
  /// The figures of a population, in this order.
  static constexpr std::size_t kStatistics = 6;
  static constexpr std::array<const char*, kStatistics> kStatisticNames = {"establishments", "mean_d", "median_d",
                                                                           "max_d",          "p90",    "p95"};
  /// The figures of a population in a region, in this order.
  static constexpr std::size_t kQuantities = 3;
  static constexpr std::array<const char*, kQuantities> kQuantityNames = {"jobs", "lq", "mean_d"};

  struct National {
    std::string population;
    std::array<double, kStatistics> values{};
  };
  struct Regional {
    std::string population;
    std::string region;  ///< code
    std::string region_name;
    std::array<double, kQuantities> values{};
  };
  struct Type {
    std::string population;
    std::string region;
    int type = 0;  ///< 1, 2, 3
  };

  std::vector<National> national;
  std::vector<Regional> regional;
  std::vector<Type> types;
};

struct Compared {
  double published = kMissing;
  double computed = kMissing;

  bool both() const { return !is_missing(published) && !is_missing(computed); }
  /// Missing where one of them is.
  double difference() const { return computed - published; }
  /// As a fraction of the published value; missing too where that is 0.
  double relative() const { return published == 0 ? kMissing : difference() / published; }
};

struct NationalComparison {
  std::string population;
  std::array<Compared, PublishedTables::kStatistics> statistics;
};

struct RegionalComparison {
  std::string population;
  std::string region;  ///< code
  std::string region_name;
  std::array<Compared, PublishedTables::kQuantities> quantities;
};

struct TypeComparison {
  std::string population;
  std::string region;
  std::string region_name;
  int published = 0;  ///< 0: none
  int computed = 0;
};

/// How well one quantity agrees over the regions where both values exist.
struct Agreement {
  std::size_t regions = 0;
  double rank_correlation = kMissing;  ///< Spearman's
  double mean_absolute_deviation = kMissing;
  double mean_deviation = kMissing;  ///< of computed from published
  std::size_t farthest = 0;          ///< index into Comparison::regional of the largest deviation, if regions > 0
};

struct SectorComparison {
  std::string population;
  std::array<Agreement, PublishedTables::kQuantities> quantities;
  std::size_t types_published = 0;
  std::size_t types_matched = 0;  ///< of those published
  std::size_t types_more = 0;     ///< regions with a computed type and no published one
};

/// What stands on one side only, by name or code, and is not compared.
struct Unmatched {
  std::vector<std::string> published_populations;
  std::vector<std::string> computed_populations;
  std::vector<std::string> published_regions;
  std::vector<std::string> computed_regions;
};

struct Comparison {
  std::vector<NationalComparison> national;  ///< in the order of the published tables
  std::vector<RegionalComparison> regional;  ///< likewise, populations in one piece
  std::vector<TypeComparison> types;         ///< regions with a type on either side, by population and region
  std::vector<SectorComparison> sectors;     ///< populations with regional figures, in their order
  Unmatched unmatched;
};

/// Populations are matched by name, regions by code. Throws Error if no population of the results is published, or none
/// of the regions.
Comparison compare(const Results& results, const PublishedTables& published);

/// Spearman's rank correlation: Pearson's of the ranks, ties with the mean of theirs. Missing with fewer than two pairs
/// or where all values of one side are equal. Both of one length, no NaN.
double rank_correlation(std::span<const double> a, std::span<const double> b);

}  // namespace dscore
