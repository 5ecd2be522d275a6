#include "host/sweep.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "host/agreement.h"
#include "host/bytes.h"
#include "host/sweep_costs.h"
#include "kernels/host_threads.h"

namespace dscore {
namespace {

/// Scores of a register under one setting, before anything is made of them.
struct ScoredRegister {
  std::vector<Scores> counts;
  std::vector<MemberScores> members;
};

ScoredRegister score_register(const Backend& backend, const Register& input, const Settings& settings,
                              const Progress& progress) {
  ScoredRegister scored;
  std::vector<std::vector<std::uint32_t>> rows = members_of(input);
  Summation summation(backend, sum_settings(settings));
  scored.counts =
      score_populations(summation, settings, input, rows, [&](const std::string& /*what*/, double fraction) {
        if (progress) progress(0.9 * fraction);
      });
  for (std::size_t p = 0; p < rows.size(); ++p) {
    scored.members.emplace_back();
    scored.members.back().row = std::move(rows[p]);
    scored.members.back().d_score = std::move(scored.counts[p].d);
  }
  return scored;
}

/// "threshold_km = 2".
std::string name_of(const SweepSetting& setting) {
  return setting.factor + (setting.value.empty() ? "" : " = " + setting.value);
}

/// Errors of `look` say of which setting they are, and where it stands.
template <class Look>
void check_setting(const SweepSetting& setting, Look look) {
  try {
    look();
  } catch (const Error& error) {
    throw Error((setting.place.empty() ? "sweep" : setting.place) + ", setting " + name_of(setting) + ": " +
                error.what());
  }
}

std::vector<double> mean_d_of(const std::vector<RegionResult>& regions) {
  std::vector<double> mean_d;
  mean_d.reserve(regions.size());
  for (const RegionResult& region : regions) mean_d.push_back(region.mean_d);
  return mean_d;
}

bool is_scored(const MemberScores& members) {
  return !members.d_score.empty() && !is_missing(members.d_score.front());  // scores are missing all together
}

/// Members of two registers that are the same establishments, as indices into either. row: where the second register's
/// rows come from, empty if they are the first one's.
std::vector<std::pair<std::uint32_t, std::uint32_t>> in_both(const MemberScores& before, const MemberScores& after,
                                                             const std::vector<std::uint32_t>& row) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> both;
  std::uint32_t i = 0;
  for (std::uint32_t j = 0; j < after.row.size(); ++j) {
    const std::uint32_t original = row.empty() ? after.row[j] : row[after.row[j]];
    while (i < before.row.size() && before.row[i] < original) ++i;
    if (i < before.row.size() && before.row[i] == original) both.emplace_back(i, j);
  }
  return both;
}

void put(ByteWriter& bytes, const RegionResult& region) {  // by member: the struct has a gap
  bytes.put(region.establishments).put(region.jobs).put(region.lq).put(region.mean_d);
  bytes.put(region.share_above_p90).put(region.share_above_p95).put(std::int64_t{region.type});
}

RegionResult get_region(ByteReader& bytes) {
  RegionResult region;
  region.establishments = bytes.get<std::uint64_t>();
  region.jobs = bytes.get<double>();
  region.lq = bytes.get<double>();
  region.mean_d = bytes.get<double>();
  region.share_above_p90 = bytes.get<double>();
  region.share_above_p95 = bytes.get<double>();
  region.type = static_cast<int>(bytes.get<std::int64_t>());
  return region;
}

// Without gaps, so that equal results are equal bytes.
static_assert(sizeof(PopulationResult) == 13 * 8 && sizeof(PopulationChange) == 8 * 8);

void put(ByteWriter& bytes, const SumsTaken& sums) {  // it has a gap, too
  bytes.put(sums.exact).put(sums.fell_back).put(sums.largest_error);
}

SumsTaken get_sums(ByteReader& bytes) {
  SumsTaken sums;
  sums.exact = bytes.get<std::uint8_t>();
  sums.fell_back = bytes.get<std::uint8_t>();
  sums.largest_error = bytes.get<double>();
  return sums;
}

SumsTaken taken(const SumReport& report) {
  SumsTaken sums;
  sums.exact = report.method == Method::exact ? 1 : 0;
  sums.fell_back = report.fell_back ? 1 : 0;
  if (sums.exact == 0 && report.check.targets > 0) sums.largest_error = report.check.largest;
  return sums;
}

void put(ByteWriter& bytes, const SettingResult& result) {
  bytes.put(result.populations).put(result.changes);
  for (const SumsTaken& sums : result.sums) put(bytes, sums);
  for (const std::vector<RegionResult>& regions : result.regions) {
    for (const RegionResult& region : regions) put(bytes, region);
  }
}

SettingResult get_setting(ByteReader& bytes, std::size_t regions) {
  SettingResult result;
  result.populations = bytes.get_vector<PopulationResult>();
  result.changes = bytes.get_vector<PopulationChange>();
  for (std::size_t p = 0; p < result.populations.size(); ++p) result.sums.push_back(get_sums(bytes));
  result.regions.resize(result.populations.size());
  for (std::vector<RegionResult>& of : result.regions) {
    for (std::size_t r = 0; r < regions; ++r) of.push_back(get_region(bytes));
  }
  return result;
}

}  // namespace

struct Sweep::Baseline {
  std::vector<Scores> counts;
  std::vector<MemberScores> members;
  std::vector<Ranks> ranks;  ///< of the members' scores
  Tables tables;

  PopulationChange change(std::size_t p, const MemberScores& after, const PopulationResult& after_results,
                          const std::vector<RegionResult>& regions, const std::vector<std::uint32_t>& row) const;
};

PopulationChange Sweep::Baseline::change(std::size_t p, const MemberScores& after,
                                         const PopulationResult& after_results,
                                         const std::vector<RegionResult>& regions,
                                         const std::vector<std::uint32_t>& row) const {
  const MemberScores& before = members[p];
  PopulationChange change;
  const auto both = in_both(before, after, row);
  // Where there are bounds on both sides.
  const bool clusters =
      !is_missing(tables.populations[p].share_above_p90) && !is_missing(after_results.share_above_p90);
  for (const auto& [i, j] : both) {
    if (!clusters) break;
    const bool was = before.cluster[i] != Cluster::none;
    const bool is = after.cluster[j] != Cluster::none;
    change.entered += !was && is ? 1 : 0;
    change.left += was && !is ? 1 : 0;
  }
  if (is_scored(before) && is_scored(after)) {
    Agreement establishments;
    if (both.size() == before.row.size() && both.size() == after.row.size()) {
      establishments = agreement(ranks[p], ranks_of(after.d_score));
    } else {
      std::vector<double> a, b;
      for (const auto& [i, j] : both) {
        a.push_back(before.d_score[i]);
        b.push_back(after.d_score[j]);
      }
      establishments = agreement(a, b);
    }
    change.compared = establishments.compared;
    change.spearman = establishments.spearman;
    change.kendall = establishments.kendall;
  }
  const Agreement of_regions = agreement(mean_d_of(tables.regions[p]), mean_d_of(regions));
  change.region_spearman = of_regions.spearman;
  change.region_kendall = of_regions.kendall;
  for (std::size_t r = 0; r < regions.size(); ++r) {
    if (clusters && regions[r].establishments > 0 && regions[r].type != tables.regions[p][r].type)
      ++change.types_changed;
  }
  return change;
}

Sweep::Sweep(const Backend& backend, Register input, SweepPlan plan, std::string input_identity)
    : backend_(backend), input_(std::move(input)), plan_(std::move(plan)), input_identity_(std::move(input_identity)) {
  check(input_);
  groups_ = scored_together(plan_.settings);
  for (const SweepSetting& setting : plan_.settings) {
    check_setting(setting, [&] {
      check(setting.settings);
      const Summation possible(backend_, sum_settings(setting.settings));
      if (const std::string fault = fault_of(setting.change, input_); !fault.empty()) throw UsageError(fault);
    });
  }
  const std::string bands = plan_.bands_place.empty() ? "sweep" : plan_.bands_place;
  if (plan_.band_edges_m.size() >= static_cast<std::size_t>(kMostBands)) {
    throw Error(bands + ": " + std::to_string(plan_.band_edges_m.size()) + " edges of distance bands are more than " +
                std::to_string(kMostBands - 1) + ", the most there can be. Give fewer.");
  }
  if (!plan_.band_edges_m.empty() && plan_.settings.front().settings.other_companies) {
    throw Error(bands +
                ": bands count all neighbours, and the baseline leaves out those of the same company. Leave one of "
                "the two out.");
  }
  std::set<std::string> checked;  // who has neighbours depends on little
  for (const std::vector<std::size_t>& group : groups_) {
    const SweepSetting& setting = plan_.settings[group.front()];
    if (everybody_counts(setting.settings)) continue;
    SweepSetting little{.factor = "", .value = "", .settings = {}, .change = setting.change};
    little.settings.neighbours = setting.settings.neighbours;
    little.settings.other_companies = setting.settings.other_companies;
    if (!checked.insert(text_of(little)).second) continue;
    check_setting(setting, [&] { check_neighbours(setting.settings, changed_register(setting.change, input_).input); });
  }
  results_.settings.resize(plan_.settings.size());
}

Sweep::~Sweep() = default;

std::string Sweep::identity() const {
  std::string text = "sweep of " + input_identity_ + " on " + backend_.kind() + "\n";
  for (const SweepSetting& setting : plan_.settings) text += text_of(setting) + "\n";
  for (const double edge : plan_.band_edges_m) text += "band to " + decimal(edge) + "\n";
  return text;
}

std::size_t Sweep::units() const {
  return groups_.size() + (plan_.band_edges_m.empty() ? 0 : input_.populations.size());
}

std::string Sweep::name(std::size_t unit) const {
  if (unit >= groups_.size()) return "distance bands of " + input_.populations[unit - groups_.size()].name;
  return name_of(plan_.settings[groups_[unit].front()]);
}

const Sweep::Costs& Sweep::costs() const {
  if (!costs_.unit_s.empty()) return costs_;
  SweepCosts predicted(backend_, input_, plan_);
  for (const std::vector<std::size_t>& group : groups_) {
    const bool is_baseline = costs_.unit_s.empty();  // whose scores every process has
    costs_.unit_s.push_back((is_baseline ? 0 : predicted.scores_s(plan_.settings[group.front()])) +
                            predicted.tables_s() * static_cast<double>(group.size()));
  }
  for (std::size_t p = 0; p < units() - groups_.size(); ++p) costs_.unit_s.push_back(predicted.bands_s(p));
  costs_.start_s = predicted.scores_s(plan_.settings.front()) + predicted.tables_s();
  costs_.bytes = predicted.bytes();
  return costs_;
}

const Sweep::Baseline& Sweep::baseline(const Progress& progress) {
  if (baseline_) return *baseline_;
  auto made = std::make_unique<Baseline>();
  const Settings& settings = plan_.settings.front().settings;
  ScoredRegister scored = score_register(backend_, input_, settings, progress);
  made->counts = std::move(scored.counts);
  made->members = std::move(scored.members);
  made->tables = describe(backend_, settings, input_, made->counts, made->members);
  made->ranks.resize(made->members.size());
  for_each_on_threads(made->members.size(), static_cast<std::size_t>(backend_.threads()), [&](std::size_t p) {
    if (is_scored(made->members[p])) made->ranks[p] = ranks_of(made->members[p].d_score);
  });
  baseline_ = std::move(made);
  return *baseline_;
}

Bytes Sweep::run_bands(std::size_t p, const std::function<void(double fraction)>& progress) {
  const Settings& settings = plan_.settings.front().settings;
  const SumSettings sums = sum_settings(settings);
  const MemberScores& members = baseline(progress).members[p];
  const double p90 = baseline(progress).tables.populations[p].p90;
  BandShares shares;
  std::vector<double> edges_m{0};
  edges_m.insert(edges_m.end(), plan_.band_edges_m.begin(), plan_.band_edges_m.end());
  edges_m.push_back(std::numeric_limits<double>::infinity());
  const std::vector<std::uint16_t> region = gather(input_.region, members.row);
  std::vector<std::uint8_t> top;
  double top_sum = 0, top_count = 0;
  for (const double d : members.d_score) {
    top.push_back(d > p90 ? 1 : 0);
    if (top.back() == 0) continue;
    top_sum += d;
    ++top_count;
  }
  std::vector<double> weight;
  if (settings.neighbours == Neighbours::jobs) weight = gather(input_.jobs, members.row);
  const MergedPoints merged = merged_rows(backend_, input_, members.row);
  std::vector<double> longitude, latitude;
  if (sums.to_degrees) {
    longitude.assign(merged.x_m.begin(), merged.x_m.end());
    latitude.assign(merged.y_m.begin(), merged.y_m.end());
    sums.to_degrees(longitude, latitude);
  }
  shares = band_shares({merged, {}, longitude, latitude}, {region, top, weight}, input_.regions.size(), sums.pairs,
                       edges_m, backend_.threads(), progress);
  ByteWriter bytes;
  bytes.put(shares.all).put(shares.top).put(top_count > 0 ? top_sum / top_count : kMissing);
  for (const std::vector<double>& of : shares.regions) bytes.put(of);
  return bytes.take();
}

void Sweep::take_bands(std::size_t p, ByteReader& bytes) {
  results_.bands.resize(input_.populations.size());
  results_.top_mean_d.resize(input_.populations.size());
  BandShares shares;
  shares.all = bytes.get_vector<double>();
  shares.top = bytes.get_vector<double>();
  results_.top_mean_d[p] = bytes.get<double>();
  for (std::size_t r = 0; r < input_.regions.size(); ++r) shares.regions.push_back(bytes.get_vector<double>());
  results_.bands[p] = std::move(shares);
  bytes.finish();
}

Bytes Sweep::run(std::size_t unit, const std::function<void(double fraction)>& progress) {
  if (unit >= groups_.size()) return run_bands(unit - groups_.size(), progress);
  const Baseline& before = baseline(progress);
  const std::size_t populations = input_.populations.size();
  const SweepSetting& first = plan_.settings[groups_[unit].front()];
  ChangedRegister changed;  // of the settings that differ in what is made of scores, each has its own benchmarks
  ScoredRegister scored;
  ByteWriter bytes;
  double described = 0;
  for (const std::size_t k : groups_[unit]) {
    const SweepSetting& setting = plan_.settings[k];
    if (progress) progress(0.9 + 0.1 * described++ / static_cast<double>(groups_[unit].size()));
    changed = changed_register(setting.change, input_);
    if (&setting == &first) {
      if (unit == 0) {
        scored = {before.counts, before.members};
      } else {
        scored = score_register(backend_, changed.input, setting.settings, progress);
      }
    }
    Tables tables = describe(backend_, setting.settings, changed.input, scored.counts, scored.members);
    SettingResult result;
    for (std::size_t p = 0; p < populations; ++p) result.sums.push_back(taken(scored.counts[p].sums));
    result.changes.resize(populations);
    for_each_on_threads(populations, static_cast<std::size_t>(backend_.threads()), [&](std::size_t p) {
      result.changes[p] = before.change(p, scored.members[p], tables.populations[p], tables.regions[p], changed.row);
    });
    tables.populations.resize(populations);  // without the benchmarks that were made for it
    tables.regions.resize(populations);
    result.populations = std::move(tables.populations);
    result.regions = std::move(tables.regions);
    put(bytes, result);
  }
  return bytes.take();
}

void Sweep::take(std::size_t unit, std::span<const std::byte> result) {
  ByteReader bytes(result, "sweep, result of " + name(unit));
  if (unit >= groups_.size()) return take_bands(unit - groups_.size(), bytes);
  for (const std::size_t k : groups_[unit]) {
    results_.settings[k] = get_setting(bytes, input_.regions.size());
    const SettingResult& got = results_.settings[k];
    if (got.populations.size() != input_.populations.size() || got.changes.size() != got.populations.size()) {
      throw Error("sweep, result of " + name(unit) + ": of other populations. Delete it and start anew.");
    }
  }
  bytes.finish();
}

SweepResults Sweep::results() && {
  for (const SweepSetting& setting : plan_.settings) {
    results_.factor.push_back(setting.factor);
    results_.value.push_back(setting.value);
    results_.text.push_back(text_of(setting));
    results_.unit.push_back(unit_of(setting.settings.decay));
  }
  results_.populations = input_.populations;
  results_.regions = input_.regions;
  results_.band_edges_m = plan_.band_edges_m;
  results_.input_provenance = input_.provenance;
  return std::move(results_);
}

}  // namespace dscore
