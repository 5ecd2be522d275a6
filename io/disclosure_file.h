#pragma once
// Rules of disclosure control from a TOML file (data/disclosure_example.toml shows every one).

#include <string>
#include <string_view>

#include "host/disclosure.h"

namespace dscore {

/// The commented example, whose rules are the defaults.
std::string_view disclosure_example();

/// The rules in a file; those it leaves out are the defaults. "default" is not a file but the defaults themselves.
/// Throws Error naming file, line and rule: not TOML, an unknown name, a value of another type or out of range.
DisclosureRules read_disclosure_rules(const std::string& path);

/// The same from a text; `name` is for messages.
DisclosureRules parse_disclosure_rules(std::string_view text, const std::string& name);

}  // namespace dscore
