#include "io/toml_section.h"

#include <algorithm>

#include "io/csv_writer.h"
#include "io/number.h"
#include "io/toml.h"
#include "io/utf8.h"
#include "kernels/error.h"

namespace dscore {

struct TomlSection::State {
  std::string file;
  std::string path;  // "establishments.columns"; empty for the root
  std::shared_ptr<const toml::table> document;
  const toml::table* table = nullptr;  // in the document; null: not given

  const toml::node* find(const std::string& key) const { return table == nullptr ? nullptr : table->get(key); }
};

TomlSection TomlSection::parse(const std::string& name, std::string_view text) {
  auto state = std::make_unique<State>();
  state->file = name;
  if (const auto fault = toml_text_fault(text)) {
    throw Error(name + ", line " + std::to_string(fault->line) + ": " + fault->what);
  }
  try {
    state->document = std::make_shared<const toml::table>(
        toml::parse(std::string_view(ascii_for_toml(text)), std::string_view(name)));
  } catch (const toml::parse_error& error) {
    throw Error(name + ", line " + std::to_string(error.source().begin.line) + ": not TOML: " + toml_reason(error) +
                ". Mend the line.");
  }
  state->table = state->document.get();
  return TomlSection(std::move(state));
}

bool TomlSection::given() const { return state_->table != nullptr; }

TomlSection TomlSection::section(const std::string& key) {
  auto state = std::make_unique<State>();
  state->file = state_->file;
  state->path = state_->path.empty() ? key : state_->path + "." + key;
  state->document = state_->document;
  if (const toml::node* node = state_->find(key)) {
    state->table = node->as_table();
    if (state->table == nullptr) fail(key, "a table [" + state->path + "] is needed here.");
  }
  return TomlSection(std::move(state));
}

std::vector<TomlSection> TomlSection::sections(const std::string& key) {
  std::vector<TomlSection> list;
  const toml::node* node = state_->find(key);
  if (node == nullptr) return list;
  const auto* array = node->as_array();
  if (array == nullptr) fail(key, "tables [[" + key + "]], with double brackets, are needed here.");
  for (const toml::node& element : *array) {
    auto state = std::make_unique<State>();
    state->file = state_->file;
    state->path = state_->path.empty() ? key : state_->path + "." + key;
    state->document = state_->document;
    state->table = element.as_table();
    if (state->table == nullptr) fail(key, "tables [[" + key + "]], with double brackets, are needed here.");
    list.push_back(TomlSection(std::move(state)));
  }
  return list;
}

void TomlSection::allow(const std::vector<std::string>& keys) const {
  if (state_->table == nullptr) return;
  for (const auto& [key, node] : *state_->table) {
    const std::string_view name = key;
    if (std::find(keys.begin(), keys.end(), name) != keys.end()) continue;
    std::string known;
    for (const std::string& possible : keys) known += (known.empty() ? "" : ", ") + possible;
    fail(std::string(name), "there is no such setting. Here are: " + known + ".");
  }
}

bool TomlSection::has(const std::string& key) const { return state_->find(key) != nullptr; }

bool TomlSection::is_text(const std::string& key) const {
  const toml::node* node = state_->find(key);
  return node != nullptr && node->is_string();
}

std::optional<std::string> TomlSection::text(const std::string& key) {
  const toml::node* node = state_->find(key);
  if (node == nullptr) return std::nullopt;
  const auto* value = node->as_string();
  if (value == nullptr) fail(key, "a text in quotes is needed here.");
  if (value->get().find('\0') != std::string::npos) fail(key, "a text without NUL characters is needed here.");
  return text_from_toml(value->get());
}

std::optional<std::int64_t> TomlSection::whole(const std::string& key) {
  const toml::node* node = state_->find(key);
  if (node == nullptr) return std::nullopt;
  const auto* value = node->as_integer();
  if (value == nullptr) fail(key, "a whole number is needed here.");
  return value->get();
}

std::optional<double> TomlSection::number(const std::string& key) {
  const toml::node* node = state_->find(key);
  if (node == nullptr) return std::nullopt;
  if (const auto* value = node->as_floating_point()) return value->get();
  if (const auto* value = node->as_integer()) return static_cast<double>(value->get());
  fail(key, "a number is needed here.");
}

std::optional<Day> TomlSection::date(const std::string& key) {
  const toml::node* node = state_->find(key);
  if (node == nullptr) return std::nullopt;
  std::optional<Day> day;
  if (const auto* value = node->as_date()) {
    const toml::date date = value->get();
    day = day_of(date.year, date.month, date.day);
  } else if (const auto* text = node->as_string()) {
    day = DatePattern("yyyy-mm-dd").parse(text->get());
  }
  if (!day) fail(key, "a date is needed here, for instance 2011-12-31.");
  return day;
}

std::optional<std::vector<std::string>> TomlSection::texts(const std::string& key) {
  const toml::node* node = state_->find(key);
  if (node == nullptr) return std::nullopt;
  std::vector<std::string> values;
  if (node->is_string()) {
    values.push_back(*text(key));
    return values;
  }
  const auto* list = node->as_array();
  if (list == nullptr) fail(key, "a list of texts is needed here, for instance [\"a\", \"b\"].");
  for (const toml::node& item : *list) {
    const auto* value = item.as_string();
    if (value == nullptr) fail(key, "the list holds something else than texts in quotes.");
    values.push_back(text_from_toml(value->get()));
  }
  return values;
}

std::optional<std::vector<std::string>> TomlSection::values(const std::string& key) {
  const toml::node* node = state_->find(key);
  if (node == nullptr) return std::nullopt;
  std::vector<std::string> values;
  const auto add = [&](const toml::node& item) {
    if (const auto* text = item.as_string()) {
      values.push_back(text_from_toml(text->get()));
    } else if (const auto* whole = item.as_integer()) {
      values.push_back(std::to_string(whole->get()));
    } else if (const auto* number = item.as_floating_point()) {
      append_number(values.emplace_back(), number->get());
    } else if (const auto* truth = item.as_boolean()) {
      values.emplace_back(truth->get() ? "true" : "false");
    } else {
      fail(key, "numbers or texts are needed here, one or a list of them.");
    }
  };
  if (const auto* list = node->as_array()) {
    for (const toml::node& item : *list) add(item);
  } else {
    add(*node);
  }
  return values;
}

std::optional<std::vector<double>> TomlSection::numbers(const std::string& key) {
  const toml::node* node = state_->find(key);
  if (node == nullptr) return std::nullopt;
  const auto* list = node->as_array();
  if (list == nullptr) fail(key, "a list of numbers is needed here, for instance [0.5, 2].");
  std::vector<double> values;
  for (const toml::node& item : *list) {
    if (const auto* number = item.as_floating_point()) {
      values.push_back(number->get());
    } else if (const auto* whole = item.as_integer()) {
      values.push_back(static_cast<double>(whole->get()));
    } else {
      fail(key, "the list holds something else than numbers.");
    }
  }
  return values;
}

std::string TomlSection::place(const std::string& key) const {
  std::string text = state_->file;
  const toml::node* node = state_->table == nullptr || key.empty() ? nullptr : state_->table->get(key);
  if (node == nullptr) node = state_->table;
  if (node != nullptr && node->source().begin.line > 0 && node != state_->document.get()) {
    text += ", line " + std::to_string(node->source().begin.line);
  }
  std::string name = state_->path;
  if (!key.empty()) name.append(name.empty() ? "" : ".").append(text_from_toml(key).substr(0, 60));
  if (!name.empty()) text.append(", ").append(name);
  return text;
}

void TomlSection::fail(const std::string& key, const std::string& what) const { throw Error(place(key) + ": " + what); }

std::optional<std::size_t> TomlSection::choice(const std::string& key, const std::vector<std::string>& choices) {
  const auto value = text(key);
  if (!value) return std::nullopt;
  const auto found = std::find(choices.begin(), choices.end(), *value);
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  std::string list;
  for (const std::string& choice : choices) list += (list.empty() ? "" : ", ") + dscore::quoted(choice);
  fail(key, dscore::quoted(*value) + " is not one of " + list + ".");
}

std::string TomlSection::required_text(const std::string& key, std::string_view why) {
  const auto value = text(key);
  if (!value || value->empty()) fail(key, "missing: " + std::string(why));
  return *value;
}

TomlSection::TomlSection(std::unique_ptr<State> state) : state_(std::move(state)) {}
TomlSection::~TomlSection() = default;
TomlSection::TomlSection(TomlSection&&) noexcept = default;
TomlSection& TomlSection::operator=(TomlSection&&) noexcept = default;

}  // namespace dscore
