#pragma once
// Provenance as JSON: beside the tables, where CSV has no place for it.

#include <string>
#include <string_view>

#include "host/provenance.h"

namespace dscore {

/// Appends the text in quotes, escaped; bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& text, std::string_view value);

/// One JSON object, a member per value in order, ending in a line end. Missing and infinite numbers become null; bytes
/// that are not UTF-8 become U+FFFD. `input`, if given, is the last member "input": the provenance of the input.
std::string to_json(const Provenance& provenance, const Provenance* input = nullptr);

}  // namespace dscore
