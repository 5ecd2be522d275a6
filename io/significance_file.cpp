#include "io/significance_file.h"

#include <algorithm>
#include <limits>
#include <span>

#include "io/atomic_file.h"
#include "io/layout.h"
#include "io/significance_columns.h"

namespace dscore {
namespace {

std::uint64_t zero(std::size_t /*row*/) { return 0; }
double missing(std::size_t /*row*/) { return kMissing; }

template <class T>
void write_column(hdf5::File& file, const std::string& path, const std::vector<T>& values) {
  file.write(path, std::span<const T>(values));
}

void write_populations(hdf5::File& file, const std::vector<PopulationTests>& rows) {
  columns::write_all(file, "/populations", rows);
  std::vector<TwoSamples> distributions;
  std::vector<std::uint8_t> exact;
  for (const PopulationTests& row : rows) {
    distributions.push_back(row.distributions);
    exact.push_back(row.method == Method::exact ? 1 : 0);
  }
  columns::write_all(file, "/populations", distributions);
  write_column(file, "/populations/draws_exact", exact);
}

std::vector<PopulationTests> read_populations(const hdf5::File& file, std::size_t size, Problems& problems) {
  layout::Table table(file, "/populations", {"name", "title", "benchmark"}, problems);
  std::vector<PopulationTests> rows(size);
  std::vector<TwoSamples> distributions(size);
  columns::read_all(table, rows);
  columns::read_all(table, distributions);
  const auto exact = table.read<std::uint8_t>("draws_exact", zero);
  for (std::size_t p = 0; p < size; ++p) {
    rows[p].distributions = distributions[p];
    rows[p].method = exact[p] != 0 ? Method::exact : Method::p3m;
  }
  return rows;
}

/// Rows must stand in the order of a product: `second` runs fastest.
void check_order(const layout::Table& table, const char* first_name, const std::vector<std::uint8_t>& first,
                 const std::vector<std::uint16_t>& second, std::size_t wanted, std::size_t divisor,
                 Problems& problems) {
  if (first.size() != wanted) {
    problems.add(table.place(first_name),
                 std::to_string(first.size()) + " rows, where there should be " + std::to_string(wanted) + ".");
    return;
  }
  problems.add_rows(
      table.place(first_name), wanted,
      [&](std::size_t i) { return first[i] != i / divisor || second[i] != i % divisor; },
      [&](std::size_t i) {
        return std::to_string(first[i]) + ", " + std::to_string(second[i]) +
               " is out of order: all rows of population 0, then all of population 1, ...";
      });
}

void write_tests(hdf5::File& file, const std::vector<PopulationTests>& populations) {
  std::vector<std::uint8_t> population;
  std::vector<std::string> statistic;
  std::vector<TestResult> rows;
  for (std::size_t p = 0; p < populations.size(); ++p) {
    for (std::size_t k = 0; k < kStatistics.size(); ++k) {
      population.push_back(static_cast<std::uint8_t>(p));
      statistic.emplace_back(kStatistics[k]);
      rows.push_back(populations[p].statistics[k]);
    }
  }
  file.make_group("/tests");
  write_column(file, "/tests/population", population);
  file.write_text("/tests/statistic", statistic);
  each_of_test(
      [&](const char* name, auto member) { columns::write(file, std::string("/tests/") + name, rows, member); });
}

void read_tests(const hdf5::File& file, std::vector<PopulationTests>& populations, Problems& problems) {
  layout::Table table(file, "/tests", {"population", "statistic", "observed"}, problems);
  constexpr std::size_t kEach = kStatistics.size();
  const auto population =
      table.read<std::uint8_t>("population", [](std::size_t i) { return static_cast<std::uint8_t>(i / kEach); });
  const auto statistic =
      table.read_text("statistic", [](std::size_t i) { return std::string(kStatistics[i % kEach]); });
  std::vector<std::uint16_t> index;
  index.reserve(statistic.size());
  for (const std::string& name : statistic) {
    index.push_back(
        static_cast<std::uint16_t>(std::find(kStatistics.begin(), kStatistics.end(), name) - kStatistics.begin()));
  }
  std::vector<TestResult> rows(table.size());
  each_of_test([&](const char* name, auto member) { columns::read(table, name, rows, member); });
  check_order(table, "population", population, index, populations.size() * kEach, kEach, problems);
  rows.resize(populations.size() * kEach);
  for (std::size_t i = 0; i < rows.size(); ++i) populations[i / kEach].statistics[i % kEach] = rows[i];
}

void write_regions(hdf5::File& file, const std::vector<std::vector<RegionTest>>& regions) {
  std::vector<std::uint8_t> population;
  std::vector<std::uint16_t> region;
  std::vector<std::uint64_t> establishments;
  std::vector<TestResult> rows;
  for (std::size_t p = 0; p < regions.size(); ++p) {
    for (std::size_t r = 0; r < regions[p].size(); ++r) {
      population.push_back(static_cast<std::uint8_t>(p));
      region.push_back(static_cast<std::uint16_t>(r));
      establishments.push_back(regions[p][r].establishments);
      rows.push_back(regions[p][r].mean_d);
    }
  }
  file.make_group("/region_tests");
  write_column(file, "/region_tests/population", population);
  write_column(file, "/region_tests/region", region);
  write_column(file, "/region_tests/establishments", establishments);
  columns::write_all(file, "/region_tests", rows);
}

std::vector<std::vector<RegionTest>> read_regions(const hdf5::File& file, std::size_t populations, std::size_t regions,
                                                  Problems& problems) {
  layout::Table table(file, "/region_tests", {"population", "region", "establishments", "observed"}, problems);
  const std::size_t divisor = std::max<std::size_t>(regions, 1);
  const auto population =
      table.read<std::uint8_t>("population", [&](std::size_t i) { return static_cast<std::uint8_t>(i / divisor); });
  const auto region =
      table.read<std::uint16_t>("region", [&](std::size_t i) { return static_cast<std::uint16_t>(i % divisor); });
  auto establishments = table.read<std::uint64_t>("establishments", zero);
  std::vector<TestResult> rows(table.size());
  columns::read_all(table, rows);
  check_order(table, "population", population, region, populations * regions, divisor, problems);
  rows.resize(populations * regions);
  establishments.resize(populations * regions);
  std::vector<std::vector<RegionTest>> result(populations, std::vector<RegionTest>(regions));
  for (std::size_t i = 0; i < rows.size(); ++i) result[i / divisor][i % divisor] = {establishments[i], rows[i]};
  return result;
}

void write_cross(hdf5::File& file, const std::vector<CrossTest>& cross) {
  std::vector<std::uint8_t> of;
  std::vector<std::uint8_t> to;
  std::vector<TestResult> rows;
  for (const CrossTest& pair : cross) {
    of.push_back(static_cast<std::uint8_t>(pair.of));
    to.push_back(static_cast<std::uint8_t>(pair.to));
    rows.push_back(pair.proximity);
  }
  file.make_group("/cross_tests");
  write_column(file, "/cross_tests/population", of);
  write_column(file, "/cross_tests/near_population", to);
  columns::write_all(file, "/cross_tests", rows);
}

std::vector<CrossTest> read_cross(const hdf5::File& file, Problems& problems) {
  layout::Table table(file, "/cross_tests", {"population", "near_population", "observed"}, problems);
  const auto of = table.read<std::uint8_t>("population", zero);
  const auto to = table.read<std::uint8_t>("near_population", [](std::size_t) { return std::uint8_t{1}; });
  std::vector<TestResult> rows(table.size());
  columns::read_all(table, rows);
  std::vector<CrossTest> cross;
  for (std::size_t k = 0; k < rows.size(); ++k) cross.push_back({of[k], to[k], rows[k]});
  return cross;
}

void write_members(hdf5::File& file, const std::vector<MemberTests>& members) {
  std::vector<std::uint8_t> population;
  std::vector<std::uint32_t> row;
  for (std::size_t p = 0; p < members.size(); ++p) {
    population.insert(population.end(), members[p].row.size(), static_cast<std::uint8_t>(p));
    row.insert(row.end(), members[p].row.begin(), members[p].row.end());
  }
  file.make_group("/members");
  write_column(file, "/members/population", population);
  write_column(file, "/members/row", row);
  each_of_members([&](const char* name, auto column) {
    std::vector<double> all;
    all.reserve(row.size());
    for (const MemberTests& of : members) all.insert(all.end(), (of.*column).begin(), (of.*column).end());
    write_column(file, std::string("/members/") + name, all);
  });
}

/// Rows that belong to a population, those of one together: calls add(p, row of the table) for each.
template <class Add>
void split(const layout::Table& table, const std::vector<std::uint8_t>& population, std::size_t populations,
           Problems& problems, Add add) {
  problems.add_rows(
      table.place("population"), population.size(),
      [&](std::size_t i) { return population[i] >= populations || (i > 0 && population[i] < population[i - 1]); },
      [&](std::size_t i) {
        return std::to_string(population[i]) + " is unknown or out of order: there are " + std::to_string(populations) +
               " populations, counted from 0, and the rows of one stand together.";
      });
  for (std::size_t i = 0; i < population.size(); ++i) {
    if (population[i] < populations) add(population[i], i);
  }
}

std::vector<MemberTests> read_members(const hdf5::File& file, std::size_t populations, Problems& problems) {
  layout::Table table(file, "/members", {"population", "row", "d_score"}, problems);
  std::vector<MemberTests> members(populations);
  const auto population = table.read<std::uint8_t>("population", zero);
  const auto row = table.read<std::uint32_t>("row", [](std::size_t i) { return static_cast<std::uint32_t>(i); });
  split(table, population, populations, problems,
        [&](std::size_t p, std::size_t i) { members[p].row.push_back(row[i]); });
  each_of_members([&](const char* name, auto column) {
    const auto values = table.read<double>(name, missing);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (population[i] < populations) (members[population[i]].*column).push_back(values[i]);
    }
  });
  return members;
}

void write_draws(hdf5::File& file, const std::vector<KeptDraws>& draws) {
  std::vector<std::uint8_t> population;
  std::vector<std::uint32_t> draw;
  for (std::size_t p = 0; p < draws.size(); ++p) {
    for (std::uint32_t k = 0; k < draws[p].statistics.front().size(); ++k) {
      population.push_back(static_cast<std::uint8_t>(p));
      draw.push_back(k + 1);
    }
  }
  file.make_group("/draws");
  write_column(file, "/draws/population", population);
  write_column(file, "/draws/draw", draw);
  for (std::size_t s = 0; s < kStatistics.size(); ++s) {
    std::vector<double> all;
    for (const KeptDraws& of : draws) all.insert(all.end(), of.statistics[s].begin(), of.statistics[s].end());
    write_column(file, std::string("/draws/") + kStatistics[s], all);
  }
}

std::vector<KeptDraws> read_draws(const hdf5::File& file, std::size_t populations, Problems& problems) {
  layout::Table table(file, "/draws", {"population", "draw", "mean_d"}, problems);
  std::vector<KeptDraws> draws(populations);
  const auto population = table.read<std::uint8_t>("population", zero);
  const auto draw = table.read<std::uint32_t>("draw", zero);
  std::vector<std::uint32_t> counted(populations, 0);
  std::vector<bool> out_of_order(population.size(), false);
  split(table, population, populations, problems,
        [&](std::size_t p, std::size_t i) { out_of_order[i] = draw[i] != ++counted[p]; });
  problems.add_rows(
      table.place("draw"), population.size(), [&](std::size_t i) { return out_of_order[i]; },
      [&](std::size_t i) { return std::to_string(draw[i]) + " is out of order: draws are counted from 1."; });
  for (std::size_t s = 0; s < kStatistics.size(); ++s) {
    const auto values = table.read<double>(kStatistics[s], missing);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (population[i] < populations) draws[population[i]].statistics[s].push_back(values[i]);
    }
  }
  return draws;
}

}  // namespace

void write_significance(const std::string& path, const Significance& significance) {
  Problems problems(path);
  check_significance(significance, problems);
  problems.throw_if_any();
  AtomicFile out(path);
  hdf5::File file = hdf5::File::create(path);
  layout::mark(file, layout::kSignificance);
  layout::write_establishments(file, significance.input, false);
  layout::write_populations(file, significance.input.populations);
  write_populations(file, significance.populations);
  layout::write_regions(file, significance.input.regions);
  write_tests(file, significance.populations);
  write_regions(file, significance.regions);
  write_cross(file, significance.cross);
  write_members(file, significance.members);
  write_draws(file, significance.draws);
  layout::write_provenance(file, "/provenance", significance.provenance);
  layout::write_provenance(file, "/input_provenance", significance.input.provenance);
  out.write(file.take_bytes());
  out.commit();
}

Significance detail::load_significance(const hdf5::File& file, Problems& problems) {
  Significance result;
  Register& input = result.input;
  input.populations = layout::read_populations(file, problems);
  input.regions = layout::read_regions(file, problems);
  constexpr std::size_t kMostRegions = std::numeric_limits<std::uint16_t>::max();
  const std::size_t populations = input.populations.size();
  if (populations > kMaxPopulations || input.regions.size() > kMostRegions) {
    problems.add("/populations and /regions", std::to_string(populations) + " populations and " +
                                                  std::to_string(input.regions.size()) + " regions. At most " +
                                                  std::to_string(kMaxPopulations) + " and " +
                                                  std::to_string(kMostRegions) + " are possible.");
    return result;
  }
  layout::read_establishments(file, input, false, problems);
  input.provenance = layout::read_provenance(file, "/input_provenance", problems);
  result.provenance = layout::read_provenance(file, "/provenance", problems);
  result.populations = read_populations(file, populations, problems);
  read_tests(file, result.populations, problems);
  result.regions = read_regions(file, populations, input.regions.size(), problems);
  result.cross = read_cross(file, problems);
  result.members = read_members(file, populations, problems);
  result.draws = read_draws(file, populations, problems);
  check_significance(result, problems);
  return result;
}

Significance read_significance(const std::string& path) {
  const hdf5::File file = layout::open(path, layout::kSignificance);
  Problems problems(path);
  Significance result = detail::load_significance(file, problems);
  problems.throw_if_any("; `dscore validate` lists them all");
  return result;
}

}  // namespace dscore
