#include "host/disclosure_sums.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace dscore::disclosure {
namespace {

constexpr std::size_t kMostFamilies = 256;  // of one population; small ones first

Sums sums_of(double establishments, double jobs, double share) {
  return {establishments, jobs, is_missing(share) ? jobs : share * jobs};
}

Row population_row(const Results& results, std::size_t p) {
  Row row;
  double jobs = 0;
  for (const RegionResult& cell : results.regions[p]) {
    row.cells.push_back(sums_of(static_cast<double>(cell.establishments), cell.jobs, cell.largest_company_jobs_share));
    jobs += cell.jobs;
  }
  const PopulationResult& nation = results.populations[p];
  row.cells.push_back(sums_of(static_cast<double>(nation.establishments), jobs, nation.largest_company_jobs_share));
  return row;
}

/// Those of a population above a bound, from their shares.
template <class NationShare, class RegionShare>
Row above_row(const Results& results, std::size_t p, NationShare nation_share, RegionShare region_share) {
  Row row;
  row.has_jobs = false;
  row.parent = p;
  const auto count = [](std::uint64_t establishments, double share) {
    return is_missing(share) ? 0 : std::round(share * static_cast<double>(establishments));
  };
  for (const RegionResult& cell : results.regions[p]) {
    row.cells.push_back({count(cell.establishments, cell.*region_share), 0, 0});
  }
  const PopulationResult& nation = results.populations[p];
  row.cells.push_back({count(nation.establishments, nation.*nation_share), 0, 0});
  return row;
}

/// The memberships that occur: which populations an establishment belongs to, as bits.
std::vector<std::uint64_t> memberships(const Results& results) {
  std::vector<std::uint64_t> of(results.input.size(), 0);
  for (std::size_t p = 0; p < results.members.size(); ++p) {
    for (const std::uint32_t row : results.members[p].row) of[row] |= std::uint64_t{1} << p;
  }
  std::sort(of.begin(), of.end());
  of.erase(std::unique(of.begin(), of.end()), of.end());
  return of;
}

/// What memberships say of two populations.
class Relations {
 public:
  Relations(const std::vector<std::uint64_t>& memberships, std::size_t populations)
      : meets_(populations, 0), within_(populations, ~std::uint64_t{0}) {
    for (const std::uint64_t mask : memberships) {
      for (std::uint64_t left = mask; left != 0; left &= left - 1) {
        const auto p = static_cast<std::size_t>(std::countr_zero(left));
        meets_[p] |= mask;
        within_[p] &= mask;
      }
    }
  }
  bool disjoint(std::size_t p, std::size_t q) const { return (meets_[p] >> q & 1) == 0; }
  bool proper_subset(std::size_t p, std::size_t q) const {
    return (within_[p] >> q & 1) == 1 && (within_[q] >> p & 1) == 0;
  }

 private:
  std::vector<std::uint64_t> meets_;   // populations with a member in common
  std::vector<std::uint64_t> within_;  // populations that hold every member
};

/// All sets of disjoint proper subsets of a population, up to a limit.
void add_families(const Relations& relations, std::size_t whole, std::size_t populations, std::vector<Family>& all) {
  std::vector<Family> mine;
  for (std::size_t p = 0; p < populations; ++p) {
    if (relations.proper_subset(p, whole)) mine.push_back({whole, {p}});
  }
  for (std::size_t k = 0; k < mine.size() && mine.size() < kMostFamilies; ++k) {
    for (std::size_t p = mine[k].parts.back() + 1; p < populations && mine.size() < kMostFamilies; ++p) {
      const auto& parts = mine[k].parts;
      if (!relations.proper_subset(p, whole)) continue;
      if (!std::all_of(parts.begin(), parts.end(), [&](auto q) { return relations.disjoint(p, q); })) continue;
      Family larger = mine[k];
      larger.parts.push_back(p);
      mine.push_back(std::move(larger));
    }
  }
  all.insert(all.end(), mine.begin(), mine.end());
}

/// Populations whose indicator is a linear combination of those of others: Gaussian elimination of the memberships,
/// seen as equations between populations.
std::vector<std::size_t> linked_populations(const std::vector<std::uint64_t>& memberships, std::size_t populations) {
  constexpr double kZero = 1e-9;
  std::vector<std::vector<double>> basis(populations);  // by leading population; empty: none leads there
  for (const std::uint64_t mask : memberships) {
    std::vector<double> row(populations);
    for (std::size_t p = 0; p < populations; ++p) row[p] = static_cast<double>(mask >> p & 1);
    for (std::size_t p = 0; p < populations; ++p) {
      if (std::abs(row[p]) < kZero) continue;
      if (basis[p].empty()) {
        const double lead = row[p];
        for (double& value : row) value /= lead;
        basis[p] = std::move(row);
        break;
      }
      const double factor = row[p];
      for (std::size_t q = p; q < populations; ++q) row[q] -= factor * basis[p][q];
    }
  }
  for (std::size_t p = populations; p-- > 0;) {  // upwards, so that a row keeps its own lead and free columns only
    for (std::size_t q = p + 1; q < populations && !basis[p].empty(); ++q) {
      if (basis[q].empty() || std::abs(basis[p][q]) < kZero) continue;
      const double factor = basis[p][q];
      for (std::size_t k = q; k < populations; ++k) basis[p][k] -= factor * basis[q][k];
    }
  }
  std::vector<std::size_t> linked;
  for (std::size_t p = 0; p < populations; ++p) {
    bool depends = basis[p].empty();
    for (std::size_t q = 0; q < populations && !depends; ++q) {
      depends = q != p && std::abs(basis[p][q]) >= kZero;  // q leads nowhere, else it would have been cleared
    }
    if (depends) linked.push_back(p);
  }
  return linked;
}

}  // namespace

SumTable sum_table(const Results& results) {
  SumTable table;
  const std::size_t populations = table.populations = results.populations.size();
  table.regions = results.input.regions.size();
  for (std::size_t p = 0; p < populations; ++p) table.rows.push_back(population_row(results, p));

  const std::vector<std::uint64_t> occurring = memberships(results);
  const Relations relations(occurring, populations);
  for (std::size_t p = 0; p < populations; ++p) add_families(relations, p, populations, table.families);
  table.linked = linked_populations(occurring, populations);

  table.above_p90.assign(populations, kNone);
  table.above_p95.assign(populations, kNone);
  for (std::size_t p = 0; p < populations; ++p) {
    if (is_missing(results.populations[p].share_above_p90)) continue;
    const std::size_t p90 = table.above_p90[p] = table.rows.size();
    const std::size_t p95 = table.above_p95[p] = p90 + 1;
    table.rows.push_back(above_row(results, p, &PopulationResult::share_above_p90, &RegionResult::share_above_p90));
    table.rows.push_back(above_row(results, p, &PopulationResult::share_above_p95, &RegionResult::share_above_p95));
    table.families.push_back({p, {p90}});
    table.families.push_back({p90, {p95}});
    table.families.push_back({p, {p95}});
  }
  return table;
}

}  // namespace dscore::disclosure
