// From results and a suppression to tables: hides, replaces, rounds, and keeps the log.

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "host/disclosure.h"
#include "kernels/quantile.h"

namespace dscore {
namespace {

constexpr const char* kPopulations = "populations";
constexpr const char* kRegions = "regions";

/// Shortest decimal that reads back as the same double.
std::string decimal(double value) {
  std::array<char, 32> text;
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

/// The nearest multiple, halves upwards.
double to_multiple(double value, std::uint64_t base) {
  const auto step = static_cast<double>(base);
  return std::floor(value / step + 0.5) * step;
}

double to_decimals(double value, int places) {
  const double power = std::pow(10, places);
  return is_missing(value) ? kMissing : std::round(value * power) / power;
}

double to_digits(double value, int digits) {
  if (value == 0) return 0;
  const double step = std::pow(10, std::max(0.0, std::floor(std::log10(value)) + 1 - digits));
  return std::floor(value / step + 0.5) * step;
}

/// A quantile of a population's scores, missing where they are.
double quantile(std::vector<double> d, double p, int type) {
  if (d.empty() || is_missing(d.front())) return kMissing;
  std::sort(d.begin(), d.end());
  const QuantilePosition at = quantile_position(d.size(), p, type);
  return interpolate(d[at.low], d[at.high], at.weight);
}

int quantile_type(const Results& results) {
  const auto* value = results.provenance.find("quantile_type");
  const auto* type = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  return type == nullptr ? 7 : static_cast<int>(*type);
}

/// What may be told of where a file comes from: never a path, a name of a file, a time, a number of rows, or a text of
/// somebody's own.
Provenance allowed(const Provenance& provenance) {
  constexpr std::array<std::string_view, 14> kAllowed{
      "version",   "threshold_km", "threshold_rule", "precision", "quantile_type", "large_share", "input_sha256",
      "synthetic", "generator",    "model_version",  "seed",      "scale",         "notice",      "reference_date"};
  Provenance kept;
  for (const auto& [name, value] : provenance.entries) {
    if (std::find(kAllowed.begin(), kAllowed.end(), name) == kAllowed.end()) continue;
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr || text->find_first_of("/\\~") == std::string::npos) kept.set(name, value);
  }
  return kept;
}

void record(Provenance& provenance, const DisclosureRules& rules) {
  const auto whole = [&](const char* name, std::uint64_t value) {
    provenance.set(std::string("disclosure_") + name, static_cast<std::int64_t>(value));
  };
  whole("minimum_establishments", rules.minimum_establishments);
  if (rules.check_dominance) {
    provenance.set("disclosure_dominance", rules.dominance);
  } else {
    provenance.set("disclosure_dominance", std::string("unchecked"));
  }
  provenance.set("disclosure_empty_cells", std::string(rules.show_empty_cells ? "show" : "suppress"));
  provenance.set("disclosure_protection", rules.protection);
  provenance.set("disclosure_high_percentile", rules.high_percentile);
  provenance.set("disclosure_log", std::string(rules.log_names_rules ? "rules" : "suppressed"));
  whole("rounding_counts", rules.count_base);
  whole("rounding_jobs", rules.jobs_base);
  whole("rounding_score_decimals", static_cast<std::uint64_t>(rules.score_decimals));
  whole("rounding_lq_decimals", static_cast<std::uint64_t>(rules.lq_decimals));
  whole("rounding_share_decimals", static_cast<std::uint64_t>(rules.share_decimals));
  whole("rounding_pairs_digits", static_cast<std::uint64_t>(rules.pairs_digits));
}

void append(std::string& list, const std::string& name) {
  if (!list.empty()) list += ' ';
  list += name;
}

class Writer {
 public:
  Writer(const Results& results, const DisclosureRules& rules)
      : results_(results), rules_(rules), hidden_(suppress(results, rules)) {}

  Disclosed write() {
    for (std::size_t p = 0; p < results_.populations.size(); ++p) out_.populations.push_back(population(p));
    for (std::size_t p = 0; p < results_.populations.size(); ++p) {
      out_.regions.emplace_back();
      for (std::size_t r = 0; r < results_.input.regions.size(); ++r) out_.regions.back().push_back(region(p, r));
    }
    log_what_holds_everywhere();
    out_.provenance = allowed(results_.provenance);
    record(out_.provenance, rules_);
    out_.input_provenance = allowed(results_.input.provenance);
    return std::move(out_);
  }

 private:
  double share(double value) const { return to_decimals(value, rules_.share_decimals); }
  double score(double value) const { return to_decimals(value, rules_.score_decimals); }
  double count(std::uint64_t value) const { return to_multiple(static_cast<double>(value), rules_.count_base); }

  void log(const char* table, std::size_t p, std::size_t column, const std::string& columns, Hidden why) {
    const auto& regions = results_.input.regions;
    out_.log.push_back({table, results_.input.populations[p].name,
                        column < regions.size() ? regions[column].code : std::string(), columns,
                        rules_.log_names_rules ? name_of(why) : "suppressed", ""});
  }

  /// The shares of a cell, where nothing else is hidden; what is hidden goes into `suppressed` and the log.
  template <class Shown, class From>
  void shares(const char* table, std::size_t p, std::size_t column, const From& from, Shown& shown) {
    const auto one = [&](const char* name, double value, double& target, Hidden why) {
      if (why == Hidden::no) {
        target = share(value);
        return;
      }
      append(shown.suppressed, name);
      log(table, p, column, name, why);
    };
    one("share_above_p90", from.share_above_p90, shown.share_above_p90, hidden_.above_p90[p][column]);
    one("share_above_p95", from.share_above_p95, shown.share_above_p95, hidden_.above_p95[p][column]);
  }

  DisclosedPopulation population(std::size_t p) {
    const PopulationResult& from = results_.populations[p];
    const std::size_t nation = results_.input.regions.size();
    DisclosedPopulation shown;
    if (hidden_.all[p][nation] != Hidden::no) {
      shown.suppressed = "all";
      log(kPopulations, p, nation, "all", hidden_.all[p][nation]);
      return shown;
    }
    shown.establishments = count(from.establishments);
    shown.mean_d = score(from.mean_d);
    const auto n = static_cast<double>(from.establishments);
    const auto minimum = static_cast<double>(rules_.minimum_establishments);
    const auto unless = [&](bool hide, const std::string& name, double value, double& target) {
      if (is_missing(value)) return;
      if (!hide) {
        target = value;
        return;
      }
      append(shown.suppressed, name);
      log(kPopulations, p, nation, name, Hidden::small_count);
    };
    // A percentile is shown if enough establishments lie beyond it, else it would be nearly the maximum.
    const auto tail = [&](const std::string& name, double q, double value, double& target) {
      unless(std::floor(n * (1 - q) + 1e-9) < minimum, name, score(value), target);
    };
    unless(from.locations > 0 && from.locations < rules_.minimum_establishments, "locations", count(from.locations),
           shown.locations);
    tail("median_d", 0.5, from.median_d, shown.median_d);
    tail("p90", 0.9, from.p90, shown.p90);
    tail("p95", 0.95, from.p95, shown.p95);
    tail(high_percentile_column(rules_), rules_.high_percentile,
         quantile(results_.members[p].d_score, rules_.high_percentile, quantile_type(results_)), shown.high_percentile);
    shares(kPopulations, p, nation, from, shown);
    // Fewer pairs than the minimum makes at one place.
    const auto pairs = static_cast<double>(from.pairs_within_threshold);
    unless(pairs < minimum * (minimum - 1) && (pairs > 0 || !rules_.show_empty_cells), "pairs_within_threshold",
           to_digits(pairs, rules_.pairs_digits), shown.pairs_within_threshold);
    return shown;
  }

  DisclosedRegion region(std::size_t p, std::size_t r) {
    const RegionResult& from = results_.regions[p][r];
    DisclosedRegion shown;
    if (hidden_.all[p][r] != Hidden::no) {
      hide_region(p, r, shown);
      return shown;
    }
    shown.establishments = count(from.establishments);
    shown.jobs = to_multiple(from.jobs, rules_.jobs_base);
    shown.lq = to_decimals(from.lq, rules_.lq_decimals);
    shown.mean_d = score(from.mean_d);
    shown.type = from.type;
    shares(kRegions, p, r, from, shown);
    return shown;
  }

  /// Everything; but where nobody in the nation is above a bound, nobody in the region is, and that is no secret.
  void hide_region(std::size_t p, std::size_t r, DisclosedRegion& shown) {
    shown.suppressed = "all";
    if (rules_.show_empty_cells && hidden_.all[p].back() == Hidden::no) {
      const PopulationResult& nation = results_.populations[p];
      if (nation.share_above_p90 == 0) shown.share_above_p90 = 0;
      if (nation.share_above_p95 == 0) shown.share_above_p95 = 0;
      if (nation.share_above_p90 == 0) {
        shown.suppressed = "establishments jobs lq mean_d type";
      } else if (nation.share_above_p95 == 0) {
        shown.suppressed = "establishments jobs lq mean_d share_above_p90 type";
      }
    }
    log(kRegions, p, r, shown.suppressed, hidden_.all[p][r]);
  }

  void log_what_holds_everywhere() {
    out_.log.push_back({kPopulations, "", "", "max_d", "replaced", "by " + high_percentile_column(rules_)});
    const auto rounded = [&](const char* table, const std::string& columns, const std::string& how) {
      out_.log.push_back({table, "", "", columns, "rounded", how});
    };
    const auto multiple = [](std::uint64_t base) {
      return "to the nearest multiple of " + std::to_string(base) + ", halves upwards";
    };
    const auto places = [](int number) { return "to " + std::to_string(number) + " decimals, halves upwards"; };
    rounded(kPopulations, "establishments locations", multiple(rules_.count_base));
    rounded(kPopulations, "mean_d median_d p90 p95 " + high_percentile_column(rules_), places(rules_.score_decimals));
    rounded(kPopulations, "share_above_p90 share_above_p95", places(rules_.share_decimals));
    rounded(kPopulations, "pairs_within_threshold",
            "to " + std::to_string(rules_.pairs_digits) + " significant digits, halves upwards");
    rounded(kRegions, "establishments", multiple(rules_.count_base));
    rounded(kRegions, "jobs", multiple(rules_.jobs_base));
    rounded(kRegions, "lq", places(rules_.lq_decimals));
    rounded(kRegions, "mean_d", places(rules_.score_decimals));
    rounded(kRegions, "share_above_p90 share_above_p95", places(rules_.share_decimals));
  }

  const Results& results_;
  const DisclosureRules& rules_;
  Suppression hidden_;
  Disclosed out_;
};

}  // namespace

std::string high_percentile_column(const DisclosureRules& rules) {
  std::string name = "p";
  return name += decimal(std::round(rules.high_percentile * 1e10) / 1e8);
}

Disclosed disclose(const Results& results, const DisclosureRules& rules) { return Writer(results, rules).write(); }

}  // namespace dscore
