#pragma once
// Any bytes as an SPSS or Stata table, read through ReadStat.

#include <string_view>
#include <vector>

#include "io/table_readstat.h"
#include "kernels/error.h"

namespace dscore {

inline int fuzz_stat(const unsigned char* data, std::size_t size, TableFormat format) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const auto table = open_stat_table(std::make_unique<StatInput>("t", bytes), format);
    std::vector<std::size_t> all(table->columns().size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    std::size_t letters = 0;
    table->read(
        all,
        [&](std::uint64_t, std::span<const Cell> cells) {
          for (const Cell& cell : cells) letters += shown(cell).size();
        },
        [](double) {});
  } catch (const Error&) {
  }
  return 0;
}

}  // namespace dscore
