#pragma once
// What a work takes, for people.

#include <string>

#include "host/work.h"
#include "io/journal.h"
#include "kernels/backend.h"

namespace dscore::cli {

/// Of a work, or a share of it: predicted, by the speed of this machine, which is measured. read_s: what it took to
/// read the input, once in each process.
std::string cost_text(const Work& work, Shard shard, const Backend& backend, double read_s);

}  // namespace dscore::cli
