#include "io/results_file.h"

#include <algorithm>
#include <limits>
#include <span>

#include "io/atomic_file.h"
#include "io/check.h"
#include "io/layout.h"
#include "io/result_columns.h"

namespace dscore {
namespace {

double missing(std::size_t /*row*/) { return kMissing; }
std::uint64_t zero(std::size_t /*row*/) { return 0; }

template <class Row>
void write_companies(hdf5::File& file, const std::string& group, const std::vector<Row>& rows) {
  columns::write(file, group + "/companies", rows, &Row::companies);
  columns::write(file, group + "/largest_company_jobs_share", rows, &Row::largest_company_jobs_share);
}

/// Optional: results of a register without companies, and of programs before this one, have none.
template <class Row>
void read_companies(const hdf5::File& file, layout::Table& table, std::vector<Row>& rows) {
  if (!file.has(table.place("companies")) && !file.has(table.place("largest_company_jobs_share"))) return;
  columns::read(table, "companies", rows, &Row::companies);
  columns::read(table, "largest_company_jobs_share", rows, &Row::largest_company_jobs_share);
}

std::vector<PopulationResult> read_population_results(const hdf5::File& file, std::size_t size, Problems& problems) {
  layout::Table table(file, "/populations", {"name", "title", "benchmark"}, problems);
  std::vector<PopulationResult> rows(size);
  columns::read_all(table, rows);
  read_companies(file, table, rows);
  return rows;
}

void write_region_results(hdf5::File& file, const std::vector<std::vector<RegionResult>>& by_population,
                          bool with_companies) {
  using Row = RegionResult;
  std::vector<Row> rows;
  std::vector<std::uint8_t> population;
  std::vector<std::uint16_t> region;
  for (std::size_t p = 0; p < by_population.size(); ++p) {
    for (std::size_t r = 0; r < by_population[p].size(); ++r) {
      rows.push_back(by_population[p][r]);
      population.push_back(static_cast<std::uint8_t>(p));
      region.push_back(static_cast<std::uint16_t>(r));
    }
  }
  file.make_group("/region_results");
  file.write("/region_results/population", std::span<const std::uint8_t>(population));
  file.write("/region_results/region", std::span<const std::uint16_t>(region));
  columns::write_all(file, "/region_results", rows);
  if (with_companies) write_companies(file, "/region_results", rows);
}

std::vector<std::vector<RegionResult>> read_region_results(const hdf5::File& file, std::size_t populations,
                                                           std::size_t regions, Problems& problems) {
  using Row = RegionResult;
  layout::Table table(file, "/region_results",
                      {"population", "region", "establishments", "jobs", "lq", "mean_d", "type"}, problems);
  std::vector<Row> rows(table.size());
  // Stand-ins that agree with the order below.
  const std::size_t divisor = std::max<std::size_t>(regions, 1);
  const auto population =
      table.read<std::uint8_t>("population", [&](std::size_t i) { return static_cast<std::uint8_t>(i / divisor); });
  const auto region =
      table.read<std::uint16_t>("region", [&](std::size_t i) { return static_cast<std::uint16_t>(i % divisor); });
  columns::read_all(table, rows);
  read_companies(file, table, rows);
  if (rows.size() != populations * regions) {
    problems.add(table.place("population"),
                 std::to_string(rows.size()) + " rows, where " + std::to_string(populations) + " populations and " +
                     std::to_string(regions) + " regions need " + std::to_string(populations * regions) + ".");
    rows.resize(populations * regions);
  } else {
    problems.add_rows(
        table.place("population"), rows.size(),
        [&](std::size_t i) { return population[i] != i / divisor || region[i] != i % divisor; },
        [&](std::size_t i) {
          return "population " + std::to_string(population[i]) + ", region " + std::to_string(region[i]) +
                 " is out of order: all regions of population 0, then all of population 1, ...";
        });
  }
  std::vector<std::vector<Row>> by_population(populations);
  for (std::size_t p = 0; p < populations; ++p) {
    const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(p * regions);
    by_population[p].assign(begin, begin + static_cast<std::ptrdiff_t>(regions));
  }
  return by_population;
}

template <class Stored, class Member>
void write_members(hdf5::File& file, const std::string& path, const std::vector<MemberScores>& members,
                   std::vector<Member> MemberScores::*column) {
  std::size_t size = 0;
  for (const auto& population : members) size += (population.*column).size();
  std::vector<Stored> all;
  all.reserve(size);
  for (const auto& population : members) {
    for (const auto value : population.*column) all.push_back(static_cast<Stored>(value));
  }
  file.write(path, std::span<const Stored>(all));
}

void write_members(hdf5::File& file, const std::vector<MemberScores>& members) {
  std::vector<std::uint8_t> population;
  for (std::size_t p = 0; p < members.size(); ++p) {
    population.insert(population.end(), members[p].row.size(), static_cast<std::uint8_t>(p));
  }
  file.make_group("/members");
  file.write("/members/population", std::span<const std::uint8_t>(population));
  write_members<std::uint32_t>(file, "/members/row", members, &MemberScores::row);
  write_members<double>(file, "/members/d_score", members, &MemberScores::d_score);
  write_members<std::uint8_t>(file, "/members/decile", members, &MemberScores::decile);
  write_members<std::uint8_t>(file, "/members/cluster", members, &MemberScores::cluster);
}

std::vector<MemberScores> read_members(const hdf5::File& file, std::size_t populations, Problems& problems) {
  layout::Table table(file, "/members", {"population", "row", "d_score", "decile", "cluster"}, problems);
  const std::size_t n = table.size();
  const auto population = table.read<std::uint8_t>("population", zero);
  const auto row = table.read<std::uint32_t>("row", [](std::size_t i) { return static_cast<std::uint32_t>(i); });
  const auto d_score = table.read<double>("d_score", missing);
  const auto decile = table.read<std::uint8_t>("decile", zero);
  const auto cluster = table.read<std::uint8_t>("cluster", zero);
  const auto misplaced = [&](std::size_t i) {
    return population[i] >= populations || (i > 0 && population[i] < population[i - 1]);
  };
  problems.add_rows(table.place("population"), n, misplaced, [&](std::size_t i) {
    return std::to_string(population[i]) + " is unknown or out of order: there are " + std::to_string(populations) +
           " populations, counted from 0, and the members of one stand together.";
  });
  std::vector<MemberScores> members(populations);
  for (std::size_t i = 0; i < n; ++i) {
    if (population[i] >= populations) continue;
    auto& of = members[population[i]];
    of.row.push_back(row[i]);
    of.d_score.push_back(d_score[i]);
    of.decile.push_back(decile[i]);
    of.cluster.push_back(static_cast<Cluster>(cluster[i]));
  }
  return members;
}

}  // namespace

void write_results(const std::string& path, const Results& results) {
  Problems problems(path);
  check_results(results, problems);
  problems.throw_if_any();
  AtomicFile out(path);
  hdf5::File file = hdf5::File::create(path);
  layout::mark(file, layout::kResults);
  layout::write_establishments(file, results.input, false);
  layout::write_populations(file, results.input.populations);
  columns::write_all(file, "/populations", results.populations);
  if (knows_companies(results)) write_companies(file, "/populations", results.populations);
  layout::write_regions(file, results.input.regions);
  write_region_results(file, results.regions, knows_companies(results));
  write_members(file, results.members);
  layout::write_provenance(file, "/provenance", results.provenance);
  layout::write_provenance(file, "/input_provenance", results.input.provenance);
  out.write(file.take_bytes());
  out.commit();
}

Results detail::load_results(const hdf5::File& file, Problems& problems) {
  Results results;
  Register& input = results.input;
  input.populations = layout::read_populations(file, problems);
  input.regions = layout::read_regions(file, problems);
  constexpr std::size_t kMostRegions = std::numeric_limits<std::uint16_t>::max();
  if (input.populations.size() > kMaxPopulations || input.regions.size() > kMostRegions) {
    // The indices in what follows have no room for so many: there is no telling rows apart.
    problems.add("/populations and /regions", std::to_string(input.populations.size()) + " populations and " +
                                                  std::to_string(input.regions.size()) + " regions. At most " +
                                                  std::to_string(kMaxPopulations) + " and " +
                                                  std::to_string(kMostRegions) + " are possible.");
    return results;
  }
  layout::read_establishments(file, input, false, problems);
  input.provenance = layout::read_provenance(file, "/input_provenance", problems);
  results.provenance = layout::read_provenance(file, "/provenance", problems);
  const std::size_t populations = input.populations.size();
  results.populations = read_population_results(file, populations, problems);
  results.regions = read_region_results(file, populations, input.regions.size(), problems);
  results.members = read_members(file, populations, problems);
  check_results(results, problems);
  return results;
}

Results read_results(const std::string& path) {
  const hdf5::File file = layout::open(path, layout::kResults);
  Problems problems(path);
  Results results = detail::load_results(file, problems);
  problems.throw_if_any("; `dscore validate` lists them all");
  return results;
}

}  // namespace dscore
