#include "io/definitions_file.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "embedded/sectors_2012.h"
#include "io/number.h"
#include "io/problems.h"
#include "io/text_input.h"
#include "io/toml.h"

namespace dscore {
namespace {

constexpr std::array<std::string_view, 2> kFileKeys = {"note", "population"};
constexpr std::array<std::string_view, 8> kPopulationKeys = {"name",    "title",   "note",      "benchmark",
                                                             "include", "exclude", "companies", "subset_of"};

/// Reads what toml++ parsed, collecting problems with their lines.
class Reader {
 public:
  explicit Reader(Problems& problems) : problems_(problems) {}

  void read(const toml::table& file) {
    check_keys(file, kFileKeys);
    note = text(file, "note");
    const toml::node* node = file.get("population");
    if (node == nullptr) return;  // faults_of says that there are none
    const toml::array* array = node->as_array();
    if (array == nullptr) {
      add(*node, "population", "populations are a list of tables. Write [[population]], with double brackets.");
      return;
    }
    for (const toml::node& element : *array) {
      if (const toml::table* table = element.as_table()) {
        list.push_back(definition(*table));
        tables_.push_back(table);
      } else {
        add(element, "population", "not a table. Write [[population]] and its keys on lines below it.");
      }
    }
  }

  /// What is wrong with the definitions as a whole, where their keys stand.
  void add(const DefinitionFault& fault) {
    if (fault.population >= tables_.size()) {
      problems_.add("key population", fault.text);
      return;
    }
    const toml::table& table = *tables_[fault.population];
    const toml::node* node = fault.key.empty() ? nullptr : table.get(fault.key);
    add(node == nullptr ? table : *node, fault.key.empty() ? "population" : fault.key, fault.text);
  }

  std::vector<Definition> list;
  std::string note;

 private:
  void add(const toml::node& at, const std::string& key, const std::string& what) {
    problems_.add("line " + std::to_string(at.source().begin.line) + ", " + key, what);
  }

  void check_keys(const toml::table& table, std::span<const std::string_view> known) {
    for (auto&& [key, value] : table) {
      const std::string_view name = key;
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      std::string names;
      for (const std::string_view one : known) names += (names.empty() ? "" : ", ") + std::string(one);
      add(value, quoted(text_from_toml(name)), "no key has that name. The keys here are " + names + ".");
    }
  }

  Definition definition(const toml::table& table) {
    check_keys(table, kPopulationKeys);
    Definition one;
    if (table.get("name") == nullptr) {
      add(table, "population", "it has no name. Add one, as name = \"chemicals\".");
      one.name = "population_" + std::to_string(list.size() + 1);  // is not found fault with again
    } else {
      one.name = text(table, "name");
    }
    one.title = text(table, "title");
    one.note = text(table, "note");
    one.benchmark = text(table, "benchmark");
    one.include = selectors(table, "include");
    one.exclude = selectors(table, "exclude");
    one.companies = companies(table);
    one.subset_of = names(table, "subset_of");
    return one;
  }

  std::string text(const toml::table& table, const std::string& key) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return {};
    if (const auto* value = node->as_string()) return text_from_toml(value->get());
    add(*node, key, "not a text. Write it in quotes.");
    return {};
  }

  std::vector<SbiSelector> selectors(const toml::table& table, const std::string& key) {
    std::vector<SbiSelector> selectors;
    const toml::node* node = table.get(key);
    if (node == nullptr) return selectors;
    const toml::array* array = node->as_array();
    if (array == nullptr) {
      add(*node, key, "not a list of codes. Write it as " + key + " = [\"10-32\", \"38.3\"].");
      return selectors;
    }
    for (const toml::node& element : *array) {
      const auto* value = element.as_string();
      if (value == nullptr) {
        add(element, key, "a code is not in quotes. Write \"01.13\": a number would lose its zeros.");
        continue;
      }
      try {
        selectors.push_back(parse_selector(text_from_toml(value->get())));
      } catch (const Error& error) {
        add(element, key, quoted(text_from_toml(value->get())) + ": " + error.what());
      }
    }
    return selectors;
  }

  std::vector<std::int64_t> companies(const toml::table& table) {
    std::vector<std::int64_t> companies;
    const toml::node* node = table.get("companies");
    if (node == nullptr) return companies;
    const toml::array* array = node->as_array();
    if (array == nullptr) {
      add(*node, "companies", "not a list of numbers. Write it as companies = [1234567].");
      return companies;
    }
    for (const toml::node& element : *array) {
      if (const auto* value = element.as_integer()) {
        companies.push_back(value->get());
      } else {
        add(element, "companies", "a company is not a whole number. Write its number without quotes.");
      }
    }
    return companies;
  }

  // One name, or a list of them.
  std::vector<std::string> names(const toml::table& table, const std::string& key) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return {};
    const toml::array* array = node->as_array();
    if (array == nullptr) return {text(table, key)};
    std::vector<std::string> names;
    for (const toml::node& element : *array) {
      if (const auto* value = element.as_string()) {
        names.push_back(text_from_toml(value->get()));
      } else {
        add(element, key, "a name is not a text. Write it in quotes.");
      }
    }
    return names;
  }

  Problems& problems_;
  std::vector<const toml::table*> tables_;  // of the definitions in list
};

struct Read {
  std::vector<Definition> list;
  std::string note;
};

Read read(const std::string& name, const std::string& text, Problems& problems) {
  if (const auto fault = toml_text_fault(text)) {
    problems.add("line " + std::to_string(fault->line), fault->what);
    return {};
  }
  try {
    const toml::table file = toml::parse(std::string_view(ascii_for_toml(text)), std::string_view(name));
    Reader reader(problems);
    reader.read(file);
    if (problems.none()) {  // else many of them would only follow from the problems there are
      for (const DefinitionFault& fault : faults_of(reader.list)) reader.add(fault);
    }
    return {std::move(reader.list), std::move(reader.note)};
  } catch (const toml::parse_error& error) {
    problems.add("line " + std::to_string(error.source().begin.line),
                 "not TOML: " + toml_reason(error) + ". See https://toml.io.");
    return {};
  }
}

}  // namespace

Definitions read_definitions(const std::string& path) { return parse_definitions(path, read_definitions_text(path)); }

Definitions parse_definitions(const std::string& name, const std::string& text) {
  Problems problems(name);
  Read found = read(name, text, problems);
  problems.throw_if_any("; `dscore sectors` lists them");
  return Definitions(std::move(found.list), std::move(found.note));
}

std::vector<std::string> problems_of_definitions(const std::string& name, const std::string& text) {
  Problems problems(name);
  read(name, text, problems);
  return problems.list();
}

std::string_view shipped_definitions() { return embedded::sectors_2012; }

std::string read_definitions_text(const std::string& path) {
  constexpr std::size_t kLongest = std::size_t{1} << 24;
  TextInput input(path);
  std::optional<std::string> text = input.read_below(kLongest);
  if (!text) {
    throw Error(input.name() + ": longer than " + std::to_string(kLongest >> 20) +
                " MiB, so not sector definitions. Name the TOML file (`dscore sectors --example` prints one).");
  }
  return std::move(*text);
}

}  // namespace dscore
