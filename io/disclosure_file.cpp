#include "io/disclosure_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <type_traits>
#include <vector>

#include "embedded/disclosure_example.h"
#include "io/toml.h"
#include "kernels/error.h"

namespace dscore {
namespace {

/// One table of the file. Every name must be asked for by `value`, or it is unknown.
class Section {
 public:
  Section(const toml::table& table, std::string prefix, const std::string& file)
      : table_(table), prefix_(std::move(prefix)), file_(file) {}

  /// The value of a name, if it is there: T is bool, std::int64_t, double (whole numbers too) or std::string.
  template <class T>
  void value(const char* name, T& target, const char* kind) {
    const toml::node* node = find(name);
    if (node == nullptr) return;
    const auto given = read<T>(*node);
    if (!given) fail(*node, name, std::string("must be ") + kind + ".");
    target = *given;
  }
  void whole(const char* name, std::uint64_t& target) {
    std::int64_t given = 0;
    value(name, given, "a whole number");
    if (table_.get(name) != nullptr) target = given < 0 ? 0 : static_cast<std::uint64_t>(given);  // 0 is refused later
  }
  void whole(const char* name, int& target) {
    std::int64_t given = target;
    value(name, given, "a whole number");
    target = given < -1 || given > 1'000'000 ? -1 : static_cast<int>(given);  // likewise -1
  }
  /// One of two words; `first` is true.
  void choice(const char* name, bool& target, const std::string& first, const std::string& second) {
    const toml::node* node = find(name);
    if (node == nullptr) return;
    const auto given = read<std::string>(*node);
    if (!given || (*given != first && *given != second)) {
      std::string words = "must be \"";
      words.append(first).append("\" or \"").append(second).append("\".");
      fail(*node, name, words);
    }
    target = *given == first;
  }
  const toml::node* find(const char* name) {
    known_.emplace_back(name);
    return table_.get(name);
  }
  void refuse_unknown() const {
    for (const auto& [key, node] : table_) {
      const std::string_view name = key;  // toml++ 2: a string; 3: converts
      if (std::find(known_.begin(), known_.end(), name) == known_.end()) {
        fail(node, std::string(name), "is not a rule. `dscore export --disclosure-example` prints all.");
      }
    }
  }
  template <class T>
  static std::optional<T> read(const toml::node& node) {
    if constexpr (std::is_same_v<T, double>) {
      if (const auto whole = node.value_exact<std::int64_t>()) return static_cast<double>(*whole);
    }
    return node.value_exact<T>();
  }
  [[noreturn]] void fail(const toml::node& node, const std::string& name, const std::string& what) const {
    throw Error(file_ + ", line " + std::to_string(node.source().begin.line) + ": " + prefix_ + name + ' ' + what);
  }

 private:
  const toml::table& table_;
  std::string prefix_;
  const std::string& file_;
  std::vector<std::string> known_;
};

DisclosureRules rules_of(const toml::table& root, const std::string& file) {
  DisclosureRules rules;
  Section main(root, "", file);
  main.whole("minimum_establishments", rules.minimum_establishments);
  if (const toml::node* node = main.find("dominance"); node != nullptr) {
    const auto share = Section::read<double>(*node);
    if (share) {
      rules.dominance = *share;
    } else if (Section::read<std::string>(*node) == "unchecked") {
      rules.check_dominance = false;
    } else {
      main.fail(*node, "dominance", "must be a number, or \"unchecked\".");
    }
  }
  main.choice("empty_cells", rules.show_empty_cells, "show", "suppress");
  main.value("protection", rules.protection, "a number");
  main.value("high_percentile", rules.high_percentile, "a number");
  main.choice("log", rules.log_names_rules, "rules", "suppressed");
  if (const toml::node* node = main.find("rounding"); node != nullptr) {
    if (!node->is_table()) main.fail(*node, "rounding", "must be a table: write [rounding] above its rules.");
    Section rounding(*node->as_table(), "rounding.", file);
    rounding.whole("counts", rules.count_base);
    rounding.whole("jobs", rules.jobs_base);
    rounding.whole("score_decimals", rules.score_decimals);
    rounding.whole("lq_decimals", rules.lq_decimals);
    rounding.whole("share_decimals", rules.share_decimals);
    rounding.whole("pairs_digits", rules.pairs_digits);
    rounding.refuse_unknown();
  }
  main.refuse_unknown();
  return rules;
}

}  // namespace

std::string_view disclosure_example() { return embedded::disclosure_example; }

DisclosureRules parse_disclosure_rules(std::string_view text, const std::string& name) {
  if (const auto fault = toml_text_fault(text)) {
    throw Error(name + ", line " + std::to_string(fault->line) + ": " + fault->what);
  }
  try {
    const toml::table root = toml::parse(std::string_view(ascii_for_toml(text)), std::string_view(name));
    const DisclosureRules rules = rules_of(root, name);
    check(rules);
    return rules;
  } catch (const toml::parse_error& error) {
    throw Error(name + ", line " + std::to_string(error.source().begin.line) + ": not TOML: " + toml_reason(error) +
                ". `dscore export --disclosure-example` shows how rules are written.");
  } catch (const Error& error) {
    const std::string what = text_from_toml(error.what());
    throw Error(what.starts_with(name) ? what : name + ": " + what);
  }
}

DisclosureRules read_disclosure_rules(const std::string& path) {
  if (path == "default") return {};
  std::error_code code;
  if (std::filesystem::is_directory(path, code)) {
    throw Error(path + ": is a directory, where a file of rules is needed.");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw Error(path + ": cannot read the rules of disclosure: " + std::strerror(errno) +
                ". Name a file (`dscore export --disclosure-example` prints one), or \"default\".");
  }
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (file.bad()) throw Error(path + ": cannot read the rules of disclosure. Is it a file?");
  return parse_disclosure_rules(text, path);
}

}  // namespace dscore
