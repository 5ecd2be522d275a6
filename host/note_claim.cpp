#include "host/note_claim.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace dscore {
namespace {

/// "CR03 x 0.5": the region, and the factor.
struct Moved {
  std::string code;
  double factor = 1;
};
std::optional<Moved> moved(const std::string& value) {
  const std::size_t times = value.find(" x ");
  if (times == std::string::npos) return std::nullopt;
  Moved move{value.substr(0, times), 1};
  const char* const end = value.data() + value.size();
  const auto read = std::from_chars(value.data() + times + 3, end, move.factor);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return move;
}

/// The setting that moves each region nearest to the centre, by the region.
std::map<std::size_t, std::size_t> nearest_moves(const SweepResults& results) {
  std::map<std::size_t, std::pair<double, std::size_t>> nearest;
  for (std::size_t s = 0; s < results.settings.size(); ++s) {
    if (results.factor[s] != "move") continue;
    const std::optional<Moved> move = moved(results.value[s]);
    if (!move || move->factor >= 1) continue;
    for (std::size_t r = 0; r < results.regions.size(); ++r) {
      if (results.regions[r].code != move->code) continue;
      const auto found = nearest.find(r);
      if (found == nearest.end() || move->factor < found->second.first) nearest[r] = {move->factor, s};
    }
  }
  std::map<std::size_t, std::size_t> settings;
  for (const auto& [region, best] : nearest) settings[region] = best.second;
  return settings;
}

}  // namespace

std::vector<NoteClaim> note_claims(const SweepResults& results) {
  std::vector<NoteClaim> claims;
  const std::map<std::size_t, std::size_t> moves = nearest_moves(results);
  const auto edge = std::find(results.band_edges_m.begin(), results.band_edges_m.end(), kNearM);
  if (moves.empty() || results.bands.empty() || edge == results.band_edges_m.end()) return claims;
  const auto near_bands = edge - results.band_edges_m.begin() + 1;
  for (std::size_t p = 0; p < results.populations.size(); ++p) {
    NoteClaim& claim = claims.emplace_back();
    claim.population = results.populations[p].name;
    const double mean_d = results.settings.front().populations[p].mean_d;
    for (const auto& [region, setting] : moves) {
      if (!(results.settings.front().regions[p][region].mean_d < mean_d)) continue;  // missing: nobody there
      ++claim.below;
      const SettingResult& there = results.settings[setting];
      if (there.regions[p][region].mean_d < there.populations[p].mean_d) ++claim.still_below;
    }
    const auto from_near = [&](const std::vector<double>& shares) {
      double sum = 0;
      for (auto k = shares.begin(); k != shares.begin() + near_bands; ++k) sum += *k;
      return sum;
    };
    const double top = results.top_mean_d[p];
    const double lead = top - mean_d;
    if (lead > 0) {
      claim.lead_from_near = (top * from_near(results.bands[p].top) - mean_d * from_near(results.bands[p].all)) / lead;
    }
  }
  return claims;
}

}  // namespace dscore
