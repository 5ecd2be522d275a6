#include "host/cli/usage_errors.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "host/cli/settings_file.h"

namespace dscore::cli {
namespace {

std::string in_quotes(const std::string& text) { return '"' + text + '"'; }

/// A setting that CLI11 refuses, from its text.
std::string fault_of_setting(const std::string& text) {
  constexpr std::string_view kUnknown = "INI was not able to parse ";  // NAME, or SECTION.++
  constexpr std::string_view kRefused = ": This option is not allowed in a configuration file";
  if (text.ends_with(kRefused)) {
    return in_quotes(text.substr(0, text.size() - kRefused.size())) + " cannot be set in a file, only as a flag";
  }
  const std::string name = text.starts_with(kUnknown) ? text.substr(kUnknown.size()) : text;
  if (name.ends_with(".++")) return "sections are not used; remove [" + name.substr(0, name.size() - 3) + "]";
  return "no setting is named " + in_quotes(name) + "; the names are those of the flags";
}

/// Arguments that are no flag, or one too many.
std::string fault_of_extras(const CLI::App& app) {
  const std::vector<std::string> extras = app.remaining();
  const auto flag = std::find_if(extras.begin(), extras.end(),
                                 [](const std::string& extra) { return extra.size() > 1 && extra[0] == '-'; });
  if (flag != extras.end()) return app.get_name() + " has no flag " + *flag;
  return in_quotes(extras.front()) + " is one argument too many";
}

/// Too many values, or too few: "NAME: At Most 1 required but received 2", "NAME: 1 required TEXT missing".
std::string fault_of_count(const std::string& text) {
  const std::string name = text.substr(0, text.find(':'));
  if (text.find(": At Most 1 required") != std::string::npos) return name + ": is given more than once";
  if (text.ends_with(" missing")) return name + ": its value is missing";
  return text;
}

/// "Could not convert: NAME = VALUE"; numbers were checked before, so it is a flag that is neither set nor not.
std::string fault_of_conversion(const std::string& text) {
  constexpr std::string_view kStart = "Could not convert: ";
  const std::size_t equals = text.find(" = ");
  if (!text.starts_with(kStart) || equals == std::string::npos) return text;
  return text.substr(kStart.size(), equals - kStart.size()) + ": " + in_quotes(text.substr(equals + 3)) +
         " is neither true nor false";
}

std::string fault_of_value(const CLI::App& app, const CLI::ParseError& error) {
  std::string text = error.what();
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !app.remaining().empty()) {
    return fault_of_extras(app);
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) return fault_of_count(text);
  if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) return fault_of_conversion(text);
  return text;
}

/// Whether the flag at the beginning of a message has its value from the file of settings.
bool is_from_file(const CLI::App& app, const std::string& text, std::span<char* const> arguments) {
  const std::string flag = text.substr(0, text.find(':'));
  if (!flag.starts_with("--") || !is_set_in_file(app, flag.substr(2))) return false;
  return std::none_of(arguments.begin(), arguments.end(), [&](const std::string& argument) {
    return argument == flag || argument.starts_with(flag + "=");
  });
}

}  // namespace

std::string fault_of(const CLI::App& app, const CLI::ParseError& error, std::span<char* const> arguments) {
  const auto file = [&] { return app.get_config_ptr()->as<std::string>() + ": "; };
  if (dynamic_cast<const SettingsFault*>(&error) != nullptr) return file() + error.what();
  if (dynamic_cast<const CLI::ConfigError*>(&error) != nullptr) return file() + fault_of_setting(error.what());
  std::string text = fault_of_value(app, error);
  return is_from_file(app, text, arguments) ? file() + text : text;
}

}  // namespace dscore::cli
