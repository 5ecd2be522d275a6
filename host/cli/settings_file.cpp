#include "host/cli/settings_file.h"

#include <istream>
#include <iterator>
#include <memory>
#include <set>
#include <sstream>
#include <string_view>
#include <vector>

#include "io/cell.h"

namespace dscore::cli {
namespace {

/// "line 3: ", of the n-th line that sets a name.
std::string place_of(const std::string& text, const std::string& name, int n) {
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const std::string_view setting = trimmed_text(std::string_view(line).substr(0, line.find('=')));
    if (setting == name && --n == 0) return "line " + std::to_string(number) + ": ";
  }
  return "";
}

class SettingsFile : public CLI::ConfigBase {
 public:
  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    constexpr std::string_view kMark = "\xef\xbb\xbf";
    std::string text{std::istreambuf_iterator<char>(input), std::istreambuf_iterator<char>()};
    if (text.starts_with(kMark)) text.erase(0, kMark.size());
    std::istringstream rest(text);
    std::vector<CLI::ConfigItem> settings = ConfigBase::from_config(rest);
    for (const CLI::ConfigItem& item : settings) check(item, text);
    return settings;
  }

  bool sets(const std::string& name) const { return names_.contains(name); }

 private:
  void check(const CLI::ConfigItem& item, const std::string& text) const {
    const std::string& name = item.name;
    if (name == "++" || name == "--") return;  // of a section, which CLI11 refuses
    if (name.empty()) throw SettingsFault(place_of(text, "", 1) + "no name before the =");
    // CLI11 joins the values of lines that follow each other.
    const std::string second = place_of(text, name, 2);
    if (!names_.insert(item.fullname()).second || !second.empty()) {
      throw SettingsFault(second + name + " is set twice. Leave one of the lines out");
    }
    if (item.inputs.empty() || (item.inputs.size() == 1 && item.inputs[0].empty())) {
      throw SettingsFault(place_of(text, name, 1) + name + " has no value. Give one, or leave the line out");
    }
    if (item.inputs.size() > 1) {
      throw SettingsFault(place_of(text, name, 1) + name +
                          " has more than one value. Give one, in quotes if it holds blanks");
    }
  }

  mutable std::set<std::string> names_;  // CLI11 has readers that do not change
};

}  // namespace

void add_settings_file(CLI::App& app, const std::string& group) {
  app.config_formatter(std::make_shared<SettingsFile>());
  app.set_config("--config", "", "Read flags from FILE: one 'name = value' a line, e.g. 'threshold-km = 2'")
      ->type_name("FILE")
      ->group(group);
  app.allow_config_extras(CLI::config_extras_mode::error);
}

bool is_set_in_file(const CLI::App& app, const std::string& name) {
  const auto file = std::dynamic_pointer_cast<SettingsFile>(app.get_config_formatter());
  return file != nullptr && file->sets(name);
}

}  // namespace dscore::cli
