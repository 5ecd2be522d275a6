#include "io/journal_format.h"

#include <algorithm>
#include <cstring>
#include <sstream>

#include "host/bytes.h"
#include "io/checksum.h"

namespace dscore::journal {
namespace {

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void append(std::string& text, std::uint64_t value) {
  text.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::string sum_of(std::string_view key, std::string_view head, std::string_view rest) {
  Sha256 sum;
  sum.add(key);
  sum.add(head);
  sum.add(rest);
  return sum.finish();
}

ByteWriter identity_bytes(const JournalHeading& heading) {
  ByteWriter bytes;
  bytes.put(heading.identity).put(heading.units).put(heading.shard.index).put(heading.shard.count);
  return bytes;
}

/// Lines may be long, and differ in a word: some words around it.
std::string cut_out(const std::string& line, std::size_t differs) {
  constexpr std::size_t kBefore = 20;
  constexpr std::size_t kLongest = 60;
  std::size_t from = 0;
  if (line.size() > kLongest && differs > kBefore) {
    from = std::min(differs - kBefore, line.size() - kLongest);
    const std::size_t blank = line.find(' ', from);
    if (blank < differs) from = blank + 1;
  }
  const std::string cut = line.substr(from, kLongest);
  return (from > 0 ? "\"..." : "\"") + cut + (from + cut.size() < line.size() ? "...\"" : "\"");
}

/// The first line of one text that the other has otherwise.
std::string first_difference(const std::string& there, const std::string& here) {
  std::istringstream a(there);
  std::istringstream b(here);
  std::string x;
  std::string y;
  while (true) {
    const bool more_a = static_cast<bool>(std::getline(a, x));
    const bool more_b = static_cast<bool>(std::getline(b, y));
    if (!more_a) x.clear();
    if (!more_b) y.clear();
    if (x == y && (more_a || more_b)) continue;
    const auto differs =
        static_cast<std::size_t>(std::mismatch(x.begin(), x.end(), y.begin(), y.end()).first - x.begin());
    return (more_a ? cut_out(x, differs) : "nothing more") + " there, " +
           (more_b ? cut_out(y, differs) : "nothing more") + " here";
  }
}

}  // namespace

std::string heading_bytes(const JournalHeading& heading) {
  ByteWriter content = identity_bytes(heading);
  content.put(static_cast<std::uint64_t>(heading.command.size()));
  for (const std::string& argument : heading.command) content.put(argument);
  content.put(heading.folder);
  const Bytes bytes = content.take();
  std::string text(kMagic);
  append(text, bytes.size());
  text += as_text(bytes);
  return text + sum_of(kMagic, "", as_text(bytes));
}

std::optional<FoundHeading> find_heading(const ReadAt& read, std::uint64_t file_size) {
  constexpr std::size_t kStart = kMagic.size() + sizeof(std::uint64_t);
  const std::string start = read(0, kStart);
  if (start.size() < kStart || !start.starts_with(kMagic)) return std::nullopt;
  std::uint64_t size = 0;
  std::memcpy(&size, start.data() + kMagic.size(), sizeof size);
  if (size > file_size) return std::nullopt;
  const std::string content = read(kStart, size);
  if (content.size() < size || read(kStart + size, kSum) != sum_of(kMagic, "", content)) return std::nullopt;
  ByteReader reader(std::as_bytes(std::span(content)), "a heading");
  FoundHeading found;
  JournalHeading& heading = found.heading;
  heading.identity = reader.get_text();
  heading.units = reader.get<std::uint64_t>();
  heading.shard.index = reader.get<std::uint32_t>();
  heading.shard.count = reader.get<std::uint32_t>();
  heading.command.resize(std::min<std::uint64_t>(reader.get<std::uint64_t>(), size));
  for (std::string& argument : heading.command) argument = reader.get_text();
  heading.folder = reader.get_text();
  reader.finish();
  found.end = kStart + size + kSum;
  return found;
}

std::string key_of(const JournalHeading& heading) {
  return sum_of(kMagic, "", as_text(identity_bytes(heading).take()));
}

std::string record_start(std::uint64_t unit, std::uint64_t size, std::string_view key) {
  std::string start;
  for (const std::uint64_t value : {kRecordMark, unit, size}) append(start, value);
  return start + sum_of(key, start, "").substr(0, kHeadSum);
}

std::string record_head(std::uint64_t unit, std::span<const std::byte> result, std::string_view key) {
  const std::string start = record_start(unit, result.size(), key);
  return start + sum_of(key, start, as_text(result));
}

bool is_result_of(std::string_view head, std::string_view result, std::string_view key) {
  return head.substr(kHead - kSum) == sum_of(key, head.substr(0, kHead - kSum), result);
}

std::string difference(const JournalHeading& there, const JournalHeading& here) {
  if (there.identity != here.identity) return first_difference(there.identity, here.identity);
  if (there.units == here.units) return "another share";
  return std::to_string(there.units) + " units there, " + std::to_string(here.units) + " here";
}

}  // namespace dscore::journal
