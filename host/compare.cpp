#include "host/compare.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "kernels/error.h"

namespace dscore {
namespace {

using Index = std::unordered_map<std::string, std::size_t>;

std::optional<std::size_t> find(const Index& index, const std::string& name) {
  const auto at = index.find(name);
  return at == index.end() ? std::nullopt : std::optional(at->second);
}

std::array<double, PublishedTables::kStatistics> statistics_of(const PopulationResult& of) {
  return {static_cast<double>(of.establishments), of.mean_d, of.median_d, of.max_d, of.p90, of.p95};
}
std::array<double, PublishedTables::kQuantities> quantities_of(const RegionResult& of) {
  return {of.jobs, of.lq, of.mean_d};
}

template <std::size_t size>
std::array<Compared, size> side_by_side(const std::array<double, size>& published,
                                        const std::array<double, size>& computed) {
  std::array<Compared, size> pairs;
  for (std::size_t k = 0; k < size; ++k) pairs[k] = {published[k], computed[k]};
  return pairs;
}

// Ranks from 1, ties with the mean of theirs.
std::vector<double> ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> rank(values.size());
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    for (std::size_t k = begin; k < end; ++k) rank[order[k]] = 0.5 * static_cast<double>(begin + end + 1);
    begin = end;
  }
  return rank;
}

// Keeps the first of each, in order.
void add_once(std::vector<std::string>& list, std::unordered_set<std::string>& seen, const std::string& name) {
  if (seen.insert(name).second) list.push_back(name);
}

// The names and codes that only one side has.
Unmatched unmatched_names(const PublishedTables& published, const Index& populations, const Index& regions,
                          const Register& input) {
  Unmatched result;
  std::unordered_set<std::string> named;
  std::unordered_set<std::string> coded;
  const auto population = [&](const std::string& name) {
    if (find(populations, name)) {
      named.insert(name);
    } else {
      add_once(result.published_populations, named, name);
    }
  };
  const auto region = [&](const std::string& code) {
    if (find(regions, code)) {
      coded.insert(code);
    } else {
      add_once(result.published_regions, coded, code);
    }
  };
  for (const auto& row : published.national) population(row.population);
  for (const auto& row : published.regional) {
    population(row.population);
    region(row.region);
  }
  for (const auto& row : published.types) {
    population(row.population);
    region(row.region);
  }
  for (const Population& of : input.populations) {
    if (!named.contains(of.name)) result.computed_populations.push_back(of.name);
  }
  for (const Region& of : input.regions) {
    if (!coded.contains(of.code)) result.computed_regions.push_back(of.code);
  }
  return result;
}

Agreement agreement(std::span<const RegionalComparison> regional, std::size_t first, std::size_t quantity) {
  Agreement result;
  std::vector<double> published;
  std::vector<double> computed;
  double sum = 0;
  double absolute = 0;
  double largest = -1;
  for (std::size_t k = 0; k < regional.size(); ++k) {
    const Compared& pair = regional[k].quantities.at(quantity);
    if (!pair.both()) continue;
    published.push_back(pair.published);
    computed.push_back(pair.computed);
    const double difference = pair.difference();
    sum += difference;
    absolute += std::abs(difference);
    if (std::abs(difference) > largest) {
      largest = std::abs(difference);
      result.farthest = first + k;
    }
  }
  result.regions = published.size();
  if (result.regions == 0) return result;
  const auto n = static_cast<double>(result.regions);
  result.rank_correlation = rank_correlation(published, computed);
  result.mean_absolute_deviation = absolute / n;
  result.mean_deviation = sum / n;
  return result;
}

// A sector's regions with a type on either side, in the order of the register's regions.
void add_types(Comparison& comparison, SectorComparison& sector, const std::vector<PublishedTables::Type>& published,
               const std::vector<RegionResult>& computed, const Index& regions, const std::vector<Region>& names) {
  std::vector<int> picked(names.size(), 0);
  for (const auto& row : published) {
    if (row.population != sector.population) continue;
    if (const auto r = find(regions, row.region)) picked[*r] = row.type;
  }
  for (std::size_t r = 0; r < names.size(); ++r) {
    const int type = computed[r].type;
    if (picked[r] == 0 && type == 0) continue;
    comparison.types.push_back({sector.population, names[r].code, names[r].name, picked[r], type});
    if (picked[r] == 0) {
      ++sector.types_more;
    } else {
      ++sector.types_published;
      sector.types_matched += picked[r] == type ? 1 : 0;
    }
  }
}

}  // namespace

double rank_correlation(std::span<const double> a, std::span<const double> b) {
  const std::vector<double> rank_a = ranks(a);
  const std::vector<double> rank_b = ranks(b);
  const double mean = 0.5 * (static_cast<double>(a.size()) + 1);  // of ranks, with ties too
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 0; i < rank_a.size(); ++i) {
    ab += (rank_a[i] - mean) * (rank_b[i] - mean);
    aa += (rank_a[i] - mean) * (rank_a[i] - mean);
    bb += (rank_b[i] - mean) * (rank_b[i] - mean);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : kMissing;
}

Comparison compare(const Results& results, const PublishedTables& published) {
  const Register& input = results.input;
  Index populations;
  Index regions;
  for (std::size_t p = 0; p < input.populations.size(); ++p) populations.emplace(input.populations[p].name, p);
  for (std::size_t r = 0; r < input.regions.size(); ++r) regions.emplace(input.regions[r].code, r);

  Comparison comparison;
  comparison.unmatched = unmatched_names(published, populations, regions, input);
  if (comparison.unmatched.computed_populations.size() == input.populations.size()) {
    throw Error("none of the populations is among the published ones: " + input.populations.front().name +
                (input.populations.size() > 1 ? ", ..." : "") + " here, " +
                (published.national.empty() ? "none" : published.national.front().population + ", ...") +
                " there. Populations are matched by name: name them alike.");
  }
  if (!published.regional.empty() && comparison.unmatched.computed_regions.size() == input.regions.size()) {
    throw Error("none of the regions is among the published ones: " + input.regions.front().code + ", ... here, " +
                published.regional.front().region + ", ... there. Regions are matched by code: give them the same.");
  }

  for (const auto& row : published.national) {
    const auto p = find(populations, row.population);
    if (!p) continue;
    comparison.national.push_back({row.population, side_by_side(row.values, statistics_of(results.populations[*p]))});
  }

  std::vector<std::string> sectors;  // those with regional figures or types
  std::unordered_set<std::string> seen;
  for (const auto& row : published.regional) add_once(sectors, seen, row.population);
  for (const auto& row : published.types) add_once(sectors, seen, row.population);
  for (const std::string& name : sectors) {
    const auto p = find(populations, name);
    if (!p) continue;
    const std::size_t first = comparison.regional.size();
    for (const auto& row : published.regional) {
      if (row.population != name) continue;
      const auto r = find(regions, row.region);
      if (!r) continue;
      comparison.regional.push_back(
          {name, row.region, input.regions[*r].name, side_by_side(row.values, quantities_of(results.regions[*p][*r]))});
    }
    SectorComparison& sector = comparison.sectors.emplace_back();
    sector.population = name;
    for (std::size_t q = 0; q < PublishedTables::kQuantities; ++q) {
      sector.quantities.at(q) = agreement(std::span(comparison.regional).subspan(first), first, q);
    }
    add_types(comparison, sector, published.types, results.regions[*p], regions, input.regions);
  }
  return comparison;
}

}  // namespace dscore
