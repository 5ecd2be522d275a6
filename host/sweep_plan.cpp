#include "host/sweep_plan.h"

#include <unordered_map>

namespace dscore {
namespace {

std::string text_of(const std::monostate& /*nothing*/) { return "unchanged"; }
std::string text_of(const MoveRegion& move) {
  return "move " + std::to_string(move.region) + " by " + decimal(move.dx_m) + " " + decimal(move.dy_m);
}
std::string text_of(const WithoutRegion& without) { return "without region " + std::to_string(without.region); }
std::string text_of(const WithoutCompany& without) { return "without company " + std::to_string(without.company); }
std::string text_of(const WithoutCircle& without) {
  return "without " + decimal(without.radius_m) + " around " + decimal(without.x_m) + " " + decimal(without.y_m);
}
std::string text_of(const Subsample& sample) {
  return "subsample " + decimal(sample.share) + " seed " + std::to_string(sample.seed) + " repeat " +
         std::to_string(sample.repeat);
}
std::string text_of(const OtherBenchmark& other) {
  switch (other.of) {
    case OtherBenchmark::Of::population:
      return "benchmark " + std::to_string(other.population);
    case OtherBenchmark::Of::everything:
      return "benchmark everything";
    case OtherBenchmark::Of::others:
      return "benchmark others";
  }
  return "";
}

/// What scores depend on.
std::string scores_text(const SweepSetting& setting) {
  const std::string text = scores_text(setting.settings);
  // Another population as benchmark leaves the scores as they are; one that is made for it has to be scored.
  const auto* other = std::get_if<OtherBenchmark>(&setting.change);
  if (other != nullptr && other->of == OtherBenchmark::Of::population) return text + " unchanged";
  return text + " " + std::visit([](const auto& how) { return text_of(how); }, setting.change);
}

}  // namespace

std::string scores_text(const Settings& settings) {
  std::string text = "threshold_km=" + decimal(settings.threshold_km) +
                     " threshold_rule=" + name_of(settings.threshold_rule) + " method=" + name_of(settings.method) +
                     " tolerance=" + decimal(settings.tolerance) + (settings.check ? "" : " no_check");
  text += " decay=" + name_of(settings.decay) + " distance=" + name_of(settings.distance) +
          " neighbours=" + name_of(settings.neighbours);
  if (settings.cutoff_km) text += " cutoff_km=" + decimal(*settings.cutoff_km);
  if (settings.other_companies) text += " other_companies";
  if (settings.precision) text += std::string(" precision=") + name_of(*settings.precision);
  return text;
}

std::vector<std::vector<std::size_t>> scored_together(const std::vector<SweepSetting>& settings) {
  std::vector<std::vector<std::size_t>> groups;
  std::unordered_map<std::string, std::size_t> group_of;  // by what scores depend on
  for (std::size_t k = 0; k < settings.size(); ++k) {
    const auto [known, is_new] = group_of.emplace(scores_text(settings[k]), groups.size());
    if (is_new) groups.emplace_back();
    groups[known->second].push_back(k);
  }
  return groups;
}

std::string text_of(const SweepSetting& setting) {
  const Settings& settings = setting.settings;
  return setting.factor + "=" + setting.value + ": " + scores_text(setting) +
         " quantile_type=" + std::to_string(settings.quantile_type) +
         " cluster_levels=" + decimal(settings.cluster_levels[0]) + "," + decimal(settings.cluster_levels[1]) +
         " large_share=" + decimal(settings.large_share) + " " +
         std::visit([](const auto& how) { return text_of(how); }, setting.change);
}

}  // namespace dscore
