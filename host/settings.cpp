#include "host/settings.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <system_error>

#include "kernels/error.h"

namespace dscore {
namespace {

constexpr double kMaxThresholdKm = 1e5;
constexpr double kMostDecay = 20;     // f^2 of distances in metres stays a number
constexpr double kMixedError = 1e-6;  // of Precision::mixed

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
  if (!(settings.decay.parameter > 0 && settings.decay.parameter <= kMostDecay)) {
    throw UsageError("--decay: " + name_of(settings.decay) +
                     " is not a decay. Give a power, or a rate in 1/km, above 0 and at most 20.");
  }
  if (settings.cutoff_km && !(*settings.cutoff_km >= kMinThresholdKm && *settings.cutoff_km <= kMaxThresholdKm)) {
    throw UsageError("--cutoff-km: " + decimal(*settings.cutoff_km) +
                     " is not a distance. Give kilometres from 1e-9 to 100000.");
  }
  if (settings.distance == Distance::great_circle && !settings.to_degrees) {
    throw UsageError("--distance great-circle: nothing here goes back from RD New to degrees. Take --distance plane.");
  }
  if (!(settings.tolerance >= kSmallestTolerance && settings.tolerance <= kLargestTolerance)) {
    throw UsageError("--tolerance: " + decimal(settings.tolerance) +
                     " cannot be kept. Give a relative error from 1e-12 to 1e-3, or take --method exact.");
  }
  if ((settings.method == Method::p3m || settings.method == Method::tree) && settings.precision) {
    throw UsageError(std::string("--precision is of the exact method, and --method ") + name_of(settings.method) +
                     " is another. Give --tolerance instead.");
  }
  if (settings.threads < 0) {
    throw UsageError("--threads: " + std::to_string(settings.threads) +
                     " is negative. Give a number of threads, or 0 for all.");
  }
  if (settings.quantile_type < 1 || settings.quantile_type > 9) {
    throw UsageError("--quantile-type: there is no type " + std::to_string(settings.quantile_type) +
                     ". Types of Hyndman and Fan are 1 to 9; R's default is 7.");
  }
  const auto [strong, very_strong] = settings.cluster_levels;
  if (!(strong >= 0 && strong < very_strong && very_strong <= 1)) {
    throw UsageError("cluster_levels: " + decimal(strong) + " and " + decimal(very_strong) +
                     " are not two probabilities from 0 to 1, the lower one first. Give such, e.g. \"0.9 0.95\".");
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

std::string name_of(const Decay& decay) {
  return (decay.shape == DecayShape::power ? "power:" : "exponential:") + decimal(decay.parameter);
}

Decay parse_decay(const std::string& text) {
  const std::size_t colon = text.find(':');
  const std::string shape = text.substr(0, colon);
  Decay decay;
  if (shape == "exponential") {
    decay.shape = DecayShape::exponential;
  } else if (shape != "power") {
    throw Error('"' + text + "\" is not a decay. Give power:A for d^-A, or exponential:L for exp(-L d), L in 1/km");
  }
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(colon == std::string::npos ? end : text.data() + colon + 1, end, decay.parameter);
  if (read.ec != std::errc() || read.ptr != end) {
    throw Error('"' + text + "\" has no number. Give " + shape + ":2, for instance");
  }
  return decay;
}

std::string unit_of(const Decay& decay) {
  if (decay.shape == DecayShape::exponential) return "1";
  return decay.parameter == 1 ? "1/km" : "1/km^" + decimal(decay.parameter);
}

const char* name_of(Distance distance) { return distance == Distance::plane ? "plane" : "great-circle"; }

const char* name_of(Neighbours neighbours) {
  return neighbours == Neighbours::establishments ? "establishments" : "jobs";
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

const char* name_of(Method method) {
  switch (method) {
    case Method::automatic:
      return "auto";
    case Method::exact:
      return "exact";
    case Method::p3m:
      return "p3m";
    case Method::tree:
      return "tree";
  }
  throw UsageError("--method: no such method.");
}

SumSettings sum_settings(const Settings& settings) {
  SumSettings sums;
  const Precision allowed = settings.tolerance >= kMixedError ? Precision::mixed : Precision::double_;
  sums.pairs = {settings.threshold_rule, threshold_m(settings.threshold_km), settings.precision.value_or(allowed)};
  sums.pairs.decay = settings.decay;
  if (settings.decay.shape == DecayShape::exponential) sums.pairs.decay.parameter /= 1000;  // a rate, from 1/km to 1/m
  if (settings.cutoff_km) sums.pairs.cutoff_m = threshold_m(*settings.cutoff_km);
  sums.weighted = settings.neighbours == Neighbours::jobs;
  if (settings.distance == Distance::great_circle) sums.to_degrees = settings.to_degrees;
  sums.method = settings.method == Method::automatic && settings.precision ? Method::exact : settings.method;
  sums.tolerance = settings.tolerance;
  sums.check = settings.check;
  return sums;
}

}  // namespace dscore
