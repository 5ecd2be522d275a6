#pragma once
// Pieces that the checks of registers and of results share.

#include <string>

#include "host/register.h"
#include "io/problems.h"

namespace dscore::detail {

/// A double for a message.
std::string text_of(double value);

void check_length(const std::string& place, std::size_t length, const std::string& other, std::size_t wanted,
                  Problems& problems);

/// Attribute names, and texts that HDF5 can hold.
void check_provenance(const std::string& place, const Provenance& provenance, Problems& problems);

/// All of a register but its memberships, companies and provenance.
void check_columns(const Register& input, Problems& problems);

}  // namespace dscore::detail
