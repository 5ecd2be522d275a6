#include "host/run_work.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "host/bytes.h"
#include "host/memory_costs.h"

namespace dscore {
namespace {

constexpr double kTablesS = 3.5e-7;  ///< of one core, per member of a population: statistics, regions, the file

}  // namespace

RunWork::RunWork(const Backend& backend, Register input, const Settings& settings, std::string input_identity)
    : backend_(backend),
      settings_(settings),
      input_identity_(std::move(input_identity)),
      input_(std::move(input)),
      summation_(backend, sum_settings(settings)),
      scoring_(summation_) {
  check(settings_);
  check(input_);
  rows_ = members_of(input_);
  Stopwatch watch;
  add_populations(scoring_, settings_, input_, rows_);
  merge_s_ = watch.lap();
  pairs_.lap();
  double members = 0;
  double mesh_bytes = 0;
  for (std::size_t p = 0; p < rows_.size(); ++p) {
    predicted_s_.push_back(scoring_.predicted_s(p));
    mesh_bytes = std::max(mesh_bytes, scoring_.predicted_bytes(p));
    members += static_cast<double>(rows_[p].size());
  }
  predicted_start_s_ = kTablesS * members / backend_.threads();
  predicted_bytes_ = scoring_bytes(input_) + mesh_bytes;
  scores_.resize(rows_.size());
}

std::string RunWork::identity() const {
  Provenance all;
  record(all, settings_, backend_.kind());
  all.set("large_share", settings_.large_share);
  std::string text = "run of " + input_identity_;
  for (const auto& [name, value] : all.entries) {
    if (name == "threads") continue;  // never change a result
    text += "\n" + name + ": ";
    if (const auto* words = std::get_if<std::string>(&value)) text += *words;
    if (const auto* number = std::get_if<double>(&value)) text += decimal(*number);
    if (const auto* whole = std::get_if<std::int64_t>(&value)) text += std::to_string(*whole);
  }
  return text;
}

Bytes RunWork::run(std::size_t unit, const std::function<void(double fraction)>& progress) {
  const Scores scores = scoring_.score(unit, progress);
  const SumReport& sums = scores.sums;
  ByteWriter bytes;
  bytes.put(scores.d).put(scores.establishments).put(scores.locations);
  bytes.put(scores.pairs_within_threshold).put(scores.coincident_pairs);
  bytes.put(sums.method).put(sums.why).put(sums.cutoff_m).put(sums.fell_back);
  bytes.put(static_cast<std::uint64_t>(sums.check.targets)).put(sums.check.largest).put(sums.check.rms);
  return bytes.take();
}

void RunWork::take(std::size_t unit, std::span<const std::byte> result) {
  ByteReader bytes(result, name(unit));
  Scores scores;
  scores.d = bytes.get_vector<double>();
  scores.establishments = bytes.get<std::uint64_t>();
  scores.locations = bytes.get<std::uint64_t>();
  scores.pairs_within_threshold = bytes.get<std::uint64_t>();
  scores.coincident_pairs = bytes.get<std::uint64_t>();
  scores.sums.method = bytes.get<Method>();
  scores.sums.why = bytes.get_text();
  scores.sums.cutoff_m = bytes.get<double>();
  scores.sums.fell_back = bytes.get<bool>();
  scores.sums.check.targets = bytes.get<std::uint64_t>();
  scores.sums.check.largest = bytes.get<double>();
  scores.sums.check.rms = bytes.get<double>();
  bytes.finish();
  if (scores.d.size() != rows_[unit].size()) throw Error(name(unit) + ": these are not the scores of this population.");
  scores_[unit] = std::move(scores);
}

Results RunWork::results() && {
  // Times of other processes are not those of this one: as long as it took, from the first to the last.
  scores_.front().merge_s = merge_s_;
  scores_.front().pairs_s = pairs_.lap();
  return results_of(backend_, std::move(input_), settings_, std::move(rows_), std::move(scores_), total_);
}

}  // namespace dscore
