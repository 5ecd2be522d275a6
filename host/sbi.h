#pragma once
// Codes of the SBI 2008, the Dutch classification of economic activities. Down to four digits it is NACE Rev. 2 with a
// few national classes; a fifth digit, where there is one, is Dutch only.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dscore {

/// A code: division (two digits, "01"), group ("01.1"), class ("01.13") or national subclass ("01.13.1").
class SbiCode {
 public:
  static constexpr int kFewestDigits = 2;
  static constexpr int kClassDigits = 4;
  static constexpr int kMostDigits = 5;
  static constexpr std::size_t kIndices = 200'000;  ///< `index()` is below it

  /// `number` has at most `digits` digits, kFewestDigits to kMostDigits: 113 with 4 is "01.13".
  constexpr SbiCode(std::uint32_t number, int digits) : index_(number + power(digits)), digits_(digits) {}

  int digits() const { return digits_; }
  std::uint32_t number() const { return index_ - power(digits_); }
  /// Different for every code: a 1 followed by the digits. For tables by code.
  std::uint32_t index() const { return index_; }
  /// The first `digits` digits, at most as many as there are.
  SbiCode cut(int digits) const { return {number() / power(digits_ - digits), digits}; }
  /// "01", "01.1", "01.13", "01.13.1".
  std::string text() const;

  friend bool operator==(SbiCode a, SbiCode b) { return a.index_ == b.index_; }
  friend bool operator!=(SbiCode a, SbiCode b) { return a.index_ != b.index_; }

 private:
  static constexpr std::uint32_t power(int digits) {
    std::uint32_t ten_to = 1;
    for (int i = 0; i < digits; ++i) ten_to *= 10;
    return ten_to;
  }

  std::uint32_t index_;
  int digits_;
};

/// Reads a code as registers hold it: "0113", "01.13", " 0113 ", "01131", "01.13.1". A code is accepted if its first
/// four digits (or all, if it has fewer) stand in the list; the fifth digit is not checked. Nothing is guessed:
/// anything else ("1131", "A", "01.1.3", "0199", "", "-") gives nothing.
///
/// `width` is for columns that were once numbers and so lost the leading zero of divisions 01-09 (SPSS, Stata and HDF5
/// numbers, CSV out of a spreadsheet). 0: codes stand as they are. 2 to 5: every code had this many digits; one digit
/// fewer gets its zero back, and other lengths are refused. There is no safe rule without it: 1411 is leather clothes
/// (14.11), and what a numeric column makes of 01411, dairy farms. So importers demand a width for numeric columns.
std::optional<SbiCode> parse_sbi(std::string_view raw, int width = 0);

/// Why `parse_sbi` refused the field, without the field: "the SBI 2008 has no group 11.3".
std::string why_not_sbi(std::string_view raw, int width = 0);

/// An entry of the list, data/sbi_2008.tsv: NACE Rev. 2 (88 divisions, 272 groups, 615 classes; scheme NACE) and the
/// national group and classes of the SBI 2008 (scheme SBI): 63.2, which became 63.9 in its version of 2014, and the
/// classes 86.91, 86.92, 93.14 and 93.15. Titles of the latter are those of the statistics office in English,
/// shortened.
struct SbiEntry {
  SbiCode code;
  std::string_view title;  ///< English
  bool national;           ///< not in NACE
};

/// The list in order of code, groups before their classes.
const std::vector<SbiEntry>& sbi_list();

/// The list as it stands in the file, with the sections A-U too: columns code, title, scheme, separated by tabs.
std::string_view sbi_list_text();

/// Whether a code stands in the list; of a code of five digits, whether its class does.
bool sbi_listed(SbiCode code);

}  // namespace dscore
