#pragma once
// Calendar days, and the ways registers write them.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dscore {

/// A day of the Gregorian calendar, as the number of days since 1970-01-01.
struct Day {
  std::int32_t since_1970 = 0;

  friend constexpr bool operator==(Day a, Day b) { return a.since_1970 == b.since_1970; }
  friend constexpr auto operator<=>(Day a, Day b) { return a.since_1970 <=> b.since_1970; }
};

/// Nothing for days that do not exist (2011-02-30). Years 1 to 9999.
std::optional<Day> day_of(int year, int month, int day);
/// "2011-12-31".
std::string text_of(Day day);

/// How a date is written: yyyy (four digits), mm and dd (two), m and d (one or two), and other characters as
/// themselves. Without month or day it is the first one: "yyyymm". "ddmmyyyy", "d-m-yyyy", "yyyy/mm/dd".
class DatePattern {
 public:
  /// Throws Error where there is no yyyy, a part stands twice, a letter means nothing, or m or d run into digits.
  explicit DatePattern(std::string_view text);

  /// The day, if the text has this shape and the day exists. Blanks around it are allowed, and a time of day behind it
  /// ("2011-12-31 00:00:00", "2011-12-31T00:00Z"), which is ignored.
  std::optional<Day> parse(std::string_view field) const;

 private:
  struct Part {
    char what;  // y, m, d, or 0: the character itself
    char character;
    int fewest;
    int most;
  };
  std::vector<Part> parts_;
};

/// The day by the first pattern that fits; nothing if none does.
std::optional<Day> parse_date(std::string_view field, const std::vector<DatePattern>& patterns);

}  // namespace dscore
