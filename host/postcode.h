#pragma once
// Dutch postcodes as numbers.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dscore {

enum class PostcodeLevel {
  pc6,  ///< 1234AB
  pc4   ///< 1234; the letters of a longer one are left out
};

/// A postcode as an index below kPostcodes, small enough for a table of all there could be.
using Postcode = std::uint32_t;
inline constexpr Postcode kPostcodes = 9000 * 677;  ///< letters AA to ZZ, or none

/// Reads "1234AB", "1234 ab", " 1234AB ": four digits, the first not 0, and two letters, with blanks anywhere. At
/// level pc4 the letters may be missing. Anything else gives nothing: postcodes of other countries, too.
std::optional<Postcode> parse_postcode(std::string_view field, PostcodeLevel level = PostcodeLevel::pc6);

/// "1234AB", or "1234".
std::string text_of_postcode(Postcode postcode);

}  // namespace dscore
