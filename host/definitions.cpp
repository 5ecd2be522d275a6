#include "host/definitions.h"

#include <algorithm>
#include <utility>

#include "host/sbi_set.h"
#include "kernels/error.h"

namespace dscore {
namespace {

// --- Selectors

/// A code of a selector. It must be well formed; whether the list has it is decided for the selector as a whole.
SbiCode selector_code(std::string_view text) {
  const auto code = parse_sbi(text);
  if (!code) throw Error(why_not_sbi(text) + ". `dscore sectors --list` prints the codes there are.");
  return *code;
}

/// Sets (or, to exclude, clears) a population's bit at every code that the selector matches.
void mark(std::vector<std::uint64_t>& table, const SbiSelector& selector, std::uint64_t bit, bool value) {
  std::uint32_t width = 1;
  for (int digits = selector.first.digits(); digits <= SbiCode::kMostDigits; ++digits, width *= 10) {
    const std::uint32_t begin = SbiCode(selector.first.number() * width, digits).index();
    const std::uint32_t end = begin + (selector.last.number() - selector.first.number() + 1) * width;
    for (std::uint32_t index = begin; index < end; ++index) {
      table[index] = value ? table[index] | bit : table[index] & ~bit;
    }
  }
}

std::vector<std::uint64_t> table_of(const std::vector<Definition>& list) {
  std::vector<std::uint64_t> table(SbiCode::kIndices);
  for (std::size_t p = 0; p < list.size(); ++p) {
    const std::uint64_t bit = std::uint64_t{1} << p;
    for (const SbiSelector& selector : list[p].include) mark(table, selector, bit, true);
    for (const SbiSelector& selector : list[p].exclude) mark(table, selector, bit, false);
  }
  return table;
}

// --- Checks

using Faults = std::vector<DefinitionFault>;

bool is_identifier(std::string_view name) {
  return !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// Where the population of this name stands; the end if nowhere.
std::size_t find(const std::vector<Definition>& list, std::string_view name) {
  return static_cast<std::size_t>(
      std::find_if(list.begin(), list.end(), [&](const Definition& one) { return one.name == name; }) - list.begin());
}

void check_texts(const std::vector<Definition>& list, std::size_t p, Faults& faults) {
  const Definition& one = list[p];
  if (!is_identifier(one.name)) {
    faults.push_back({p, "name", "names are small letters a-z, digits and _ only. Put the rest in the title."});
  } else if (find(list, one.name) != p) {
    faults.push_back({p, "name", "an earlier population has the name " + one.name + " too. Names must be unique."});
  }
  if (has_control_characters(one.title)) {
    faults.push_back({p, "title", "there are line ends or other control characters in it. Remove them."});
  }
}

void check_members(const Definition& one, std::size_t p, Faults& faults) {
  if (one.include.empty() && one.companies.empty()) {
    faults.push_back({p, "", "it has no members. Give it include, a list of SBI codes, or companies."});
  } else if (one.companies.empty() && covered_by(one).none()) {
    faults.push_back({p, "exclude", "it takes away all that include covers. Shorten it."});
  }
}

void check_benchmark(const std::vector<Definition>& list, std::size_t p, Faults& faults) {
  const std::string& name = list[p].benchmark;
  if (name.empty()) return;
  const std::size_t at = find(list, name);
  if (at == list.size()) {
    faults.push_back({p, "benchmark", "no population has that name. Define it, or name one of this file."});
  } else if (at == p) {
    faults.push_back({p, "benchmark", "a population cannot be its own benchmark. Leave the key out for none."});
  }
}

/// The codes in p that are not in q, as text; empty if there are none.
std::string codes_outside(const std::vector<std::uint64_t>& table, std::size_t p, std::size_t q) {
  const auto outside = [&](SbiCode code) {
    const std::uint64_t mask = table[code.index()];
    return (mask >> p & 1) != 0 && (mask >> q & 1) == 0;
  };
  SbiSet finest;
  for (std::uint32_t number = 0; number < finest.size(); ++number) {
    if (whole_sbi()[number] && outside({number, SbiCode::kMostDigits})) finest.set(number);
  }
  if (finest.any()) return text_of(compact(finest));
  std::string text;  // only of establishments whose code has few digits: p says 01.1, q 01.11 to 01.19
  for (const SbiEntry& entry : sbi_list()) {
    if (outside(entry.code))
      text.append(text.empty() ? "" : " ").append(entry.code.text()).append(" (without further digits)");
  }
  return text;
}

std::string companies_outside(const Definition& one, const Definition& other) {
  std::vector<std::int64_t> missing;
  for (const std::int64_t company : one.companies) {
    if (std::find(other.companies.begin(), other.companies.end(), company) == other.companies.end()) {
      missing.push_back(company);
    }
  }
  if (missing.empty()) return {};
  return (missing.size() == 1 ? "company " : std::to_string(missing.size()) + " companies, first ") +
         std::to_string(missing[0]);
}

void check_subsets(const std::vector<Definition>& list, const std::vector<std::uint64_t>& table, std::size_t p,
                   Faults& faults) {
  for (const std::string& name : list[p].subset_of) {
    const std::size_t q = find(list, name);
    if (q == list.size()) {
      faults.push_back({p, "subset_of", "no population has the name \"" + name + "\". Name one of this file."});
      continue;
    }
    if (q == p) {
      faults.push_back({p, "subset_of", "every population is a subset of itself. Name another one."});
      continue;
    }
    for (const std::string& outside : {codes_outside(table, p, q), companies_outside(list[p], list[q])}) {
      if (outside.empty()) continue;
      std::string what = "not in ";
      what.append(name).append(": ").append(outside).append(". Add it there, or take it away here.");
      faults.push_back({p, "subset_of", what});
    }
  }
}

}  // namespace

bool SbiSelector::matches(SbiCode code) const {
  if (code.digits() < first.digits()) return false;
  const std::uint32_t prefix = code.cut(first.digits()).number();
  return first.number() <= prefix && prefix <= last.number();
}

std::string SbiSelector::text() const { return first == last ? first.text() : first.text() + "-" + last.text(); }

SbiSelector parse_selector(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) {
    const SbiCode code = selector_code(text);
    return {code, code};
  }
  const SbiSelector range{selector_code(text.substr(0, dash)), selector_code(text.substr(dash + 1))};
  if (range.first.digits() != range.last.digits()) {
    throw Error("the ends of a range must have the same number of digits. Write 10-32 or 01.1-01.3.");
  }
  if (range.last.number() < range.first.number()) {
    throw Error("the range ends before it begins. Write the lower code first.");
  }
  return range;
}

std::vector<DefinitionFault> faults_of(const std::vector<Definition>& list) {
  Faults faults;
  if (list.empty()) return {{0, "", "there are no populations. Define at least one."}};
  if (list.size() > kMaxPopulations) {
    return {{kMaxPopulations, "",
             std::to_string(list.size()) + " populations, where at most " + std::to_string(kMaxPopulations) +
                 " are possible. Split the file."}};
  }
  const std::vector<std::uint64_t> table = table_of(list);
  for (std::size_t p = 0; p < list.size(); ++p) {
    check_texts(list, p, faults);
    check_members(list[p], p, faults);
    check_benchmark(list, p, faults);
    check_subsets(list, table, p, faults);
  }
  return faults;
}

Definitions::Definitions(std::vector<Definition> list, std::string note)
    : list_(std::move(list)), note_(std::move(note)) {
  for (const DefinitionFault& fault : faults_of(list_)) {
    const std::string where =
        fault.population < list_.size() ? "population " + std::to_string(fault.population + 1) : "populations";
    throw Error(where + (fault.key.empty() ? "" : ", " + fault.key) + ": " + fault.text);
  }
  by_code_ = table_of(list_);
  for (std::size_t p = 0; p < list_.size(); ++p) {
    for (const std::int64_t company : list_[p].companies) by_company_[company] |= std::uint64_t{1} << p;
  }
}

std::vector<Population> Definitions::populations() const {
  std::vector<Population> populations;
  for (const Definition& one : list_) {
    Population& population = populations.emplace_back();
    population.name = one.name;
    population.title = one.title;
    if (!one.benchmark.empty()) population.benchmark = find(list_, one.benchmark);
  }
  return populations;
}

}  // namespace dscore
