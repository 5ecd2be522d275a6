#pragma once
// The typed errors of the library. Libraries throw, only the program prints and exits.

#include <stdexcept>
#include <string>

namespace dscore {

/// The input or the environment is wrong (exit code 1). The text says what is wrong and where (file, row,
/// column), why, and what to do.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The call itself is wrong: settings that do not exist or exclude each other (exit code 2).
struct UsageError : Error {
  using Error::Error;
};

/// The work was interrupted (exit code 130); nothing half-written is left behind.
struct Interrupted : std::runtime_error {
  explicit Interrupted(const std::string& text = "interrupted") : std::runtime_error(text) {}
};

}  // namespace dscore
