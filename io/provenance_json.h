#pragma once
// Provenance as JSON: beside the tables, where CSV has no place for it.

#include <string>

#include "host/provenance.h"

namespace dscore {

/// One JSON object, a member per value in order, ending in a line end. Missing and infinite numbers become null; bytes
/// that are not UTF-8 become U+FFFD. `input`, if given, is the last member "input": the provenance of the input.
std::string to_json(const Provenance& provenance, const Provenance* input = nullptr);

}  // namespace dscore
