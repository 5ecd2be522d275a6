#include "host/date.h"

#include <algorithm>
#include <cstdio>

#include "kernels/error.h"

namespace dscore {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Days since 1970-01-01 of a day of the proleptic Gregorian calendar: years begin in March, so that the leap day is
// the last one, and 400 years have 146,097 days.
std::int32_t days_from_civil(int year, int month, int day) {
  if (month <= 2) --year;
  const int era = year / 400;
  const int year_of_era = year - era * 400;
  const int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

bool is_time_of_day(std::string_view rest) {
  if (rest.size() < 3 || (rest[0] != ' ' && rest[0] != 'T') || !is_digit(rest[1])) return false;
  return rest.find_first_not_of("0123456789:.+-Z", 1) == std::string_view::npos;
}

}  // namespace

std::optional<Day> day_of(int year, int month, int day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return std::nullopt;
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  if (day > kDays[month - 1] + (month == 2 && leap ? 1 : 0)) return std::nullopt;
  return Day{days_from_civil(year, month, day)};
}

std::string text_of(Day day) {
  std::int64_t days = std::int64_t{day.since_1970} + 719468;
  std::int64_t era = days / 146097;
  if (days % 146097 < 0) --era;
  const std::int64_t day_of_era = days - era * 146097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted = (5 * day_of_year + 2) / 153;
  const auto day_of_month = static_cast<int>(day_of_year - (153 * shifted + 2) / 5 + 1);
  const auto month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
  const auto year = static_cast<int>(year_of_era + era * 400 + (month <= 2 ? 1 : 0));
  char text[48];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day_of_month);
  return text;
}

DatePattern::DatePattern(std::string_view text) {
  const auto refuse = [&](const std::string& what) {
    throw Error("\"" + std::string(text) + "\" is not a date format: " + what +
                ". Write it with yyyy, mm, dd, m and d, for instance dd-mm-yyyy.");
  };
  bool seen_year = false;
  bool seen_month = false;
  bool seen_day = false;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (is_digit(c)) refuse("it holds a digit");
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter) {
      parts_.push_back({0, c, 1, 1});
      ++i;
      continue;
    }
    std::size_t count = 1;
    while (i + count < text.size() && text[i + count] == c) ++count;
    bool& seen = c == 'y' ? seen_year : c == 'm' ? seen_month : seen_day;
    if (c != 'y' && c != 'm' && c != 'd') refuse(std::string("'") + c + "' means nothing");
    if (seen) refuse(std::string("'") + c + "' stands twice");
    if (c == 'y' ? count != 4 : count > 2) refuse("years have four digits, months and days one or two");
    seen = true;
    const int fewest = static_cast<int>(count);
    parts_.push_back({c, 0, fewest, c == 'y' ? 4 : 2});
    i += count;
  }
  if (!seen_year) refuse("it has no year");
  if (seen_day && !seen_month) refuse("it has a day and no month");
  for (std::size_t i = 0; i + 1 < parts_.size(); ++i) {
    if (parts_[i].what != 0 && parts_[i].fewest < parts_[i].most && parts_[i + 1].what != 0) {
      refuse("digits behind m or d leave open where it ends");
    }
  }
}

std::optional<Day> DatePattern::parse(std::string_view field) const {
  while (!field.empty() && field.front() == ' ') field.remove_prefix(1);
  while (!field.empty() && field.back() == ' ') field.remove_suffix(1);
  int year = 0;
  int month = 1;
  int day = 1;
  std::size_t at = 0;
  for (const Part& part : parts_) {
    if (part.what == 0) {
      if (at == field.size() || field[at] != part.character) return std::nullopt;
      ++at;
      continue;
    }
    int value = 0;
    int count = 0;
    while (count < part.most && at < field.size() && is_digit(field[at])) {
      value = value * 10 + (field[at] - '0');
      ++count;
      ++at;
    }
    if (count < part.fewest) return std::nullopt;
    (part.what == 'y' ? year : part.what == 'm' ? month : day) = value;
  }
  if (at != field.size() && !is_time_of_day(field.substr(at))) return std::nullopt;
  return day_of(year, month, day);
}

std::optional<Day> parse_date(std::string_view field, const std::vector<DatePattern>& patterns) {
  for (const DatePattern& pattern : patterns) {
    if (const auto day = pattern.parse(field)) return day;
  }
  return std::nullopt;
}

}  // namespace dscore
