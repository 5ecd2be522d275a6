#include "host/significance_work.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

#include "host/bytes.h"
#include "host/null_moments.h"
#include "host/partial_sums.h"
#include "host/statistics.h"
#include "kernels/error.h"

namespace dscore {
namespace {

/// A block of draws takes a core about so long: short beside a run, long beside the start of a unit. Blocks are the
/// same on every machine, so what a draw takes is that of one core (AVX-512, 2.6 GHz) by the settings' defaults.
constexpr double kBlockS = 4;
constexpr double kDrawS = 4e-4;     ///< each
constexpr double kLabelS = 3.8e-7;  ///< for each establishment that is labelled
constexpr std::uint32_t kSmallestBlock = 16;
constexpr std::uint32_t kLargestBlock = 1024;

double draw_s(std::size_t labelled) { return kDrawS + kLabelS * static_cast<double>(labelled); }

double scale_of(double observed, bool is_share) { return is_share || !(observed > 0) ? 1 : observed; }

void set_z(TestResult& test) {
  if (test.null_sd > 0) test.z = (test.observed - test.null_mean) / test.null_sd;
}

/// Of all tests together, for each of the three p-values.
void adjust(const std::vector<TestResult*>& tests) {
  const auto adjust_one = [&](double TestResult::*p, double TestResult::*q) {
    std::vector<double> values;
    values.reserve(tests.size());
    for (const TestResult* test : tests) values.push_back(test->*p);
    const std::vector<double> adjusted = benjamini_hochberg(values);
    for (std::size_t k = 0; k < tests.size(); ++k) tests[k]->*q = adjusted[k];
  };
  adjust_one(&TestResult::p_upper, &TestResult::q_upper);
  adjust_one(&TestResult::p_lower, &TestResult::q_lower);
  adjust_one(&TestResult::p_two_sided, &TestResult::q_two_sided);
}

}  // namespace

/// What was found of one sector so far.
struct SignificanceWork::Sector {
  std::vector<Moments> near;  ///< of its proximity to each tested sector, by the closed form
  Method method = Method::exact;
  double check_largest = kMissing;
  std::vector<Tally> tallies;                            ///< RandomLabelling::values(); empty before the first block
  std::vector<std::vector<double>> kept;                 ///< likewise, by draw
  std::uint32_t counted = 0;                             ///< draws
  std::map<std::uint32_t, std::vector<double>> waiting;  ///< blocks that came before their turn, by first draw
  bool stopped = false;                                  ///< early: all p-values are settled
  std::vector<double> null_mean, null_sd;                ///< by member
};

SignificanceWork::SignificanceWork(const Backend& backend, Register input, SignificanceSettings settings,
                                   std::string input_identity)
    : backend_(backend),
      settings_(std::move(settings)),
      input_identity_(std::move(input_identity)),
      input_(std::move(input)) {
  check(settings_);
  check(input_);
  rows_ = members_of(input_);
  pool_size_.resize(rows_.size());
  const auto& populations = input_.populations;
  if (std::none_of(populations.begin(), populations.end(), [](const auto& p) { return p.benchmark.has_value(); })) {
    throw Error(
        "no population has a benchmark, and labels are drawn from the benchmark. Name one for each sector in the "
        "file's "
        "/populations/benchmark (io/schema.md), or in the definitions that `dscore import` reads.");
  }
  const Summation possible(backend_, sum_settings(settings_.scores));  // throws here, not at the first unit
  for (std::size_t p = 0; p < populations.size(); ++p) {
    if (!populations[p].benchmark || rows_[p].size() < 2) continue;
    tested_.push_back(p);
    const std::uint64_t either = std::uint64_t{1} << p | std::uint64_t{1} << *populations[p].benchmark;
    pool_size_[p] = static_cast<std::size_t>(std::count_if(input_.membership.begin(), input_.membership.end(),
                                                           [&](std::uint64_t mask) { return (mask & either) != 0; }));
  }
  for (const std::size_t p : tested_) add_units(p);
  taken_.assign(units_.size(), false);
}

SignificanceWork::~SignificanceWork() = default;

void SignificanceWork::add_units(std::size_t population) {
  units_.push_back({population});
  const auto block = static_cast<std::uint32_t>(
      std::clamp<double>(kBlockS / draw_s(rows_[population].size()), kSmallestBlock, kLargestBlock));
  for (std::uint32_t first = 1; first <= settings_.draws; first += block) {
    units_.push_back({population, first, std::min(settings_.draws + 1, first + block)});
  }
}

std::string SignificanceWork::identity() const {
  const SumSettings sums = sum_settings(settings_.scores);
  return "significance of " + input_identity_ + ": draws " + std::to_string(settings_.draws) + ", seed " +
         std::to_string(settings_.seed) + ", strata " + name_of(settings_.strata) + ", draw tolerance " +
         decimal(settings_.draw_tolerance) + ", stop early " + std::to_string(settings_.stop_early) + ", cross " +
         (settings_.cross ? "yes" : "no") + ", threshold " + decimal(settings_.scores.threshold_km) + " km, rule " +
         name_of(sums.pairs.rule) + ", method " + name_of(sums.method) + ", tolerance " + decimal(sums.tolerance) +
         ", precision " + name_of(sums.pairs.precision) + ", check " + (sums.check ? "yes" : "no") +
         ", quantile type " + std::to_string(settings_.scores.quantile_type);
}

std::string SignificanceWork::name(std::size_t unit) const {
  const Unit& of = units_[unit];
  const std::string& population = input_.populations[of.population].name;
  if (of.first == 0) return population + ", closed forms";
  return population + ", draws " + std::to_string(of.first) + " to " + std::to_string(of.last - 1);
}

const SignificanceCosts& SignificanceWork::costs() const {
  if (costs_.sectors.empty()) costs_ = significance_costs(backend_, settings_, input_, rows_, pool_size_);
  return costs_;
}

double SignificanceWork::predicted_s(std::size_t unit) const {
  const Unit& of = units_[unit];
  const SectorCosts& sector = costs().sectors[of.population];
  if (of.first == 0) return sector.closed_forms_s;
  const std::size_t at_once = labellings_at_once(backend_);
  return sector.draw_s * static_cast<double>((of.last - of.first + at_once - 1) / at_once * at_once);
}

bool SignificanceWork::needed(std::size_t unit) const {
  const Unit& of = units_[unit];
  const auto found = sectors_.find(of.population);
  return of.first == 0 || found == sectors_.end() || !found->second->stopped;
}

const Scores& SignificanceWork::scores_of(std::size_t population, const Progress& progress) {
  if (scores_.empty()) {
    Summation summation(backend_, sum_settings(settings_.scores));
    scores_ = score_populations(summation, settings_.scores, input_, rows_,
                                [&](const std::string& /*what*/, double /*fraction*/) {
                                  if (progress) progress(0);  // may stop the work
                                });
  }
  return scores_[population];
}

/// How near all locations of the register are to each tested sector.
void SignificanceWork::find_near_sectors() {
  if (!near_.empty() || !settings_.cross) return;
  locations_ = backend_.merge({input_.x_m, input_.y_m, {}});
  Settings as_draws = settings_.scores;
  as_draws.tolerance = settings_.draw_tolerance;
  PartialSums sums(backend_, sum_settings(as_draws), locations_);
  for (const std::size_t p : tested_) {
    std::vector<std::uint32_t> count(locations_.size(), 0);
    for (const std::uint32_t row : rows_[p]) ++count[locations_.location[row]];
    near_.push_back(sums.of(count));
    at_location_.push_back(std::move(count));
  }
}

Proximities SignificanceWork::proximities_of(const Pool& pool) const {
  if (!settings_.cross) return {};
  Proximities proximities(pool.size(), tested_.size());
  const SumSettings sums = sum_settings(settings_.scores);
  const double at_zero = coincident_value(sums.pairs.rule, sums.pairs.threshold_m, sums.pairs.decay);
  for (std::size_t s = 0; s < tested_.size(); ++s) {
    for (std::size_t k = 0; k < pool.size(); ++k) {
      const std::uint32_t location = locations_.location[pool.row[k]];
      const double self = (input_.membership[pool.row[k]] >> tested_[s] & 1U) != 0 ? 1 : 0;
      const double others = static_cast<double>(rows_[tested_[s]].size()) - self;
      const double sum = near_[s][location] + (at_location_[s][location] - self) * at_zero;
      proximities.of(k)[s] = static_cast<float>(1000 * sum / others);
    }
  }
  return proximities;
}

const Benchmark* SignificanceWork::benchmark_of(std::size_t population, const Progress& progress) {
  const std::size_t index = *input_.populations[population].benchmark;
  const Scores& scores = scores_of(index, progress);
  if (scores.establishments < 2) return nullptr;
  std::unique_ptr<Benchmark>& benchmark = benchmarks_[index];
  if (!benchmark) {
    const Percentiles own = percentiles(backend_, scores.d, settings_.scores.quantile_type);
    benchmark = std::make_unique<Benchmark>(Benchmark{ReferenceSample(scores.d), own.bounds[0], own.bounds[1]});
  }
  return benchmark.get();
}

RandomLabelling& SignificanceWork::labelling_of(std::size_t population, const Progress& progress) {
  if (labelling_ && labelling_population_ == population) return *labelling_;
  labelling_.reset();
  find_near_sectors();
  Pool pool = make_pool(backend_, input_, population, settings_.strata);
  Proximities proximities = proximities_of(pool);
  labelling_ =
      std::make_unique<RandomLabelling>(backend_, settings_, population, std::move(pool), input_.regions.size(),
                                        benchmark_of(population, progress), std::move(proximities));
  labelling_population_ = population;
  return *labelling_;
}

Bytes SignificanceWork::run(std::size_t unit, const std::function<void(double fraction)>& progress) {
  const Unit& of = units_[unit];
  RandomLabelling& labelling = labelling_of(of.population, progress);
  if (of.first > 0) {
    const SumReport& report = labelling.report();
    const bool checked = report.method != Method::exact && report.check.targets > 0;
    return ByteWriter()
        .put(report.method)
        .put(checked ? report.check.largest : kMissing)
        .put(labelling.observed())
        .put(labelling.draws(of.first, of.last, progress))
        .take();
  }

  const Pool& pool = labelling.pool();
  const std::vector<Moments> moments = moments_of_scores(backend_, pool, sum_settings(settings_.scores), progress);
  std::vector<std::uint32_t> rows;  // of the sector, in the order of the pool
  for (std::size_t k = 0; k < pool.size(); ++k) {
    if (is_labelled(pool.sector, k)) rows.push_back(pool.row[k]);
  }
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rows[a] < rows[b]; });
  std::vector<double> mean;
  std::vector<double> sd;
  for (const std::size_t k : order) {
    mean.push_back(moments[k].mean);
    sd.push_back(moments[k].sd);
  }
  std::vector<Moments> near;
  const Proximities& proximities = labelling.proximities();
  std::vector<double> values(pool.size());
  for (std::size_t s = 0; s < proximities.sectors; ++s) {
    for (std::size_t k = 0; k < values.size(); ++k) values[k] = proximities.of(k)[s];
    near.push_back(moments_of_mean(pool, values));
  }
  return ByteWriter().put(mean).put(sd).put(near).take();
}

SignificanceWork::Sector& SignificanceWork::sector_of(std::size_t population) {
  std::unique_ptr<Sector>& sector = sectors_[population];
  if (!sector) sector = std::make_unique<Sector>();
  return *sector;
}

void SignificanceWork::set_observed(Sector& sector, std::vector<double> observed) const {
  for (std::size_t k = 0; k < observed.size(); ++k) {
    const bool is_share = k < kStatistics.size() && k != kMeanD && k != kMedianD;
    sector.tallies.emplace_back(observed[k], scale_of(observed[k], is_share), settings_.stop_early);
  }
  sector.kept.assign(observed.size(), std::vector<double>(std::min(settings_.draws, kKeptDraws), kMissing));
}

void SignificanceWork::take(std::size_t unit, std::span<const std::byte> result) {
  const Unit& of = units_[unit];
  ByteReader reader(result, name(unit));
  Sector& sector = sector_of(of.population);
  const auto want = [&](std::size_t got, std::size_t wanted) {
    if (got == wanted) return;
    throw Error(name(unit) + ": " + std::to_string(got) + " values, where there should be " + std::to_string(wanted) +
                ". These are not of this work; delete them, and they are done again.");
  };
  if (of.first == 0) {
    std::vector<double> mean = reader.get_vector<double>();
    std::vector<double> sd = reader.get_vector<double>();
    std::vector<Moments> near = reader.get_vector<Moments>();
    reader.finish();
    want(mean.size(), rows_[of.population].size());
    want(sd.size(), rows_[of.population].size());
    want(near.size(), settings_.cross ? tested_.size() : 0);
    sector.null_mean = std::move(mean);
    sector.null_sd = std::move(sd);
    sector.near = std::move(near);
  } else {
    const auto method = reader.get<Method>();
    const auto check_largest = reader.get<double>();
    std::vector<double> observed = reader.get_vector<double>();
    std::vector<double> values = reader.get_vector<double>();
    reader.finish();
    want(observed.size(), kStatistics.size() + input_.regions.size() + (settings_.cross ? tested_.size() : 0));
    want(values.size(), (of.last - of.first) * observed.size());
    if (sector.tallies.empty()) {  // all blocks have the same
      sector.method = method;
      sector.check_largest = check_largest;
      set_observed(sector, std::move(observed));
    }
    add_draws(sector, of.first, values);
  }
  taken_[unit] = true;
}

void SignificanceWork::add_draws(Sector& sector, std::uint32_t first, std::span<const double> values) {
  const std::size_t width = sector.tallies.size();
  if (settings_.stop_early == 0) {
    for (std::size_t k = 0; k * width < values.size(); ++k) {
      add_draw(sector, first + static_cast<std::uint32_t>(k), values.subspan(k * width, width));
    }
    return;
  }
  // Where the draws stop depends on their order: a block waits for those before it.
  sector.waiting.emplace(first, std::vector<double>(values.begin(), values.end()));
  while (!sector.stopped && !sector.waiting.empty() && sector.waiting.begin()->first == sector.counted + 1) {
    const std::vector<double> block = std::move(sector.waiting.begin()->second);
    sector.waiting.erase(sector.waiting.begin());
    for (std::size_t k = 0; k * width < block.size() && !sector.stopped; ++k) {
      add_draw(sector, sector.counted + 1, std::span<const double>(block).subspan(k * width, width));
      sector.stopped =
          std::all_of(sector.tallies.begin(), sector.tallies.end(), [](const Tally& tally) { return tally.settled(); });
    }
  }
  if (sector.stopped) sector.waiting.clear();
}

void SignificanceWork::add_draw(Sector& sector, std::uint32_t draw, std::span<const double> values) {
  for (std::size_t k = 0; k < values.size(); ++k) {
    sector.tallies[k].add(values[k]);
    if (draw <= sector.kept[k].size()) sector.kept[k][draw - 1] = values[k];
  }
  ++sector.counted;
}

MemberTests SignificanceWork::member_tests(std::size_t population) const {
  const Sector& sector = *sectors_.at(population);
  MemberTests members;
  members.row = rows_[population];
  members.d_score = scores_[population].d;  // known: results() has asked for them
  members.null_mean = sector.null_mean;
  members.null_sd = sector.null_sd;
  for (std::size_t k = 0; k < members.row.size(); ++k) {
    const bool varies = members.null_sd[k] > 0;
    members.z.push_back(varies ? (members.d_score[k] - members.null_mean[k]) / members.null_sd[k] : kMissing);
    members.p_upper.push_back(varies ? normal_upper_tail(members.z.back()) : kMissing);
  }
  members.q_upper = benjamini_hochberg(members.p_upper);
  return members;
}

void SignificanceWork::describe(const Sector& sector, std::size_t population, Significance& results) const {
  const std::size_t benchmark = *input_.populations[population].benchmark;
  const auto test_of = [&](std::size_t k) {
    const std::size_t kept = std::min<std::size_t>(sector.kept[k].size(), sector.counted);
    TestResult test = sector.tallies[k].test(std::span<const double>(sector.kept[k]).first(kept));
    set_z(test);
    return test;
  };
  PopulationTests& tests = results.populations[population];
  const std::uint64_t in_benchmark = std::uint64_t{1} << benchmark;
  for (const std::uint32_t row : rows_[population]) {
    tests.outside_benchmark += (input_.membership[row] & in_benchmark) == 0 ? 1 : 0;
  }
  tests.pool = pool_size_[population];
  tests.draws = sector.counted;
  for (std::size_t k = 0; k < kStatistics.size(); ++k) {
    tests.statistics[k] = test_of(k);
    const std::size_t kept = std::min<std::size_t>(sector.kept[k].size(), sector.counted);
    results.draws[population].statistics[k].assign(sector.kept[k].begin(),
                                                   sector.kept[k].begin() + static_cast<std::ptrdiff_t>(kept));
  }
  tests.distributions = compare(scores_[population].d, scores_[benchmark].d);
  tests.method = sector.method;
  tests.check_largest = sector.check_largest;
  for (std::size_t r = 0; r < input_.regions.size(); ++r) {
    results.regions[population][r].mean_d = test_of(kStatistics.size() + r);
  }
  for (std::size_t s = 0; s < sector.near.size(); ++s) {
    if (tested_[s] == population) continue;
    TestResult test = test_of(kStatistics.size() + input_.regions.size() + s);
    test.null_mean = sector.near[s].mean;
    test.null_sd = sector.near[s].sd;
    test.z = kMissing;
    set_z(test);
    results.cross.push_back({population, tested_[s], test});
  }
  results.members[population] = member_tests(population);
}

Significance SignificanceWork::results() {
  for (std::size_t unit = 0; unit < units_.size(); ++unit) {
    if (!taken_[unit] && needed(unit)) throw Error(name(unit) + ": was not done. Run the command again.");
  }
  scores_of(0);  // though all units were done elsewhere
  const std::size_t populations = rows_.size();
  Significance results;
  results.populations.resize(populations);
  results.regions.resize(populations);
  results.members.resize(populations);
  results.draws.resize(populations);
  for (std::size_t p = 0; p < populations; ++p) {
    PopulationTests& tests = results.populations[p];
    const std::optional<std::size_t> benchmark = input_.populations[p].benchmark;
    tests.establishments = rows_[p].size();
    tests.mean_d = percentiles(backend_, scores_of(p).d, settings_.scores.quantile_type).mean;
    if (benchmark) {
      tests.benchmark_establishments = rows_[*benchmark].size();
      tests.benchmark_mean_d = percentiles(backend_, scores_of(*benchmark).d, settings_.scores.quantile_type).mean;
    }
    results.regions[p].resize(input_.regions.size());
    for (const std::uint32_t row : rows_[p]) ++results.regions[p][input_.region[row]].establishments;
    if (sectors_.contains(p)) describe(*sectors_.at(p), p, results);
  }
  std::vector<TestResult*> regions;
  for (auto& of_population : results.regions) {
    for (RegionTest& region : of_population) regions.push_back(&region.mean_d);
  }
  adjust(regions);
  std::vector<TestResult*> pairs;
  for (CrossTest& pair : results.cross) pairs.push_back(&pair.proximity);
  adjust(pairs);

  record(results.provenance, settings_.scores, backend_.description().substr(0, backend_.description().find(' ')));
  results.provenance.set("draws", std::int64_t{settings_.draws});
  results.provenance.set("seed", static_cast<std::int64_t>(settings_.seed));
  results.provenance.set("strata", name_of(settings_.strata));
  results.provenance.set("draw_tolerance", settings_.draw_tolerance);
  results.provenance.set("stop_early", std::int64_t{settings_.stop_early});
  results.provenance.set("cross", std::string(settings_.cross ? "yes" : "no"));
  results.provenance.set("device_description", backend_.description());
  results.input = std::move(input_);
  return results;
}

}  // namespace dscore
