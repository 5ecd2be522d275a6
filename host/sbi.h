#pragma once
// Codes of the SBI 2008, the Dutch classification of economic activities. Down to four digits it is NACE Rev. 2 with a
// few national classes; a fifth digit, where there is one, is Dutch only.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dscore {

/// A code: division (two digits, "01"), group ("01.1"), class ("01.13") or national subclass ("01.13.1").
class SbiCode {
 public:
  static constexpr int kFewestDigits = 2;
  static constexpr int kMostDigits = 5;
  static constexpr std::size_t kIndices = 200'000;  ///< `index()` is below it

  /// `number` has at most `digits` digits, kFewestDigits to kMostDigits: 113 with 4 is "01.13".
  constexpr SbiCode(std::uint32_t number, int digits) : index_(number) {
    std::uint32_t one = 1;  // in front of the digits it keeps their number, and leading zeros
    for (int i = 0; i < digits; ++i) one *= 10;
    index_ += one;
  }

  int digits() const;
  std::uint32_t number() const;
  /// Different for every code: a 1 followed by the digits. For tables by code.
  std::uint32_t index() const { return index_; }
  /// The first `digits` digits, at most as many as there are.
  SbiCode cut(int digits) const;
  /// "01", "01.1", "01.13", "01.13.1".
  std::string text() const;

  friend bool operator==(SbiCode a, SbiCode b) { return a.index_ == b.index_; }
  friend bool operator<(SbiCode a, SbiCode b) { return a.index_ < b.index_; }

 private:
  std::uint32_t index_;
};

/// Reads a code as registers hold it: "0113", "01.13", " 0113 ", "01131", "01.13.1". A code is accepted if its first
/// four digits (or all, if it has fewer) stand in the list of sbi_list.h; the fifth digit is not checked. Nothing is
/// guessed: anything else ("1131", "A", "01.1.3", "0199", "", "-") gives nothing.
///
/// `width` is for columns that were once numbers and so lost the leading zero of divisions 01-09 (SPSS, Stata and HDF5
/// numbers, CSV out of a spreadsheet). 0: codes stand as they are. 2 to 5: every code had this many digits; one digit
/// fewer gets its zero back, and other lengths are refused. There is no safe rule without it: 2110 is pharmaceuticals
/// (21.10), and what a numeric column makes of 02110, forestry. So importers demand a width for numeric columns.
std::optional<SbiCode> parse_sbi(std::string_view raw, int width = 0);

/// Why `parse_sbi` refused the field, as the start of a sentence: "\"1131\" is not an SBI 2008 code: no group 11.3".
std::string why_not_sbi(std::string_view raw, int width = 0);

}  // namespace dscore
