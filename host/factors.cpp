#include "host/factors.h"

#include <charconv>
#include <sstream>

#include "kernels/error.h"

namespace dscore {
namespace {

template <class Number>
Number number_of(const std::string& text) {
  Number value{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size()) {
    throw Error('"' + text + "\" is not a number");
  }
  return value;
}

void set_rule(Settings& settings, const std::string& value) {
  for (const ThresholdRule rule :
       {ThresholdRule::cap, ThresholdRule::exclude, ThresholdRule::shift, ThresholdRule::none}) {
    if (value != name_of(rule)) continue;
    settings.threshold_rule = rule;
    return;
  }
  throw Error('"' + value + "\" is not a rule");
}

void set_levels(Settings& settings, const std::string& value) {
  std::istringstream words(value);
  std::string strong, very_strong, more;
  words >> strong >> very_strong;
  if (very_strong.empty() || words >> more) throw Error('"' + value + "\" is not two levels");
  settings.cluster_levels = {number_of<double>(strong), number_of<double>(very_strong)};
}

}  // namespace

const std::vector<Factor>& factors() {
  static const std::vector<Factor> kFactors{
      {"threshold_km", "kilometres, e.g. 0.5",
       [](Settings& settings, const std::string& value) { settings.threshold_km = number_of<double>(value); }},
      {"threshold_rule", "cap, exclude, shift or none", set_rule},
      {"quantile_type", "a type of Hyndman and Fan, 1 to 9",
       [](Settings& settings, const std::string& value) { settings.quantile_type = number_of<int>(value); }},
      {"cluster_levels", "the levels of strong and very strong concentration, e.g. \"0.9 0.95\"", set_levels},
      {"large_share", "a share of the sector's jobs, e.g. 0.05",
       [](Settings& settings, const std::string& value) { settings.large_share = number_of<double>(value); }},
  };
  return kFactors;
}

}  // namespace dscore
