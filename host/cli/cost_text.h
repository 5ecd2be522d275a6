#pragma once
// What a work takes, for people.

#include <string>

#include "host/work.h"
#include "kernels/backend.h"

namespace dscore::cli {

/// Predicted from the work, and from the speed of this machine, which is measured. read_s: what it took to read the
/// input, once in each process.
std::string cost_text(const Work& work, const Backend& backend, double read_s);

}  // namespace dscore::cli
