#include "host/sbi.h"

#include <algorithm>
#include <array>

#include "embedded/sbi_2008.h"

namespace dscore {
namespace {

struct List {
  std::vector<SbiEntry> entries;
  std::vector<bool> listed;  // by index, up to four digits
};

std::string_view next(std::string_view& text, char end) {
  const std::size_t at = std::min(text.find(end), text.size());
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return part;
}

SbiCode code_of(std::string_view dotted) {
  std::uint32_t number = 0;
  int digits = 0;
  for (const char c : dotted) {
    if (c == '.') continue;
    number = 10 * number + static_cast<std::uint32_t>(c - '0');
    ++digits;
  }
  return {number, digits};
}

List read_list() {
  List list;
  list.listed.resize(SbiCode(9999, SbiCode::kClassDigits).index() + 1);
  std::string_view text = sbi_list_text();
  next(text, '\n');  // the head
  while (!text.empty()) {
    std::string_view line = next(text, '\n');
    const std::string_view code = next(line, '\t');
    const std::string_view title = next(line, '\t');
    if (code.size() < SbiCode::kFewestDigits) continue;  // a section
    list.entries.push_back({code_of(code), title, line != "NACE"});
    list.listed[list.entries.back().code.index()] = true;
  }
  return list;
}

const List& list() {
  static const List kOnce = read_list();
  return kOnce;
}

// What a field says before it is looked up in the list.
struct Reading {
  std::uint32_t number = 0;
  int digits = 0;
  bool dotted = false;
  bool malformed = false;
};

Reading read(std::string_view raw) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!raw.empty() && blank(raw.front())) raw.remove_prefix(1);
  while (!raw.empty() && blank(raw.back())) raw.remove_suffix(1);
  Reading reading;
  bool after_dot = false;
  for (const char c : raw) {
    if (c >= '0' && c <= '9' && reading.digits < SbiCode::kMostDigits) {
      reading.number = 10 * reading.number + static_cast<std::uint32_t>(c - '0');
      ++reading.digits;
      after_dot = false;
    } else if (c == '.' && !after_dot && (reading.digits == 2 || reading.digits == 4)) {
      reading.dotted = after_dot = true;
    } else {
      reading.malformed = true;
      return reading;
    }
  }
  reading.malformed = after_dot;
  return reading;
}

// Gives a code without dots the leading zero back that its column lost.
Reading read(std::string_view raw, int width) {
  Reading reading = read(raw);
  if (!reading.dotted && width > 0 && reading.digits == width - 1) reading.digits = width;
  return reading;
}

bool well_formed(const Reading& reading, int width) {
  if (reading.malformed || reading.digits < SbiCode::kFewestDigits) return false;
  return width == 0 || reading.digits == width;
}

SbiCode at_most_class(SbiCode code) { return code.cut(std::min(code.digits(), SbiCode::kClassDigits)); }

}  // namespace

std::string SbiCode::text() const {
  std::string digits = std::to_string(index_).substr(1);
  if (digits_ > 4) digits.insert(4, 1, '.');
  if (digits_ > 2) digits.insert(2, 1, '.');
  return digits;
}

std::optional<SbiCode> parse_sbi(std::string_view raw, int width) {
  const Reading reading = read(raw, width);
  if (!well_formed(reading, width)) return {};
  const SbiCode code(reading.number, reading.digits);
  if (!sbi_listed(code)) return {};
  return code;
}

std::string why_not_sbi(std::string_view raw, int width) {
  const Reading reading = read(raw, width);
  if (reading.digits == 0 && !reading.malformed) return "there is no code";
  if (reading.malformed || reading.digits < SbiCode::kFewestDigits) {
    return "a code is two to five digits, with or without the dots of 01.13.1";
  }
  if (!well_formed(reading, width)) {
    return "it has " + std::to_string(reading.digits) + " digits, where codes of " + std::to_string(width) +
           (reading.dotted ? " are" : " (one fewer where the leading zero is lost) are") + " expected";
  }
  constexpr std::array names = {"division", "group", "class"};
  const SbiCode code = at_most_class({reading.number, reading.digits});
  int digits = SbiCode::kFewestDigits;  // of the first part that is not listed
  while (digits < code.digits() && sbi_listed(code.cut(digits))) ++digits;
  return std::string("the SBI 2008 has no ") + names[static_cast<std::size_t>(digits - SbiCode::kFewestDigits)] + ' ' +
         code.cut(digits).text();
}

const std::vector<SbiEntry>& sbi_list() { return list().entries; }

std::string_view sbi_list_text() { return embedded::sbi_2008; }

bool sbi_listed(SbiCode code) { return list().listed[at_most_class(code).index()]; }

}  // namespace dscore
