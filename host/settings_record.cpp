// What results record of the settings that they were made with, and of how their sums were made.

#include "host/settings.h"

namespace dscore {

void record(Provenance& provenance, const Settings& settings, const std::string& device) {
  const SumSettings sums = sum_settings(settings);
  provenance.set("threshold_km", settings.threshold_km);
  provenance.set("threshold_rule", name_of(settings.threshold_rule));
  if (settings.decay != Decay{}) {
    provenance.set("decay", name_of(settings.decay));
    provenance.set("unit", unit_of(settings.decay));
  }
  if (settings.cutoff_km) provenance.set("cutoff_km", *settings.cutoff_km);
  if (settings.distance != Distance::plane) provenance.set("distance", name_of(settings.distance));
  if (settings.neighbours != Neighbours::establishments) provenance.set("neighbours", name_of(settings.neighbours));
  if (settings.other_companies) provenance.set("other_companies", "only");
  provenance.set("device", device);
  provenance.set("threads", std::int64_t{cpu_threads(settings.threads)});
  provenance.set("method", name_of(sums.method));
  if (sums.method != Method::exact) provenance.set("tolerance", sums.tolerance);
  if (sums.method != Method::exact && !sums.check) provenance.set("check", "no");
  provenance.set("precision", name_of(sums.pairs.precision));
  provenance.set("quantile_type", std::int64_t{settings.quantile_type});
}

void record(Provenance& provenance, const std::vector<SumReport>& sums) {
  std::string methods;
  for (const SumReport& report : sums) {
    if (!methods.empty()) methods += ',';
    methods += name_of(report.method);
  }
  const SelfCheck check = pooled_check(sums);
  provenance.set("methods", methods);
  provenance.set("checked_targets", static_cast<std::int64_t>(check.targets));
  if (check.targets == 0) return;
  provenance.set("check_largest_error", check.largest);
  provenance.set("check_rms_error", check.rms);
  provenance.set("check_s", check.seconds);
}

}  // namespace dscore
