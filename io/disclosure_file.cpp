#include "io/disclosure_file.h"

#include <optional>
#include <string>

#include "embedded/disclosure_example.h"
#include "io/text_input.h"
#include "io/toml_section.h"
#include "kernels/error.h"

namespace dscore {
namespace {

/// Whole numbers that are out of range become one that `check` refuses.
void set(std::uint64_t& target, std::optional<std::int64_t> given) {
  if (given) target = *given < 0 ? 0 : static_cast<std::uint64_t>(*given);
}
void set(int& target, std::optional<std::int64_t> given) {
  if (given) target = *given < -1 || *given > 1'000'000 ? -1 : static_cast<int>(*given);
}
void set(double& target, std::optional<double> given) {
  if (given) target = *given;
}
/// True for the first of two words.
void set(bool& target, std::optional<std::size_t> choice) {
  if (choice) target = *choice == 0;
}

DisclosureRules rules_of(TomlSection& main) {
  main.allow(
      {"minimum_establishments", "dominance", "empty_cells", "protection", "high_percentile", "log", "rounding"});
  DisclosureRules rules;
  set(rules.minimum_establishments, main.whole("minimum_establishments"));
  if (main.is_text("dominance")) {
    main.choice("dominance", {"unchecked"});
    rules.check_dominance = false;
  } else {
    set(rules.dominance, main.number("dominance"));
  }
  set(rules.show_empty_cells, main.choice("empty_cells", {"show", "suppress"}));
  set(rules.protection, main.number("protection"));
  set(rules.high_percentile, main.number("high_percentile"));
  set(rules.log_names_rules, main.choice("log", {"rules", "suppressed"}));

  TomlSection rounding = main.section("rounding");
  rounding.allow({"counts", "jobs", "score_decimals", "lq_decimals", "share_decimals", "pairs_digits"});
  set(rules.count_base, rounding.whole("counts"));
  set(rules.jobs_base, rounding.whole("jobs"));
  set(rules.score_decimals, rounding.whole("score_decimals"));
  set(rules.lq_decimals, rounding.whole("lq_decimals"));
  set(rules.share_decimals, rounding.whole("share_decimals"));
  set(rules.pairs_digits, rounding.whole("pairs_digits"));
  return rules;
}

}  // namespace

std::string_view disclosure_example() { return embedded::disclosure_example; }

DisclosureRules parse_disclosure_rules(std::string_view text, const std::string& name) {
  TomlSection main = TomlSection::parse(name, text);
  const DisclosureRules rules = rules_of(main);
  try {
    check(rules);
  } catch (const Error& error) {
    throw Error(name + ": " + error.what());
  }
  return rules;
}

DisclosureRules read_disclosure_rules(const std::string& path) {
  if (path == "default") return {};
  constexpr std::size_t kLongest = std::size_t{1} << 20;
  std::optional<std::string> text;
  try {
    text = TextInput(path).read_below(kLongest);
  } catch (const Error& error) {
    throw Error(std::string(error.what()) + " Rules of disclosure are a file (`dscore export --disclosure-example` " +
                "prints one), or \"default\".");
  }
  if (!text) {
    throw Error(path + ": longer than " + std::to_string(kLongest >> 20) + " MiB, so not rules of disclosure.");
  }
  return parse_disclosure_rules(*text, path);
}

}  // namespace dscore
