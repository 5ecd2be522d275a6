#pragma once
// The bytes of a file of finished units (io/journal.h): a heading, then records, each with its sum.
//
// The file: "dscoreJ1", the size of the heading (64 bits), the heading, its SHA-256 (64 hexadecimal digits). Then
// records: kRecordMark, unit, size (64 bits each), the first 16 digits of the SHA-256 of these, the SHA-256 of the
// record, the result. Sums of records are taken with the heading's, so no record passes in another journal.
// Little-endian.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/work.h"

namespace dscore {

/// The share `index` of `count` (from 1) of a work's units: those with unit % count == index - 1.
struct Shard {
  std::uint32_t index = 1;
  std::uint32_t count = 1;
  bool operator==(const Shard&) const = default;
};

struct JournalHeading {
  std::string identity;  ///< of the work, and of the program
  std::uint64_t units = 0;
  Shard shard;
  std::vector<std::string> command;  ///< the arguments that build the work again, without the program's name
  std::string folder;                ///< that they were given in
};

namespace journal {

inline constexpr std::string_view kMagic = "dscoreJ1";
inline constexpr std::uint64_t kRecordMark = 0xd5c0'7e0f'9ec0'7d01;  // begins a record; no text has these bytes
inline constexpr std::size_t kSum = 64;                              // digits of a SHA-256
inline constexpr std::size_t kHeadSum = 16;
inline constexpr std::size_t kHead = 3 * sizeof(std::uint64_t) + kHeadSum + kSum;

/// Gives up to so many bytes of a file from a place: fewer at its end.
using ReadAt = std::function<std::string(std::uint64_t from, std::uint64_t count)>;

std::string heading_bytes(const JournalHeading& heading);

/// A heading, and where it ends in the file.
struct FoundHeading {
  JournalHeading heading;
  std::uint64_t end = 0;
};
/// None where it is damaged. `file_size`: no heading is larger.
std::optional<FoundHeading> find_heading(const ReadAt& read, std::uint64_t file_size);

/// What every sum of a record begins with: the journal's work and share, not the command that was given.
std::string key_of(const JournalHeading& heading);

/// What stands before the result of a record.
std::string record_head(std::uint64_t unit, std::span<const std::byte> result, std::string_view key);
/// The same without the sum of the record: kHead - kSum bytes.
std::string record_start(std::uint64_t unit, std::uint64_t size, std::string_view key);
/// Whether a result is the one that its head (kHead bytes) was written for.
bool is_result_of(std::string_view head, std::string_view result, std::string_view key);

/// What two headings of other work or shares differ in first: "\"a\" there, \"b\" here".
std::string difference(const JournalHeading& there, const JournalHeading& here);

}  // namespace journal
}  // namespace dscore
