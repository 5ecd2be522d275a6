#pragma once
// The flags that commands which score share.

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "host/settings.h"
#include "kernels/backend.h"

namespace dscore::cli {

/// Adds --threshold-km ... --quiet and --config to a command.
class SettingsFlags {
 public:
  /// Commands have what they can do: `score` no regions and no companies, `sweep` what is measured from its plan,
  /// `significance` the d-score of the note.
  enum class Of { score, run, sweep, significance };
  SettingsFlags(CLI::App& app, Of command);
  SettingsFlags(const SettingsFlags&) = delete;
  SettingsFlags& operator=(const SettingsFlags&) = delete;

  /// The settings after parsing, checked. Throws UsageError.
  Settings settings() const;
  bool quiet() const { return quiet_; }

 private:
  void add_threshold(CLI::App& app, const std::string& group);
  void add_measure(CLI::App& app, const std::string& group, bool companies);
  void add_statistics(CLI::App& app, const std::string& group, bool regions);

  Settings values_;
  std::string rule_;
  std::string decay_;
  double cutoff_km_ = 0;
  std::string distance_;
  std::string neighbours_;
  CLI::Option* cutoff_ = nullptr;
  std::string device_;
  std::string method_;
  std::string precision_;
  CLI::Option* tolerance_ = nullptr;
  bool no_check_ = false;
  bool quiet_ = false;
};

/// The machine that scores.
struct Machine {
  std::unique_ptr<Backend> backend;
  const char* kind;  ///< "cpu" or "cuda", for provenance
};

/// `auto` takes a CUDA device that can be used, else the CPU. Throws Error if --device cuda cannot be used.
Machine choose_machine(const Settings& settings);

}  // namespace dscore::cli
