// Any bytes as a CSV table: a stream in every encoding, packed or not, must give what the text in memory gives, or both
// must refuse it.

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "io/csv.h"
#include "io/table_reader.h"
#include "kernels/error.h"

using namespace dscore;

namespace {

// A file in memory, by a name that can be opened.
std::string file_of(std::string_view bytes) {
  static const int descriptor = memfd_create("fuzz", MFD_CLOEXEC);
  if (ftruncate(descriptor, 0) != 0) std::abort();
  if (pwrite(descriptor, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) std::abort();
  return "/proc/self/fd/" + std::to_string(descriptor);
}

using Rows = std::vector<std::vector<std::string>>;

std::optional<Rows> rows_in_memory(std::string_view bytes, char delimiter) {
  try {
    CsvReader reader("t", bytes, delimiter);
    Rows rows{reader.columns()};
    while (reader.next()) rows.emplace_back(reader.fields().begin(), reader.fields().end());
    return rows;
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::optional<Rows> rows_of_table(const TableSource& source) {
  try {
    const auto table = detail::open_csv_table(source);
    Rows rows{table->columns()};
    std::vector<std::size_t> all(table->columns().size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    table->read(
        all,
        [&](std::uint64_t row, std::span<const Cell> cells) {
          if (row != rows.size()) std::abort();
          auto& texts = rows.emplace_back();
          for (const Cell& cell : cells) {
            texts.emplace_back(std::get<std::string_view>(cell));
            double number = 0;
            std::int64_t whole = 0;
            CellFormat{',', {"NA"}}.number(cell, number);
            whole_number(cell, whole);
            shown(cell);
          }
        },
        [](double) {});
    return rows;
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size < 1) return 0;
  const char delimiter = ",;\t|"[data[0] % 4];
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  TableSource source{file_of(bytes), TableFormat::csv, delimiter, Encoding::utf8, {}};
  const auto streamed = rows_of_table(source);
  const bool packed = bytes.starts_with("\x1f\x8b");
  if (!packed && streamed && rows_in_memory(bytes, delimiter) != streamed) std::abort();
  source.encoding = Encoding::latin1;
  rows_of_table(source);
  return 0;
}
