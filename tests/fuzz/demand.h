#pragma once
// What a fuzz target demands of an input that was accepted.

#include <cstdio>
#include <cstdlib>

namespace dscore {

/// Ends the program, which libFuzzer reports with the input, where `held` is false.
inline void demand(bool held, const char* what) {
  if (held) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace dscore
