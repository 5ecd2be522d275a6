#include "host/import_columns.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <string>
#include <tuple>

namespace dscore {
namespace {

template <class T>
void compact(std::vector<T>& values, const std::vector<bool>& kept) {
  if (values.empty()) return;
  std::size_t to = 0;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (kept[i]) values[to++] = values[i];
  }
  values.resize(to);
}

}  // namespace

void ImportColumns::keep_only(const std::vector<bool>& kept) {
  compact(company, kept);
  compact(x_m, kept);
  compact(y_m, kept);
  compact(municipality, kept);
  compact(region, kept);
  compact(key, kept);
  compact(jobs, kept);
  compact(membership, kept);
  compact(row, kept);
  compact(id, kept);
}

void drop_duplicate_ids(ImportColumns& columns, TableReport& report) {
  const std::vector<std::int64_t>& id = columns.id;
  if (std::adjacent_find(id.begin(), id.end(), std::greater_equal<>()) == id.end()) return;  // increasing, as usual
  std::vector<std::uint32_t> order(id.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return std::tuple(id[a], a) < std::tuple(id[b], b); });
  std::vector<bool> kept(id.size(), true);
  bool all = true;
  for (std::size_t k = 1; k < order.size(); ++k) {
    if (id[order[k]] != id[order[k - 1]]) continue;
    kept[order[k]] = false;
    all = false;
  }
  if (all) return;
  for (std::size_t i = 0; i < id.size(); ++i) {
    if (!kept[i]) report.drop(Reason::duplicate_id, columns.row[i], [&] { return std::to_string(id[i]); });
  }
  columns.keep_only(kept);
}

void number_unknown_companies(std::vector<std::int64_t>& company) {
  std::int64_t next = -1;
  for (std::int64_t& number : company) {
    if (number == ImportColumns::kNoCompany) number = next--;
  }
}

}  // namespace dscore
