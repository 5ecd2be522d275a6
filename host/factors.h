#pragma once
// The settings that a sensitivity analysis varies, by name, with values as text.

#include <string>
#include <string_view>
#include <vector>

#include "host/settings.h"

namespace dscore {

struct Factor {
  std::string_view name;    ///< as the flag of `run`, with underscores
  std::string_view values;  ///< what it takes, for messages: "kilometres, e.g. 0.5"
  /// Sets it. Throws Error, saying only what is wrong with the value; ranges are for check(Settings) to see.
  void (*set)(Settings& settings, const std::string& value);
};

/// All of them, in the order of the manual.
const std::vector<Factor>& factors();

}  // namespace dscore
