#include "host/settings.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <system_error>

#include "kernels/error.h"

namespace dscore {
namespace {

constexpr double kMaxThresholdKm = 1e5;

}  // namespace

std::string decimal(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

void check(const Settings& settings) {
  if (!(settings.threshold_km >= kMinThresholdKm && settings.threshold_km <= kMaxThresholdKm)) {
    throw UsageError("--threshold-km: " + decimal(settings.threshold_km) +
                     " is not a distance. Give kilometres from 1e-9 (a micrometre) to 100000.");
  }
  if (settings.threads < 0) {
    throw UsageError("--threads: " + std::to_string(settings.threads) +
                     " is negative. Give a number of threads, or 0 for all.");
  }
  if (settings.quantile_type < 1 || settings.quantile_type > 9) {
    throw UsageError("--quantile-type: there is no type " + std::to_string(settings.quantile_type) +
                     ". Types of Hyndman and Fan are 1 to 9; R's default is 7.");
  }
  if (!(settings.large_share >= 0 && settings.large_share <= 1)) {
    throw UsageError("--large-share: " + decimal(settings.large_share) +
                     " is not a share. Give a number from 0 to 1, e.g. 0.05 for 5 %.");
  }
}

double threshold_m(double threshold_km) {
  // The shortest decimal is what the user typed; moving its point keeps it exact, where a product would round.
  char text[48];
  char* end = std::to_chars(text, text + 32, threshold_km, std::chars_format::scientific).ptr;
  char* exponent = text;
  while (exponent != end && *exponent != 'e') ++exponent;
  if (exponent == end) return threshold_km * 1000;  // infinite or not a number
  const int power = std::atoi(std::string(exponent + 1, end).c_str()) + 3;
  end = std::to_chars(exponent + 1, text + sizeof text, power).ptr;
  double metres = 0;
  const std::from_chars_result read = std::from_chars(text, end, metres);
  return read.ec == std::errc() ? metres : threshold_km * 1000;  // out of range: let the product say how
}

const char* name_of(ThresholdRule rule) {
  switch (rule) {
    case ThresholdRule::cap:
      return "cap";
    case ThresholdRule::exclude:
      return "exclude";
    case ThresholdRule::shift:
      return "shift";
    case ThresholdRule::none:
      return "none";
  }
  throw UsageError("--threshold-rule: no such rule.");
}

const char* name_of(Device device) {
  switch (device) {
    case Device::automatic:
      return "auto";
    case Device::cpu:
      return "cpu";
    case Device::cuda:
      return "cuda";
  }
  throw UsageError("--device: no such device.");
}

const char* name_of(Precision precision) {
  switch (precision) {
    case Precision::double_:
      return "double";
    case Precision::mixed:
      return "mixed";
  }
  throw UsageError("--precision: no such precision.");
}

void record(Provenance& provenance, const Settings& settings, Precision precision, const std::string& device) {
  provenance.set("threshold_km", settings.threshold_km);
  provenance.set("threshold_rule", name_of(settings.threshold_rule));
  provenance.set("device", device);
  provenance.set("threads", std::int64_t{cpu_threads(settings.threads)});
  provenance.set("precision", name_of(precision));
  provenance.set("quantile_type", std::int64_t{settings.quantile_type});
}

}  // namespace dscore
