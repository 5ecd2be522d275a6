#pragma once
// What `dscore significance` prints when it is done.

#include <string>

#include "host/significance.h"

namespace dscore::cli {

/// A table of the tested populations, and how their draws were summed.
std::string text_of(const Significance& significance);

}  // namespace dscore::cli
