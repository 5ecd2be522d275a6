#pragma once
// Files of settings: --config.

#include <CLI/CLI.hpp>
#include <string>

namespace dscore::cli {

/// What is wrong with a file of settings, in our words, without its name.
class SettingsFault : public CLI::ConfigError {
 public:
  explicit SettingsFault(const std::string& what) : CLI::ConfigError(what) {}
};

/// Adds --config to a command. Files are as CLI11 reads them, but with or without a byte order mark before them, and
/// every setting has one value and stands there once (SettingsFault).
void add_settings_file(CLI::App& app, const std::string& group);

/// Whether the file that was read, if any, sets this flag (its name without --).
bool is_set_in_file(const CLI::App& app, const std::string& name);

}  // namespace dscore::cli
