#include "host/factors.h"

#include <charconv>
#include <initializer_list>
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

/// The value of this name.
template <class Enum>
Enum one_of(std::initializer_list<Enum> values, const std::string& name) {
  for (const Enum value : values) {
    if (name == name_of(value)) return value;
  }
  throw Error('"' + name + "\" is none of them");
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
      {"threshold_rule", "cap, exclude, shift or none",
       [](Settings& settings, const std::string& value) {
         settings.threshold_rule =
             one_of({ThresholdRule::cap, ThresholdRule::exclude, ThresholdRule::shift, ThresholdRule::none}, value);
       }},
      {"decay", "\"power:2\" for d^-2, or \"exponential:0.1\" for exp(-0.1 d), d in km",
       [](Settings& settings, const std::string& value) { settings.decay = parse_decay(value); }},
      {"cutoff_km", "kilometres, or \"none\"",
       [](Settings& settings, const std::string& value) {
         settings.cutoff_km.reset();
         if (value != "none") settings.cutoff_km = number_of<double>(value);
       }},
      {"distance", "\"plane\" or \"great-circle\"",
       [](Settings& settings, const std::string& value) {
         settings.distance = one_of({Distance::plane, Distance::great_circle}, value);
       }},
      {"neighbours", "what a neighbour counts as: \"establishments\" (1) or \"jobs\"",
       [](Settings& settings, const std::string& value) {
         settings.neighbours = one_of({Neighbours::establishments, Neighbours::jobs}, value);
       }},
      {"other_companies", "true: neighbours of the same company do not count; or false",
       [](Settings& settings, const std::string& value) {
         if (value != "true" && value != "false") throw Error('"' + value + "\" is neither true nor false");
         settings.other_companies = value == "true";
       }},
      {"quantile_type", "a type of Hyndman and Fan, 1 to 9",
       [](Settings& settings, const std::string& value) { settings.quantile_type = number_of<int>(value); }},
      {"cluster_levels", "the levels of strong and very strong concentration, e.g. \"0.9 0.95\"", set_levels},
      {"large_share", "a share of the sector's jobs, e.g. 0.05",
       [](Settings& settings, const std::string& value) { settings.large_share = number_of<double>(value); }},
  };
  return kFactors;
}

}  // namespace dscore
