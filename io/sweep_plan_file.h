#pragma once
// The plan of a sensitivity analysis from a TOML file (data/sweep_example.toml shows every key).

#include <string>
#include <string_view>

#include "host/sweep_plan.h"

namespace dscore {

/// The commented example.
std::string_view sweep_example();
/// The plan that examines the note's claim on sensitivity (docs/sensitivity.md).
std::string_view sweep_note_2012();

/// The settings in a text, complete, for this register; `base`: what the plan does not set (method, tolerance,
/// threads). `name` is for messages. Throws Error naming file, line and key: not TOML, an unknown name, a region,
/// company or population that the register does not have, a value out of range.
SweepPlan parse_sweep_plan(const std::string& name, std::string_view text, const Register& input, const Settings& base);

}  // namespace dscore
